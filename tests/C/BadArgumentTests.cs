using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.C;

/// <summary>Every tensor of every function, spoiled in every way C allows: a status and a message that names it, and no byte is written.</summary>
[TestFixture("v3")]
[TestFixture("v4")]
public sealed unsafe class BadArgumentTests(string level) : CFixture(level)
{
    private static readonly long[] Huge = [.. Enumerable.Repeat(long.MaxValue, TensorView.MaxRank)];

    /// <summary>What is wrong, what the message says of it, and how.</summary>
    private static readonly (string Name, string Says, CCall.Spoil Spoil)[] Spoils =
    [
        ("data is NULL", "data is NULL", t => t->Data = null),
        ("data is misaligned", "not aligned", t => t->Data += t->Bits == 8 ? 0 : 1),
        ("ndim below 0", "ndim is -1", t => t->Rank = -1),
        ("ndim above 8", "ndim is 9", t => t->Rank = 9),
        ("ndim huge", "ndim is 2147483647", t => t->Rank = int.MaxValue),
        ("ndim 0", "is needed", t => t->Rank = 0),
        ("shape is NULL", "shape is NULL", t => t->Shape = null),
        ("a size of 0", "at least 1", t => t->Shape[t->Rank - 1] = 0),
        ("a size below 0", "at least 1", t => t->Shape[0] = -4),
        ("sizes that overflow", "overflow the address space", t => Fill(t->Shape, Huge.AsSpan(0, t->Rank))),
        ("strides that overflow", "overflow the address space", Overflow),
        ("byte_offset beyond memory", "byte_offset is", t => t->ByteOffset = ulong.MaxValue),
        ("byte_offset that wraps", "byte_offset is", t => t->ByteOffset = long.MaxValue),
        ("two lanes", "lanes 2", t => t->Lanes = 2),
        ("no lanes", "lanes 0", t => t->Lanes = 0),
        ("double", "bits 64", t => (t->Code, t->Bits) = (2, 64)),
        ("complex", "code 5", t => (t->Code, t->Bits) = (5, 64)),
        ("a type of 4 bits", "bits 4", t => t->Bits = 4),
        ("a device of another kind", "device type 7", t => t->DeviceType = 7),
        ("a device type of -1", "device type -1", t => t->DeviceType = -1),
        ("a GPU that is not there", "cuda:77", t => (t->DeviceType, t->DeviceId) = (2, 77)),
    ];

    public static IEnumerable<object[]> Positions =>
        from name in StageCalls.Names
        from parameter in Parameters(name)
        select new object[] { name, parameter.Name };

    public static IEnumerable<object[]> Required =>
        from name in StageCalls.Names
        from parameter in Parameters(name)
        where !parameter.IsOptional
        select new object[] { name, parameter.Name };

    [TestCaseSource(nameof(Positions))]
    public void Spoiled_tensor_is_named_and_nothing_written(string name, string position)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach ((string fault, string says, CCall.Spoil spoil) in Spoils)
            {
                using var call = new CCall(Library, name);
                bool isByte = call.Arguments.Find(position).Type == ElementType.UInt8;
                // Bytes are aligned anywhere, and one byte is not misread as another type.
                if (isByte && fault == "data is misaligned") continue;
                call.SpoilTensor(position, spoil);
                ArgumentException error = call.Arguments.RunBroken();
                Assert.That(error.Message, Does.Contain(says), $"{name}, {position}: {fault}");
                // Where tensors disagree, either may be named.
                if (fault is not ("ndim 0" or "a GPU that is not there")) Assert.That(error.Message, Does.StartWith(CCall.Name(position) + ":"), fault);
                Assert.That(error.Message, Does.Not.Contain("Parameter"), fault);
            }
        }
    }

    [TestCaseSource(nameof(Required))]
    public void Required_tensor_is_NULL(string name, string position)
    {
        using var call = new CCall(Library, name);
        call.Arguments[position] = default;
        Assert.That(call.Arguments.RunBroken().Message, Is.EqualTo(CCall.Name(position) + ": no tensor is given."));
    }

    [TestCaseSource(nameof(Positions))]
    public void Wrong_type_is_refused(string name, string position)
    {
        using var call = new CCall(Library, name);
        Parameter parameter = call.Arguments.Find(position);
        call.Arguments[position] = new TensorView(call.Arguments[position].Data, parameter.WrongType, parameter.Shape);
        Assert.That(call.Arguments.RunBroken().Message, Does.StartWith(CCall.Name(position) + ":").And.Contain("is needed"));
    }

    [Test]
    public void Outputs_that_share_memory_are_named_as_C_names_them()
    {
        using var call = new CCall(Library, "GuidedMixer.Mix(SpectralResidual)");
        call.Arguments["outputs.LabelsB"] = call.Arguments["outputs.LabelsA"];
        Assert.That(call.Arguments.RunBroken().Message, Is.EqualTo("outputs.labels_b: shares memory with outputs.labels_a; every call is out of place."));
    }

    [Test]
    public void Bool_is_a_subset_and_nothing_else()
    {
        using var call = new CCall(Library, "SpectralResidual.Compute");
        call.SpoilTensor("images", tensor => (tensor->Code, tensor->Bits) = (6, 8));
        Assert.That(call.Arguments.RunBroken().Message, Does.StartWith("images:").And.Contain("code 6"));
    }

    [Test]
    public void Bad_thread_count_and_options_are_refused()
    {
        using var call = new CCall(Library, "GuidedMixer.Mix(SpectralResidual)");
        foreach (int threads in (int[])[-1, 1025, int.MinValue])
        {
            call.Arguments.Execution = new Execution(Threads: threads);
            Assert.That(call.Arguments.RunBroken().Message, Does.StartWith("execution: threads is"));
        }

        call.Arguments.Execution = default;
        call.Arguments.Options = new GuidedMixerOptions { PixelScale = new float[] { 1, 1, 1 } };
        Assert.That(call.Arguments.RunBroken().Message, Does.StartWith("images:").And.Contain("pixel_scale"));
        call.Arguments.Options = new GuidedMixerOptions { Probability = double.NaN };
        Assert.That(call.Arguments.RunBroken().Message, Does.StartWith("options: probability is"));
    }

    [Test]
    public void Strict_faults_are_a_status_of_their_own()
    {
        using var call = new CCall(Library, "GaussianBlur.Normalise");
        call.Arguments.Options = new GuidedMixerOptions { Strict = true };
        new Span<float>(call.Arguments["maps"].Data, 72).Clear();
        CFault error = Assert.Throws<CFault>(call.Arguments.Run)!;
        Assert.That(error.Status, Is.EqualTo(2));
        Assert.That(error.Message, Does.Contain("image 0: DegenerateMap"));
    }

    private static Parameter[] Parameters(string name)
    {
        using StageCall call = StageCalls.Make(name);
        return [.. call.Parameters];
    }

    private static void Fill(long* target, ReadOnlySpan<long> values) => values.CopyTo(new Span<long>(target, values.Length));

    private static void Overflow(CTensor* tensor)
    {
        tensor->Shape[0] = 4;
        tensor->Strides[0] = long.MaxValue / 2;
    }
}
