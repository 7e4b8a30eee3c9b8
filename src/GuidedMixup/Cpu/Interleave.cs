using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Cpu;

/// <summary>Moves between a value a pixel and channels-last elements. Pure data movement: the same bits on every path.</summary>
internal static unsafe class Interleave
{
    /// <summary>r, g, b of sixteen pixels whose channels are neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector512<float> R, Vector512<float> G, Vector512<float> B) Split3(
        Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        if (Avx512F.IsSupported)
        {
            // Two vectors give the first eleven (R, G) or ten (B) pixels, the third the rest.
            Vector512<float> r = Avx512F.PermuteVar16x32x2(
                a, Vector512.Create(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0), b);
            Vector512<float> g = Avx512F.PermuteVar16x32x2(
                a, Vector512.Create(1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0), b);
            Vector512<float> l = Avx512F.PermuteVar16x32x2(
                a, Vector512.Create(2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0), b);
            r = Avx512F.PermuteVar16x32x2(r, Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29), c);
            g = Avx512F.PermuteVar16x32x2(g, Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30), c);
            l = Avx512F.PermuteVar16x32x2(l, Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31), c);
            return (r, g, l);
        }

        float* from = stackalloc float[48];
        float* to = stackalloc float[48];
        a.Store(from);
        b.Store(from + 16);
        c.Store(from + 32);
        for (int i = 0; i < 16; i++)
        {
            to[i] = from[3 * i];
            to[16 + i] = from[3 * i + 1];
            to[32 + i] = from[3 * i + 2];
        }

        return (Vector512.Load(to), Vector512.Load(to + 16), Vector512.Load(to + 32));
    }

    /// <summary>Repeats each of <paramref name="count"/> values <paramref name="times"/> times; up to 15 floats behind the end are written.</summary>
    [MethodImpl(VectorMath.Kernel)]
    internal static void Repeat(float* source, int count, int times, float* target)
    {
        int i = 0;
        if (times == 3 && Avx512F.IsSupported)
        {
            Vector512<int> first = Vector512.Create(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5);
            Vector512<int> second = Vector512.Create(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10);
            Vector512<int> third = Vector512.Create(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15);
            for (; i + 16 <= count; i += 16)
            {
                Vector512<float> v = Vector512.Load(source + i);
                Avx512F.PermuteVar16x32(v, first).Store(target + 3 * i);
                Avx512F.PermuteVar16x32(v, second).Store(target + 3 * i + 16);
                Avx512F.PermuteVar16x32(v, third).Store(target + 3 * i + 32);
            }
        }

        if (times <= 4)
        {
            // Four copies at once; the next value overwrites what is too much.
            for (; i < count; i++) Vector128.Create(source[i]).Store(target + (nint)times * i);
            return;
        }

        for (; i < count; i++)
        {
            for (int t = 0; t < times; t++) target[(nint)times * i + t] = source[i];
        }
    }
}
