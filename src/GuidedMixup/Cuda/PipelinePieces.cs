using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>The device workspace of one batch. Always whole, so that its size does not hang on which outputs are asked for.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PipelinePieces
{
    internal readonly SpectralPlan Plan;
    internal readonly float* Map;
    internal readonly float* Saliency;
    internal readonly float* Temp;
    internal readonly float* Normalised;
    internal readonly float* DistancePartial;
    internal readonly float* Distance;
    internal readonly float* MixPartial;
    internal readonly int* Peaks;
    internal readonly int* Boxes;
    internal readonly int* PartnerBoxes;
    internal readonly double* ClassMaps;
    internal readonly double* Settled;
    internal readonly PuzzleMixPieces Puzzle;
    internal readonly CoMixupBuffers CoMixup;
    internal readonly CoMixupPolish CoMixupPolish;
    internal readonly float* Ratio;
    internal readonly int* Partners;
    internal readonly int* Tickets;
    internal readonly int* Flags;
    internal readonly ulong* Keys;

    internal PipelinePieces(CudaDevice device, GuidedMixerOptions options, int n, int h, int w, ref DeviceWorkspace workspace)
    {
        int pixels = h * w;
        long length = (long)n * pixels;
        if (MixRules.TakesMaps(options))
        {
            if (options.Saliency == GuidedMixup.Saliency.SpectralResidual)
            {
                Plan = new SpectralPlan(device, n, h, w, options, ref workspace);
                Map = workspace.Take<float>(Plan.MapLength);
            }

            Saliency = workspace.Take<float>(length);
            Temp = workspace.Take<float>(length);
            Normalised = workspace.Take<float>(length);
            DistancePartial = workspace.Take<float>(PairDistance.PartialLength(n, pixels));
            Distance = workspace.Take<float>((long)n * n);
        }

        if (options.Method == MixMethod.GuidedMixup) MixPartial = workspace.Take<float>(PixelMix.PartialLength(n, pixels));
        if (options.Method == MixMethod.SaliencyMix) Peaks = workspace.Take<int>(n);
        if (MixRules.HasBoxes(options)) Boxes = workspace.Take<int>(4L * n);
        if (options.Method == MixMethod.SnapMix)
        {
            PartnerBoxes = workspace.Take<int>(4L * n);
            // As many nodes as pixels are allowed; the features' size is not known here.
            ClassMaps = workspace.Take<double>(length);
            Settled = workspace.Take<double>(2L * n);
        }

        if (options.Method == MixMethod.PuzzleMix) Puzzle = new PuzzleMixPieces(options.PuzzleMix, n, h, w, ref workspace);
        if (options.Method == MixMethod.CoMixup)
        {
            CoMixupOptions part = options.CoMixup;
            CoMixup = new CoMixupBuffers(part, n, ref workspace);
            long inputs = CoMixupBuffers.Inputs(part, n), slots = (long)CoMixupBuffers.Parts(part, n) * part.Starts;
            if (part.Mode == SolverMode.Quality) CoMixupPolish = new CoMixupPolish(inputs, inputs, slots, part.Blocks, part.Blocks, ref workspace);
        }

        Ratio = workspace.Take<float>(n);
        Partners = workspace.Take<int>(n);
        Tickets = workspace.Take<int>(n);
        Flags = workspace.Take<int>(n);
        Keys = workspace.Take<ulong>(n);
    }
}
