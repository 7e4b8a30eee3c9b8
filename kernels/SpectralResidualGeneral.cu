// Guided-SR saliency for the sizes (and devices) that the fast path of SpectralResidual.cu does not take: any h <= 128, any w >= 4.
//
// Nine launches of 256 threads, no shared memory, planes in global memory (they stay in the L2 cache); any grid, a thread an element.
// The forward transform is in double precision: with an odd factor the rounded twiddles of a float transform leave 1e-7 of the largest
// bin in the bins that should hold next to nothing, and the residual amplifies just those. Transforms are plain sums over the table of
// cos, sin, h + w terms a point; with h <= 128 that is little next to what launching them costs, unless w runs to many hundreds.
#include "BlockFft.cuh"
#include "ImageRows.cuh"
#include "Reflect.cuh"
#include "Resize.cuh"

struct alignas(16) ComplexDouble { double re, im; };

__device__ __forceinline__ long long FirstItem() { return (long long)blockIdx.x * blockDim.x + threadIdx.x; }

__device__ __forceinline__ long long ItemStep() { return (long long)gridDim.x * blockDim.x; }

/// Frequency v of a row of w, read backwards.
__device__ __forceinline__ int Opposite(int v, int w) { return v == 0 ? 0 : w - v; }

__device__ __forceinline__ float GrayPixel(const Images& x, const Channels& gray, int n, int y, int column)
{
    long long at = n * x.strideN + y * x.strideH + column * x.strideW;
    float sum = gray.offset[0];
    for (int c = 0; c < x.c; c++, at += x.strideC) sum = fmaf(LoadPixel(x.type, x.data, at), gray.scale[c], sum);
    return sum;
}

/// Along y, then along x, as on the fast path; the taps of each axis are made on the fly.
__device__ __forceinline__ float ResizedPixel(const Images& x, const Channels& gray, const Axis& vertical, const Axis& horizontal, int n, int y, int column)
{
    float sum = 0;
    if (!vertical.antialias)
    {
        float second, right;
        int top = vertical.FirstOfTwo(y, second), left = horizontal.FirstOfTwo(column, right);
        float a = fmaf(GrayPixel(x, gray, n, top + 1, left), second, GrayPixel(x, gray, n, top, left) * (1 - second));
        float b = fmaf(GrayPixel(x, gray, n, top + 1, left + 1), second, GrayPixel(x, gray, n, top, left + 1) * (1 - second));
        return fmaf(b, right, a * (1 - right));
    }

    int tapsH = vertical.TapCount(), tapsW = horizontal.TapCount(), top = vertical.First(y), left = horizontal.First(column);
    int totalH = 0, totalW = 0;
    for (int k = 0; k < tapsH; k++) totalH += vertical.Weight(y, top + k);
    for (int j = 0; j < tapsW; j++) totalW += horizontal.Weight(column, left + j);
    for (int j = 0; j < tapsW; j++)
    {
        float part = 0;
        for (int k = 0; k < tapsH; k++)
            part = fmaf(GrayPixel(x, gray, n, top + k, left + j), (float)vertical.Weight(y, top + k) / (float)totalH, part);
        sum = fmaf(part, (float)horizontal.Weight(column, left + j) / (float)totalW, sum);
    }

    return sum;
}

/// plane[n, y, x]: the gray image at its working size; [N, H, W] → [N, h, w].
extern "C" __global__ void __launch_bounds__(256) general_gray(Images x, Channels gray, int antialias, int h, int w, float* plane)
{
    if (x.h == h && x.w == w)
    {
        long long rows = (long long)x.n * h;
        for (long long row = blockIdx.x * 8LL + threadIdx.x / 32; row < rows; row += gridDim.x * 8LL)
        {
            int n = (int)(row / h), y = (int)(row % h);
            GrayRows op = {gray, plane + row * w, 1, 0, IsAligned(plane, w)};
            VisitRows(x, n, y, 1, threadIdx.x % 32, 32, op);
        }

        return;
    }

    Axis vertical = {x.h, h, antialias}, horizontal = {x.w, w, antialias};
    long long count = (long long)x.n * h * w;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        long long row = i / w;
        plane[i] = ResizedPixel(x, gray, vertical, horizontal, (int)(row / h), (int)(row % h), (int)(i % w));
    }
}

/// table: (cos, sin) of 2πk/h for k < h, then of 2πk/w for k < w.
extern "C" __global__ void __launch_bounds__(256) general_twiddles(int h, int w, double* table)
{
    for (long long i = FirstItem(); i < h + (long long)w; i += ItemStep())
    {
        CosSin turn = i < h ? CosSinOfTurn((int)i, h) : CosSinOfTurn((int)(i - h), w);
        table[2 * i] = turn.cos;
        table[2 * i + 1] = turn.sin;
    }
}

/// half[n, u, x] = Σ_y plane[n, y, x]·exp(−2πi·uy/h), u <= h/2.
extern "C" __global__ void __launch_bounds__(256) general_columns(const float* plane, const double* table, int n, int h, int w, double* half)
{
    int rows = h / 2 + 1;
    long long count = (long long)n * rows * w;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int x = (int)(i % w), u = (int)(i / w % rows);
        const float* column = plane + i / w / rows * h * w + x;
        double re = column[0], im = 0;
        int k = u;
        // Rows y and h − y share a cosine, and a sine but for its sign.
        for (int y = 1; 2 * y < h; y++)
        {
            double a = column[(long long)y * w], b = column[(long long)(h - y) * w];
            re = fma(a + b, table[2 * k], re);
            im = fma(b - a, table[2 * k + 1], im);
            k += u;
            if (k >= h) k -= h;
        }

        if (h % 2 == 0) re += u % 2 == 0 ? (double)column[(long long)(h / 2) * w] : -(double)column[(long long)(h / 2) * w];
        half[2 * i] = re;
        half[2 * i + 1] = im;
    }
}

/// spectrum[n, u, v] = Σ_x half[n, u, x]·exp(−2πi·vx/w), and log = log₂ A² = log₂(|F|² + 1e-10).
extern "C" __global__ void __launch_bounds__(256) general_rows(
    const double* half, const double* table, int n, int h, int w, float* spectrum, float* log)
{
    int rows = h / 2 + 1;
    long long count = (long long)n * rows * w;
    const double* turns = table + 2 * h;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int v = (int)(i % w), k = 0;
        const double* row = half + 2 * (i - v);
        double re = 0, im = 0;
        for (int x = 0; x < w; x++)
        {
            double a = row[2 * x], b = row[2 * x + 1], c = turns[2 * k], s = turns[2 * k + 1];
            re = fma(a, c, fma(b, s, re));
            im = fma(b, c, fma(-a, s, im));
            k += v;
            if (k >= w) k -= w;
        }

        float r = (float)re, m = (float)im;
        spectrum[2 * i] = r;
        spectrum[2 * i + 1] = m;
        log[i] = Log2(fmaf(r, r, fmaf(m, m, 1e-10f)));
    }
}

/// full[n, u, v] = F·exp(−box₃ ln A) for all h frequencies; frequency h − u is the mirrored conjugate of u, with a box of its own.
extern "C" __global__ void __launch_bounds__(256) general_residual(const float* spectrum, const float* log, int n, int h, int w, float* full)
{
    int rows = h / 2 + 1;
    long long count = (long long)n * h * w;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int v = (int)(i % w), u = (int)(i / w % h);
        long long base = i / w / h * rows * w;
        int left = v > 0 ? v - 1 : 0, right = v < w - 1 ? v + 1 : v;
        float sum = 0;
        for (int d = -1; d <= 1; d++)
        {
            int row = u + d < 0 ? 0 : u + d < h ? u + d : h - 1;
            bool isMirrored = row >= rows;
            const float* line = log + base + (long long)(isMirrored ? h - row : row) * w;
            sum += isMirrored ? line[Opposite(left, w)] + line[Opposite(v, w)] + line[Opposite(right, w)] : line[left] + line[v] + line[right];
        }

        bool isMirrored = u >= rows;
        const float* f = spectrum + 2 * (base + (isMirrored ? (long long)(h - u) * w + Opposite(v, w) : (long long)u * w + v));
        float gain = Exp2(sum * (-1.0f / 18));
        full[2 * i] = f[0] * gain;
        full[2 * i + 1] = isMirrored ? -(f[1] * gain) : f[1] * gain;
    }
}

/// Σ_k line[k·stride]·exp(2πi·kt/length), complex values; the turns are rounded to float, the sum is in float.
__device__ __forceinline__ Complex InverseSum(const float* line, long long stride, const double* turns, int length, int t)
{
    float re = 0, im = 0;
    for (int j = 0, k = 0; j < length; j++)
    {
        float a = line[2 * stride * j], b = line[2 * stride * j + 1], c = (float)turns[2 * k], s = (float)turns[2 * k + 1];
        re = fmaf(a, c, fmaf(-b, s, re));
        im = fmaf(b, c, fmaf(a, s, im));
        k += t;
        if (k >= length) k -= length;
    }

    return {re, im};
}

/// rows[n, u, x] = Σ_v full[n, u, v]·exp(2πi·vx/w).
extern "C" __global__ void __launch_bounds__(256) general_inverse_rows(const float* full, const double* table, int n, int h, int w, float* rows)
{
    long long count = (long long)n * h * w;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int x = (int)(i % w);
        Complex sum = InverseSum(full + 2 * (i - x), 1, table + 2 * h, w, x);
        rows[2 * i] = sum.re;
        rows[2 * i + 1] = sum.im;
    }
}

/// plane[n, y, x] = |Σ_u rows[n, u, x]·exp(2πi·uy/h)| / (hw).
extern "C" __global__ void __launch_bounds__(256) general_inverse_columns(const float* rows, const double* table, int n, int h, int w, float* plane)
{
    long long count = (long long)n * h * w;
    float scale = 1.0f / ((float)h * (float)w);
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int y = (int)(i / w % h);
        Complex sum = InverseSum(rows + 2 * (i - (long long)y * w), w, table, h, y);
        plane[i] = sqrtf(fmaf(sum.re, sum.re, sum.im * sum.im)) * scale;
    }
}

/// Along x, reflect padding.
extern "C" __global__ void __launch_bounds__(256) general_blur_rows(const float* plane, Taps taps, int n, int h, int w, float* temp)
{
    long long count = (long long)n * h * w;
    int reach = taps.size / 2;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int x = (int)(i % w);
        float sum = 0;
        for (int k = 0; k < taps.size; k++) sum = fmaf(plane[i - x + Reflect(x + k - reach, w)], taps.w[k], sum);
        temp[i] = sum;
    }
}

/// Along y, reflect padding.
extern "C" __global__ void __launch_bounds__(256) general_blur_columns(const float* temp, Taps taps, int n, int h, int w, float* map)
{
    long long count = (long long)n * h * w;
    int reach = taps.size / 2;
    for (long long i = FirstItem(); i < count; i += ItemStep())
    {
        int y = (int)(i / w % h);
        float sum = 0;
        for (int k = 0; k < taps.size; k++) sum = fmaf(temp[i + (long long)(Reflect(y + k - reach, h) - y) * w], taps.w[k], sum);
        map[i] = sum;
    }
}
