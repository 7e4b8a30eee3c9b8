using System;
using System.Threading;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Calls that may take long end when they are asked to, and leave the library as it was.</summary>
[TestFixture]
public sealed class CancellationTests
{
    [Test]
    public void Mixer_asked_before_it_begins_ends_and_the_next_call_is_right(
        [Values(MixMethod.PuzzleMix, MixMethod.CoMixup)] MixMethod method, [Values] SolverMode mode, [Values(1, 2)] int threads)
    {
        var options = new GuidedMixerOptions
        {
            Method = method,
            Seed = 4,
            PuzzleMix = new() { Blocks = 4, Mode = mode },
            CoMixup = new() { PartSize = 3, Mode = mode },
        };
        var mixer = new GuidedMixer(options);
        using var batch = new SeededBatch(5, 3, 16, 16);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32), again = batch.AllocateImages(ElementType.Float32);
        mixer.Mix(batch.Inputs(options), new MixOutputs { Images = mixed.View });

        var asked = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(
            () => mixer.Mix(batch.Inputs(options), new MixOutputs { Images = again.View }, new Execution(Threads: threads, Cancellation: asked)));

        mixer.Mix(batch.Inputs(options), new MixOutputs { Images = again.View }, new Execution(Threads: threads));
        Assert.That(again.AsSpan<float>().SequenceEqual(mixed.AsSpan<float>()), Is.True);
    }

    [Test]
    public void Methods_without_solvers_do_not_ask([Values(MixMethod.GuidedMixup, MixMethod.CutMix)] MixMethod method)
    {
        var mixer = new GuidedMixer(new GuidedMixerOptions { Method = method });
        using var batch = new SeededBatch(4, 3, 16, 16);
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        var execution = new Execution(Cancellation: new CancellationToken(canceled: true));
        Assert.That(mixer.Mix(batch.Inputs(mixer.Options), new MixOutputs { Images = mixed.View }, execution).IsMixed, Is.True);
    }

    /// <summary>Uncancelled, these would take minutes.</summary>
    [Test]
    public void Long_solves_end_soon_after_they_are_asked([Values] SolverMode mode)
    {
        const int Inputs = 200, Side = 32;
        using HostTensor saliency = HostTensor.Allocate(ElementType.Float32, Inputs, Side, Side), alpha = HostTensor.Allocate(ElementType.Float32, Inputs);
        using HostTensor start = HostTensor.Allocate(ElementType.Int32, Inputs, Side, Side);
        using HostTensor layout = HostTensor.Allocate(ElementType.Float32, Inputs, Side, Side, Inputs);
        var random = new Random(11);
        foreach (ref float value in saliency.AsSpan<float>()) value = random.NextSingle() / (Side * Side);
        foreach (ref float value in alpha.AsSpan<float>()) value = 1f / Inputs;
        foreach (ref int value in start.AsSpan<int>()) value = random.Next(Inputs);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.Throws<OperationCanceledException>(() => CoMixup.Solve(
            saliency.View, alpha.View, default, start.View, layout.View, default, new CoMixupOptions { Mode = mode, Iterations = 100 },
            new Execution(Cancellation: source.Token)));
    }

    [Test]
    public void Cuts_end_when_they_are_asked([Values] SolverMode mode, [Values(1, 2)] int threads)
    {
        using HostTensor unary = HostTensor.Allocate(ElementType.Int32, 3, 4, 4, 2), smooth = HostTensor.Allocate(ElementType.Int32, 2, 2);
        using HostTensor vertical = HostTensor.Allocate(ElementType.Int32, 3, 3, 4), horizontal = HostTensor.Allocate(ElementType.Int32, 3, 4, 3);
        using HostTensor labels = HostTensor.Allocate(ElementType.Int32, 3, 4, 4);
        Assert.Throws<OperationCanceledException>(() => GridCut.Solve(
            unary.View, smooth.View, vertical.View, horizontal.View, labels.View, default, mode,
            new Execution(Threads: threads, Cancellation: new CancellationToken(canceled: true))));
    }
}
