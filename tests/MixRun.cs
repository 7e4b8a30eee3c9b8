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
        Saliency = Own(GuardedTensor.Compact(ElementType.Float32, n, h, w));
        Normalised = Own(GuardedTensor.Compact(ElementType.Float32, n, h, w));
        Distance = Own(GuardedTensor.Compact(ElementType.Float32, n, n));
        Partners = Own(GuardedTensor.Compact(ElementType.Int64, n));
        Mask = Own(GuardedTensor.Compact(ElementType.Float32, n, h, w));
        Ratio = Own(GuardedTensor.Compact(ElementType.Float32, n));
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
            Step = inputs.Step,
        };
        var outputs = new MixOutputs
        {
            Images = View(Images),
            SoftLabels = View(SoftLabels),
            LabelsA = View(LabelsA),
            LabelsB = View(LabelsB),
            Ratio = View(Ratio),
            Partners = View(Partners),
            Mask = View(Mask),
            Saliency = View(Saliency),
            Normalised = View(Normalised),
            Distance = View(Distance),
            Flags = View(Flags),
        };
        IsMixed = new GuidedMixer(options).Mix(batch, outputs, backend.Execution).IsMixed;
        backend.Finish();
        foreach (GuardedTensor tensor in _all) tensor.AssertIntact($"Mix of {what}");
        foreach (GuardedTensor? tensor in new[] { x, inputs.Labels, inputs.Gradient, inputs.Saliency, inputs.Partners, inputs.Subset })
            tensor?.AssertIntact($"Mix of {what}: inputs");
    }

    public bool IsMixed { get; }

    public GuardedTensor Images { get; }

    public GuardedTensor Saliency { get; }

    public GuardedTensor Normalised { get; }

    public GuardedTensor Distance { get; }

    public GuardedTensor Partners { get; }

    public GuardedTensor Mask { get; }

    public GuardedTensor Ratio { get; }

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
