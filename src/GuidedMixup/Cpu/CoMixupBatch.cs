using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>A batch cut into parts, and the work on one of them: draws, costs, compatibility, layout, label weights.</summary>
/// <remarks>
/// The members, in order, are cut into parts of the option's size, the last of what is left. Draws, by image number i: α_i is the sum of the
/// option's Alpha exponential draws −ln(1 − U), divided by the part's sum, which is Dirichlet for whole Alpha; start k's label at block s of i is
/// ⌊U·n⌋ of draw (k·N + i)·blocks² + s. A[m,k] = (1 − ω)·[m = k] + ω·(n/ΣD)·D[m,k], D the L1 distance of the maps' peaks in pixels; A = I where ΣD is 0.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupBatch : IParallelBody
{
    private const int DrawsAnImage = 8;
    private readonly GuidedMixerOptions _options;
    private readonly ulong _step;
    private readonly int _n;
    private readonly int* _members;
    private readonly int _count;
    private readonly int _size;
    private readonly float* _weights;
    private readonly CoMixupPart* _solvers;
    private readonly int* _start;
    private readonly float* _floats;
    private readonly CancellationToken _cancellation;

    internal CoMixupBatch(
        GuidedMixerOptions options, ulong step, in ImageBatch images, byte* subset, float* weights, in Execution execution,
        HostWorkspace workspace)
    {
        (_options, _step, _n) = (options, step, images.N);
        _cancellation = execution.Cancellation;
        CoMixupOptions constants = options.CoMixup;
        _weights = weights;
        _members = workspace.Take<int>(_n);
        _count = 0;
        for (int i = 0; i < _n; i++)
        {
            if (subset[i] != 0) _members[_count++] = i;
        }

        Blocks = constants.Blocks;
        int nodes = Blocks * Blocks;
        _size = Math.Min(constants.PartSize, Math.Max(_count, 1));
        Parts = (_count + _size - 1) / _size;
        Shares = workspace.Take<float>((long)_n * nodes);
        Peaks = workspace.Take<int>(2L * _n);
        First = workspace.Take<int>((long)_n * nodes);
        Second = workspace.Take<int>((long)_n * nodes);
        for (int i = 0; i < _n * nodes; i++) First[i] = Second[i] = i / nodes;
        int workers = WorkerTeam.Count(execution.Threads, Math.Max(Parts, 1)), rest = _count % _size;
        _solvers = workspace.Take<CoMixupPart>(2L * workers);
        for (int i = 0; i < workers; i++)
        {
            _solvers[2 * i] = new CoMixupPart(_size, _size, Blocks, Blocks, constants.Mode, workspace);
            if (rest > 0) _solvers[2 * i + 1] = new CoMixupPart(rest, rest, Blocks, Blocks, constants.Mode, workspace);
        }

        _start = workspace.Take<int>((long)workers * StartLength);
        _floats = workspace.Take<float>((long)workers * FloatLength);
        new Span<float>(weights, _n * _n).Clear();
        for (int i = 0; i < _n; i++) weights[(nint)i * _n + i] = 1;
    }

    /// <summary>Blocks of an image on a side.</summary>
    internal int Blocks { get; }

    /// <summary>The number of items.</summary>
    internal int Parts { get; }

    /// <summary>Each block's share of its map, [N,blocks²].</summary>
    internal float* Shares { get; }

    /// <summary>Row and column of each map's peak, [N,2].</summary>
    internal int* Peaks { get; }

    /// <summary>The image each block shows, [N,blocks²].</summary>
    internal int* First { get; }

    /// <summary>The other image it shows by halves, or the same.</summary>
    internal int* Second { get; }

    private int Starts => _options.CoMixup.Mode == SolverMode.Quality ? _options.CoMixup.Starts : 1;

    private int StartLength => Starts * _size * Blocks * Blocks;

    // Saliency, α and A of a part.
    private int FloatLength => _size * (Blocks * Blocks + 1 + _size);

    public void Run(int item, int worker)
    {
        int n = Math.Min(_size, _count - item * _size), nodes = Blocks * Blocks;
        int* members = _members + item * _size, start = _start + (nint)worker * StartLength;
        float* saliency = _floats + (nint)worker * FloatLength, alpha = saliency + n * nodes, a = alpha + n;
        CoMixupPart part = _solvers[2 * worker + (n < _size ? 1 : 0)];
        for (int m = 0; m < n; m++)
        {
            new Span<float>(Shares + (nint)members[m] * nodes, nodes).CopyTo(new Span<float>(saliency + m * nodes, nodes));
            for (int k = 0; k < Starts; k++) Start(members[m], k, n, start + ((nint)k * n + m) * nodes);
        }

        Dirichlet(members, n, alpha);
        Compatibility(members, n, a);
        CoMixupProblem.Cost(saliency, alpha, n, nodes, _options.CoMixup.Eta, part.Cost);
        part.Solve(new CoMixupProblem(n, n, Blocks, Blocks, part.Cost, a, _options.CoMixup, _cancellation), start, Starts, null);
        for (int j = 0; j < n; j++)
        {
            int image = members[j];
            for (int s = 0; s < nodes; s++)
            {
                First[(nint)image * nodes + s] = members[part.Layout.First[j * nodes + s]];
                Second[(nint)image * nodes + s] = members[part.Layout.Second[j * nodes + s]];
            }

            _weights[(nint)image * _n + image] = 0;
            for (int m = 0; m < n; m++)
            {
                int halves = part.Layout.Halves[j * n + m];
                if (halves > 0) _weights[(nint)image * _n + members[m]] = (float)(halves / (2.0 * nodes));
            }
        }
    }

    private void Start(int image, int start, int n, int* labels)
    {
        int nodes = Blocks * Blocks;
        for (int s = 0; s < nodes; s++)
        {
            uint index = unchecked((uint)(((long)start * _n + image) * nodes + s));
            labels[s] = (int)(Philox.Uniform(_options.Seed, _step, _options.Rank, Philox.Purpose.Layout, index) * n);
        }
    }

    private void Dirichlet(int* members, int n, float* alpha)
    {
        double* draws = stackalloc double[n];
        double sum = 0;
        for (int m = 0; m < n; m++)
        {
            draws[m] = 0;
            for (int k = 0; k < _options.CoMixup.Alpha; k += 2)
            {
                uint index = unchecked((uint)(members[m] * DrawsAnImage + k / 2));
                (double u, double v) = Philox.UniformPair(_options.Seed, _step, _options.Rank, Philox.Purpose.Dirichlet, index);
                draws[m] -= PortableMath.Log(1 - u);
                if (k + 1 < _options.CoMixup.Alpha) draws[m] -= PortableMath.Log(1 - v);
            }

            sum += draws[m];
        }

        for (int m = 0; m < n; m++) alpha[m] = sum > 0 ? (float)(draws[m] / sum) : 1f / n;
    }

    private void Compatibility(int* members, int n, float* a)
    {
        long sum = 0;
        for (int m = 0; m < n; m++)
        {
            for (int k = 0; k < n; k++) sum += Distance(members[m], members[k]);
        }

        double omega = sum > 0 ? _options.CoMixup.Omega : 0;
        double scale = sum > 0 ? omega * n / sum : 0;
        for (int m = 0; m < n; m++)
        {
            for (int k = 0; k < n; k++)
                a[m * n + k] = (float)((m == k ? 1 - omega : 0) + scale * Distance(members[m], members[k]));
        }
    }

    private int Distance(int image, int other) =>
        Math.Abs(Peaks[2 * image] - Peaks[2 * other]) + Math.Abs(Peaks[2 * image + 1] - Peaks[2 * other + 1]);
}
