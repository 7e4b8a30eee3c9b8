using System;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>A step that lies in memory is the step, and is held to its rules.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class StepBufferTests
{
    private static readonly GuidedMixerOptions Drawn = new()
    {
        Saliency = Saliency.Supplied,
        Pairing = Pairing.Random,
        Probability = 0.5,
        ProbabilityMode = ProbabilityMode.Image,
    };

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(long.MaxValue)]
    public void Step_in_memory_is_the_step(long step)
    {
        using var batch = new SeededBatch(9, 1, 8, 8);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using HostTensor memory = HostTensor.Allocate(ElementType.Int64, 1);
        memory.AsSpan<long>()[0] = step;
        var mixer = new GuidedMixer(Drawn);
        MixResult result = mixer.Mix(batch.Inputs(Drawn, step: 1) with { StepBuffer = memory.View }, outputs.Views);
        Assert.That(new MixRecord(outputs, result.IsMixed).Digest, Is.EqualTo(MixRecord.Run(mixer, batch, step: (ulong)step).Digest));
    }

    [TestCase(ElementType.Int32, 1)]
    [TestCase(ElementType.Int64, 2)]
    public void Step_of_another_type_or_number_is_refused(ElementType type, int count)
    {
        using var batch = new SeededBatch(3, 1, 8, 8);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using HostTensor memory = HostTensor.Allocate(type, count);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new GuidedMixer(Drawn).Mix(batch.Inputs(Drawn) with { StepBuffer = memory.View }, outputs.Views))!;
        Assert.That(error.Message, Does.StartWith("stepBuffer:").And.Contain("is needed"));
        Assert.That(outputs.IsPoisoned, Is.True);
    }
}
