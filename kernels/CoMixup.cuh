// Co-Mixup's part: its constants, its memory, its layout, the objective; as src/GuidedMixup/Cpu/CoMixup*.cs, by all threads of a
// block. Arrays lie in global memory: those of a small part stay in L1.
#ifndef GUIDEDMIXUP_COMIXUP_CUH
#define GUIDEDMIXUP_COMIXUP_CUH

#include "PortableMath.cuh"

/// The method's constants: β and γ divided by the nodes, τ times the nodes; edge is the integer weight of all edges; warps, how many cut on
/// grids beyond 32 nodes. A part has up to `inputs` images, and as many outputs, or (one part by itself) `outputs`.
struct CoMixupPlan
{
    double beta, gamma, threshold, eta, omega;
    int h, w, inputs, outputs, iterations, alpha, edge, starts, warps, pad;

    __device__ __forceinline__ int Nodes() const { return h * w; }
};

/// Memory of all parts, one after the other: n is plan.inputs, m plan.outputs.
struct CoMixupBuffers
{
    // What a part is solved from: [n][nodes], [n], A [n][n] or null for I, start labels [m][nodes].
    float* saliency;
    float* alpha;
    float* compatibility;
    int* start;

    // The solver's own: costs [n][nodes]; the two inputs each block shows [m][nodes]; halves [m][n], 2·Σ_s z, and their sums over m [n];
    // resolve [m][n]; sums [m][2].
    float* cost;
    int* first;
    int* second;
    int* halves;
    int* total;
    float* resolve;
    double* sums;

    // Grids beyond 32 nodes: WideCutMemory. In quality mode: unary [nodes][n + 3], smooth [n + 3][n + 3], edges [nodes].
    int* wide;
    int* unary;
    int* smooth;
    int* edges;

    // Of a batch: images in each part, [parts], or null where the one part has plan.inputs; which, [parts][n]; and the number of each image
    // among them, -1 for none, [N]. Each block's share of its image's map, [N][nodes]; the maps' peaks, [N][2].
    int* sizes;
    int* members;
    int* places;
    float* shares;
    int* peaks;
};

static_assert(sizeof(CoMixupPlan) == 80 && sizeof(CoMixupBuffers) == 160, "C# mirrors these");

const int CoMixupThreads = 512;
const int CoMixupMaxInputs = 250;

/// 4·‖z_s − z_t‖² of blocks that show a, b and c, d by halves.
__device__ __forceinline__ int CoMixupDifference(int a, int b, int c, int d)
{
    int within = 4 + (a == b ? 2 : 0) + (c == d ? 2 : 0);
    return within - 2 * ((a == c ? 1 : 0) + (a == d ? 1 : 0) + (b == c ? 1 : 0) + (b == d ? 1 : 0));
}

/// One part and its layout. All functions are for all threads of the block, and end with a barrier.
struct CoMixupPart
{
    static const int Threads = CoMixupThreads;
    const CoMixupPlan& plan;
    int n, outputs, nodes, thread;
    const float* compatibility;
    float* cost;
    int *first, *second, *halves, *total;
    float* resolve;
    double* sums;

    /// slot: which of the solver's own memories; beyond the parts they are those of further starts.
    __device__ __forceinline__ CoMixupPart(const CoMixupPlan& p, const CoMixupBuffers& b, int part, long long slot)
        : plan(p), nodes(p.Nodes()), thread((int)threadIdx.x)
    {
        // Sums, as in StepOf (Philox.cuh): choices would become choices of addresses, and the arguments be copied to local memory.
        int size = 0;
        if (b.sizes) size = b.sizes[part];
        n = size + (b.sizes ? 0 : p.inputs);
        outputs = size + (b.sizes ? 0 : p.outputs);
        long long inputs = p.inputs, laid = slot * p.outputs;
        compatibility = b.compatibility ? b.compatibility + part * inputs * inputs : nullptr;
        cost = b.cost + slot * inputs * nodes;
        first = b.first + laid * nodes;
        second = b.second + laid * nodes;
        halves = b.halves + laid * inputs;
        total = b.total + slot * inputs;
        resolve = b.resolve + laid * inputs;
        sums = b.sums + laid * 2;
    }

    /// A[m,k]
    __device__ __forceinline__ float Compatibility(int m, int k) const { return compatibility ? compatibility[m * n + k] : m == k ? 1.0f : 0.0f; }

    /// c[m,s] = prior − saliency, prior rounded to float from −η/nodes·ln(α[m] + 1e-8). priors: [n], shared.
    __device__ __forceinline__ void Costs(const float* saliency, const float* alpha, float* priors)
    {
#pragma unroll 1
        for (int m = thread; m < n; m += Threads) priors[m] = (float)(-plan.eta / nodes * Log(alpha[m] + 1e-8));
        __syncthreads();
#pragma unroll 1
        for (int i = thread; i < n * nodes; i += Threads) cost[i] = priors[i / nodes] - saliency[i];
        __syncthreads();
    }

    /// Starts from one label a block; one out of range counts as the nearest within.
    __device__ __forceinline__ void Set(const int* labels)
    {
#pragma unroll 1
        for (int i = thread; i < outputs * n; i += Threads)
        {
            halves[i] = 0;
            resolve[i] = 0;
        }

        __syncthreads();
#pragma unroll 1
        for (int j = thread; j < outputs; j += Threads)
        {
#pragma unroll 1
            for (int i = j * nodes; i < (j + 1) * nodes; i++)
            {
                int label = labels[i] < 0 ? 0 : labels[i] < n ? labels[i] : n - 1;
                first[i] = second[i] = label;
                halves[j * n + label] += 2;
            }
        }

        __syncthreads();
#pragma unroll 1
        for (int m = thread; m < n; m += Threads)
        {
            int sum = 0;
#pragma unroll 1
            for (int j = 0; j < outputs; j++) sum += halves[j * n + m];
            total[m] = sum;
        }

        __syncthreads();
    }

    /// Gives output j new labels, [nodes] and [nodes].
    __device__ __forceinline__ void Replace(int j, const int* newFirst, const int* newSecond)
    {
#pragma unroll 1
        for (int s = thread; s < nodes; s += Threads)
        {
            first[j * nodes + s] = newFirst[s];
            second[j * nodes + s] = newSecond[s];
        }

#pragma unroll 1
        for (int m = thread; m < n; m += Threads)
        {
            int count = 0;
#pragma unroll 1
            for (int s = 0; s < nodes; s++) count += (newFirst[s] == m ? 1 : 0) + (newSecond[s] == m ? 1 : 0);
            total[m] += count - halves[j * n + m];
            halves[j * n + m] = count;
        }

        __syncthreads();
    }

    /// Σ_s c·z + (β/2)·Σ_edges ‖z_s − z_t‖² of one output; one thread.
    __device__ __forceinline__ double Own(const int* a, const int* b) const
    {
        double unary = 0;
        int edges = 0;
#pragma unroll 1
        for (int s = 0; s < nodes; s++)
        {
            unary += 0.5 * ((double)cost[a[s] * nodes + s] + cost[b[s] * nodes + s]);
            if (s % plan.w != plan.w - 1) edges += CoMixupDifference(a[s], b[s], a[s + 1], b[s + 1]);
            if (s + plan.w < nodes) edges += CoMixupDifference(a[s], b[s], a[s + plan.w], b[s + plan.w]);
        }

        return unary + plan.beta / 8 * edges;
    }

    /// F with A = I and without a threshold, in every thread. Quarters of the penalty are whole numbers: their sum is exact in any order.
    __device__ __forceinline__ double Objective()
    {
#pragma unroll 1
        for (int j = thread; j < outputs; j += Threads)
        {
            long long quarters = 0;
#pragma unroll 1
            for (int m = 0; m < n; m++) quarters += (long long)halves[j * n + m] * (total[m] - halves[j * n + m]);
            sums[2 * j] = Own(first + j * nodes, second + j * nodes);
            sums[2 * j + 1] = 0.25 * quarters;
        }

        __syncthreads();
        // Each thread adds them up for itself: they agree without another barrier.
        double penalty = 0;
#pragma unroll 1
        for (int j = 0; j < outputs; j++) penalty += sums[2 * j + 1];
        double sum = plan.gamma * penalty;
#pragma unroll 1
        for (int j = 0; j < outputs; j++) sum += sums[2 * j];
        __syncthreads();
        return sum;
    }

    /// For outputs that show the same inputs, two or more: γ/nodes on the lowest of them in the earlier output, on the second in the later.
    __device__ __forceinline__ void Resolve()
    {
#pragma unroll 1
        for (int i = thread; i < outputs; i += Threads)
        {
            const int* own = halves + i * n;
            int lowest = Shown(own, 0), next = Shown(own, lowest + 1);
            if (next >= n) continue;
#pragma unroll 1
            for (int k = 0; k < outputs; k++)
            {
                const int* other = halves + k * n;
                int m = 0;
                while (m < n && (own[m] > 0) == (other[m] > 0)) m++;
                if (m == n && k != i) resolve[i * n + (k < i ? next : lowest)] += (float)plan.gamma;
            }
        }

        __syncthreads();
    }

    /// The layout as z [outputs][nodes][n].
    __device__ __forceinline__ void Write(float* layout) const
    {
#pragma unroll 1
        for (long long i = thread; i < (long long)outputs * nodes * n; i += Threads)
        {
            int m = (int)(i % n);
            layout[i] = (first[i / n] == m ? 0.5f : 0.0f) + (second[i / n] == m ? 0.5f : 0.0f);
        }
    }

private:
    __device__ __forceinline__ int Shown(const int* shown, int m) const
    {
        while (m < n && shown[m] == 0) m++;
        return m;
    }
};

#endif
