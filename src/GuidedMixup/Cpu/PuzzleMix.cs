using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>PuzzleMix: costs, minimum cut, transport and blend, an image an item.</summary>
internal static unsafe class PuzzleMix
{
    private const int LargestDrawn = 16;

    /// <summary>Mixes a mixer's batch; <paramref name="ratio"/> brings λ and takes away λ'. No maps where nothing is mixed.</summary>
    internal static void Run(
        in ImageBatch images,
        float* saliency,
        int* partners,
        float* ratio,
        ulong step,
        in MixOutputs outputs,
        int* flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        float* draws = workspace.Take<float>(images.N);
        new Span<float>(ratio, images.N).CopyTo(new Span<float>(draws, images.N));
        var shape = new PuzzleMixShape(images.H, images.W, images.C, Blocks(options, images, step), options.PuzzleMix);
        var results = new PuzzleMixResults((float*)outputs.Mask.Data, ratio, null, null, flags);
        Run(shape, images, saliency, partners, draws, outputs.Images, results, options.PuzzleMix, options, execution);
    }

    /// <summary>The option's number of blocks, or one of 2, 4, 8, 16 that divide the image, by one draw a batch.</summary>
    internal static int Blocks(GuidedMixerOptions options, in ImageBatch images, ulong step)
    {
        if (options.PuzzleMix.Blocks > 0) return options.PuzzleMix.Blocks;
        int choices = 0;
        for (int blocks = 2; blocks <= LargestDrawn && images.H % blocks == 0 && images.W % blocks == 0; blocks *= 2) choices++;
        double draw = Philox.Uniform(options.Seed, step, options.Rank, Philox.Purpose.Blocks, 0);
        return 2 << (int)(draw * choices);
    }

    /// <summary>Mixes a batch.</summary>
    /// <param name="shape">How the images are cut up.</param>
    /// <param name="images">x.</param>
    /// <param name="saliency">[N,H,W], compact; null where every image is its own partner.</param>
    /// <param name="partners">π.</param>
    /// <param name="draws">λ, an image each.</param>
    /// <param name="mixed">Receives y.</param>
    /// <param name="results">What else is asked for.</param>
    /// <param name="options">The method's constants.</param>
    /// <param name="pixels">Scale and offset of UInt8 pixels.</param>
    /// <param name="execution">CPU threads, cancellation.</param>
    internal static void Run(
        in PuzzleMixShape shape,
        in ImageBatch images,
        float* saliency,
        int* partners,
        float* draws,
        in TensorView mixed,
        in PuzzleMixResults results,
        PuzzleMixOptions options,
        GuidedMixerOptions pixels,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var pieces = new PuzzleMixPieces(shape, images.N, workspace);
        var measure = new MeasureBody(shape, images, saliency, pieces, results.Flags, options, workspace);
        if (saliency != null) WorkerTeam.For(images.N, execution.Threads, ref measure);
        var body = new PuzzleMixBody(shape, images, partners, draws, new ImageBatch(mixed), pieces, results, options, pixels, workspace, execution);
        WorkerTeam.For(images.N, execution.Threads, ref body);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in ImageBatch images,
        in ImageBatch maps,
        in TensorView ratios,
        in TensorView partners,
        in TensorView mixed,
        in TensorView mask,
        in TensorView ratio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = images.N;
        int* indices = workspace.Take<int>(n);
        int* found = workspace.Take<int>(n);
        float* saliency = workspace.Take<float>((long)n * images.Pixels);
        for (int i = 0; i < n; i++)
        {
            indices[i] = (int)IndexView.Read(partners, i);
            MapReader.Copy(maps, i, saliency + (nint)i * images.Pixels);
        }

        new Span<int>(found, n).Clear();
        if (options.Strict)
        {
            Inspect(images, saliency, found, execution.Threads);
            Strict.ThrowOnAny(found, n);
        }

        var shape = new PuzzleMixShape(images.H, images.W, images.C, options.PuzzleMix.Blocks, options.PuzzleMix);
        var results = new PuzzleMixResults((float*)mask.Data, (float*)ratio.Data, null, null, found);
        Run(shape, images, saliency, indices, (float*)ratios.Data, mixed, results, options.PuzzleMix, options, execution);
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }

    /// <summary>Flags what a mix would flag, and writes nothing else.</summary>
    internal static void Inspect(in ImageBatch images, float* saliency, int* flags, int threads)
    {
        CutMix.Inspect(images, flags, threads);
        double sum;
        for (int i = 0; i < images.N; i++)
        {
            if (!BlockShares.Measure(saliency + (nint)i * images.Pixels, 1, 1, images.H, images.W, &sum)) flags[i] |= (int)ImageFlags.DegenerateMap;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct MeasureBody : IParallelBody
    {
        private readonly PuzzleMixShape _shape;
        private readonly PuzzleMixBorders _borders;
        private readonly PuzzleMixPieces _pieces;
        private readonly float* _saliency;
        private readonly int* _flags;

        internal MeasureBody(
            in PuzzleMixShape shape,
            in ImageBatch images,
            float* saliency,
            in PuzzleMixPieces pieces,
            int* flags,
            PuzzleMixOptions options,
            HostWorkspace workspace)
        {
            (_shape, _pieces) = (shape, pieces);
            _borders = new PuzzleMixBorders(shape, images, options, workspace);
            _saliency = saliency;
            _flags = flags;
        }

        public void Run(int item, int worker)
        {
            float* map = _saliency + (nint)item * _shape.H * _shape.W;
            int blocks = _shape.Blocks;
            bool isValid = BlockShares.Measure(map, blocks, blocks, _shape.BlockH, _shape.BlockW, _pieces.Blocks(item));
            isValid &= BlockShares.Measure(
                map, _shape.SquareRows, _shape.SquareColumns, _shape.SquareH, _shape.SquareW, _pieces.Squares(item));
            if (!isValid && _flags != null) Interlocked.Or(ref _flags[item], (int)ImageFlags.DegenerateMap);
            _borders.Measure(item, _pieces.Borders(item));
        }
    }
}
