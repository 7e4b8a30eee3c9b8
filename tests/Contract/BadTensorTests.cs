using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Every tensor position of every public call, spoiled in every way: the error names argument, value and rule; no byte changes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed unsafe class BadTensorTests
{
    public static IEnumerable<string> Calls => StageCalls.Names;

    public static IEnumerable<object[]> Positions => Cross(p => true);

    public static IEnumerable<object[]> Required => Cross(p => !p.IsOptional);

    public static IEnumerable<object[]> Shaped => Cross(p => !p.DefinesShape);

    public static IEnumerable<object[]> Pixels => Cross(p => p.DefinesShape && p.Shape.Length >= 3);

    public static IEnumerable<object[]> Compact => Cross(p => !p.IsStrided);

    public static IEnumerable<object[]> StridedOutputs => Cross(p => p.IsStrided && p.IsOutput);

    public static IEnumerable<object[]> Overlaps =>
        from name in StageCalls.Names
        from pair in Pairs(name)
        select new object[] { name, pair.First, pair.Second };

    [TestCaseSource(nameof(Calls))]
    public void Base_call_is_valid(string name)
    {
        using StageCall call = StageCalls.Make(name);
        Assert.That(call.RunAndInspect(), Is.Empty, "a case below must fail for its one fault alone.");
        foreach (Parameter optional in call.Parameters.Where(p => p.IsOptional)) call[optional.Name] = default;
        Assert.That(call.Run, Throws.Nothing, "what is optional may be left out.");
    }

    [TestCaseSource(nameof(Calls))]
    public void Inputs_may_share_memory(string name)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter[] inputs = [.. call.Parameters.Where(p => !p.IsOutput)];
        foreach (Parameter first in inputs)
        {
            foreach (Parameter second in inputs.Where(p => p.Type == first.Type && p.Shape.SequenceEqual(first.Shape)))
                call[second.Name] = call[first.Name];
        }

        Assert.That(call.RunAndInspect(), Is.Empty);
    }

    [TestCaseSource(nameof(Required))]
    public void Missing_tensor(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        call[position] = default;
        AssertNames(call.RunBroken(), position, "no tensor is given");
    }

    [TestCaseSource(nameof(Positions))]
    public void Wrong_type(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter parameter = call.Find(position);
        call[position] = new TensorView(call[position].Data, parameter.WrongType, parameter.Shape);
        AssertNames(call.RunBroken(), position, parameter.WrongType.ToString(), "is needed");
    }

    [TestCaseSource(nameof(Positions))]
    public void Wrong_rank(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter parameter = call.Find(position);
        if (parameter.IsAnyRank) return;
        long[] shape = [1, 1, .. parameter.Shape];
        call[position] = new TensorView(call[position].Data, parameter.Type, shape);
        AssertNames(call.RunBroken(), position, Join(shape), "is needed");
    }

    [TestCaseSource(nameof(Shaped))]
    public void Wrong_size_in_each_dimension(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter parameter = call.Find(position);
        TensorView valid = call[position];
        // The class count of a soft label output is the caller's to choose.
        int sizes = position == "outputs.SoftLabels" ? 1 : parameter.Shape.Length;
        using (Assert.EnterMultipleScope())
        {
            foreach (int i in parameter.Bound ?? [.. Enumerable.Range(0, sizes)])
            {
                foreach (int change in (int[])[1, -1])
                {
                    long[] shape = [.. parameter.Shape];
                    shape[i] += change;
                    call[position] = new TensorView(valid.Data, parameter.Type, shape);
                    ArgumentException error = call.RunBroken();
                    // Where two tensors disagree, either may be named.
                    Assert.That(error.Message, Does.Contain(Join(shape)).Or.Contain(Join(parameter.Shape)), name);
                    Assert.That(error.Message, Does.Contain("is needed"), name);
                }
            }
        }
    }

    [TestCaseSource(nameof(Pixels))]
    public void Fewer_than_four_rows_or_columns(string name, string position)
    {
        foreach ((int height, int width) in ((int, int)[])[(3, 9), (8, 3), (1, 1)])
        {
            using StageCall call = StageCalls.Make(name);
            Parameter parameter = call.Find(position);
            long[] shape = [.. parameter.Shape[..^2], height, width];
            call[position] = new TensorView(call[position].Data, parameter.Type, shape);
            AssertNames(call.RunBroken(), position, $"{height}×{width}", "at least 4");
        }
    }

    [TestCaseSource(nameof(Pixels))]
    public void More_pixels_than_supported(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter parameter = call.Find(position);
        // Stride 0 keeps the view inside the arena.
        long[] shape = [.. parameter.Shape[..^2], 1 << 16, 1 << 15], strides = new long[shape.Length];
        call[position] = new TensorView(call[position].Data, parameter.Type, shape, strides);
        AssertNames(call.RunBroken(), position, "65536×32768", "2^30");
    }

    [TestCaseSource(nameof(Compact))]
    public void Gaps_where_compact_is_needed(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        Parameter parameter = call.Find(position);
        long[] strides = [.. call[position].Strides];
        strides[^1] = 2;
        call[position] = new TensorView(call[position].Data, parameter.Type, parameter.Shape, strides);
        AssertNames(call.RunBroken(), position, $"[{Join(strides)}]", "compact");
    }

    [TestCaseSource(nameof(StridedOutputs))]
    public void Output_whose_elements_share_memory(string name, string position)
    {
        foreach (int dimension in (int[])[0, 1, 2, 3])
        {
            foreach (long stride in (long[])[0, 1, -1])
            {
                if (dimension == 3 && stride != 0) continue;
                using StageCall call = StageCalls.Make(name);
                Parameter parameter = call.Find(position);
                long[] strides = [.. call[position].Strides];
                strides[dimension] = stride;
                call[position] = new TensorView(call[position].Data, parameter.Type, parameter.Shape, strides);
                AssertNames(call.RunBroken(), position, $"[{Join(strides)}]", "share memory");
            }
        }
    }

    [TestCaseSource(nameof(Positions))]
    public void Memory_of_another_device(string name, string position)
    {
        foreach (DeviceType type in (DeviceType[])[DeviceType.Cuda, DeviceType.CudaManaged, (DeviceType)99])
        {
            using StageCall call = StageCalls.Make(name);
            Parameter parameter = call.Find(position);
            // Nobody may read it: the address is not the host's.
            call[position] = new TensorView((void*)0x1000, parameter.Type, parameter.Shape, default, new Device(type, 2));
            AssertNames(call.RunBroken(), position, $"{type}:2".ToLowerInvariant(), "host memory");
        }
    }

    [TestCaseSource(nameof(Overlaps))]
    public void Overlap_in_whole_or_in_part(string name, string first, string second)
    {
        using StageCall call = StageCalls.Make(name);
        TensorView victim = call[first], valid = call[second];
        Parameter parameter = call.Find(second);
        long bytes = valid.Length * parameter.Type.Size();
        long start = (nint)victim.Data, end = start + victim.Length * victim.Type.Size();
        using (Assert.EnterMultipleScope())
        {
            // The same start, the first element alone, the last element alone.
            foreach (long address in (long[])[start, start - bytes + 8, (end - 1) & ~7])
            {
                call[second] = new TensorView((void*)address, parameter.Type, parameter.Shape);
                ArgumentException error = call.RunBroken();
                Assert.That(error.Message, Does.Contain("shares memory with"), $"{name} at {address - start}");
                Assert.That(error.Message, Does.Contain(first).And.Contain(second), $"{name} at {address - start}");
            }
        }
    }

    private static void AssertNames(ArgumentException error, string position, params string[] parts)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.ParamName, Is.EqualTo(position), error.Message);
            Assert.That(error.Message, Does.StartWith(position + ":"));
            foreach (string part in parts) Assert.That(error.Message, Does.Contain(part));
        }
    }

    private static string Join(long[] values) => string.Join(',', values);

    private static IEnumerable<object[]> Cross(Func<Parameter, bool> isWanted)
    {
        foreach (string name in StageCalls.Names)
        {
            using StageCall call = StageCalls.Make(name);
            foreach (Parameter parameter in call.Parameters.Where(isWanted)) yield return [name, parameter.Name];
        }
    }

    /// <summary>Each output against every other tensor.</summary>
    private static List<(string First, string Second)> Pairs(string name)
    {
        using StageCall call = StageCalls.Make(name);
        var pairs = new List<(string, string)>();
        for (int j = 0; j < call.Parameters.Count; j++)
        {
            for (int i = 0; i < j; i++)
            {
                if (call.Parameters[i].IsOutput || call.Parameters[j].IsOutput)
                    pairs.Add((call.Parameters[i].Name, call.Parameters[j].Name));
            }
        }

        return pairs;
    }
}
