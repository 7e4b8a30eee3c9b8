using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>Co-Mixup of a batch: maps measured an image an item, parts laid out a part an item, images put together an image an item.</summary>
internal static unsafe class CoMixup
{
    /// <summary>One part alone, as z.</summary>
    internal static void Solve(
        in TensorView saliency,
        in TensorView alpha,
        in TensorView compatibility,
        in TensorView start,
        in TensorView layout,
        in TensorView energies,
        CoMixupOptions options,
        CancellationToken cancellation)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = (int)saliency.Shape[0], h = (int)saliency.Shape[1], w = (int)saliency.Shape[2], outputs = (int)layout.Shape[0];
        float* a = (float*)compatibility.Data;
        if (a == null) Identity(a = workspace.Take<float>(n * n), n);
        var part = new CoMixupPart(n, outputs, h, w, options.Mode, workspace);
        CoMixupProblem.Cost((float*)saliency.Data, (float*)alpha.Data, n, h * w, options.Eta, part.Cost);
        var problem = new CoMixupProblem(n, outputs, h, w, part.Cost, a, options, cancellation);
        part.Solve(problem, (int*)start.Data, start.Rank == 3 ? 1 : (int)start.Shape[0], (long*)energies.Data);
        float* z = (float*)layout.Data;
        new Span<float>(z, (int)layout.Length).Clear();
        for (int i = 0; i < outputs * h * w; i++)
        {
            z[(nint)i * n + part.Layout.First[i]] += 0.5f;
            z[(nint)i * n + part.Layout.Second[i]] += 0.5f;
        }
    }

    /// <summary>Mixes the members of a batch part by part; the others come back unchanged.</summary>
    /// <param name="options">Seed and rank, pixel scale and offset, and the method's constants.</param>
    /// <param name="step">The training step.</param>
    /// <param name="images">x.</param>
    /// <param name="saliency">[N,H,W], compact; null where there are no members.</param>
    /// <param name="subset">1 for a member, else 0; [N].</param>
    /// <param name="labels">t.</param>
    /// <param name="outputs">Images, soft labels, weights.</param>
    /// <param name="flags">Receives the data faults; or null.</param>
    /// <param name="execution">CPU threads, cancellation.</param>
    internal static void Run(
        GuidedMixerOptions options,
        ulong step,
        in ImageBatch images,
        float* saliency,
        byte* subset,
        in TensorView labels,
        in MixOutputs outputs,
        int* flags,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int threads = execution.Threads;
        float* weights = outputs.Weights.IsEmpty ? workspace.Take<float>((long)images.N * images.N) : (float*)outputs.Weights.Data;
        var batch = new CoMixupBatch(options, step, images, subset, weights, execution, workspace);
        var measure = new MeasureBody(batch, images, saliency, flags, threads, workspace);
        if (saliency != null) WorkerTeam.For(images.N, threads, ref measure);
        if (batch.Parts > 0) WorkerTeam.For(batch.Parts, threads, ref batch);
        var blend = new BlendBody(batch, images, new ImageBatch(outputs.Images), flags, options, threads, workspace);
        WorkerTeam.For(images.N, threads, ref blend);
        if (!outputs.SoftLabels.IsEmpty) Labels(labels, weights, images.N, outputs.SoftLabels);
    }

    /// <summary>t'[i] = Σ_j W[i,j]·t[j], j ascending: [N] or [N,K] → [N,K].</summary>
    internal static void Labels(in TensorView labels, float* weights, int n, in TensorView soft)
    {
        long classes = soft.Shape[1];
        new Span<float>(soft.Data, checked((int)soft.Length)).Clear();
        for (int i = 0; i < n; i++)
        {
            float* row = (float*)soft.Data + i * classes;
            for (int j = 0; j < n; j++)
            {
                float weight = weights[(nint)i * n + j];
                if (weight == 0) continue;
                if (labels.Rank == 1)
                {
                    row[IndexView.Read(labels, j)] += weight;
                    continue;
                }

                float* own = (float*)labels.Data + j * classes;
                for (long k = 0; k < classes; k++) row[k] = weight == 1 ? own[k] : MathF.FusedMultiplyAdd(weight, own[k], row[k]);
            }
        }
    }

    internal static void Identity(float* a, int n)
    {
        for (int i = 0; i < n * n; i++) a[i] = i % (n + 1) == 0 ? 1 : 0;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct MeasureBody : IParallelBody
    {
        private readonly CoMixupBatch _batch;
        private readonly ImageBatch _images;
        private readonly float* _saliency;
        private readonly int* _flags;
        private readonly double* _scratch;

        internal MeasureBody(in CoMixupBatch batch, in ImageBatch images, float* saliency, int* flags, int threads, HostWorkspace workspace)
        {
            (_batch, _images) = (batch, images);
            _saliency = saliency;
            _flags = flags;
            _scratch = workspace.Take<double>((long)images.Pixels * WorkerTeam.Count(threads, images.N));
        }

        public void Run(int item, int worker)
        {
            int h = _images.H, w = _images.W, blocks = _batch.Blocks, nodes = blocks * blocks;
            float* map = _saliency + (nint)item * h * w;
            double* scratch = _scratch + (nint)worker * h * w;
            bool isValid = BlockShares.Measure(map, blocks, blocks, h / blocks, w / blocks, scratch);
            for (int s = 0; s < nodes; s++) _batch.Shares[(nint)item * nodes + s] = (float)scratch[s];
            if (!isValid && _flags != null) Interlocked.Or(ref _flags[item], (int)ImageFlags.DegenerateMap);
            // Without a map there is no peak: all such images share one place.
            (int y, int x) = isValid ? SaliencyPeak.Find(map, h, w, scratch) : (0, 0);
            (_batch.Peaks[2 * item], _batch.Peaks[2 * item + 1]) = (y, x);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct BlendBody : IParallelBody
    {
        private readonly CoMixupBatch _batch;
        private readonly SquareBlend _blend;
        private readonly SquareMix* _squares;
        private readonly byte* _lines;
        private readonly int _nodes;

        internal BlendBody(
            in CoMixupBatch batch,
            in ImageBatch images,
            in ImageBatch mixed,
            int* flags,
            GuidedMixerOptions options,
            int threads,
            HostWorkspace workspace)
        {
            _batch = batch;
            _nodes = batch.Blocks * batch.Blocks;
            _blend = new SquareBlend(batch.Blocks, batch.Blocks, images, mixed, flags, options, workspace);
            int workers = WorkerTeam.Count(threads, images.N);
            _squares = workspace.Take<SquareMix>((long)_nodes * workers);
            _lines = workspace.Take<byte>(_blend.ScratchLength * workers);
        }

        public void Run(int item, int worker)
        {
            SquareMix* squares = _squares + (nint)worker * _nodes;
            int* first = _batch.First + (nint)item * _nodes, second = _batch.Second + (nint)item * _nodes;
            for (int s = 0; s < _nodes; s++) squares[s] = new SquareMix(first[s], s, second[s], s, first[s] == second[s] ? 1 : 0.5f);
            _blend.Image(item, squares, _lines + worker * _blend.ScratchLength);
        }
    }
}
