// Complex FFTs of 32, 64 and 128 points by a block in shared memory: two passes of short transforms in registers, each in place.
#ifndef GUIDEDMIXUP_BLOCKFFT_CUH
#define GUIDEDMIXUP_BLOCKFFT_CUH

#include "Trigonometry.cuh"

struct alignas(8) Complex { float re, im; };

__device__ __forceinline__ Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
__device__ __forceinline__ Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }

__device__ __forceinline__ Complex operator*(Complex a, Complex b)
{
    return {fmaf(a.re, b.re, -(a.im * b.im)), fmaf(a.re, b.im, a.im * b.re)};
}

/// exp(−2πik/128), k in [0, 128).
struct TwiddleTable
{
    Complex w[128];

    constexpr TwiddleTable() : w()
    {
        for (int k = 0; k < 128; k++)
        {
            CosSin turn = CosSinOfTurn(k, 128);
            w[k].re = (float)turn.cos;
            w[k].im = (float)-turn.sin;
        }
    }
};

static __constant__ const TwiddleTable Twiddles;

/// −i·a forwards, i·a backwards.
template <bool Inverse>
__device__ __forceinline__ Complex Quarter(Complex a)
{
    if (Inverse) return {-a.im, a.re};
    return {a.im, -a.re};
}

/// Conjugates a forward twiddle for the inverse.
template <bool Inverse>
__device__ __forceinline__ Complex Turn(Complex a, Complex w)
{
    if (Inverse) w.im = -w.im;
    return a * w;
}

template <bool Inverse>
__device__ __forceinline__ void Dft4(Complex& a, Complex& b, Complex& c, Complex& d)
{
    Complex sum = a + c, difference = a - c, odd = b + d, turned = Quarter<Inverse>(b - d);
    a = sum + odd;
    b = difference + turned;
    c = sum - odd;
    d = difference - turned;
}

/// Transforms of R values in registers, natural order in and out. Equal values give exact zeros past the first.
template <int R, bool Inverse>
struct Dft;

template <bool Inverse>
struct Dft<4, Inverse>
{
    static __device__ __forceinline__ void Apply(Complex (&v)[4]) { Dft4<Inverse>(v[0], v[1], v[2], v[3]); }
};

template <bool Inverse>
struct Dft<8, Inverse>
{
    static __device__ __forceinline__ void Apply(Complex (&v)[8])
    {
        const float half = 0.70710678118654752f;
        Dft4<Inverse>(v[0], v[2], v[4], v[6]);
        Dft4<Inverse>(v[1], v[3], v[5], v[7]);
        Complex o0 = v[1], q1 = Quarter<Inverse>(v[3]), o2 = Quarter<Inverse>(v[5]), q3 = Quarter<Inverse>(v[7]);
        // (1 ∓ i)/√2 and (−1 ∓ i)/√2.
        Complex o1 = {(v[3].re + q1.re) * half, (v[3].im + q1.im) * half};
        Complex o3 = {(q3.re - v[7].re) * half, (q3.im - v[7].im) * half};
        Complex e0 = v[0], e1 = v[2], e2 = v[4], e3 = v[6];
        v[0] = e0 + o0;
        v[1] = e1 + o1;
        v[2] = e2 + o2;
        v[3] = e3 + o3;
        v[4] = e0 - o0;
        v[5] = e1 - o1;
        v[6] = e2 - o2;
        v[7] = e3 - o3;
    }
};

template <bool Inverse>
struct Dft<16, Inverse>
{
    static __device__ __forceinline__ void Apply(Complex (&v)[16])
    {
        const Complex w1 = {0.92387953251128674f, -0.38268343236508977f}, w2 = {0.70710678118654752f, -0.70710678118654752f};
        const Complex w3 = {0.38268343236508977f, -0.92387953251128674f};
        const Complex w6 = {-0.70710678118654752f, -0.70710678118654752f}, w9 = {-0.92387953251128674f, 0.38268343236508977f};
#pragma unroll
        for (int i = 0; i < 4; i++) Dft4<Inverse>(v[i], v[i + 4], v[i + 8], v[i + 12]);
        v[5] = Turn<Inverse>(v[5], w1);
        v[6] = Turn<Inverse>(v[6], w2);
        v[7] = Turn<Inverse>(v[7], w3);
        v[9] = Turn<Inverse>(v[9], w2);
        v[10] = Quarter<Inverse>(v[10]);
        v[11] = Turn<Inverse>(v[11], w6);
        v[13] = Turn<Inverse>(v[13], w3);
        v[14] = Turn<Inverse>(v[14], w6);
        v[15] = Turn<Inverse>(v[15], w9);
#pragma unroll
        for (int i = 0; i < 16; i += 4) Dft4<Inverse>(v[i], v[i + 1], v[i + 2], v[i + 3]);
        // Value k1 + 4·k2 stands at 4·k1 + k2.
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
#pragma unroll
            for (int j = i + 1; j < 4; j++)
            {
                Complex other = v[4 * i + j];
                v[4 * i + j] = v[4 * j + i];
                v[4 * j + i] = other;
            }
        }
    }
};

/// S = R1·R2 points. A forward transform leaves frequency k at Position(k); the inverses read either that or the natural order.
/// A Line has Load(i) and Store(i, value). Between the two passes of a transform lies a barrier.
template <int S>
struct BlockFft
{
    static constexpr int R1 = S == 128 ? 16 : 8;
    static constexpr int R2 = S / R1;

    static __device__ __forceinline__ int Position(int k) { return k % R1 * R2 + k / R1; }

    static __device__ __forceinline__ int Frequency(int position) { return position / R2 + R1 * (position % R2); }

    /// n2 in [0, R2).
    template <class Line>
    static __device__ __forceinline__ void ForwardFirst(Line line, int n2)
    {
        Complex v[R1];
#pragma unroll
        for (int i = 0; i < R1; i++) v[i] = line.Load(i * R2 + n2);
        Dft<R1, false>::Apply(v);
        line.Store(n2, v[0]);
#pragma unroll
        for (int i = 1; i < R1; i++) line.Store(i * R2 + n2, Turn<false>(v[i], Twiddles.w[n2 * i * (128 / S)]));
    }

    /// k1 in [0, R1).
    template <class Line>
    static __device__ __forceinline__ void ForwardSecond(Line line, int k1)
    {
        Complex v[R2];
#pragma unroll
        for (int i = 0; i < R2; i++) v[i] = line.Load(k1 * R2 + i);
        Dft<R2, false>::Apply(v);
#pragma unroll
        for (int i = 0; i < R2; i++) line.Store(k1 * R2 + i, v[i]);
    }

    /// k1 in [0, R1). IsNatural: frequency k stands at k, otherwise at Position(k).
    template <bool IsNatural, class Line>
    static __device__ __forceinline__ void InverseFirst(Line line, int k1)
    {
        Complex v[R2];
#pragma unroll
        for (int i = 0; i < R2; i++) v[i] = line.Load(IsNatural ? k1 + R1 * i : k1 * R2 + i);
        Dft<R2, true>::Apply(v);
#pragma unroll
        for (int i = 0; i < R2; i++) line.Store(IsNatural ? k1 + R1 * i : k1 * R2 + i, v[i]);
    }

    /// n2 in [0, R2): v[n1] is value n1·R2 + n2, nothing stored.
    template <bool IsNatural, class Line>
    static __device__ __forceinline__ void InverseSecond(Line line, int n2, Complex (&v)[R1])
    {
#pragma unroll
        for (int i = 0; i < R1; i++)
        {
            v[i] = line.Load(IsNatural ? i + R1 * n2 : i * R2 + n2);
            if (i > 0) v[i] = Turn<true>(v[i], Twiddles.w[n2 * i * (128 / S)]);
        }

        Dft<R1, true>::Apply(v);
    }
};

#endif
