namespace GuidedMixup;

/// <summary>The rules of the methods that lay images together from blocks.</summary>
internal static class BlockMixRules
{
    internal static void Check(
        GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in Execution execution, in ImageBatch images)
    {
        bool isPart = options.Method == MixMethod.CoMixup;
        if (!outputs.Weights.IsEmpty)
        {
            if (!isPart) MixRules.Refuse(options, "outputs.Weights");
            Require.Compact(outputs.Weights, "outputs.Weights", ElementType.Float32, "[N,N]", images.N, images.N);
        }

        if (isPart) CheckPart(options, inputs, outputs, images);
        else if (options.Method == MixMethod.PuzzleMix) PuzzleMixRules.CheckImages(options.PuzzleMix, images, "images");
    }

    private static void CheckPart(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in ImageBatch images)
    {
        PuzzleMixRules.CheckDivisible(images, options.CoMixup.Blocks, "CoMixup.Blocks", "images");
        if (!inputs.Partners.IsEmpty) Refuse("partners");
        if (!outputs.Partners.IsEmpty) Refuse("outputs.Partners");
        if (!outputs.Ratio.IsEmpty) Refuse("outputs.Ratio");
        if (!outputs.PartnerRatio.IsEmpty) Refuse("outputs.PartnerRatio");
        if (!outputs.LabelsA.IsEmpty) Refuse("outputs.LabelsA");
        if (!outputs.LabelsB.IsEmpty) Refuse("outputs.LabelsB");
    }

    private static void Refuse(string name) =>
        Require.Fail(name, "given to a mixer whose method is CoMixup: its images have no one partner; take SoftLabels or Weights.");
}
