using System;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>What a mixer is handed must fit its options: missing, superfluous and mismatched inputs are refused by name.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MixerInputTests
{
    [TestCase(Saliency.SpectralResidual, true, false, "gradient", "given to a mixer whose saliency is SpectralResidual")]
    [TestCase(Saliency.SpectralResidual, false, true, "saliency", "given to a mixer whose saliency is SpectralResidual")]
    [TestCase(Saliency.Gradient, false, false, "gradient", "no tensor is given")]
    [TestCase(Saliency.Gradient, true, true, "saliency", "given to a mixer whose saliency is Gradient")]
    [TestCase(Saliency.Supplied, false, false, "saliency", "no tensor is given")]
    [TestCase(Saliency.Supplied, true, true, "gradient", "given to a mixer whose saliency is Supplied")]
    public void Guide_of_the_wrong_kind(Saliency saliency, bool hasGradient, bool hasMaps, string position, string rule)
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = saliency });
        var inputs = new MixInputs
        {
            Images = batch.Images.View,
            Labels = batch.Labels.View,
            Gradient = hasGradient ? batch.Gradient.View : default,
            Saliency = hasMaps ? batch.Saliency.View : default,
        };
        AssertRefused(() => mixer.Mix(inputs, outputs.Views), outputs, position, rule);
    }

    [TestCase(nameof(MixOutputs.SoftLabels))]
    [TestCase(nameof(MixOutputs.LabelsA))]
    [TestCase(nameof(MixOutputs.LabelsB))]
    public void Label_output_without_labels(string position)
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var set = new OutputSet(batch, ElementType.Float32);
        var outputs = new MixOutputs
        {
            Images = set.Views.Images,
            SoftLabels = position == nameof(MixOutputs.SoftLabels) ? set.Views.SoftLabels : default,
            LabelsA = position == nameof(MixOutputs.LabelsA) ? set.Views.LabelsA : default,
            LabelsB = position == nameof(MixOutputs.LabelsB) ? set.Views.LabelsB : default,
        };
        AssertRefused(() => new GuidedMixer().Mix(batch.Images.View, default, outputs), set, "labels", "no tensor is given");
    }

    [Test]
    public void Soft_rows_and_classes_disagree()
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var set = new OutputSet(batch, ElementType.Float32);
        using HostTensor rows = HostTensor.Allocate(ElementType.Float32, 3, SeededBatch.Classes + 1);
        var outputs = new MixOutputs { Images = set.Views.Images, SoftLabels = set.Views.SoftLabels };
        AssertRefused(() => new GuidedMixer().Mix(batch.Images.View, rows.View, outputs), set, "outputs.SoftLabels", "[3,10]");
    }

    [TestCase(ElementType.Float32, ElementType.UInt8)]
    [TestCase(ElementType.Float32, ElementType.Float16)]
    [TestCase(ElementType.Float16, ElementType.Float32)]
    [TestCase(ElementType.BFloat16, ElementType.Float16)]
    [TestCase(ElementType.UInt8, ElementType.Int32)]
    public void Mixed_type_that_the_images_type_cannot_become(ElementType from, ElementType to)
    {
        using var batch = new SeededBatch(3, 3, 8, 9, from);
        using var set = new OutputSet(batch, to);
        AssertRefused(
            () => new GuidedMixer().Mix(batch.Images.View, batch.Labels.View, set.Views), set, "outputs.Images", $"{to} where {from}");
    }

    [Test]
    public void Mixed_images_are_always_needed()
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var set = new OutputSet(batch, ElementType.Float32);
        var outputs = new MixOutputs { Ratio = set.Views.Ratio };
        AssertRefused(() => new GuidedMixer().Mix(batch.Images.View, default, outputs), set, "outputs.Images", "no tensor is given");
    }

    [Test]
    public void Outputs_return_as_the_callers_views()
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var set = new OutputSet(batch, ElementType.Float32);
        MixResult result = new GuidedMixer().Mix(batch.Images.View, batch.Labels.View, set.Views);
        unsafe
        {
            Assert.That((nint)result.Outputs.Images.Data, Is.EqualTo((nint)set.Views.Images.Data));
            Assert.That((nint)result.Outputs.Flags.Data, Is.EqualTo((nint)set.Views.Flags.Data));
        }

        Assert.That(result.IsMixed, Is.True);
        Assert.That(set.Partners.AsSpan<int>().ToArray().Order(), Is.EqualTo(Enumerable.Range(0, 3)));
    }

    private static void AssertRefused(Action call, OutputSet outputs, string position, string rule)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(call)!;
        Assert.That(error.ParamName, Is.EqualTo(position), error.Message);
        Assert.That(error.Message, Does.StartWith(position + ": ").And.Contain(rule));
        Assert.That(outputs.IsPoisoned, Is.True, "the call wrote before it refused.");
    }
}
