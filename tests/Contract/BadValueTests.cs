using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Bad values inside valid tensors, and bad executions: refused by name before a byte is written.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed unsafe class BadValueTests
{
    public static IEnumerable<string> Calls => StageCalls.Names;

    public static IEnumerable<object[]> IndexInputs =>
        from name in StageCalls.Names
        from position in IndexPositions(name)
        select new object[] { name, position };

    public static IEnumerable<string> PixelCalls => ["SpectralResidual.Compute", "PixelMix.Mix", "GuidedMixer.Mix(Supplied)"];

    [TestCaseSource(nameof(IndexInputs))]
    public void Index_out_of_range(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        long* indices = (long*)call[position].Data;
        // 5 classes, 3 images.
        long limit = position == "labels" ? 5 : 3;
        foreach (long bad in (long[])[-1, limit, long.MinValue, long.MaxValue, 1L << 32])
        {
            for (int i = 0; i < 3; i++)
            {
                long kept = indices[i];
                indices[i] = bad;
                if (name == "LabelMix.Pair" && position == "labels")
                {
                    // Labels are only copied there: any number is a label.
                    Assert.That(call.Run, Throws.Nothing);
                }
                else
                {
                    ArgumentException error = call.RunBroken();
                    Assert.That(error.ParamName, Is.EqualTo(position));
                    Assert.That(error.Message, Does.Contain($"{position}[{i}] is {bad}; it is at least 0 and below {limit}."));
                }

                indices[i] = kept;
            }
        }
    }

    [TestCaseSource(nameof(IndexInputs))]
    public void Int32_index_out_of_range(string name, string position)
    {
        if (name == "LabelMix.Pair" && position == "labels") return;
        using StageCall call = StageCalls.Make(name);
        TensorView view = call[position];
        int* indices = (int*)view.Data;
        for (int i = 0; i < 3; i++) indices[i] = i;
        indices[2] = int.MinValue;
        call[position] = new TensorView(view.Data, ElementType.Int32, view.Shape);
        if (position == "labels")
        {
            // The pairs of labels have the labels' type.
            foreach (Parameter pair in call.Parameters.Where(p => p.Name is "outputs.LabelsA" or "outputs.LabelsB")) call[pair.Name] = default;
        }

        Assert.That(call.RunBroken().Message, Does.Contain($"{position}[2] is {int.MinValue}"));
    }

    [TestCaseSource(nameof(Calls))]
    public void Threads_out_of_range(string name)
    {
        foreach (int threads in (int[])[-1, int.MinValue, 1025, int.MaxValue])
        {
            using StageCall call = StageCalls.Make(name);
            call.Execution = new Execution(Threads: threads);
            ArgumentException error = call.RunBroken();
            Assert.That(error.ParamName, Is.EqualTo("execution"));
            Assert.That(error.Message, Does.Contain($"Threads is {threads}").And.Contain("at least 0").And.Contain("1024"));
        }
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(Philox.MaxRank + 1)]
    public void Rank_out_of_range(int rank)
    {
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 4);
        partners.AsSpan<int>().Fill(-1);
        Assert.That(
            () => CycleCover.Random(partners.View, 1, 2, rank),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("rank").And.Message.Contains($"{rank}; it is at least 0 and at most"));
        Assert.That(partners.AsSpan<int>().ToArray(), Is.All.EqualTo(-1));
    }

    [Test]
    public void Unknown_metric()
    {
        using var batch = new SeededBatch(3, 1, 8, 8);
        using HostTensor distance = HostTensor.Allocate(ElementType.Float32, 3, 3);
        distance.AsSpan<float>().Fill(-7);
        Assert.That(
            () => PairDistance.Compute(batch.Saliency.View, distance.View, (DistanceMetric)17),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("metric").And.Message.Contains("17 is no DistanceMetric"));
        Assert.That(distance.AsSpan<float>().ToArray(), Is.All.EqualTo(-7f));
    }

    [TestCase("SpectralResidual.Compute", "images")]
    [TestCase("GaussianBlur.Blur", "maps")]
    [TestCase("GaussianBlur.Normalise", "maps")]
    [TestCase("GuidedMixer.Mix(SpectralResidual)", "images")]
    [TestCase("GuidedMixer.Mix(Gradient)", "images")]
    [TestCase("GuidedMixer.Mix(Supplied)", "images")]
    public void Blur_too_wide_for_the_map(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        call.Options = new GuidedMixerOptions { BlurSize = 15 };
        Assert.That(call.Run, Throws.Nothing);
        // 8 rows take a reach of 7, not of 8.
        call.Options = new GuidedMixerOptions { BlurSize = 17 };
        using StageCall fresh = StageCalls.Make(name);
        fresh.Options = call.Options;
        ArgumentException error = fresh.RunBroken();
        Assert.That(error.ParamName, Is.EqualTo(position));
        Assert.That(error.Message, Does.Contain("8×9").And.Contain("17 taps").And.Contain("above 8"));
    }

    [TestCaseSource(nameof(PixelCalls))]
    public void Scale_and_offset_on_float_images(string name)
    {
        float[] three = [1, 2, 3];
        foreach (GuidedMixerOptions options in (GuidedMixerOptions[])[new() { PixelScale = three }, new() { PixelOffset = three }])
        {
            using StageCall call = StageCalls.Make(name);
            call.Options = options;
            ArgumentException error = call.RunBroken();
            Assert.That(error.ParamName, Is.EqualTo("images"));
            Assert.That(error.Message, Does.Contain("Float32").And.Contain("apply to UInt8"));
        }
    }

    [TestCaseSource(nameof(PixelCalls))]
    public void Scale_or_offset_for_another_number_of_channels(string name)
    {
        float[] two = [1, 2];
        foreach (GuidedMixerOptions options in (GuidedMixerOptions[])[new() { PixelScale = two }, new() { PixelOffset = two }])
        {
            using StageCall call = StageCalls.Make(name);
            call.Options = options;
            ArgumentException error = call.RunBroken();
            Assert.That(error.ParamName, Is.EqualTo("images"));
            Assert.That(error.Message, Does.Contain("3 channels").And.Contain("has 2 values"));
        }
    }

    [TestCase("SpectralResidual.Compute", 3, 2, "has 2 values")]
    [TestCase("SpectralResidual.Compute", 2, 0, "come from GrayWeights")]
    [TestCase("SpectralResidual.Compute", 4, 3, "has 3 values")]
    [TestCase("GuidedMixer.Mix(SpectralResidual)", 3, 4, "has 4 values")]
    public void Gray_weights_for_another_number_of_channels(string name, int channels, int weights, string rule)
    {
        using StageCall call = StageCalls.Make(name);
        call["images"] = new TensorView(call["images"].Data, ElementType.Float32, [3, channels, 8, 9]);
        call.Options = new GuidedMixerOptions { GrayWeights = new float[weights] };
        ArgumentException error = call.RunBroken();
        Assert.That(error.ParamName, Is.EqualTo("images"));
        Assert.That(error.Message, Does.Contain($"{channels} channels").And.Contain(rule));
    }

    private static IEnumerable<string> IndexPositions(string name)
    {
        using StageCall call = StageCalls.Make(name);
        return [.. call.Parameters.Where(p => !p.IsOutput && p.Type == ElementType.Int64).Select(p => p.Name)];
    }
}
