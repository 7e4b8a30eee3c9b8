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
        bool strict = options.Strict;
        bool needsDistance = !outputs.Distance.IsEmpty || (isMixed && inputs.Partners.IsEmpty && options.PairingInUse == Pairing.Greedy);
        bool needsMaps = isMixed || needsDistance || strict || !outputs.Saliency.IsEmpty || !outputs.Normalised.IsEmpty;
        float* saliency = outputs.Saliency.IsEmpty ? null : Target<float>(outputs.Saliency, mapLength, strict, workspace);
        float* normalised = needsMaps ? Target<float>(outputs.Normalised, mapLength, strict, workspace) : null;
        float* distance = needsDistance ? Target<float>(outputs.Distance, (long)n * n, strict, workspace) : null;
        float* ratio = Target<float>(outputs.Ratio, n, strict, workspace);
        int* flags = Target<int>(outputs.Flags, n, strict, workspace);
        int* partners = workspace.Take<int>(n);
        new Span<int>(flags, n).Clear();

        if (needsMaps) SaliencyMaps.Run(options, inputs, saliency, normalised, flags, threads);
        if (needsDistance) Cpu.PairDistance.Run(normalised, distance, n, images.Pixels, options.Distance, threads);
        Cpu.CycleCover.Partners(options, inputs, step, isMixed, distance, subset, n, partners);
        if (strict)
        {
            Cpu.PixelMix.Inspect(images, normalised, partners, flags, threads);
            Strict.ThrowOnAny(flags, n);
            Publish(outputs.Saliency, saliency);
            Publish(outputs.Normalised, normalised);
            Publish(outputs.Distance, distance);
            Publish(outputs.Flags, flags);
        }

        Cpu.PixelMix.Run(images, normalised, partners, outputs.Images, (float*)outputs.Mask.Data, ratio, flags, options, threads);
        if (strict) Publish(outputs.Ratio, ratio);
        for (int i = 0; i < n && !outputs.PartnerRatio.IsEmpty; i++) ((float*)outputs.PartnerRatio.Data)[i] = 1 - ratio[i];
        Cpu.LabelMix.Run(inputs.Labels, partners, ratio, outputs);
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
