using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>In the steady state a call allocates nothing on the managed heap and keeps nothing on the native one.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AllocationTests
{
    private const int Calls = 1000;

    public static IEnumerable<TestCaseData> Mixers =>
    [
        Case("spectral residual", new()),
        Case("gradient", new() { Saliency = Saliency.Gradient }),
        Case("supplied", new() { Saliency = Saliency.Supplied }),
        Case("random pairing", new() { Pairing = Pairing.Random }),
        Case("Mixup", new() { Method = MixMethod.Mixup, DrawMode = DrawMode.Image }),
        Case("Mixup uint8", new() { Method = MixMethod.Mixup }, ElementType.UInt8, isChannelsLast: true),
        Case("CutMix", new() { Method = MixMethod.CutMix, DrawMode = DrawMode.Pair }),
        Case("CutMix greedy", new() { Method = MixMethod.CutMix, Pairing = Pairing.Greedy, Strict = true }),
        Case("SaliencyMix", new() { Method = MixMethod.SaliencyMix }),
        Case("SaliencyMix supplied", new() { Method = MixMethod.SaliencyMix, Saliency = Saliency.Supplied, DrawMode = DrawMode.Image }),
        Case("SnapMix", new() { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image }),
        Case("SnapMix strict", new() { Method = MixMethod.SnapMix, Strict = true }, ElementType.UInt8, isChannelsLast: true),
        Case("strict", new() { Strict = true }),
        Case("drawn images", new() { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image }),
        Case("L1", new() { Distance = DistanceMetric.L1, Saliency = Saliency.Supplied }),
        Case("cosine", new() { Distance = DistanceMetric.Cosine, Saliency = Saliency.Supplied }),
        Case("uint8", new(), ElementType.UInt8),
        Case("uint8 NHWC", new(), ElementType.UInt8, isChannelsLast: true),
        Case("float32 NHWC", new(), ElementType.Float32, isChannelsLast: true),
        Case("float16", new(), ElementType.Float16),
    ];

    [TestCaseSource(nameof(Mixers))]
    public void A_thousand_calls_allocate_nothing(GuidedMixerOptions options, ElementType type, bool isChannelsLast)
    {
        using var batch = new SeededBatch(4, 3, 16, 16, type, isChannelsLast);
        using var outputs = new OutputSet(batch, type, options);
        var mixer = new GuidedMixer(options);
        MixInputs inputs = batch.Inputs(options);
        MixOutputs views = outputs.Views;
        AssertNothingAllocated(() => mixer.Mix(inputs, views, new Execution(Threads: 2)));
    }

    [Test]
    public void A_thousand_calls_of_a_block_method_allocate_nothing([Values(MixMethod.PuzzleMix, MixMethod.CoMixup)] MixMethod method)
    {
        var options = new GuidedMixerOptions { Method = method, Saliency = Saliency.Supplied, CoMixup = new CoMixupOptions { PartSize = 5 } };
        using var batch = new SeededBatch(8, 3, 32, 32);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        var mixer = new GuidedMixer(options);
        MixInputs inputs = batch.Inputs(options);
        var outputs = new MixOutputs { Images = mixed.View };
        AssertNothingAllocated(() => mixer.Mix(inputs, outputs, new Execution(Threads: 1)));
    }

    public static IEnumerable<string> Stages => StageCalls.Names.Where(name => !name.StartsWith("GuidedMixer", StringComparison.Ordinal));

    [TestCaseSource(nameof(Stages))]
    public void A_thousand_calls_of_a_stage_allocate_nothing(string name)
    {
        using StageCall call = StageCalls.Make(name);
        // Default options would be made anew in every call; a caller who counts bytes passes them.
        call.Execution = new Execution(Threads: 2);
        AssertNothingAllocated(call.Run);
    }

    [Test]
    public void Native_memory_stays_flat()
    {
        using var batch = new SeededBatch(32, 3, 40, 40);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var mixer = new GuidedMixer();
        MixInputs inputs = batch.Inputs(mixer.Options);
        for (int i = 0; i < 50; i++) mixer.Mix(inputs, outputs.Views, new Execution(Threads: 2));
        long before = WorkingSet();
        for (int i = 0; i < 300; i++) mixer.Mix(inputs, outputs.Views, new Execution(Threads: 2));
        // One map of each image kept by each call would be 61 MB.
        Assert.That(WorkingSet() - before, Is.LessThan(20_000_000));
    }

    [Test]
    public void Trimming_frees_what_calls_keep()
    {
        // Blocks this large go back to the system when freed; a smaller one may stay with the C library.
        using HostTensor images = HostTensor.Allocate(ElementType.UInt8, 1, 1, 3600, 3600), maps = HostTensor.Allocate(ElementType.Float16, 1, 3600, 3600);
        using HostTensor mixed = HostTensor.Allocate(ElementType.UInt8, 1, 1, 3600, 3600);
        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = Saliency.Supplied });
        GuidedMixer.TrimWorkspaces();
        for (int i = 0; i < 2; i++)
            mixer.Mix(new MixInputs { Images = images.View, Saliency = maps.View }, new MixOutputs { Images = mixed.View });
        long before = WorkingSet();
        GuidedMixer.TrimWorkspaces();
        // The normalised map alone is 52 MB.
        Assert.That(before - WorkingSet(), Is.GreaterThan(50_000_000));
    }

    private static void AssertNothingAllocated(Action call)
    {
        for (int i = 0; i < 40; i++) call();
        long fewest = long.MaxValue;
        // The test runner's own threads may allocate meanwhile; a call that allocates does so every time.
        for (int attempt = 0; attempt < 4 && fewest >= Calls; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < Calls; i++) call();
            fewest = Math.Min(fewest, GC.GetTotalAllocatedBytes(true) - before);
        }

        // Less than a byte a call: the least that one can allocate is 24.
        Assert.That(fewest, Is.LessThan(Calls), $"bytes in {Calls} calls");
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static TestCaseData Case(
        string name, GuidedMixerOptions options, ElementType type = ElementType.Float32, bool isChannelsLast = false) =>
        new TestCaseData(options, type, isChannelsLast).SetArgDisplayNames(name);
}
