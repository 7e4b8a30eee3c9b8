// Guided-SR saliency of whole images: gray, working size, spectral residual S = |ifft2(F · exp(−box₃(ln A)))| / S², blur.
//
// One block an image, one launch a batch; the plane never leaves shared memory. S is 32, 64 or 128 in both directions.
//   spectral_residual_32    128 threads, dynamic shared memory  10,624 bytes
//   spectral_residual_64    256 threads, dynamic shared memory  41,728 bytes
//   spectral_residual_128   512 threads, dynamic shared memory 165,376 bytes
// in general 8·S·(S+1) + 4·S·(S/2+1) bytes, no static shared memory. Registers: at most 128 with 512 threads (launch bounds); the largest
// demand is the last inverse pass, 32 magnitudes that wait beside a transform of 16 complex values (about 90).
//
// When x.h > 128 (128 only) the gray rows that wait to be resized lie beside the plane, in 99,840 bytes = 24,960 floats. The host uses
// the general path unless  256 + 128·(taps_h + taps_w) + taps_h·((w + 3) & ~3) <= 24,960
// where taps = 2, or with antialias min(from, ceil(2·max(from/128, 1)) + 1) of each axis.
//
// What lies in shared memory, in order:
//   Z  gray plane [S][S], at the end. Columns c and c + S/2 are the parts of one complex column: S/2 transforms along y, in place.
//   H  half spectrum [S/2+1][S+1] complex, at the beginning: transforms along x, in place, frequency v left at Position(v).
//   L  log₂ A² [S/2+1][S], behind the plane, columns as in H.
//   Y  F·exp(−box₃ ln A) [S][S+1] complex, over H: rows in natural order. Inverse along x, then along y, in place.
//   M  magnitude [S][S+8] with margins of four, T  blurred along x [S][S].
// The pitch S + 1 keeps neighbouring rows in different banks.
#include "BlockBlur.cuh"
#include "BlockFft.cuh"
#include "ImageRows.cuh"
#include "Resize.cuh"

/// A complex column whose parts lie S/2 floats apart.
template <int S>
struct SplitColumn
{
    float* at;

    __device__ __forceinline__ Complex Load(int i) const { return {at[i * S], at[i * S + S / 2]}; }

    __device__ __forceinline__ void Store(int i, Complex v) const
    {
        at[i * S] = v.re;
        at[i * S + S / 2] = v.im;
    }
};

template <int Stride>
struct ComplexLine
{
    Complex* at;

    __device__ __forceinline__ Complex Load(int i) const { return at[i * Stride]; }

    __device__ __forceinline__ void Store(int i, Complex v) const { at[i * Stride] = v; }
};

template <int S>
struct SpectralBlock
{
    using Fft = BlockFft<S>;
    static constexpr int Threads = 4 * S, Pitch = S + 1, Half = S / 2, R1 = Fft::R1, R2 = Fft::R2;
    static constexpr int Floats = 2 * S * Pitch + S * (Half + 1), Staging = Floats - S * S;

    float* memory;
    Complex* plane;
    float* log;
    float* gray;

    __device__ __forceinline__ explicit SpectralBlock(float* shared)
        : memory(shared), plane(reinterpret_cast<Complex*>(shared)), log(shared + 2 * S * Pitch), gray(shared + Staging)
    {
    }

    __device__ __forceinline__ void Load(const Images& x, const Channels& weights)
    {
        GrayRows op = {weights, gray, S, S, true};
        VisitRows(x, blockIdx.x, 0, S, threadIdx.x, Threads, op);
        __syncthreads();
    }

    /// Gray rows come in as many as fit, circularly; every output row that has its inputs is made, and its inputs are given up.
    __device__ __forceinline__ void LoadResized(const Images& x, const Channels& weights, int antialias)
    {
        int thread = threadIdx.x;
        Axis vertical = {x.h, S, antialias}, horizontal = {x.w, S, antialias};
        int tapsH = vertical.TapCount(), tapsW = horizontal.TapCount();
        int* firstY = reinterpret_cast<int*>(memory);
        int* firstX = firstY + S;
        float* weightY = memory + 2 * S;
        float* weightX = weightY + S * tapsH;
        float* rows = weightX + S * tapsW;
        if (thread < S) firstY[thread] = vertical.Write(thread, weightY + thread * tapsH);
        else if (thread < 2 * S) firstX[thread - S] = horizontal.Write(thread - S, weightX + (thread - S) * tapsW);
        int pitch = (x.w + 3) & ~3, slots = (Staging - 2 * S - S * (tapsH + tapsW)) / pitch;
        GrayRows op = {weights, rows, slots, pitch, true};
        __syncthreads();
        int made = 0, done = 0;
        while (done < S)
        {
            int need = firstY[done], from = made > need ? made : need;
            made = need + slots < x.h ? need + slots : x.h;
            VisitRows(x, blockIdx.x, from, made - from, thread, Threads, op);
            int end = done;
            while (end < S && firstY[end] + tapsH <= made) end++;
            __syncthreads();
            for (int i = thread; i < (end - done) * S; i += Threads)
            {
                int o = done + i / S, column = i % S;
                gray[o * S + column] = Resample(
                    rows, firstY[o], tapsH, weightY + o * tapsH, firstX[column], tapsW, weightX + column * tapsW, slots, pitch);
            }

            done = end;
            __syncthreads();
        }
    }

    /// Along y, then along x.
    static __device__ __forceinline__ float Resample(
        const float* rows, int y, int tapsH, const float* weightY, int x, int tapsW, const float* weightX, int slots, int pitch)
    {
        int start = y % slots;
        float sum = 0;
        for (int j = 0; j < tapsW; j++)
        {
            float column = 0;
            for (int k = 0, slot = start; k < tapsH; k++, slot = slot + 1 < slots ? slot + 1 : 0)
                column = fmaf(rows[slot * pitch + x + j], weightY[k], column);
            sum = fmaf(column, weightX[j], sum);
        }

        return sum;
    }

    __device__ __forceinline__ void ForwardColumns()
    {
        for (int i = threadIdx.x; i < Half * R2; i += Threads) Fft::ForwardFirst(SplitColumn<S>{gray + i % Half}, i / Half);
        __syncthreads();
        for (int i = threadIdx.x; i < Half * R1; i += Threads) Fft::ForwardSecond(SplitColumn<S>{gray + i % Half}, i / Half);
        __syncthreads();
        // Z = A + iB with A, B the transforms of real columns: A = (Z[u] + conj Z[S−u]) / 2, B = (Z[u] − conj Z[S−u]) / 2i.
        for (int i = threadIdx.x; i < (Half + 1) * Half; i += Threads)
        {
            int u = i / Half, column = i % Half;
            const SplitColumn<S> line = {gray + column};
            Complex z = line.Load(Fft::Position(u)), mate = line.Load(Fft::Position((S - u) % S));
            plane[u * Pitch + column] = {(z.re + mate.re) * 0.5f, (z.im - mate.im) * 0.5f};
            plane[u * Pitch + column + Half] = {(z.im + mate.im) * 0.5f, (mate.re - z.re) * 0.5f};
        }

        __syncthreads();
    }

    __device__ __forceinline__ void ForwardRows()
    {
        const int rows = Half + 1;
        for (int i = threadIdx.x; i < rows * R2; i += Threads) Fft::ForwardFirst(ComplexLine<1>{plane + i % rows * Pitch}, i / rows);
        __syncthreads();
        for (int i = threadIdx.x; i < rows * R1; i += Threads) Fft::ForwardSecond(ComplexLine<1>{plane + i % rows * Pitch}, i / rows);
        __syncthreads();
        for (int i = threadIdx.x; i < rows * S; i += Threads)
        {
            Complex f = plane[i / S * Pitch + i % S];
            log[i] = Log2(fmaf(f.re, f.re, fmaf(f.im, f.im, 1e-10f)));
        }

        __syncthreads();
    }

    __device__ __forceinline__ float RowSum(int u, int left, int middle, int right) const
    {
        const float* row = log + u * S;
        return row[left] + row[middle] + row[right];
    }

    /// Y = F·2^(−Σ₉ log₂A² / 18), row u and row S − u: the mirrored conjugate of row u, but with a box of its own, for the replicate
    /// padding of the unshifted spectrum breaks the symmetry. A thread walks down one column and keeps three sums of three.
    __device__ __forceinline__ void Residual()
    {
        const int strips = Threads / S, rows = Half / strips;
        int at = threadIdx.x % S, strip = threadIdx.x / S, v = Fft::Frequency(at);
        int first = strip * rows, last = strip == strips - 1 ? Half : first + rows - 1;
        int left = Fft::Position(v == 0 ? 0 : v - 1), right = Fft::Position(v == S - 1 ? v : v + 1);
        // The mirrored row reads column S − v; its neighbours, clamped there, mirrored back.
        int opposite = Fft::Position((S - v) % S);
        int mirrorLeft = Fft::Position(v == 0 ? 0 : (v + 1) % S), mirrorRight = Fft::Position(v == 0 ? S - 1 : v == 1 ? 1 : v - 1);
        bool isEdge = v <= 1 || v == S - 1;
        float above = RowSum(first > 0 ? first - 1 : 0, left, at, right), here = RowSum(first, left, at, right);
        // Row S itself does not exist: row S − 1 repeats itself, so above row u = 1 stands row 1.
        int past = first > 1 ? first - 1 : 1;
        float mirrorAbove = RowSum(past, mirrorLeft, at, mirrorRight), mirrorHere = RowSum(first, mirrorLeft, at, mirrorRight);
        for (int u = first; u <= last; u++)
        {
            // Row S/2 + 1 is row S/2 − 1 mirrored.
            float below = u < Half ? RowSum(u + 1, left, at, right) : RowSum(Half - 1, Mirror(left), opposite, Mirror(right));
            Complex f = plane[u * Pitch + at];
            float gain = Exp2((above + here + below) * (-1.0f / 18));
            plane[u * Pitch + at] = {f.re * gain, f.im * gain};
            if (u < Half)
            {
                float mirrorBelow = isEdge ? RowSum(u + 1, mirrorLeft, at, mirrorRight) : below;
                if (u > 0)
                {
                    if (isEdge || u == 1) gain = Exp2(((u == 1 ? mirrorHere : mirrorAbove) + mirrorHere + mirrorBelow) * (-1.0f / 18));
                    plane[(S - u) * Pitch + opposite] = {f.re * gain, -(f.im * gain)};
                }

                mirrorAbove = mirrorHere;
                mirrorHere = mirrorBelow;
            }

            above = here;
            here = below;
        }

        __syncthreads();
    }

    static __device__ __forceinline__ int Mirror(int position) { return Fft::Position((S - Fft::Frequency(position)) % S); }

    __device__ __forceinline__ void InverseRows()
    {
        for (int i = threadIdx.x; i < S * R1; i += Threads)
            Fft::template InverseFirst<false>(ComplexLine<1>{plane + i % S * Pitch}, i / S);
        __syncthreads();
        for (int i = threadIdx.x; i < S * R2; i += Threads)
        {
            Complex v[R1];
            ComplexLine<1> line = {plane + i % S * Pitch};
            Fft::template InverseSecond<false>(line, i / S, v);
#pragma unroll
            for (int k = 0; k < R1; k++) line.Store(k * R2 + i / S, v[k]);
        }

        __syncthreads();
    }

    /// The magnitudes wait in registers until every thread has read its part of the plane.
    __device__ __forceinline__ void InverseColumns()
    {
        const int items = S * R2 / Threads;
        for (int i = threadIdx.x; i < S * R1; i += Threads)
            Fft::template InverseFirst<true>(ComplexLine<Pitch>{plane + i % S}, i / S);
        __syncthreads();
        float magnitude[items][R1];
#pragma unroll
        for (int j = 0; j < items; j++)
        {
            Complex v[R1];
            int i = threadIdx.x + j * Threads;
            Fft::template InverseSecond<true>(ComplexLine<Pitch>{plane + i % S}, i / S, v);
#pragma unroll
            for (int k = 0; k < R1; k++) magnitude[j][k] = sqrtf(fmaf(v[k].re, v[k].re, v[k].im * v[k].im)) * (1.0f / (S * S));
        }

        __syncthreads();
#pragma unroll
        for (int j = 0; j < items; j++)
        {
            int i = threadIdx.x + j * Threads, x = i % S;
            // Each margin repeats the three columns next to the edge column.
            int margin = x >= 1 && x <= 3 ? -x : x >= S - 4 && x <= S - 2 ? 2 * (S - 1) - x : x;
#pragma unroll
            for (int k = 0; k < R1; k++)
            {
                float* row = memory + (k * R2 + i / S) * BlockBlur<S, Threads>::MarginPitch + 4;
                row[x] = magnitude[j][k];
                if (margin != x) row[margin] = magnitude[j][k];
            }
        }

        __syncthreads();
    }

    __device__ __forceinline__ void Map(const Images& x, const Channels& weights, const Taps& taps, int antialias, float* map)
    {
        if (S == 128 && x.h > S) LoadResized(x, weights, antialias);
        else Load(x, weights);
        ForwardColumns();
        ForwardRows();
        Residual();
        InverseRows();
        InverseColumns();
        BlockBlur<S, Threads>::Apply(memory, taps, map + (long long)blockIdx.x * S * S);
    }
};

extern "C" __global__ void __launch_bounds__(128) spectral_residual_32(Images x, Channels gray, Taps taps, int antialias, float* map)
{
    DYNAMIC_SHARED(float, memory);
    SpectralBlock<32>(memory).Map(x, gray, taps, antialias, map);
}

extern "C" __global__ void __launch_bounds__(256) spectral_residual_64(Images x, Channels gray, Taps taps, int antialias, float* map)
{
    DYNAMIC_SHARED(float, memory);
    SpectralBlock<64>(memory).Map(x, gray, taps, antialias, map);
}

extern "C" __global__ void __launch_bounds__(512) spectral_residual_128(Images x, Channels gray, Taps taps, int antialias, float* map)
{
    DYNAMIC_SHARED(float, memory);
    SpectralBlock<128>(memory).Map(x, gray, taps, antialias, map);
}
