using System;
using System.Collections.Generic;

namespace GuidedMixup.Tests;

/// <summary>One call of a mixer into guarded and poisoned memory for every output it has.</summary>
public sealed class MixRun : IDisposable
{
    private readonly List<GuardedTensor> _all = [];

    /// <summary>Runs the batch; <paramref name="inputs"/> names the tensors, which stay the caller's.</summary>
    public MixRun(Backend backend, GuidedMixerOptions options, MixRunInputs inputs, string what)
    {
        GuardedTensor x = inputs.Images;
        long n = x.Shape[0], h = x.Shape[2], w = x.Shape[3];
        Images = Own(GuardedTensor.Create(inputs.ResultType ?? x.Type, inputs.ResultLayout, x.Shape));
        // Only what the method has: the rest stays at one element, and is not passed.
        bool hasMaps = MixRules.TakesMaps(options), hasMask = options.Method == MixMethod.GuidedMixup, hasBoxes = MixRules.HasBoxes(options);
        Saliency = Own(hasMaps ? GuardedTensor.Compact(ElementType.Float32, n, h, w) : GuardedTensor.Compact(ElementType.Float32, 1));
        Normalised = Own(hasMaps ? GuardedTensor.Compact(ElementType.Float32, n, h, w) : GuardedTensor.Compact(ElementType.Float32, 1));
        Distance = Own(hasMaps ? GuardedTensor.Compact(ElementType.Float32, n, n) : GuardedTensor.Compact(ElementType.Float32, 1));
        Partners = Own(GuardedTensor.Compact(ElementType.Int64, n));
        Mask = Own(hasMask ? GuardedTensor.Compact(ElementType.Float32, n, h, w) : GuardedTensor.Compact(ElementType.Float32, 1));
        Ratio = Own(GuardedTensor.Compact(ElementType.Float32, n));
        PartnerRatio = Own(GuardedTensor.Compact(ElementType.Float32, n));
        Boxes = hasBoxes ? Own(GuardedTensor.Compact(ElementType.Int32, n, 4)) : null;
        PartnerBoxes = options.Method == MixMethod.SnapMix ? Own(GuardedTensor.Compact(ElementType.Int32, n, 4)) : null;
        Flags = Own(GuardedTensor.Compact(ElementType.Int32, n));
        bool isLabelled = inputs.Labels != null;
        SoftLabels = isLabelled ? Own(GuardedTensor.Compact(ElementType.Float32, n, inputs.Classes)) : null;
        LabelsA = isLabelled ? Own(GuardedTensor.Compact(inputs.Labels!.Type, n)) : null;
        LabelsB = isLabelled ? Own(GuardedTensor.Compact(inputs.Labels!.Type, n)) : null;

        TensorView View(GuardedTensor? tensor) => tensor == null ? default : backend.View(tensor);
        var batch = new MixInputs
        {
            Images = View(x),
            Labels = View(inputs.Labels),
            Gradient = View(inputs.Gradient),
            Saliency = View(inputs.Saliency),
            Partners = View(inputs.Partners),
            Subset = View(inputs.Subset),
            Ratios = View(inputs.Ratios),
            Boxes = View(inputs.Boxes),
            PartnerBoxes = View(inputs.PartnerBoxes),
            Features = View(inputs.Features),
            ClassWeights = View(inputs.ClassWeights),
            Step = inputs.Step,
        };
        var outputs = new MixOutputs
        {
            Images = View(Images),
            SoftLabels = View(SoftLabels),
            LabelsA = View(LabelsA),
            LabelsB = View(LabelsB),
            Ratio = View(Ratio),
            PartnerRatio = View(PartnerRatio),
            Boxes = View(Boxes),
            PartnerBoxes = View(PartnerBoxes),
            Partners = View(Partners),
            Mask = hasMask ? View(Mask) : default,
            Saliency = hasMaps && inputs.AreMapsWanted ? View(Saliency) : default,
            Normalised = hasMaps && inputs.AreMapsWanted ? View(Normalised) : default,
            Distance = hasMaps && inputs.AreMapsWanted ? View(Distance) : default,
            Flags = View(Flags),
        };
        IsMixed = new GuidedMixer(options).Mix(batch, outputs, backend.Execution).IsMixed;
        backend.Finish();
        foreach (GuardedTensor tensor in _all) tensor.AssertIntact($"Mix of {what}");
        foreach (GuardedTensor? tensor in new[]
        {
            x, inputs.Labels, inputs.Gradient, inputs.Saliency, inputs.Partners, inputs.Subset, inputs.Ratios, inputs.Boxes,
            inputs.PartnerBoxes, inputs.Features, inputs.ClassWeights,
        })
        {
            tensor?.AssertIntact($"Mix of {what}: inputs");
        }
    }

    public bool IsMixed { get; }

    public GuardedTensor Images { get; }

    public GuardedTensor Saliency { get; }

    public GuardedTensor Normalised { get; }

    public GuardedTensor Distance { get; }

    public GuardedTensor Partners { get; }

    public GuardedTensor Mask { get; }

    public GuardedTensor Ratio { get; }

    public GuardedTensor PartnerRatio { get; }

    public GuardedTensor? Boxes { get; }

    public GuardedTensor? PartnerBoxes { get; }

    public GuardedTensor Flags { get; }

    public GuardedTensor? SoftLabels { get; }

    public GuardedTensor? LabelsA { get; }

    public GuardedTensor? LabelsB { get; }

    public int[] Pairs => Array.ConvertAll(Partners.ToDoubles(), p => (int)p);

    public void Dispose()
    {
        foreach (GuardedTensor tensor in _all) tensor.Dispose();
    }

    private GuardedTensor Own(GuardedTensor tensor)
    {
        _all.Add(tensor);
        return tensor;
    }
}
