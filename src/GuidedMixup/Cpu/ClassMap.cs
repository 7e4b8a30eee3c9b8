using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>
/// m = Σ_f relu(x[f])·W[y,f], the activation map of one class, in double: features of one image [F,h,w] → [h·w]. The classifier's bias would
/// move the whole map, and falls out again with its minimum.
/// </summary>
internal static unsafe class ClassMap
{
    // How far ahead features are fetched, in bytes.
    private const int Ahead = 2048;

    /// <summary>The map of image <paramref name="image"/> for one row of class weights.</summary>
    internal static void Of(in ImageBatch features, int image, float* weights, double* map)
    {
        switch (features.Type)
        {
            case ElementType.Float32:
                Of<Float32>(features, image, weights, map);
                break;
            case ElementType.Float16:
                Of<Float16>(features, image, weights, map);
                break;
            default:
                Of<BFloat16>(features, image, weights, map);
                break;
        }
    }

    /// <summary>A row of class weights of any float type, as floats.</summary>
    internal static void Row(in TensorView weights, long row, float* target)
    {
        long length = weights.Shape[1];
        byte* source = (byte*)weights.Data + row * length * weights.Type.Size();
        for (long f = 0; f < length; f++)
        {
            target[f] = weights.Type switch
            {
                ElementType.Float32 => Float32.LoadOne(source + f * Float32.Size),
                ElementType.Float16 => Float16.LoadOne(source + f * Float16.Size),
                _ => BFloat16.LoadOne(source + f * BFloat16.Size),
            };
        }
    }

    private static void Of<TElement>(in ImageBatch features, int image, float* weights, double* map)
        where TElement : struct, IElement
    {
        if (features.Layout == PixelLayout.Interleaved)
        {
            for (int y = 0, at = 0; y < features.H; y++)
            {
                byte* pixel = features.Row(image, 0, y);
                for (int x = 0; x < features.W; x++, pixel += features.StrideW) map[at++] = Dot<TElement>(pixel, weights, features.C);
            }

            return;
        }

        int rows = features.IsJoined ? 1 : features.H, length = features.Pixels / rows;
        for (int y = 0; y < rows; y++)
        {
            byte* line = features.Row(image, 0, y);
            if (features.StrideW == TElement.Size && length >= Lanes)
            {
                // The last vectors end with the line, and may do again what others did: 7 × 7 pixels take one pass over the features.
                int last = length - Lanes;
                for (int x = 0; x < length; x += 4 * Lanes)
                {
                    Four<TElement>(
                        line, features.StrideC, features.C, Math.Min(x, last), Math.Min(x + Lanes, last), Math.Min(x + 2 * Lanes, last),
                        Math.Min(x + 3 * Lanes, last), weights, map + y * length);
                }

                continue;
            }

            for (int x = 0; x < length; x++)
            {
                double sum = 0;
                byte* pixel = line + x * features.StrideW;
                for (int f = 0; f < features.C; f++)
                    sum = Math.FusedMultiplyAdd(Relu(TElement.LoadOne(pixel + f * features.StrideC)), weights[f], sum);
                map[y * length + x] = sum;
            }
        }
    }

    /// <summary>Σ relu(x)·w of four times sixteen neighbouring pixels, in the features' order.</summary>
    [MethodImpl(Kernel)]
    private static void Four<TElement>(byte* line, nint step, int count, int a, int b, int c, int d, float* weights, double* map)
        where TElement : struct, IElement
    {
        Vector512<double> a0 = Vector512<double>.Zero, a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        for (int f = 0; f < count; f++, line += step)
        {
            for (nint i = 0; Sse.IsSupported && i < step && i < Ahead; i += PixelCopy.CacheLine) Sse.Prefetch0(line + Ahead + i);
            Vector512<double> w = Vector512.Create((double)weights[f]);
            Add<TElement>(line, a, w, ref a0, ref a1);
            Add<TElement>(line, b, w, ref b0, ref b1);
            Add<TElement>(line, c, w, ref c0, ref c1);
            Add<TElement>(line, d, w, ref d0, ref d1);
        }

        a0.Store(map + a);
        a1.Store(map + a + Lanes / 2);
        b0.Store(map + b);
        b1.Store(map + b + Lanes / 2);
        c0.Store(map + c);
        c1.Store(map + c + Lanes / 2);
        d0.Store(map + d);
        d1.Store(map + d + Lanes / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TElement>(byte* line, int at, Vector512<double> w, ref Vector512<double> low, ref Vector512<double> high)
        where TElement : struct, IElement
    {
        (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Relu(TElement.Load(line + at * TElement.Size)));
        low = Fma(a, w, low);
        high = Fma(b, w, high);
    }

    /// <summary>Σ relu(x)·w over the neighbouring features of one pixel.</summary>
    [MethodImpl(Kernel)]
    private static double Dot<TElement>(byte* source, float* weights, int length)
        where TElement : struct, IElement
    {
        Vector512<double> sum = Vector512<double>.Zero;
        int i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            (Vector512<double> low, Vector512<double> high) = Vector512.Widen(Relu(TElement.Load(source + i * TElement.Size)));
            (Vector512<double> lowWeight, Vector512<double> highWeight) = Vector512.Widen(Vector512.Load(weights + i));
            sum = Fma(high, highWeight, Fma(low, lowWeight, sum));
        }

        double total = 0;
        // In one fixed order, which the framework's own sum does not promise.
        for (int lane = 0; lane < Lanes / 2; lane++) total += sum[lane];
        for (; i < length; i++) total = Math.FusedMultiplyAdd(Relu(TElement.LoadOne(source + i * TElement.Size)), weights[i], total);
        return total;
    }

    // NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Relu(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512<float>.Zero, x);

    private static float Relu(float x) => x < 0 ? 0 : x;
}
