using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>The gray image: g = Σ_c weight_c·(scale_c·x_c + offset_c), row by row.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct Gray
{
    private readonly ImageBatch _images;
    private readonly float* _weights;
    private readonly float _bias;

    internal Gray(in ImageBatch images, GuidedMixerOptions options, HostWorkspace workspace)
    {
        _images = images;
        _weights = workspace.Take<float>(images.C);
        ReadOnlySpan<float> given = options.GrayWeights.Span;
        ReadOnlySpan<float> gray = !given.IsEmpty ? given : images.C == 1 ? [1f] : [0.2989f, 0.587f, 0.114f];
        float bias = 0;
        for (int c = 0; c < images.C; c++)
        {
            (float scale, float offset) = PixelMix.Normalisation(options, images.Type, c);
            _weights[c] = gray[c] * scale;
            bias = MathF.FusedMultiplyAdd(gray[c], offset, bias);
        }

        _bias = bias;
    }

    /// <summary>Writes row <paramref name="y"/> of image <paramref name="n"/>.</summary>
    internal void Row(int n, int y, float* row)
    {
        switch (_images.Type)
        {
            case ElementType.Float32: Row<Float32>(n, y, row); break;
            case ElementType.Float16: Row<Float16>(n, y, row); break;
            case ElementType.BFloat16: Row<BFloat16>(n, y, row); break;
            default: Row<UInt8>(n, y, row); break;
        }
    }

    [MethodImpl(Kernel)]
    private void Row<TElement>(int n, int y, float* row)
        where TElement : struct, IElement
    {
        byte* source = _images.Row(n, 0, y);
        int width = _images.W, x = 0;
        Vector512<float> bias = Vector512.Create(_bias);
        if (_images.Layout == PixelLayout.Planar && _images.C == 3)
        {
            byte* green = source + _images.StrideC;
            byte* blue = green + _images.StrideC;
            Vector512<float> r = Vector512.Create(_weights[0]), g = Vector512.Create(_weights[1]), b = Vector512.Create(_weights[2]);
            for (; x + Lanes <= width; x += Lanes)
            {
                int at = x * TElement.Size;
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(source + at + GradientSaliency.Ahead);
                    Sse.Prefetch0(green + at + GradientSaliency.Ahead);
                    Sse.Prefetch0(blue + at + GradientSaliency.Ahead);
                }

                Vector512<float> sum = Fma(TElement.Load(source + at), r, bias);
                sum = Fma(TElement.Load(green + at), g, sum);
                Fma(TElement.Load(blue + at), b, sum).Store(row + x);
            }
        }
        else if (_images.Layout == PixelLayout.Planar)
        {
            for (; x + Lanes <= width; x += Lanes)
            {
                Vector512<float> sum = bias;
                byte* at = source + x * TElement.Size;
                for (int c = 0; c < _images.C; c++, at += _images.StrideC) sum = Fma(TElement.Load(at), Vector512.Create(_weights[c]), sum);
                sum.Store(row + x);
            }
        }
        else if (_images.Layout == PixelLayout.Interleaved && _images.C == 3)
        {
            Vector512<float> r = Vector512.Create(_weights[0]), g = Vector512.Create(_weights[1]), b = Vector512.Create(_weights[2]);
            int step = Lanes * TElement.Size;
            for (; x + Lanes <= width; x += Lanes)
            {
                byte* at = source + 3 * x * TElement.Size;
                (Vector512<float> red, Vector512<float> green, Vector512<float> blue) =
                    Interleave.Split3(TElement.Load(at), TElement.Load(at + step), TElement.Load(at + 2 * step));
                Fma(blue, b, Fma(green, g, Fma(red, r, bias))).Store(row + x);
            }
        }

        for (; x < width; x++)
        {
            float sum = _bias;
            byte* at = source + x * _images.StrideW;
            for (int c = 0; c < _images.C; c++, at += _images.StrideC) sum = MathF.FusedMultiplyAdd(TElement.LoadOne(at), _weights[c], sum);
            row[x] = sum;
        }
    }
}
