using System;
using System.Collections.Generic;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Sizes of any magnitude give a number of bytes or an error that names one of them, never a wrapped number.</summary>
[TestFixture]
public sealed class WorkspaceSizeTests : CudaFixture
{
    private static readonly int[] Sizes = [int.MinValue, -1, 0, 1, 4, 128, 129, 32768, 65537, 1 << 30, int.MaxValue];

    private static readonly Dictionary<string, Func<int, int, int, long>> Calls = new()
    {
        ["Mix"] = (n, h, w) => WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w),
        ["Mix(gradient)"] = (n, h, w) => WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, new() { Saliency = Saliency.Gradient }),
        ["Prepare"] = (n, h, w) => new GuidedMixer().Prepare(DeviceCopies.Gpu, n, 3, h, w),
        ["SpectralResidual"] = (n, h, w) => WorkspaceSize.SpectralResidual(DeviceCopies.Gpu, n, h, w),
        ["Blur"] = (n, h, w) => WorkspaceSize.Blur(DeviceCopies.Gpu, n, h, w),
        ["Normalise"] = (n, h, w) => WorkspaceSize.Normalise(DeviceCopies.Gpu, n, h, w),
        ["PairDistance"] = (n, h, w) => WorkspaceSize.PairDistance(DeviceCopies.Gpu, n, h, w),
        ["CycleCover"] = (n, _, _) => WorkspaceSize.CycleCover(DeviceCopies.Gpu, n),
        ["PixelMix"] = (n, h, w) => WorkspaceSize.PixelMix(DeviceCopies.Gpu, n, h, w),
        ["PixelMixBackward"] = (n, _, _) => WorkspaceSize.PixelMixBackward(DeviceCopies.Gpu, n),
        ["LabelMix"] = (n, _, _) => WorkspaceSize.LabelMix(DeviceCopies.Gpu, n),
        ["Mix(SnapMix)"] = (n, h, w) => WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, new() { Method = MixMethod.SnapMix }),
        ["Mix(PuzzleMix)"] = (n, h, w) => WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, new() { Method = MixMethod.PuzzleMix }),
        ["Mixup"] = (n, _, _) => WorkspaceSize.Mixup(DeviceCopies.Gpu, n),
        ["CutMix"] = (n, _, _) => WorkspaceSize.CutMix(DeviceCopies.Gpu, n),
        ["SaliencyMix"] = (n, _, _) => WorkspaceSize.SaliencyMix(DeviceCopies.Gpu, n),
        ["SnapMix"] = (n, h, w) => WorkspaceSize.SnapMix(DeviceCopies.Gpu, n, h, w),
        ["Mix(CoMixup)"] = (n, h, w) => WorkspaceSize.Mix(DeviceCopies.Gpu, n, h, w, new() { Method = MixMethod.CoMixup }),
        ["GridCut"] = (n, h, w) => WorkspaceSize.GridCut(DeviceCopies.Gpu, n, h, w, 3, SolverMode.Quality),
        ["PuzzleMix"] = (n, h, w) => WorkspaceSize.PuzzleMix(DeviceCopies.Gpu, n, h, w),
    };

    public static IEnumerable<string> Names => Calls.Keys;

    [TestCaseSource(nameof(Names))]
    public void Any_size_gives_bytes_or_an_error_that_names_it(string name)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (int n in Sizes)
            {
                foreach (int h in Sizes)
                {
                    foreach (int w in Sizes) Check(name, n, h, w);
                }
            }
        }
    }

    /// <summary>Options that a mixer refuses, one of which took minutes here.</summary>
    [Test]
    public void Bad_options_are_refused_by_name()
    {
        GuidedMixerOptions puzzle = new() { Method = MixMethod.PuzzleMix };
        GuidedMixerOptions[] all =
        [
            puzzle with { PuzzleMix = null! }, puzzle with { PuzzleMix = new PuzzleMixOptions { NeighbourSize = int.MinValue } },
            puzzle with { PuzzleMix = new PuzzleMixOptions { Blocks = 33 } }, new() { BlurSize = 2 }, new() { Method = (MixMethod)99 },
        ];
        foreach (GuidedMixerOptions options in all)
        {
            foreach (Func<long> call in (Func<long>[])[() => WorkspaceSize.Mix(DeviceCopies.Gpu, 2, 8, 8, options), () => WorkspaceSize.SpectralResidual(DeviceCopies.Gpu, 2, 8, 8, options)])
                Assert.That(Assert.Throws<ArgumentException>(() => call())!.ParamName, Is.EqualTo("options"), options.ToString());
        }
    }

    private static void Check(string name, int n, int h, int w)
    {
        try
        {
            long bytes = Calls[name](n, h, w);
            // 4 bytes for each of n images is the least that any call which takes a workspace keeps; grids beyond a bound are solved one after another.
            if (name == "GridCut") Assert.That(bytes, Is.Positive.And.LessThan(1L << 28), $"{name} {n}×{h}×{w}");
            else Assert.That(bytes, Is.Zero.Or.GreaterThanOrEqualTo(4L * n), $"{name} {n}×{h}×{w}");
        }
        catch (ArgumentException error)
        {
            Assert.That(error.ParamName, Is.AnyOf("n", "h", "w"), $"{name} {n}×{h}×{w}: {error.Message}");
        }
        catch (OverflowException error)
        {
            Assert.Fail($"{name} {n}×{h}×{w}: {error.Message}");
        }
    }
}
