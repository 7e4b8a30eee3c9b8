using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Cpu;

/// <summary>Exchanges rows and columns of 16×16 blocks of floats.</summary>
internal static unsafe class Transpose
{
    /// <summary>target[x][y] = source[y][x] for a 16×16 block; strides in floats.</summary>
    [MethodImpl(VectorMath.Kernel)]
    internal static void Block16(float* source, nint stride, float* target, nint toStride)
    {
        for (int y = 0; y < 16; y += 4)
        {
            for (int x = 0; x < 16; x += 4) Block4(source + y * stride + x, stride, target + x * toStride + y, toStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4(float* source, nint stride, float* target, nint toStride)
    {
        if (!Sse.IsSupported)
        {
            for (int y = 0; y < 4; y++)
            {
                for (int x = 0; x < 4; x++) target[x * toStride + y] = source[y * stride + x];
            }

            return;
        }

        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + stride);
        Vector128<float> c = Vector128.Load(source + 2 * stride), d = Vector128.Load(source + 3 * stride);
        Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
        Vector128<float> abHigh = Sse.UnpackHigh(a, b), cdHigh = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(target);
        Sse.MoveHighToLow(cd, ab).Store(target + toStride);
        Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + 2 * toStride);
        Sse.MoveHighToLow(cdHigh, abHigh).Store(target + 3 * toStride);
    }
}
