using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GuidedMixup.Cpu;

/// <summary>
/// Logarithm, exponential and sums over sixteen lanes, in one fixed order of operations: the same bits on every hardware width. (The
/// framework's Vector512.Log and Exp differ without FMA, and its Sum may change its order.)
/// </summary>
internal static class VectorMath
{
    internal const int Lanes = 16;

    /// <summary>
    /// How a loop over vectors is compiled: fully at once, and by itself. Inlined into its callers it exhausts the compiler's budget, and
    /// where the hardware's vectors are narrower every operation becomes a call.
    /// </summary>
    internal const MethodImplOptions Kernel = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Rounds a length up to whole vectors.</summary>
    internal static int Pad(int length) => (length + Lanes - 1) & ~(Lanes - 1);

    /// <summary>a·b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> Fma<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    /// <summary>ln x for positive normal x, within 1 ulp or so; +Inf and NaN come back as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Log(Vector512<float> x)
    {
        // x = 2^e·m with m in [√½, √2); ln m = r + r²·P(r), r = m − 1 (Cephes' polynomial).
        Vector512<int> bits = x.AsInt32();
        Vector512<int> shifted = bits - Vector512.Create(0x3F3504F3);
        Vector512<int> exponent = Vector512.ShiftRightArithmetic(shifted, 23);
        Vector512<float> m = ((shifted & Vector512.Create(0x007FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle();
        Vector512<float> e = Vector512.ConvertToSingle(exponent);
        Vector512<float> r = m - Vector512<float>.One;
        Vector512<float> p = Vector512.Create(7.0376836292e-2f);
        p = Fma(p, r, Vector512.Create(-1.1514610310e-1f));
        p = Fma(p, r, Vector512.Create(1.1676998740e-1f));
        p = Fma(p, r, Vector512.Create(-1.2420140846e-1f));
        p = Fma(p, r, Vector512.Create(1.4249322787e-1f));
        p = Fma(p, r, Vector512.Create(-1.6668057665e-1f));
        p = Fma(p, r, Vector512.Create(2.0000714765e-1f));
        p = Fma(p, r, Vector512.Create(-2.4999993993e-1f));
        p = Fma(p, r, Vector512.Create(3.3333331174e-1f));
        Vector512<float> r2 = r * r;
        Vector512<float> y = p * r * r2;
        // ln 2 in two parts, the first exact in a few bits.
        y = Fma(e, Vector512.Create(-2.12194440e-4f), y);
        y = Fma(r2, Vector512.Create(-0.5f), y);
        y = Fma(e, Vector512.Create(0.693359375f), y + r);
        return Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512.Create(float.PositiveInfinity)), y, x);
    }

    /// <summary>eˣ within 1 ulp or so; 0 below −87, +Inf above 88.7; NaN comes back as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> inside = Vector512.Min(Vector512.Max(x, Vector512.Create(-87.33654f)), Vector512.Create(88.72283f));
        // Adding and taking away 1.5·2²³ rounds to the nearest integer.
        Vector512<float> magic = Vector512.Create(12582912f);
        Vector512<float> n = Fma(inside, Vector512.Create(1.44269504f), magic) - magic;
        Vector512<float> r = Fma(n, Vector512.Create(-0.693359375f), inside);
        r = Fma(n, Vector512.Create(2.12194440e-4f), r);
        Vector512<float> p = Vector512.Create(1.9875691500e-4f);
        p = Fma(p, r, Vector512.Create(1.3981999507e-3f));
        p = Fma(p, r, Vector512.Create(8.3334519073e-3f));
        p = Fma(p, r, Vector512.Create(4.1665795894e-2f));
        p = Fma(p, r, Vector512.Create(1.6666665459e-1f));
        p = Fma(p, r, Vector512.Create(5.0000001201e-1f));
        p = Fma(p, r * r, r + Vector512<float>.One);
        // 2ⁿ in two factors: n reaches 128, one past the largest exponent.
        Vector512<int> k = Vector512.ConvertToInt32(n);
        Vector512<int> half = Vector512.ShiftRightArithmetic(k, 1);
        Vector512<float> y = p * Power(half) * Power(k - half);
        y = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87.33654f)), Vector512<float>.Zero, y);
        y = Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Vector512.Create(88.72283f)), Vector512.Create(float.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.Equals(x, x), y, x);
    }

    /// <summary>The sum of all lanes, in one fixed order: halves, quarters, …</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector512<float> v)
    {
        Vector128<float> b = Quarter(v);
        return (b[0] + b[2]) + (b[1] + b[3]);
    }

    /// <summary>The sums of four vectors, each in the order of <see cref="Sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> Sums(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (!Sse.IsSupported) return Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d));
        Vector128<float> p = Quarter(a), q = Quarter(b), r = Quarter(c), s = Quarter(d);
        Vector128<float> pq = Sse.UnpackLow(p, q) + Sse.UnpackHigh(p, q), rs = Sse.UnpackLow(r, s) + Sse.UnpackHigh(r, s);
        return Sse.MoveLowToHigh(pq, rs) + Sse.MoveHighToLow(rs, pq);
    }

    /// <summary>Sixteen 16-bit numbers as 32-bit ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<uint> Widen(Vector256<ushort> v)
    {
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512UInt32(v);
        (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(v);
        return Vector512.Create(low, high);
    }

    /// <summary>The lower halves of sixteen 32-bit numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<ushort> Narrow(Vector512<uint> v) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256UInt16(v)
        : Vector256.Narrow(v.GetLower(), v.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(Vector512<float> v)
    {
        Vector256<float> a = v.GetLower() + v.GetUpper();
        return a.GetLower() + a.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Power(Vector512<int> n) =>
        Vector512.ShiftLeft(n + Vector512.Create(127), 23).AsSingle();
}
