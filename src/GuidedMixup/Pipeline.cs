using System;
using GuidedMixup.Cpu;

namespace GuidedMixup;

/// <summary>One batch, stage by stage.</summary>
internal static unsafe class Pipeline
{
    /// <summary>Runs the stages on checked arguments; false where the draws left every image as it was.</summary>
    internal static bool Run(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var images = new ImageBatch(inputs.Images);
        int n = images.N, threads = execution.Threads;
        long mapLength = (long)n * images.Pixels;

        byte* subset = workspace.Take<byte>(n);
        ulong step = inputs.StepBuffer.IsEmpty ? inputs.Step : *(ulong*)inputs.StepBuffer.Data;
        bool isMixed = Selection.Draw(options, inputs.Subset, step, n, subset);

        // A stage writes straight into the caller's memory where it was given. Strict mode judges the data first.
        bool strict = options.Strict, isGuided = options.Method == MixMethod.GuidedMixup;
        bool isPaired = MixRules.HasPartners(options) && inputs.Partners.IsEmpty;
        bool needsDistance = !outputs.Distance.IsEmpty || (isMixed && isPaired && options.PairingInUse == Pairing.Greedy);
        bool needsPeaks = isMixed && options.Method == MixMethod.SaliencyMix && inputs.Boxes.IsEmpty;
        // A puzzle's blocks, and those of Co-Mixup, are weighed by the maps before the last blur.
        bool isBlocks = options.Method is MixMethod.PuzzleMix or MixMethod.CoMixup, isPart = options.Method == MixMethod.CoMixup;
        bool needsNormalised = needsDistance || !outputs.Normalised.IsEmpty || (isGuided && (isMixed || strict || !outputs.Saliency.IsEmpty));
        bool needsSaliency = needsPeaks || (isBlocks && (isMixed || strict)) || !outputs.Saliency.IsEmpty;
        // As released, one map serves the whole batch; then no other has to be made.
        bool isOneMap = needsPeaks && options.DrawMode == DrawMode.Batch && !needsNormalised && outputs.Saliency.IsEmpty;
        float* saliency = needsSaliency ? Target<float>(outputs.Saliency, isOneMap ? images.Pixels : mapLength, strict, workspace) : null;
        float* normalised = needsNormalised ? Target<float>(outputs.Normalised, mapLength, strict, workspace) : null;
        float* distance = needsDistance ? Target<float>(outputs.Distance, (long)n * n, strict, workspace) : null;
        float* ratio = Target<float>(outputs.Ratio, n, strict, workspace);
        MixBox* boxes = MixRules.HasBoxes(options) ? Target<MixBox>(outputs.Boxes, n, strict, workspace) : null;
        bool isSnap = options.Method == MixMethod.SnapMix;
        float* partnerRatio = isSnap ? Target<float>(outputs.PartnerRatio, n, strict, workspace) : null;
        MixBox* partnerBoxes = isSnap ? Target<MixBox>(outputs.PartnerBoxes, n, strict, workspace) : null;
        int* flags = Target<int>(outputs.Flags, n, strict, workspace);
        int* partners = workspace.Take<int>(n), peaks = needsPeaks ? workspace.Take<int>(n) : null;
        new Span<int>(flags, n).Clear();

        if (!isOneMap && (needsSaliency || needsNormalised)) SaliencyMaps.Run(options, inputs, saliency, normalised, flags, threads);
        if (needsDistance) Cpu.PairDistance.Run(normalised, distance, n, images.Pixels, options.Distance, threads);
        Cpu.CycleCover.Partners(options, inputs, step, isMixed && !isPart, distance, subset, n, partners);
        if (isOneMap) SaliencyMaps.RunOne(options, inputs, partners[0], saliency);
        if (needsPeaks) Cpu.SaliencyMix.Peaks(saliency, images, isOneMap, partners, options.DrawMode, peaks, flags, threads);
        // The mix itself gives SnapMix's λ; until then they are those of the boxes.
        if (isSnap) Cpu.MixDraws.Run(options, inputs, step, partners, null, ratio, partnerBoxes, images, isPartner: true);
        if (!isGuided && !isPart) Cpu.MixDraws.Run(options, inputs, step, partners, peaks, ratio, boxes, images);
        if (strict)
        {
            if (isGuided) Cpu.PixelMix.Inspect(images, normalised, partners, flags, threads);
            else if (isBlocks) Cpu.PuzzleMix.Inspect(images, saliency, flags, threads);
            else Cpu.CutMix.Inspect(images, flags, threads);
            if (isSnap) Cpu.SnapMix.Inspect(images, new ImageBatch(inputs.Features), inputs.ClassWeights, inputs.Labels, flags, threads);
            Strict.ThrowOnAny(flags, n);
            Publish(outputs.Saliency, saliency);
            Publish(outputs.Normalised, normalised);
            Publish(outputs.Distance, distance);
            Publish(outputs.Flags, flags);
            Publish(outputs.Boxes, boxes);
            Publish(outputs.PartnerBoxes, partnerBoxes);
        }

        // Who looks for faults in what is not mixed pays for it.
        int* found = outputs.Flags.IsEmpty || strict ? null : flags;
        switch (options.Method)
        {
            case MixMethod.GuidedMixup:
                Cpu.PixelMix.Run(images, normalised, partners, outputs.Images, (float*)outputs.Mask.Data, ratio, flags, options, threads);
                break;
            case MixMethod.Mixup:
                Cpu.Mixup.Run(inputs.Images, partners, ratio, outputs.Images, found, options, threads);
                break;
            case MixMethod.SnapMix:
                Cpu.SnapMix.Run(
                    images, boxes, partnerBoxes, partners, new ImageBatch(inputs.Features), inputs.ClassWeights, inputs.Labels, outputs.Images, ratio,
                    partnerRatio, flags, isScanned: found != null, options, threads);
                break;
            case MixMethod.PuzzleMix:
                Cpu.PuzzleMix.Run(images, saliency, partners, ratio, step, outputs, found, options, execution);
                break;
            case MixMethod.CoMixup:
                Cpu.CoMixup.Run(options, step, images, saliency, subset, inputs.Labels, outputs, found, execution);
                return isMixed;
            default:
                Cpu.CutMix.Run(images, partners, boxes, outputs.Images, found, options, threads);
                break;
        }

        if (strict) Publish(outputs.Ratio, ratio);
        if (strict && isSnap) Publish(outputs.PartnerRatio, partnerRatio);
        for (int i = 0; i < n && !isSnap && !outputs.PartnerRatio.IsEmpty; i++) ((float*)outputs.PartnerRatio.Data)[i] = 1 - ratio[i];
        Cpu.LabelMix.Run(inputs.Labels, partners, ratio, partnerRatio, outputs);
        for (int i = 0; i < n && !outputs.Partners.IsEmpty; i++) IndexView.Write(outputs.Partners, i, partners[i]);
        return isMixed;
    }

    private static T* Target<T>(in TensorView output, long length, bool strict, HostWorkspace workspace)
        where T : unmanaged =>
        output.IsEmpty || strict ? workspace.Take<T>(length) : (T*)output.Data;

    private static void Publish(in TensorView output, void* source)
    {
        if (output.IsEmpty) return;
        long bytes = output.Length * output.Type.Size();
        Buffer.MemoryCopy(source, output.Data, bytes, bytes);
    }
}
