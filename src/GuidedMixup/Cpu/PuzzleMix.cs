using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>PuzzleMix: costs, minimum cut, transport and blend, an image an item.</summary>
internal static unsafe class PuzzleMix
{
    /// <summary>Mixes a batch.</summary>
    /// <param name="shape">How the images are cut up.</param>
    /// <param name="images">x.</param>
    /// <param name="saliency">[N,H,W], compact.</param>
    /// <param name="partners">π.</param>
    /// <param name="draws">λ, an image each.</param>
    /// <param name="mixed">Receives y.</param>
    /// <param name="results">What else is asked for.</param>
    /// <param name="options">The method's constants.</param>
    /// <param name="pixels">Scale and offset of UInt8 pixels.</param>
    /// <param name="threads">CPU threads.</param>
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
        int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var pieces = new PuzzleMixPieces(shape, images.N, workspace);
        var measure = new MeasureBody(shape, images, saliency, pieces, results.Flags, options, workspace);
        WorkerTeam.For(images.N, threads, ref measure);
        var body = new PuzzleMixBody(shape, images, partners, draws, new ImageBatch(mixed), pieces, results, options, pixels, workspace, threads);
        WorkerTeam.For(images.N, threads, ref body);
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
            bool isValid = PuzzleMixShares.Measure(map, blocks, blocks, _shape.BlockH, _shape.BlockW, _pieces.Blocks(item));
            isValid &= PuzzleMixShares.Measure(
                map, _shape.SquareRows, _shape.SquareColumns, _shape.SquareH, _shape.SquareW, _pieces.Squares(item));
            if (!isValid && _flags != null) Interlocked.Or(ref _flags[item], (int)ImageFlags.DegenerateMap);
            _borders.Measure(item, _pieces.Borders(item));
        }
    }
}
