using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace GuidedMixup.Tests.Contract;

/// <summary>Label weights and boxes out of range in host memory: refused by name before a byte is written.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed unsafe class BadDrawTests
{
    public static IEnumerable<object[]> RatioInputs => Inputs("ratio", "ratios");

    public static IEnumerable<object[]> BoxInputs => Inputs("boxes", "partnerBoxes");

    [TestCaseSource(nameof(RatioInputs))]
    public void Ratio_out_of_range(string name, string position)
    {
        // Label weights alone are taken as they are.
        if (name == "LabelMix.Soft") return;
        using StageCall call = StageCalls.Make(name);
        float* ratios = (float*)call[position].Data;
        foreach (float bad in (float[])[float.NaN, -float.Epsilon, -1, MathF.BitIncrement(1), float.PositiveInfinity, float.NegativeInfinity])
        {
            for (int i = 0; i < 3; i++)
            {
                float kept = ratios[i];
                ratios[i] = bad;
                ArgumentException error = call.RunBroken();
                Assert.That(error.ParamName, Is.EqualTo(position));
                Assert.That(error.Message, Does.Contain($"{position}[{i}] is {bad}; it is at least 0 and at most 1."));
                ratios[i] = kept;
            }
        }
    }

    /// <summary>The images are 8×9.</summary>
    [TestCaseSource(nameof(BoxInputs))]
    public void Box_outside_the_image(string name, string position)
    {
        using StageCall call = StageCalls.Make(name);
        int* boxes = (int*)call[position].Data;
        int[][] bad = [[-1, 0, 1, 1], [0, -1, 1, 1], [0, 0, 9, 1], [0, 0, 1, 10], [3, 0, 2, 1], [0, 3, 1, 2], [int.MinValue, 0, 1, 1], [0, 0, 1, int.MaxValue]];
        foreach (int[] edges in bad)
        {
            for (int i = 0; i < 3; i++)
            {
                int[] kept = new Span<int>(boxes + (4 * i), 4).ToArray();
                edges.CopyTo(new Span<int>(boxes + (4 * i), 4));
                ArgumentException error = call.RunBroken();
                Assert.That(error.ParamName, Is.EqualTo(position));
                Assert.That(error.Message, Does.Contain($"{position}[{i}] is ({string.Join(',', edges)}); 0 ≤ top ≤ bottom ≤ 8 and 0 ≤ left ≤ right ≤ 9."));
                kept.CopyTo(new Span<int>(boxes + (4 * i), 4));
            }
        }
    }

    private static IEnumerable<object[]> Inputs(params string[] positions)
    {
        foreach (string name in StageCalls.Names)
        {
            using StageCall call = StageCalls.Make(name);
            foreach (Parameter parameter in call.Parameters.Where(p => !p.IsOutput && positions.Contains(p.Name)))
                yield return [name, parameter.Name];
        }
    }
}
