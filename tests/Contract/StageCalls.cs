using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Contract;

/// <summary>Every public call that takes tensors, with every position filled.</summary>
internal static class StageCalls
{
    private const int N = 3, C = 3, H = 8, W = 9, K = 5;
    private static readonly long[] ImageShape = [N, C, H, W], MapShape = [N, H, W], PerImage = [N], Pairs = [N, N], Rows = [N, K], Boxes = [N, 4];
    private static readonly Parameter BoxesOut = new("outputs.Boxes", ElementType.Int32, Boxes, ElementType.Int64) { IsOutput = true, IsOptional = true };

    // 8×9 pixels have no common divisor.
    private static readonly GuidedMixerOptions WholeImages = new() { PuzzleMix = new PuzzleMixOptions { Blocks = 1 } };

    private static readonly Dictionary<string, Func<StageCall>> Makers = new Func<StageCall>[]
    {
        () => new StageCall("SpectralResidual.Compute",
            a => SpectralResidual.Compute(a["images"], a["saliency"], a.Options, a.Execution),
            Images("images"), Output("saliency", MapShape)),
        () => new StageCall("GradientSaliency.Compute",
            a => GradientSaliency.Compute(a["gradient"], a["saliency"], a.Execution),
            Images("gradient") with { WrongType = ElementType.UInt8 }, Output("saliency", MapShape)),
        () => new StageCall("GaussianBlur.Blur",
            a => GaussianBlur.Blur(a["maps"], a["blurred"], a.Options, a.Execution),
            Maps("maps"), Output("blurred", MapShape)),
        () => new StageCall("GaussianBlur.Normalise",
            a => GaussianBlur.Normalise(a["maps"], a["normalised"], a["flags"], a.Options, a.Execution),
            Maps("maps"), Output("normalised", MapShape), Flags("flags")),
        () => new StageCall("PairDistance.Compute",
            a => PairDistance.Compute(a["normalised"], a["distance"], DistanceMetric.L2, a.Execution),
            Maps("normalised") with { IsStrided = false }, Output("distance", Pairs)),
        () => new StageCall("CycleCover.Greedy",
            a => CycleCover.Greedy(a["distance"], a["partners"], a["subset"], a["flags"], a.Options, a.Execution),
            Input("distance", ElementType.Float32, Pairs), Indices("partners") with { IsOutput = true }, Subset("subset"), Flags("flags")),
        () => new StageCall("CycleCover.Random",
            a => CycleCover.Random(a["partners"], 1, 2, 3, a["subset"], a.Execution),
            Indices("partners") with { IsOutput = true, DefinesShape = true }, Subset("subset")),
        () => new StageCall("PixelMix.Mix",
            a => PixelMix.Mix(
                a["images"], a["normalised"], a["partners"], a["mixed"], a["mask"], a["ratio"], a["flags"], a.Options, a.Execution),
            Images("images"), Input("normalised", ElementType.Float32, MapShape), Indices("partners"), Mixed("mixed"), Optional("mask", MapShape),
            Optional("ratio", PerImage), Flags("flags")),
        () => new StageCall("PixelMix.Backward",
            a => PixelMix.Backward(a["mixedGradient"], a["mask"], a["partners"], a["imageGradient"], a.Execution),
            Images("mixedGradient") with { WrongType = ElementType.UInt8 }, Input("mask", ElementType.Float32, MapShape), Indices("partners"),
            Mixed("imageGradient")),
        () => new StageCall("Mixup.Mix",
            a => Mixup.Mix(a["tensors"], a["ratio"], a["partners"], a["mixed"], a["flags"], a.Options, a.Execution),
            Images("tensors") with { DefinesShape = false, IsAnyRank = true }, Input("ratio", ElementType.Float32, PerImage), Indices("partners"),
            Mixed("mixed"), Flags("flags")),
        () => new StageCall("CutMix.Mix",
            a => CutMix.Mix(a["images"], a["boxes"], a["partners"], a["mixed"], a["ratio"], a["flags"], a.Options, a.Execution),
            Images("images"), Input("boxes", ElementType.Int32, Boxes), Indices("partners"), Mixed("mixed"), Optional("ratio", PerImage),
            Flags("flags")),
        () => new StageCall("SaliencyMix.Boxes",
            a => SaliencyMix.Boxes(a["saliency"], a["ratios"], a["partners"], a["boxes"], a["flags"], a.Options, a.Execution),
            Maps("saliency"), Input("ratios", ElementType.Float32, PerImage), Indices("partners"),
            Input("boxes", ElementType.Int32, Boxes) with { IsOutput = true }, Flags("flags")),
        () => new StageCall("PuzzleMix.Mix",
            a => PuzzleMix.Mix(
                a["images"], a["saliency"], a["ratios"], a["partners"], a["mixed"], a["mask"], a["ratio"], a["flags"], WholeImages, a.Execution),
            Images("images"), Maps("saliency") with { DefinesShape = false }, Input("ratios", ElementType.Float32, PerImage), Indices("partners"),
            Mixed("mixed"), Optional("mask", MapShape), Optional("ratio", PerImage), Flags("flags")),
        () => new StageCall("SnapMix.Mix",
            a => SnapMix.Mix(
                a["images"], a["boxes"], a["partnerBoxes"], a["partners"], a["features"], a["classWeights"], a["labels"], a["mixed"], a["ratio"],
                a["partnerRatio"], a["flags"], a.Options, a.Execution),
            Images("images"), Input("boxes", ElementType.Int32, Boxes), Input("partnerBoxes", ElementType.Int32, Boxes), Indices("partners"), Features,
            ClassWeights, Indices("labels"), Mixed("mixed"), Optional("ratio", PerImage), Optional("partnerRatio", PerImage), Flags("flags")),
        () => new StageCall("AugMix.Mix",
            a => AugMix.Mix(a["images"], a["chains"], a["weights"], a["skip"], a["mixed"], a.Options, a.Execution),
            Images("images"), new Parameter("chains", ElementType.Float32, [2, N, C, H, W], ElementType.BFloat16) { IsStrided = true, Bound = [1, 2, 3, 4] },
            Input("weights", ElementType.Float32, [N, 2]), Input("skip", ElementType.Float32, PerImage), Mixed("mixed")),
        () => new StageCall("LabelMix.Soft",
            a => LabelMix.Soft(a["labels"], a["partners"], a["ratio"], a["soft"], a.Execution),
            Indices("labels"), Indices("partners"), Input("ratio", ElementType.Float32, PerImage), Output("soft", Rows) with { DefinesShape = true }),
        () => new StageCall("LabelMix.Pair",
            a => LabelMix.Pair(a["labels"], a["partners"], a["labelsA"], a["labelsB"], a.Execution),
            Indices("labels") with { DefinesShape = true }, Indices("partners"), Labels("labelsA"), Labels("labelsB")),
        () => Mixer(Saliency.SpectralResidual),
        () => Mixer(Saliency.Gradient, Input("gradient", ElementType.Float32, ImageShape) with { IsStrided = true }),
        () => Mixer(Saliency.Supplied, Input("saliency", ElementType.Float32, MapShape) with { IsStrided = true }),
        () => Drawn(MixMethod.Mixup),
        () => Drawn(MixMethod.CutMix, Input("boxes", ElementType.Int32, Boxes) with { IsOptional = true }, BoxesOut),
        () => Drawn(MixMethod.SaliencyMix, Input("boxes", ElementType.Int32, Boxes) with { IsOptional = true }, BoxesOut),
        () => Drawn(
            MixMethod.SnapMix, Input("boxes", ElementType.Int32, Boxes) with { IsOptional = true }, BoxesOut,
            Input("partnerBoxes", ElementType.Int32, Boxes) with { IsOptional = true }, BoxesOut with { Name = "outputs.PartnerBoxes" }, Features, ClassWeights),
    }.ToDictionary(make => { using StageCall call = make(); return call.Name; });

    internal static IEnumerable<string> Names => Makers.Keys;

    internal static StageCall Make(string name) => Makers[name]();

    private static StageCall Mixer(Saliency saliency, params Parameter[] guide) => new(
        $"GuidedMixer.Mix({saliency})",
        a => new GuidedMixer(a.Options with { Saliency = saliency }).Mix(
            new MixInputs
            {
                Images = a["images"],
                Labels = a["labels"],
                Gradient = saliency == Saliency.Gradient ? a["gradient"] : default,
                Saliency = saliency == Saliency.Supplied ? a["saliency"] : default,
                Partners = a["partners"],
                Subset = a["subset"],
            },
            new MixOutputs
            {
                Images = a["outputs.Images"],
                SoftLabels = a["outputs.SoftLabels"],
                LabelsA = a["outputs.LabelsA"],
                LabelsB = a["outputs.LabelsB"],
                Ratio = a["outputs.Ratio"],
                PartnerRatio = a["outputs.PartnerRatio"],
                Partners = a["outputs.Partners"],
                Mask = a["outputs.Mask"],
                Saliency = a["outputs.Saliency"],
                Normalised = a["outputs.Normalised"],
                Distance = a["outputs.Distance"],
                Flags = a["outputs.Flags"],
            },
            a.Execution),
        [
            Images("images"), Indices("labels"), .. guide, Indices("partners") with { IsOptional = true }, Subset("subset"),
            Mixed("outputs.Images"), Optional("outputs.SoftLabels", Rows), Labels("outputs.LabelsA"), Labels("outputs.LabelsB"),
            Optional("outputs.Ratio", PerImage), Optional("outputs.PartnerRatio", PerImage),
            Indices("outputs.Partners") with { IsOutput = true, IsOptional = true }, Optional("outputs.Mask", MapShape), Optional("outputs.Saliency", MapShape), Optional("outputs.Normalised", MapShape),
            Optional("outputs.Distance", Pairs), Flags("outputs.Flags"),
        ]);

    private static StageCall Drawn(MixMethod method, params Parameter[] boxes) => new(
        $"GuidedMixer.Mix({method})",
        a => new GuidedMixer(a.Options with { Method = method }).Mix(
            new MixInputs
            {
                Images = a["images"],
                Labels = a["labels"],
                Partners = a["partners"],
                Subset = a["subset"],
                Ratios = a["ratios"],
                Boxes = boxes.Length > 0 ? a["boxes"] : default,
                PartnerBoxes = method == MixMethod.SnapMix ? a["partnerBoxes"] : default,
                Features = method == MixMethod.SnapMix ? a["features"] : default,
                ClassWeights = method == MixMethod.SnapMix ? a["classWeights"] : default,
            },
            new MixOutputs
            {
                Images = a["outputs.Images"],
                SoftLabels = a["outputs.SoftLabels"],
                LabelsA = a["outputs.LabelsA"],
                LabelsB = a["outputs.LabelsB"],
                Ratio = a["outputs.Ratio"],
                PartnerRatio = a["outputs.PartnerRatio"],
                Boxes = boxes.Length > 0 ? a["outputs.Boxes"] : default,
                PartnerBoxes = method == MixMethod.SnapMix ? a["outputs.PartnerBoxes"] : default,
                Partners = a["outputs.Partners"],
                Flags = a["outputs.Flags"],
            },
            a.Execution),
        [
            Images("images"), Indices("labels"), Indices("partners") with { IsOptional = true }, Subset("subset"),
            Input("ratios", ElementType.Float32, PerImage) with { IsOptional = true }, .. boxes,
            Mixed("outputs.Images"), Optional("outputs.SoftLabels", Rows), Labels("outputs.LabelsA"), Labels("outputs.LabelsB"),
            Optional("outputs.Ratio", PerImage), Optional("outputs.PartnerRatio", PerImage),
            Indices("outputs.Partners") with { IsOutput = true, IsOptional = true }, Flags("outputs.Flags"),
        ]);

    private static Parameter Features =>
        new("features", ElementType.Float32, [N, 4, 2, 3], ElementType.UInt8) { IsStrided = true, Bound = [0] };

    private static Parameter ClassWeights => new("classWeights", ElementType.Float32, [K, 4], ElementType.UInt8) { DefinesShape = true };

    private static Parameter Images(string name) => new(name, ElementType.Float32, ImageShape, ElementType.Int32) { IsStrided = true, DefinesShape = true };

    private static Parameter Mixed(string name) => new(name, ElementType.Float32, ImageShape, ElementType.BFloat16) { IsStrided = true, IsOutput = true };

    private static Parameter Maps(string name) => new(name, ElementType.Float32, MapShape, ElementType.UInt8) { IsStrided = true, DefinesShape = true };

    private static Parameter Indices(string name) => new(name, ElementType.Int64, PerImage, ElementType.Float32);

    private static Parameter Labels(string name) => new(name, ElementType.Int64, PerImage, ElementType.Int32) { IsOutput = true, IsOptional = true };

    private static Parameter Subset(string name) => new(name, ElementType.UInt8, PerImage, ElementType.Int32) { IsOptional = true };

    private static Parameter Flags(string name) => new(name, ElementType.Int32, PerImage, ElementType.Int64) { IsOutput = true, IsOptional = true };

    private static Parameter Input(string name, ElementType type, long[] shape) => new(name, type, shape, ElementType.Int64);

    private static Parameter Output(string name, long[] shape) => new(name, ElementType.Float32, shape, ElementType.Float16) { IsOutput = true };

    private static Parameter Optional(string name, long[] shape) => Output(name, shape) with { IsOptional = true };
}
