using System;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Structs of callers that were built with an older or a newer header, and what their fields may hold.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class SizedStructTests(string level) : CFixture(level)
{
    private const int Room = 2048;

    [Test]
    public void Initialised_options_are_the_documented_defaults([Values(104, 128, 248, 256, 1024)] int size)
    {
        byte* memory = stackalloc byte[Room];
        new Span<byte>(memory, Room).Fill(0xAB);
        Library.Check(Init((COptions*)memory, (nuint)size));
        var options = (COptions*)memory;
        var expected = new COptions
        {
            Size = (nuint)size,
            Pairing = -1,
            BlurSigma = 3,
            BlurSize = 7,
            Probability = 1,
            PuzzleMixLabels = 3,
            PuzzleMixNeighbourSize = 4,
            PuzzleMixTransportSize = -1,
            PuzzleMixBeta = 1.2,
            PuzzleMixGamma = 0.5,
            PuzzleMixEta = 0.2,
            PuzzleMixTransportCost = 0.8,
            CoMixupBlocks = 4,
            CoMixupPartSize = 20,
            CoMixupIterations = 4,
            CoMixupAlpha = 2,
            CoMixupStarts = 1,
            CoMixupBeta = 0.32,
            CoMixupGamma = 1,
            CoMixupTau = 0.83,
            CoMixupEta = 0.05,
            CoMixupOmega = 0.001,
        };
        int known = Math.Min(size, sizeof(COptions));
        Assert.That(new ReadOnlySpan<byte>(memory, known).SequenceEqual(new ReadOnlySpan<byte>(&expected, known)));
        Assert.That(new ReadOnlySpan<byte>(memory, size)[known..].ContainsAnyExcept((byte)0), Is.False, "unknown fields are 0.");
        Assert.That(new ReadOnlySpan<byte>(memory, Room)[size..].ContainsAnyExcept((byte)0xAB), Is.False, "nothing behind the struct is written.");
        AssertCreates(options);
    }

    [TestCase(0u)]
    [TestCase(8u)]
    [TestCase(96u)]
    [TestCase(103u)]
    [TestCase(105u)]
    [TestCase(1032u)]
    [TestCase(uint.MaxValue)]
    public void Options_of_another_size_are_refused(uint size)
    {
        byte* memory = stackalloc byte[Room];
        new Span<byte>(memory, Room).Fill(0xAB);
        AssertRefuses(Init((COptions*)memory, size), $"options: size is {size};");
        Assert.That(new ReadOnlySpan<byte>(memory, Room).ContainsAnyExcept((byte)0xAB), Is.False, "nothing is written.");
        using var native = new CMemory();
        COptions* options = native.Options(new GuidedMixerOptions());
        options->Size = size;
        AssertRefuses(Create(options), $"options: size is {size};");
    }

    [Test]
    public void Fields_this_library_does_not_know_must_be_0()
    {
        byte* memory = stackalloc byte[Room];
        new Span<byte>(memory, Room).Clear();
        Library.Check(Init((COptions*)memory, 272));
        AssertCreates((COptions*)memory);
        memory[271] = 1;
        AssertRefuses(Create((COptions*)memory), "options: size is 272 and byte 271 is set;");
    }

    [Test]
    public void Inputs_outputs_and_execution_of_a_newer_header_are_understood()
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var mixer = new CMixer(Library, new GuidedMixerOptions());
        using HostTensor mixed = batch.AllocateImages(ElementType.Float32);
        using var memory = new CMemory();
        nint* inputs = memory.New<nint>(20), outputs = memory.New<nint>(20);
        CExecution* execution = (CExecution*)memory.New<nint>(20);
        (inputs[0], inputs[1]) = (112 + 16, (nint)memory.Tensor(batch.Images.View));
        (outputs[0], outputs[1]) = (128 + 8, (nint)memory.Tensor(mixed.View));
        execution->Size = 40 + 8;
        Library.Check(mixer.Mix(inputs, outputs, execution, null));
        foreach ((nint field, string name) in ((nint, string)[])[((nint)(inputs + 15), "inputs"), ((nint)(outputs + 16), "outputs"), ((nint)((nint*)execution + 5), "execution")])
        {
            *(nint*)field = 1;
            AssertRefuses(mixer.Mix(inputs, outputs, execution, null), $"{name}: size is");
            *(nint*)field = 0;
        }

        foreach ((nint size, string name) in ((nint, string)[])[((nint)inputs, "inputs"), ((nint)outputs, "outputs"), ((nint)execution, "execution")])
        {
            nint valid = *(nint*)size;
            *(nint*)size = 32;
            AssertRefuses(mixer.Mix(inputs, outputs, execution, null), $"{name}: size is 32;");
            *(nint*)size = valid;
        }

        execution->Reserved = 1;
        AssertRefuses(mixer.Mix(inputs, outputs, execution, null), "execution: reserved is 1;");
        execution->Reserved = 0;
        execution->DeviceType = 9;
        AssertRefuses(mixer.Mix(inputs, outputs, execution, null), "execution.device: device type 9;");
        execution->DeviceType = 0;
        Library.Check(mixer.Mix(inputs, outputs, execution, null));
    }

    [Test]
    public void Structs_that_are_NULL_are_named()
    {
        using var mixer = new CMixer(Library, new GuidedMixerOptions());
        using var memory = new CMemory();
        nint* outputs = memory.Tensors(new nint[11]);
        AssertRefuses(mixer.Mix(null, outputs, null, null), "inputs: NULL");
        AssertRefuses(mixer.Mix(memory.Tensors(new nint[8]), null, null, null), "outputs: NULL");
        AssertRefuses(mixer.Mix(memory.Tensors(new nint[8]), outputs, null, null), "images: no tensor is given.");
        AssertRefuses(Init(null, 104), "options: NULL");
        AssertRefuses(((delegate* unmanaged<COptions*, nint*, int>)Library["mixer_create"])(null, null), "mixer: NULL");
    }

    [Test]
    public void Each_field_out_of_range_is_named()
    {
        using (Assert.EnterMultipleScope())
        {
            Refused("method is 7", o => o->Method = 7);
            Refused("saliency is 3", o => o->Saliency = 3);
            Refused("saliency is -1", o => o->Saliency = -1);
            Refused("pairing is -2", o => o->Pairing = -2);
            Refused("pairing is 2", o => o->Pairing = 2);
            Refused("distance is 3", o => o->Distance = 3);
            Refused("probability_mode is 2", o => o->ProbabilityMode = 2);
            Refused("antialias is 2", o => o->Antialias = 2);
            Refused("strict is -1", o => o->Strict = -1);
            Refused("blur_size is 4", o => o->BlurSize = 4);
            Refused("blur_sigma is NaN", o => o->BlurSigma = double.NaN);
            Refused("probability is 1.5", o => o->Probability = 1.5);
            Refused("rank is -1", o => o->Rank = -1);
            Refused("gray_weights_count is -1", o => o->GrayWeightsCount = -1);
            Refused("gray_weights is NULL while gray_weights_count is 3", o => o->GrayWeightsCount = 3);
            Refused("pixel_scale is NULL", o => o->PixelScaleCount = 1);
            Refused("draw_mode is 3", o => o->DrawMode = 3);
            Refused("alpha is -1", o => o->Alpha = -1);
            Refused("reserved is 1", o => o->Reserved = 1);
            Refused("puzzlemix_solver is 2", o => o->PuzzleMixSolver = 2);
            Refused("puzzlemix_blocks is 33", o => o->PuzzleMixBlocks = 33);
            Refused("puzzlemix_labels is 1", o => o->PuzzleMixLabels = 1);
            Refused("puzzlemix_beta is -1", o => o->PuzzleMixBeta = -1);
            Refused("puzzlemix_gamma is -1", o => o->PuzzleMixGamma = -1);
            Refused("puzzlemix_eta is NaN", o => o->PuzzleMixEta = double.NaN);
            Refused("puzzlemix_neighbour_size is 0", o => o->PuzzleMixNeighbourSize = 0);
            Refused("puzzlemix_transport_cost is 0", o => o->PuzzleMixTransportCost = 0);
            Refused("puzzlemix_transport_size is -2", o => o->PuzzleMixTransportSize = -2);
            Refused("puzzlemix_pixel_std is NULL", o => o->PuzzleMixPixelStdCount = 3);
            Refused("comixup_solver is -1", o => o->CoMixupSolver = -1);
            Refused("comixup_blocks is 0", o => o->CoMixupBlocks = 0);
            Refused("comixup_part_size is 251", o => o->CoMixupPartSize = 251);
            Refused("comixup_iterations is 0", o => o->CoMixupIterations = 0);
            Refused("comixup_alpha is 17", o => o->CoMixupAlpha = 17);
            Refused("comixup_starts is 65", o => o->CoMixupStarts = 65);
            Refused("comixup_beta is -1", o => o->CoMixupBeta = -1);
            Refused("comixup_gamma is -1", o => o->CoMixupGamma = -1);
            Refused("comixup_tau is -1", o => o->CoMixupTau = -1);
            Refused("comixup_eta is -1", o => o->CoMixupEta = -1);
            Refused("comixup_omega is 2", o => o->CoMixupOmega = 2);
            Refused("pixel_offset is NULL", o => o->PixelOffsetCount = int.MaxValue);
        }
    }

    [Test]
    public void Values_that_are_not_finite_are_named()
    {
        using var memory = new CMemory();
        float* values = memory.New<float>(3);
        values[2] = float.NaN;
        COptions* options = memory.Options(new GuidedMixerOptions());
        options->PixelScale = values;
        options->PixelScaleCount = 3;
        AssertRefuses(Create(options), "options: pixel_scale[2] is NaN");
    }

    [Test]
    public void Options_of_a_stage_are_read_anew_in_every_call()
    {
        // The library keeps the last options it made; the caller's array changes in place.
        using StageCall managed = StageCalls.Make("SpectralResidual.Compute");
        using var native = new CCall(Library, "SpectralResidual.Compute");
        for (int i = 1; i < 4; i++)
        {
            managed.Options = native.Arguments.Options = new GuidedMixerOptions { GrayWeights = new float[] { 1f / i, 0.5f, 0.25f } };
            managed.Run();
            native.Arguments.Run();
            TensorView expected = managed["saliency"], found = native.Arguments["saliency"];
            Assert.That(new ReadOnlySpan<float>(found.Data, 216).SequenceEqual(new ReadOnlySpan<float>(expected.Data, 216)), $"weights {i}");
        }
    }

    private delegate void Change(COptions* options);

    private void Refused(string says, Change change)
    {
        using var memory = new CMemory();
        COptions* options = memory.Options(new GuidedMixerOptions());
        change(options);
        Assert.That(Create(options), Is.EqualTo(1), says);
        Assert.That(Library.LastError, Does.StartWith("options: " + says));
    }

    private void AssertRefuses(int status, string message)
    {
        Assert.That(status, Is.EqualTo(1), message);
        Assert.That(Library.LastError, Does.StartWith(message));
    }

    private void AssertCreates(COptions* options)
    {
        Library.Check(Create(options, out nint mixer));
        Library.Check(((delegate* unmanaged<nint, int>)Library["mixer_destroy"])(mixer));
    }

    private int Init(COptions* options, nuint size) => ((delegate* unmanaged<COptions*, nuint, int>)Library["options_init"])(options, size);

    private int Create(COptions* options) => Create(options, out _);

    private int Create(COptions* options, out nint mixer)
    {
        nint handle = 0;
        int status = ((delegate* unmanaged<COptions*, nint*, int>)Library["mixer_create"])(options, &handle);
        mixer = handle;
        return status;
    }
}
