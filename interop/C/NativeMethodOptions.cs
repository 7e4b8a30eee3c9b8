using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>What <c>guidedmixup_options</c> holds of methods other than GuidedMixup; the end of <see cref="NativeOptions"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeMethodOptions
{
    private readonly double _alpha;
    private readonly int _drawMode;
    private readonly int _puzzleBlocks;
    private readonly int _puzzleLabels;
    private readonly int _puzzleNeighbourSize;
    private readonly int _puzzleTransportSize;
    private readonly int _puzzleSolver;
    private readonly double _puzzleBeta;
    private readonly double _puzzleGamma;
    private readonly double _puzzleEta;
    private readonly double _puzzleTransportCost;
    private readonly float* _puzzlePixelStd;
    private readonly int _puzzlePixelStdCount;
    private readonly int _partBlocks;
    private readonly int _partSize;
    private readonly int _partIterations;
    private readonly int _partAlpha;
    private readonly int _partStarts;
    private readonly int _partSolver;
    private readonly int _reserved;
    private readonly double _partBeta;
    private readonly double _partGamma;
    private readonly double _partTau;
    private readonly double _partEta;
    private readonly double _partOmega;

    internal NativeMethodOptions(PuzzleMixOptions puzzle, CoMixupOptions part)
    {
        _puzzleBlocks = puzzle.Blocks;
        _puzzleLabels = puzzle.Labels;
        _puzzleNeighbourSize = puzzle.NeighbourSize;
        _puzzleTransportSize = puzzle.TransportSize;
        _puzzleSolver = (int)puzzle.Mode;
        _puzzleBeta = puzzle.Beta;
        _puzzleGamma = puzzle.Gamma;
        _puzzleEta = puzzle.Eta;
        _puzzleTransportCost = puzzle.TransportCost;
        _partBlocks = part.Blocks;
        _partSize = part.PartSize;
        _partIterations = part.Iterations;
        _partAlpha = part.Alpha;
        _partStarts = part.Starts;
        _partSolver = (int)part.Mode;
        _partBeta = part.Beta;
        _partGamma = part.Gamma;
        _partTau = part.Tau;
        _partEta = part.Eta;
        _partOmega = part.Omega;
    }

    internal void Check()
    {
        NativeOptions.Range("draw_mode", _drawMode, 0, (int)DrawMode.Image);
        NativeOptions.Range("puzzlemix_solver", _puzzleSolver, 0, (int)SolverMode.Quality);
        NativeOptions.Range("comixup_solver", _partSolver, 0, (int)SolverMode.Quality);
        NativeOptions.Range("reserved", _reserved, 0, 0);
        NativeOptions.Values("puzzlemix_pixel_std", _puzzlePixelStd, _puzzlePixelStdCount);
    }

    internal bool Equal(GuidedMixerOptions options) =>
        Nullable.Equals(options.Alpha, Alpha) && options.DrawMode == (DrawMode)_drawMode && Equal(options.PuzzleMix) && Equal(options.CoMixup);

    /// <summary>The options with these fields.</summary>
    internal GuidedMixerOptions Over(GuidedMixerOptions options) => options with
    {
        Alpha = Alpha,
        DrawMode = (DrawMode)_drawMode,
        PuzzleMix = new PuzzleMixOptions
        {
            Blocks = _puzzleBlocks,
            Labels = _puzzleLabels,
            NeighbourSize = _puzzleNeighbourSize,
            TransportSize = _puzzleTransportSize,
            Mode = (SolverMode)_puzzleSolver,
            Beta = _puzzleBeta,
            Gamma = _puzzleGamma,
            Eta = _puzzleEta,
            TransportCost = _puzzleTransportCost,
            PixelStd = PixelStd.ToArray(),
        },
        CoMixup = new CoMixupOptions
        {
            Blocks = _partBlocks,
            PartSize = _partSize,
            Iterations = _partIterations,
            Alpha = _partAlpha,
            Starts = _partStarts,
            Mode = (SolverMode)_partSolver,
            Beta = _partBeta,
            Gamma = _partGamma,
            Tau = _partTau,
            Eta = _partEta,
            Omega = _partOmega,
        },
    };

    private double? Alpha => _alpha == 0 ? null : _alpha;

    private ReadOnlySpan<float> PixelStd => new(_puzzlePixelStd, _puzzlePixelStdCount);

    private bool Equal(PuzzleMixOptions puzzle) =>
        puzzle.Blocks == _puzzleBlocks && puzzle.Labels == _puzzleLabels && puzzle.NeighbourSize == _puzzleNeighbourSize
        && puzzle.TransportSize == _puzzleTransportSize && puzzle.Mode == (SolverMode)_puzzleSolver && puzzle.Beta.Equals(_puzzleBeta)
        && puzzle.Gamma.Equals(_puzzleGamma) && puzzle.Eta.Equals(_puzzleEta) && puzzle.TransportCost.Equals(_puzzleTransportCost)
        && puzzle.PixelStd.Span.SequenceEqual(PixelStd);

    private bool Equal(CoMixupOptions part) =>
        part.Blocks == _partBlocks && part.PartSize == _partSize && part.Iterations == _partIterations && part.Alpha == _partAlpha
        && part.Starts == _partStarts && part.Mode == (SolverMode)_partSolver && part.Beta.Equals(_partBeta) && part.Gamma.Equals(_partGamma)
        && part.Tau.Equals(_partTau) && part.Eta.Equals(_partEta) && part.Omega.Equals(_partOmega);
}
