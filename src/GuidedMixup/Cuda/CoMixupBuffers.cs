using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>
/// The device memory of Co-Mixup's own kernels, by value. Mirrors <c>struct CoMixupBuffers</c> of kernels/CoMixup.cuh, which says what is where.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct CoMixupBuffers
{
    private readonly float* _saliency;
    private readonly float* _alpha;
    private readonly float* _compatibility;
    private readonly int* _start;
    private readonly float* _cost;
    private readonly int* _first;
    private readonly int* _second;
    private readonly int* _halves;
    private readonly int* _total;
    private readonly float* _resolve;
    private readonly double* _sums;
    private readonly int* _wide;
    private readonly int* _unary;
    private readonly int* _smooth;
    private readonly int* _edges;
    private readonly int* _sizes;
    private readonly int* _members;
    private readonly int* _places;
    private readonly float* _shares;
    private readonly int* _peaks;

    /// <summary>Of a mixer's batch, all in the workspace.</summary>
    internal CoMixupBuffers(CoMixupOptions options, int n, ref DeviceWorkspace workspace)
        : this(Inputs(options, n), Inputs(options, n), Parts(options, n) * Starts(options), options.Blocks, options.Blocks, options.Mode, ref workspace)
    {
        int nodes = options.Blocks * options.Blocks, inputs = Inputs(options, n), parts = Parts(options, n);
        _saliency = workspace.Take<float>((long)parts * inputs * nodes);
        _alpha = workspace.Take<float>((long)parts * inputs);
        _compatibility = workspace.Take<float>((long)parts * inputs * inputs);
        _start = workspace.Take<int>((long)parts * Starts(options) * inputs * nodes);
        _sizes = workspace.Take<int>(parts);
        _members = workspace.Take<int>((long)parts * inputs);
        _places = workspace.Take<int>(n);
        _shares = workspace.Take<float>((long)n * nodes);
        _peaks = workspace.Take<int>(2L * n);
    }

    /// <summary>Of one part that the caller brings.</summary>
    internal CoMixupBuffers(
        in TensorView saliency,
        in TensorView alpha,
        in TensorView compatibility,
        in TensorView start,
        int outputs,
        int starts,
        SolverMode mode,
        ref DeviceWorkspace workspace)
        : this((int)saliency.Shape[0], outputs, starts, (int)saliency.Shape[1], (int)saliency.Shape[2], mode, ref workspace)
    {
        _saliency = (float*)saliency.Data;
        _alpha = (float*)alpha.Data;
        _compatibility = (float*)compatibility.Data;
        _start = (int*)start.Data;
    }

    /// <summary>The solver's own, for so many parts and starts of each together.</summary>
    internal CoMixupBuffers(long inputs, long outputs, long parts, int h, int w, SolverMode mode, ref DeviceWorkspace workspace)
    {
        this = default;
        int nodes = h * w;
        long labels = inputs + Cpu.CoMixupSubproblem.MaxPairs, grids = mode == SolverMode.Parity ? 0 : parts;
        _cost = workspace.Take<float>(parts * inputs * nodes);
        _first = workspace.Take<int>(parts * outputs * nodes);
        _second = workspace.Take<int>(parts * outputs * nodes);
        _halves = workspace.Take<int>(parts * outputs * inputs);
        _total = workspace.Take<int>(parts * inputs);
        _resolve = workspace.Take<float>(parts * outputs * inputs);
        _sums = workspace.Take<double>(2 * parts * outputs);
        // WideCutMemory of kernels/WideCut.cuh.
        _wide = workspace.Take<int>(nodes <= CoMixupPlan.MaxSmall ? 0 : parts * (nodes * (labels + 1) + labels * h + (labels * labels + 31) / 32));
        _unary = workspace.Take<int>(grids * nodes * labels);
        _smooth = workspace.Take<int>(grids * labels * labels);
        _edges = workspace.Take<int>(grids * nodes);
    }

    /// <summary>How many starts each part is laid out from.</summary>
    internal static int Starts(CoMixupOptions options) => options.Mode == SolverMode.Quality ? options.Starts : 1;

    /// <summary>The images of the largest part.</summary>
    internal static int Inputs(CoMixupOptions options, int n) => System.Math.Min(options.PartSize, n);

    /// <summary>The most parts a batch can have; the draws may leave some without images.</summary>
    internal static int Parts(CoMixupOptions options, int n) => (n + Inputs(options, n) - 1) / Inputs(options, n);
}
