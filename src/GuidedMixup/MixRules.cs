namespace GuidedMixup;

/// <summary>The rules of <see cref="GuidedMixer.Mix(in MixInputs, in MixOutputs, in Execution)"/>, all checked before anything is written.</summary>
internal static class MixRules
{
    internal static void Check(
        GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in Execution execution, ref BufferSet buffers)
    {
        ImageBatch images = Require.Images(inputs.Images, "images");
        OptionRules.CheckPixels(options, images, "images");
        CheckSaliency(options, inputs, outputs, images);
        CheckDraws(options, inputs, outputs, images.N);
        BlockMixRules.Check(options, inputs, outputs, execution, images);
        CheckClasses(options, inputs, outputs, images);
        if (!inputs.Partners.IsEmpty) Require.Indices(inputs.Partners, "partners", images.N);
        if (!inputs.Subset.IsEmpty) Require.Compact(inputs.Subset, "subset", ElementType.UInt8, "[N]", images.N);
        if (!inputs.StepBuffer.IsEmpty) Require.Compact(inputs.StepBuffer, "stepBuffer", ElementType.Int64, "[1]", 1);
        if (!inputs.Labels.IsEmpty) LabelMix.CheckLabels(inputs.Labels, "labels", images.N);
        CheckOutputs(inputs, outputs, images);
        CheckBuffers(inputs, outputs, ref buffers);
        buffers.Workspace(execution, mayCopy: true);
        OptionRules.CheckExecution(execution, "execution");
        // Device memory is not read here: there the kernels look, and flag what is out of range.
        if (buffers.IsCuda) return;
        if (!inputs.Partners.IsEmpty) Require.InRange(inputs.Partners, "partners", images.N);
        if (!inputs.Ratios.IsEmpty) MixDraws.CheckRatios(inputs.Ratios, "ratios");
        if (!inputs.Boxes.IsEmpty) MixDraws.CheckBoxes(inputs.Boxes, "boxes", images.H, images.W);
        if (!inputs.PartnerBoxes.IsEmpty) MixDraws.CheckBoxes(inputs.PartnerBoxes, "partnerBoxes", images.H, images.W);
        if (options.Method == MixMethod.SnapMix) Require.InRange(inputs.Labels, "labels", inputs.ClassWeights.Shape[0]);
        if (!outputs.SoftLabels.IsEmpty && inputs.Labels.Rank == 1)
            Require.InRange(inputs.Labels, "labels", outputs.SoftLabels.Shape[1]);
    }

    /// <summary>True where the method cuts boxes.</summary>
    internal static bool HasBoxes(GuidedMixerOptions options) => options.Method is MixMethod.CutMix or MixMethod.SaliencyMix or MixMethod.SnapMix;

    /// <summary>True where the method mixes two images; Co-Mixup's take from all of their part.</summary>
    internal static bool HasPartners(GuidedMixerOptions options) => options.Method != MixMethod.CoMixup;

    /// <summary>True where a mixer with these options looks at saliency maps in any call.</summary>
    internal static bool TakesMaps(GuidedMixerOptions options) =>
        options.Method is MixMethod.GuidedMixup or MixMethod.SaliencyMix or MixMethod.PuzzleMix or MixMethod.CoMixup || options.PairingInUse == Pairing.Greedy;

    /// <summary>True where this call needs maps: for the mix, for boxes or partners that are not supplied, or as an output.</summary>
    internal static bool NeedsMaps(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs) =>
        options.Method is MixMethod.GuidedMixup or MixMethod.PuzzleMix or MixMethod.CoMixup
        || (options.Method == MixMethod.SaliencyMix && inputs.Boxes.IsEmpty)
        || (options.PairingInUse == Pairing.Greedy && inputs.Partners.IsEmpty)
        || !outputs.Saliency.IsEmpty || !outputs.Normalised.IsEmpty || !outputs.Distance.IsEmpty;

    private static void CheckSaliency(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in ImageBatch images)
    {
        bool needsMaps = NeedsMaps(options, inputs, outputs);
        switch (options.Saliency)
        {
            case Saliency.SpectralResidual:
                if (needsMaps) OptionRules.CheckImages(options, images, "images");
                break;
            case Saliency.Gradient:
                if (!needsMaps && inputs.Gradient.IsEmpty) break;
                Require.Gradient(inputs.Gradient, "gradient");
                Require.Shape(inputs.Gradient, "gradient", "[N,C,H,W]", images.N, images.C, images.H, images.W);
                break;
            default:
                if (!needsMaps && inputs.Saliency.IsEmpty) break;
                Require.Maps(inputs.Saliency, "saliency");
                Require.Shape(inputs.Saliency, "saliency", "[N,H,W]", images.N, images.H, images.W);
                break;
        }

        if (needsMaps) OptionRules.CheckReflect(options, images.H, images.W, "images");
        if (options.Saliency != Saliency.Gradient && !inputs.Gradient.IsEmpty)
            Require.Fail("gradient", $"given to a mixer whose saliency is {options.Saliency}.");
        if (options.Saliency != Saliency.Supplied && !inputs.Saliency.IsEmpty)
            Require.Fail("saliency", $"given to a mixer whose saliency is {options.Saliency}.");
    }

    private static void CheckDraws(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, long n)
    {
        bool hasBoxes = HasBoxes(options);
        if (!inputs.Ratios.IsEmpty)
        {
            if (options.Method is MixMethod.GuidedMixup or MixMethod.CoMixup) Refuse(options, "ratios");
            Require.Compact(inputs.Ratios, "ratios", ElementType.Float32, "[N]", n);
        }

        if (!inputs.Boxes.IsEmpty)
        {
            if (!hasBoxes) Refuse(options, "boxes");
            Require.Compact(inputs.Boxes, "boxes", ElementType.Int32, "[N,4]", n, 4);
        }

        if (!outputs.Boxes.IsEmpty)
        {
            if (!hasBoxes) Refuse(options, "outputs.Boxes");
            Require.Compact(outputs.Boxes, "outputs.Boxes", ElementType.Int32, "[N,4]", n, 4);
        }

        if (!outputs.Mask.IsEmpty && options.Method is not (MixMethod.GuidedMixup or MixMethod.PuzzleMix)) Refuse(options, "outputs.Mask");
        if (TakesMaps(options)) return;
        if (!outputs.Saliency.IsEmpty) Refuse(options, "outputs.Saliency");
        if (!outputs.Normalised.IsEmpty) Refuse(options, "outputs.Normalised");
        if (!outputs.Distance.IsEmpty) Refuse(options, "outputs.Distance");
    }

    /// <summary>What SnapMix takes besides, and no other method does.</summary>
    private static void CheckClasses(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in ImageBatch images)
    {
        if (options.Method == MixMethod.SnapMix)
        {
            ImageBatch features = SnapMix.CheckFeatures(inputs.Features, "features", images);
            SnapMix.CheckWeights(inputs.ClassWeights, "classWeights", features.C);
            Require.Indices(inputs.Labels, "labels", images.N);
            if (!inputs.PartnerBoxes.IsEmpty) Require.Compact(inputs.PartnerBoxes, "partnerBoxes", ElementType.Int32, "[N,4]", images.N, 4);
            if (!outputs.PartnerBoxes.IsEmpty) Require.Compact(outputs.PartnerBoxes, "outputs.PartnerBoxes", ElementType.Int32, "[N,4]", images.N, 4);
            return;
        }

        if (!inputs.Features.IsEmpty) Refuse(options, "features");
        if (!inputs.ClassWeights.IsEmpty) Refuse(options, "classWeights");
        if (!inputs.PartnerBoxes.IsEmpty) Refuse(options, "partnerBoxes");
        if (!outputs.PartnerBoxes.IsEmpty) Refuse(options, "outputs.PartnerBoxes");
    }

    internal static void Refuse(GuidedMixerOptions options, string name) =>
        Require.Fail(name, $"given to a mixer whose method is {options.Method} and pairing {options.PairingInUse}, which has none.");

    private static void CheckOutputs(in MixInputs inputs, in MixOutputs outputs, in ImageBatch images)
    {
        long n = images.N, h = images.H, w = images.W;
        PixelMix.CheckMixed(outputs.Images, "outputs.Images", inputs.Images);
        CheckFloat(outputs.Ratio, "outputs.Ratio", "[N]", n);
        CheckFloat(outputs.PartnerRatio, "outputs.PartnerRatio", "[N]", n);
        CheckFloat(outputs.Mask, "outputs.Mask", "[N,H,W]", n, h, w);
        CheckFloat(outputs.Saliency, "outputs.Saliency", "[N,H,W]", n, h, w);
        CheckFloat(outputs.Normalised, "outputs.Normalised", "[N,H,W]", n, h, w);
        CheckFloat(outputs.Distance, "outputs.Distance", "[N,N]", n, n);
        if (!outputs.Partners.IsEmpty) Require.Indices(outputs.Partners, "outputs.Partners", n);
        if (!outputs.Flags.IsEmpty) Require.Compact(outputs.Flags, "outputs.Flags", ElementType.Int32, "[N]", n);
        if (outputs.SoftLabels.IsEmpty && outputs.LabelsA.IsEmpty && outputs.LabelsB.IsEmpty) return;
        Require.Given(inputs.Labels, "labels");
        if (!outputs.SoftLabels.IsEmpty) LabelMix.CheckSoft(outputs.SoftLabels, "outputs.SoftLabels", inputs.Labels, n);
        LabelMix.CheckPair(outputs.LabelsA, "outputs.LabelsA", inputs.Labels);
        LabelMix.CheckPair(outputs.LabelsB, "outputs.LabelsB", inputs.Labels);
    }

    private static void CheckBuffers(in MixInputs inputs, in MixOutputs outputs, ref BufferSet buffers)
    {
        buffers.Input(inputs.Images, "images");
        buffers.Input(inputs.Labels, "labels");
        buffers.Input(inputs.Gradient, "gradient");
        buffers.Input(inputs.Saliency, "saliency");
        buffers.Input(inputs.Partners, "partners");
        buffers.Input(inputs.Subset, "subset");
        buffers.Input(inputs.Ratios, "ratios");
        buffers.Input(inputs.Boxes, "boxes");
        buffers.Input(inputs.PartnerBoxes, "partnerBoxes");
        buffers.Input(inputs.Features, "features");
        buffers.Input(inputs.ClassWeights, "classWeights");
        buffers.Input(inputs.StepBuffer, "stepBuffer");
        buffers.Output(outputs.Images, "outputs.Images");
        buffers.Output(outputs.SoftLabels, "outputs.SoftLabels");
        buffers.Output(outputs.LabelsA, "outputs.LabelsA");
        buffers.Output(outputs.LabelsB, "outputs.LabelsB");
        buffers.Output(outputs.Ratio, "outputs.Ratio");
        buffers.Output(outputs.PartnerRatio, "outputs.PartnerRatio");
        buffers.Output(outputs.Weights, "outputs.Weights");
        buffers.Output(outputs.Boxes, "outputs.Boxes");
        buffers.Output(outputs.PartnerBoxes, "outputs.PartnerBoxes");
        buffers.Output(outputs.Partners, "outputs.Partners");
        buffers.Output(outputs.Mask, "outputs.Mask");
        buffers.Output(outputs.Saliency, "outputs.Saliency");
        buffers.Output(outputs.Normalised, "outputs.Normalised");
        buffers.Output(outputs.Distance, "outputs.Distance");
        buffers.Output(outputs.Flags, "outputs.Flags");
    }

    private static void CheckFloat(in TensorView view, string name, string shape, params System.ReadOnlySpan<long> sizes)
    {
        if (!view.IsEmpty) Require.Compact(view, name, ElementType.Float32, shape, sizes);
    }
}
