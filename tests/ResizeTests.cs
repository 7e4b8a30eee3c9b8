using System.Linq;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>The resize inside the CPU backend's spectral residual, against the released one and the reference.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ResizeTests
{
    [Test]
    public void Resize_OfTheGoldenPlanes_IsTheReleasedOne(
        [Values("19x80", "64x64", "37x20")] string size, [Values("noaa", "aa")] string mode)
    {
        GoldenCase units = GoldenCase.All.Single(c => c.Kind == "units");
        int h = int.Parse(size.Split('x')[0], null), w = int.Parse(size.Split('x')[1], null);
        double[] resized = units.Values("resize_in").Chunk(37 * 53).SelectMany(p => Resize(p, 37, 53, h, w, mode == "aa")).ToArray();
        Tolerance.OfMaximum(resized, units.Values($"resize_{size}_{mode}"), 2, Tolerance.Resize, "Cpu, golden: resize", $"{size} {mode}");
    }

    [Test]
    public void Resize_OfAnySize_IsTheReference(
        [Values("4x4", "129x4", "131x160", "400x33", "1000x7")] string from,
        [Values("128x128", "4x5", "300x17")] string to,
        [Values] bool antialias)
    {
        int h = int.Parse(from.Split('x')[0], null), w = int.Parse(from.Split('x')[1], null);
        int toH = int.Parse(to.Split('x')[0], null), toW = int.Parse(to.Split('x')[1], null);
        using var maps = Batch.Maps(h, ElementType.Float32, BatchLayout.Nchw, 1, h, w);
        double[] expected = Reference.Resize.Bilinear(maps.ToDoubles(), h, w, toH, toW, antialias);
        double[] resized = Resize(maps.ToDoubles(), h, w, toH, toW, antialias);
        Tolerance.OfMaximum(resized, expected, 1, Tolerance.Resize, "Cpu, reference: resize", $"{from} to {to}, antialias {antialias}");
    }

    /// <summary>Along x for every row, then along y.</summary>
    private static unsafe double[] Resize(double[] plane, int h, int w, int toH, int toW, bool antialias)
    {
        Cpu.BilinearResize vertical = Cpu.BilinearResize.Of(h, toH, antialias), horizontal = Cpu.BilinearResize.Of(w, toW, antialias);
        using var source = GuardedTensor.Holding(ElementType.Float32, plane, h, w);
        // Rows are read in whole vectors.
        int padded = (toW + 15) / 16 * 16;
        float* across = (float*)NativeMemory.AlignedAlloc((nuint)(h * padded * sizeof(float)), 64);
        try
        {
            using var result = GuardedTensor.Compact(ElementType.Float32, toH, toW);
            for (int y = 0; y < h; y++) horizontal.Row((float*)source.Data + (y * w), across + (y * padded));
            float** rows = stackalloc float*[vertical.Taps];
            for (int o = 0; o < toH; o++)
            {
                for (int k = 0; k < vertical.Taps; k++) rows[k] = across + ((vertical.First(o) + k) * padded);
                vertical.Column(o, rows, toW, (float*)result.Data + (o * toW));
            }

            result.AssertIntact($"resize {h}x{w} to {toH}x{toW}");
            return result.ToDoubles();
        }
        finally
        {
            NativeMemory.AlignedFree(across);
        }
    }
}
