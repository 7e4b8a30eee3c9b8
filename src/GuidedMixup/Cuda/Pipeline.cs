using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>One batch on a GPU, stage by stage: no synchronisation, no allocation, nothing a graph could not capture.</summary>
internal static unsafe class Pipeline
{
    /// <summary>The workspace of a batch, whatever outputs are given.</summary>
    internal static long WorkspaceBytes(CudaDevice device, GuidedMixerOptions options, int n, int h, int w)
    {
        DeviceWorkspace workspace = default;
        _ = new PipelinePieces(device, options, n, h, w, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>
    /// Gives the stages to the stream; false where the host's draws left every image as it was. A batch that comes from host memory is waited
    /// for slice by slice, and judged by the one who copies it.
    /// </summary>
    internal static bool Run(
        in BufferSet buffers, GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in Execution execution,
        HostBatch? copies = null)
    {
        if (copies == null) OptionRules.RefuseStrict(options);
        var images = new ImageBatch(inputs.Images);
        int n = images.N;

        // A step buffer is read on the device only, so that then any batch may turn out to be mixed.
        bool isMixed = GuidedMixup.Selection.MayMix(options, !inputs.StepBuffer.IsEmpty, inputs.Step, n);
        bool isGuided = options.Method == MixMethod.GuidedMixup;
        bool isPart = options.Method == MixMethod.CoMixup;
        bool isGreedy = isMixed && !isPart && inputs.Partners.IsEmpty && options.PairingInUse == Pairing.Greedy;
        bool needsDistance = !outputs.Distance.IsEmpty || isGreedy;
        bool needsPeaks = isMixed && options.Method == MixMethod.SaliencyMix && inputs.Boxes.IsEmpty;
        bool needsNormalised = needsDistance || !outputs.Normalised.IsEmpty || (isGuided && (isMixed || !outputs.Saliency.IsEmpty));
        bool isPuzzle = options.Method == MixMethod.PuzzleMix, isBlocks = isPuzzle || isPart;
        bool needsMaps = needsNormalised || needsPeaks || (isBlocks && isMixed) || !outputs.Saliency.IsEmpty;
        Channels gray = needsMaps && options.Saliency == Saliency.SpectralResidual ? Channels.Gray(images, options, nameof(images)) : default;

        using CudaCall call = CudaCall.Enter(buffers, execution);
        if (!isPart) MixDraws.RequireSupplied(options, inputs, execution.Stream);
        int blocks = isPuzzle ? PuzzleMix.Blocks(options, inputs, images, execution.Stream) : 0;
        long needed = WorkspaceBytes(call.Device, options, n, images.H, images.W);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, needed);
        var pieces = new PipelinePieces(call.Device, options, n, images.H, images.W, ref workspace);
        float* saliency = outputs.Saliency.IsEmpty ? pieces.Saliency : (float*)outputs.Saliency.Data;
        float* normalised = outputs.Normalised.IsEmpty ? pieces.Normalised : (float*)outputs.Normalised.Data;
        float* distance = outputs.Distance.IsEmpty ? pieces.Distance : (float*)outputs.Distance.Data;
        float* ratio = outputs.Ratio.IsEmpty ? pieces.Ratio : (float*)outputs.Ratio.Data;
        int* boxes = outputs.Boxes.IsEmpty ? pieces.Boxes : (int*)outputs.Boxes.Data;
        int* flags = outputs.Flags.IsEmpty ? pieces.Flags : (int*)outputs.Flags.Data;
        int* partners = CycleCover.Narrow(outputs.Partners, pieces.Partners);

        call.Clear(flags, n);
        if (needsMaps) Maps(call, pieces, options, inputs, images, gray, saliency, needsNormalised ? normalised : null, flags, copies);
        if (needsDistance) PairDistance.Run(call, normalised, n, images.Pixels, options.Distance, pieces.DistancePartial, distance);
        var selection = new Selection(options, isMixed ? options.Probability : 0, inputs);
        // Co-Mixup's images have no one partner.
        if (isGreedy) CycleCover.Greedy(call, distance, n, selection, countsNaN: false, partners, pieces.Tickets, flags);
        else if (inputs.Partners.IsEmpty && !isPart) CycleCover.Random(call, n, selection, pieces.Keys, partners, pieces.Tickets);
        else if (!isPart) CycleCover.Supplied(call, inputs.Partners, n, selection, partners, pieces.Tickets, flags);
        if (needsPeaks)
            SaliencyMix.Peaks(call, new ImageBatch(saliency, n, images.H, images.W), partners, options.DrawMode, pieces.Peaks, flags);
        int* partnerBoxes = outputs.PartnerBoxes.IsEmpty ? pieces.PartnerBoxes : (int*)outputs.PartnerBoxes.Data;
        // The mix itself gives SnapMix's λ; until then they are those of the boxes.
        if (options.Method == MixMethod.SnapMix)
            MixDraws.Run(call, options, inputs, images, partners, null, ratio, null, partnerBoxes, flags, isPartner: true);
        if (!isGuided && !isPart)
        {
            MixDraws.Run(
                call, options, inputs, images, partners, needsPeaks ? pieces.Peaks : null, ratio, (float*)outputs.PartnerRatio.Data, boxes, flags);
        }

        copies?.Await(n);
        var labels = new Labels(inputs.Labels, outputs.SoftLabels, outputs.LabelsA, outputs.LabelsB);
        switch (options.Method)
        {
            case MixMethod.GuidedMixup:
                PixelMix.Run(
                    call, images, normalised, partners, outputs.Images, (float*)outputs.Mask.Data, pieces.MixPartial, pieces.Tickets, ratio, flags,
                    labels, options);
                MixDraws.PartnerRatio(call, ratio, n, outputs.PartnerRatio);
                break;
            case MixMethod.Mixup:
                Mixup.Run(call, inputs.Images, partners, outputs.Images, ratio, flags, labels, options);
                break;
            case MixMethod.SnapMix:
                SnapMix.Run(
                    call, images, boxes, partnerBoxes, partners, new ImageBatch(inputs.Features), inputs.ClassWeights, inputs.Labels, outputs.Images,
                    pieces.ClassMaps, pieces.Settled, ratio, (float*)outputs.PartnerRatio.Data, !outputs.Flags.IsEmpty, flags, labels, options);
                break;
            case MixMethod.PuzzleMix:
                PuzzleMix.Run(
                    call, images, isMixed ? new ImageBatch(saliency, n, images.H, images.W) : null, partners, blocks, pieces.Puzzle, outputs.Images,
                    (float*)outputs.Mask.Data, ratio, (float*)outputs.PartnerRatio.Data, !outputs.Flags.IsEmpty, flags, labels, options);
                break;
            case MixMethod.CoMixup:
                CoMixup.Run(
                    call, images, isMixed || !outputs.Saliency.IsEmpty ? new ImageBatch(saliency, n, images.H, images.W) : null, selection, pieces.CoMixup,
                    pieces.CoMixupPolish, outputs.Images,
                    (float*)outputs.Weights.Data, !outputs.Flags.IsEmpty, flags, labels, options);
                return isMixed;
            default:
                CutMix.Run(call, images, partners, outputs.Images, boxes, ratio, !outputs.Flags.IsEmpty, flags, labels, options);
                break;
        }

        CycleCover.Widen(call, partners, outputs.Partners);
        return isMixed;
    }

    private static void Maps(
        in CudaCall call,
        in PipelinePieces pieces,
        GuidedMixerOptions options,
        in MixInputs inputs,
        in ImageBatch images,
        in Channels gray,
        float* saliency,
        float* normalised,
        int* flags,
        HostBatch? copies)
    {
        switch (options.Saliency)
        {
            case Saliency.SpectralResidual:
                int slice = copies?.Slice ?? images.N;
                for (int first = 0; first < images.N; first += slice)
                {
                    ImageBatch some = images.Slice(first, System.Math.Min(slice, images.N - first));
                    copies?.Await(first + some.N);
                    float* map = pieces.Map + (long)first * pieces.Plan.H * pieces.Plan.W;
                    SpectralResidual.Map(call, pieces.Plan, some, gray, options, map);
                }

                GaussianBlur.Working(call, pieces.Plan, images, options, pieces.Map, saliency, pieces.Temp, normalised, flags);
                break;
            case Saliency.Gradient:
                var gradient = new ImageBatch(inputs.Gradient);
                GaussianBlur.Of(call, KernelTable.BlurNormaliseGradient, gradient, options, saliency, pieces.Temp, normalised, flags);
                break;
            default:
                ImageBatch maps = Require.Maps(inputs.Saliency, "saliency");
                GaussianBlur.Of(call, KernelTable.BlurNormaliseMaps, maps, options, saliency, pieces.Temp, normalised, flags);
                break;
        }
    }
}
