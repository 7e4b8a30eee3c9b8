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

    private static void Check(string name, int n, int h, int w)
    {
        try
        {
            long bytes = Calls[name](n, h, w);
            // 4 bytes for each of n images is the least that any call which takes a workspace keeps.
            Assert.That(bytes, Is.Zero.Or.GreaterThanOrEqualTo(4L * n), $"{name} {n}×{h}×{w}");
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
