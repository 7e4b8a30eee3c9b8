using System;
using System.Collections.Generic;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Every function of the C library gives the bits of the managed call, whatever the options.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed class BitsTests(string level) : CFixture(level)
{
    private static readonly float[] Weights = [0.5f, 0.25f, 0.25f], Scale = [0.01f, 0.02f, 0.005f], Offset = [-1, 0.5f, 0];

    public static IEnumerable<string> Stages => StageCalls.Names;

    public static IEnumerable<GuidedMixerOptions> StageOptions =>
    [
        new(),
        new() { BlurSize = 5, BlurSigma = 1.25, GrayWeights = Weights, Seed = 3, Rank = 2 },
    ];

    /// <summary>Each option set to something else than its default, in the first case that has it.</summary>
    public static IEnumerable<TestCaseData> Batches =>
    [
        Case("defaults", new()),
        Case("gradient", new() { Saliency = Saliency.Gradient }),
        Case("supplied", new() { Saliency = Saliency.Supplied }),
        Case("random pairing, seed", new() { Pairing = Pairing.Random, Seed = 0xFEDCBA9876543210 }),
        Case("random pairing, rank", new() { Pairing = Pairing.Random, Rank = 5 }),
        Case("L1", new() { Distance = DistanceMetric.L1 }),
        Case("cosine", new() { Distance = DistanceMetric.Cosine }),
        Case("blur size", new() { BlurSize = 3 }),
        Case("blur sigma", new() { BlurSigma = 0.75 }),
        Case("antialias", new() { Antialias = true }),
        Case("strict", new() { Strict = true }),
        Case("gray weights", new() { GrayWeights = Weights }),
        Case("pixel scale, uint8 to float", new() { PixelScale = Scale }, ElementType.UInt8, ElementType.Float32),
        Case("pixel offset, uint8 to bfloat16", new() { PixelOffset = Offset }, ElementType.UInt8, ElementType.BFloat16),
        Case("probability of an image", new() { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, Seed = 2 }),
        Case("probability of a batch, not mixed", new() { Probability = 0 }),
        Case("mixup", new() { Method = MixMethod.Mixup, Seed = 5 }),
        Case("mixup, alpha, an image, uint8", new() { Method = MixMethod.Mixup, Alpha = 0.25, DrawMode = DrawMode.Image }, ElementType.UInt8),
        Case("cutmix, a pair", new() { Method = MixMethod.CutMix, DrawMode = DrawMode.Pair, Seed = 5 }),
        Case("cutmix, greedy", new() { Method = MixMethod.CutMix, Pairing = Pairing.Greedy }),
        Case("saliencymix, gradient", new() { Method = MixMethod.SaliencyMix, Saliency = Saliency.Gradient, DrawMode = DrawMode.Image }),
        Case("uint8", new(), ElementType.UInt8),
        Case("float16", new(), ElementType.Float16),
        Case("bfloat16", new(), ElementType.BFloat16),
    ];

    [Test]
    public void Stage_gives_the_managed_bits([ValueSource(nameof(Stages))] string name, [ValueSource(nameof(StageOptions))] GuidedMixerOptions options)
    {
        using StageCall managed = StageCalls.Make(name);
        using var native = new CCall(Library, name);
        managed.Options = native.Arguments.Options = options;
        Assert.That(managed.RunAndInspect(), Is.Empty);
        Assert.That(native.Arguments.RunAndInspect(), Is.Empty);
        AssertSame(native.Arguments, managed);
    }

    [TestCaseSource(nameof(Stages))]
    public void What_is_optional_may_be_NULL(string name)
    {
        using StageCall managed = StageCalls.Make(name);
        using var native = new CCall(Library, name);
        foreach (StageCall call in (StageCall[])[managed, native.Arguments])
        {
            foreach (Parameter parameter in call.Parameters)
            {
                if (parameter.IsOptional) call[parameter.Name] = default;
            }

            call.Run();
        }

        AssertSame(native.Arguments, managed);
    }

    [Test]
    public void Batch_gives_the_managed_bits(
        [ValueSource(nameof(Batches))] TestCaseData batchCase, [Values] bool isChannelsLast, [Values(1, 3)] int threads)
    {
        var options = (GuidedMixerOptions)batchCase.Arguments[0]!;
        var type = (ElementType)batchCase.Arguments[1]!;
        var outputType = (ElementType)batchCase.Arguments[2]!;
        // Above 128 rows the resize comes into play.
        int height = options.Antialias ? 140 : 33;
        using var batch = new SeededBatch(5, 3, height, 47, type, isChannelsLast);
        MixRecord expected = MixRecord.Run(new GuidedMixer(options), batch, threads, step: 4, outputType: outputType);
        using var mixer = new CMixer(Library, options);
        MixRecord record = mixer.Run(batch, options, step: 4, outputType: outputType, threads: threads);
        Assert.That(record.Digest, Is.EqualTo(expected.Digest));
        Assert.That(record.IsMixed, Is.EqualTo(expected.IsMixed));
    }

    [Test]
    public void Replayed_partners_subset_and_step_buffer_are_taken()
    {
        using var batch = new SeededBatch(5, 3, 16, 20);
        using HostTensor partners = HostTensor.Allocate(ElementType.Int32, 5), subset = HostTensor.Allocate(ElementType.UInt8, 5);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1);
        new[] { 4, 3, 2, 1, 0 }.CopyTo(partners.AsSpan<int>());
        new byte[] { 1, 0, 1, 1, 1 }.CopyTo(subset.AsSpan<byte>());
        step.AsSpan<long>()[0] = 11;
        var options = new GuidedMixerOptions { Pairing = Pairing.Random, Seed = 9 };
        var managed = new GuidedMixer(options);
        using var mixer = new CMixer(Library, options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                mixer.Run(batch, options, partners: partners.View).Digest,
                Is.EqualTo(MixRecord.Run(managed, batch, partners: partners.View).Digest), "partners");
            Assert.That(
                mixer.Run(batch, options, 3, subset: subset.View).Digest,
                Is.EqualTo(MixRecord.Run(managed, batch, 1, 3, subset: subset.View).Digest), "subset");
        }

        using var outputs = new OutputSet(batch, ElementType.Float32);
        mixer.Mix(batch.Inputs(options) with { StepBuffer = step.View }, outputs.Views, default);
        Assert.That(new MixRecord(outputs, true).Digest, Is.EqualTo(MixRecord.Run(managed, batch, 1, 11).Digest), "the step in the buffer");
    }

    [Test]
    public unsafe void Offset_bool_subset_and_missing_strides_are_understood()
    {
        using StageCall managed = StageCalls.Make("CycleCover.Greedy");
        managed.Run();
        using var native = new CCall(Library, "CycleCover.Greedy");
        native.SpoilTensor("distance", tensor =>
        {
            tensor->Strides = null;
            tensor->Data -= 64;
            tensor->ByteOffset = 64;
        });
        native.SpoilTensor("subset", tensor => tensor->Code = 6);
        // The host has one device, whatever number a framework gives it.
        native.SpoilTensor("partners", tensor => tensor->DeviceId = -1);
        native.Arguments.Run();
        AssertSame(native.Arguments, managed);
    }

    private static void AssertSame(StageCall native, StageCall managed)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (Parameter parameter in native.Parameters)
            {
                if (!native[parameter.Name].IsEmpty)
                    Assert.That(Bytes(native[parameter.Name]).SequenceEqual(Bytes(managed[parameter.Name])), parameter.Name);
            }
        }
    }

    private static unsafe ReadOnlySpan<byte> Bytes(in TensorView view) => new(view.Data, (int)view.Length * view.Type.Size());

    private static TestCaseData Case(string name, GuidedMixerOptions options, ElementType type = ElementType.Float32, ElementType? outputType = null) =>
        new TestCaseData(options, type, outputType ?? type).SetArgDisplayNames(name);
}
