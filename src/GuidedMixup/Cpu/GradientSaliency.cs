using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>s = √(mean over c of g²) of one image.</summary>
/// <remarks>
/// The image is first scaled by a power of two so that its largest magnitude lies in [1, 2): loss gradients are small enough for their
/// squares to vanish in float32. Powers of two change no bit of the result.
/// </remarks>
internal static unsafe class GradientSaliency
{
    // Bytes: what the hardware fetches by itself ends with the page.
    internal const int Ahead = 4096;

    /// <summary>Writes the map of image <paramref name="n"/>, rows <paramref name="stride"/> floats apart.</summary>
    internal static void Map(in ImageBatch gradient, int n, float* map, int stride)
    {
        switch (gradient.Type)
        {
            case ElementType.Float32: Map<Float32>(gradient, n, map, stride); break;
            case ElementType.Float16: Map<Float16>(gradient, n, map, stride); break;
            default: Map<BFloat16>(gradient, n, map, stride); break;
        }
    }

    private static void Map<TElement>(in ImageBatch gradient, int n, float* map, int stride)
        where TElement : struct, IElement
    {
        // A gapless plane is one long row.
        (int rows, int width) = gradient.IsJoined && stride == gradient.W ? (1, gradient.Pixels) : (gradient.H, gradient.W);
        int largest = 0;
        for (int y = 0; y < rows; y++)
        {
            for (int c = 0; c < gradient.C; c++) largest = Math.Max(largest, Largest<TElement>(gradient, n, c, y, width));
        }

        // NaN and infinity (exponent 255) are left to run through unscaled.
        int exponent = largest >> 23;
        float down = exponent == 255 ? 1 : MathF.ScaleB(1, 127 - exponent);
        float up = exponent == 255 ? 1 : MathF.ScaleB(1, exponent - 127);
        for (int y = 0; y < rows; y++) Row<TElement>(gradient, n, y, width, down, up, map + (nint)y * stride);
    }

    /// <summary>The bits of the largest magnitude in a row: as integers they order like the magnitudes, NaN last.</summary>
    [MethodImpl(Kernel)]
    private static int Largest<TElement>(in ImageBatch gradient, int n, int c, int y, int width)
        where TElement : struct, IElement
    {
        byte* source = gradient.Row(n, c, y);
        nint length = width, x = 0;
        nint step = gradient.StrideW;
        if (gradient.Layout == PixelLayout.Interleaved)
        {
            // All channels of the row at once, with the first.
            if (c != 0) return 0;
            length *= gradient.C;
            step = TElement.Size;
        }

        Vector512<int> even = Vector512<int>.Zero, odd = even, mask = Vector512.Create(0x7FFFFFFF);
        for (; step == TElement.Size && x + 2 * Lanes <= length; x += 2 * Lanes)
        {
            byte* at = source + x * step;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(at + Ahead);
                Sse.Prefetch0(at + Ahead + Lanes * step);
            }

            even = Vector512.Max(even, TElement.Load(at).AsInt32() & mask);
            odd = Vector512.Max(odd, TElement.Load(at + Lanes * step).AsInt32() & mask);
        }

        even = Vector512.Max(even, odd);
        int result = 0;
        for (int i = 0; i < Lanes; i++) result = Math.Max(result, even[i]);
        for (; x < length; x++) result = Math.Max(result, BitConverter.SingleToInt32Bits(TElement.LoadOne(source + x * step)) & 0x7FFFFFFF);
        return result;
    }

    [MethodImpl(Kernel)]
    private static void Row<TElement>(in ImageBatch gradient, int n, int y, int width, float down, float up, float* row)
        where TElement : struct, IElement
    {
        byte* source = gradient.Row(n, 0, y);
        nint x = 0;
        float mean = 1f / gradient.C;
        Vector512<float> scale = Vector512.Create(down);
        if (gradient.Layout == PixelLayout.Planar)
        {
            for (; x + Lanes <= width; x += Lanes)
            {
                byte* at = source + x * TElement.Size;
                Vector512<float> sum = Vector512<float>.Zero;
                for (int c = 0; c < gradient.C; c++, at += gradient.StrideC)
                {
                    Vector512<float> g = TElement.Load(at) * scale;
                    sum = Fma(g, g, sum);
                }

                Root(sum, mean, up).Store(row + x);
            }
        }
        else if (gradient.Layout == PixelLayout.Interleaved && gradient.C == 3)
        {
            int step = Lanes * TElement.Size;
            for (; x + Lanes <= width; x += Lanes)
            {
                byte* at = source + 3 * x * TElement.Size;
                (Vector512<float> r, Vector512<float> g, Vector512<float> b) = Interleave.Split3(
                    TElement.Load(at) * scale, TElement.Load(at + step) * scale, TElement.Load(at + 2 * step) * scale);
                Root(Fma(b, b, Fma(g, g, r * r)), mean, up).Store(row + x);
            }
        }

        for (; x < width; x++)
        {
            float sum = 0;
            byte* at = source + x * gradient.StrideW;
            for (int c = 0; c < gradient.C; c++, at += gradient.StrideC)
            {
                float g = TElement.LoadOne(at) * down;
                sum = MathF.FusedMultiplyAdd(g, g, sum);
            }

            row[x] = MathF.Sqrt(sum * mean) * up;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Root(Vector512<float> sum, float mean, float up) =>
        Vector512.Sqrt(sum * Vector512.Create(mean)) * Vector512.Create(up);
}
