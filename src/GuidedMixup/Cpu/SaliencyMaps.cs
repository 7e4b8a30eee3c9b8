using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>
/// Everything that happens to one image's saliency map, while it is in the cache: spectral residual (or gradient norm, or the caller's
/// map), resize, blur, sum-to-1. An item is an image, and depends on no other.
/// </summary>
internal static unsafe class SaliencyMaps
{
    private static readonly GuidedMixerOptions Defaults = new() { BlurSize = 1 };

    /// <summary>Saliency maps and normalised maps of a batch; either may be null.</summary>
    internal static void Run(
        GuidedMixerOptions options, in MixInputs inputs, float* saliency, float* normalised, int* flags, int threads) =>
        Run(options, options.Saliency, Source(options, inputs), saliency, normalised, flags, threads);

    /// <summary>The saliency map of image <paramref name="image"/> alone; the same bits as in any batch.</summary>
    internal static void RunOne(GuidedMixerOptions options, in MixInputs inputs, int image, float* saliency) =>
        Run(options, options.Saliency, Source(options, inputs).Slice(image, 1), saliency, null, null, 1);

    /// <summary>The stage "spectral residual" alone.</summary>
    internal static void Raw(in ImageBatch images, in TensorView saliency, GuidedMixerOptions options, in Execution execution) =>
        Run(options, Saliency.SpectralResidual, images, (float*)saliency.Data, null, null, execution.Threads);

    /// <summary>The stage "gradient saliency" alone.</summary>
    internal static void RawGradient(in ImageBatch gradient, in TensorView saliency, in Execution execution) =>
        Run(Defaults, Saliency.Gradient, gradient, (float*)saliency.Data, null, null, execution.Threads);

    /// <summary>The stage "blur" alone.</summary>
    internal static void Blur(in ImageBatch maps, in TensorView blurred, GuidedMixerOptions options, in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var body = new Body(options, Saliency.Supplied, maps, null, (float*)blurred.Data, null, isNormalised: false, execution.Threads, workspace);
        WorkerTeam.For(maps.N, execution.Threads, ref body);
    }

    /// <summary>The stage "blur and normalise" alone.</summary>
    internal static void Normalise(
        in ImageBatch maps, in TensorView normalised, in TensorView flags, GuidedMixerOptions options, in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int* found = workspace.Take<int>(maps.N);
        new Span<int>(found, maps.N).Clear();
        float* target = options.Strict ? workspace.Take<float>(normalised.Length) : (float*)normalised.Data;
        Run(options, Saliency.Supplied, maps, null, target, found, execution.Threads);
        if (options.Strict)
        {
            Strict.ThrowOnAny(found, maps.N);
            Buffer.MemoryCopy(target, normalised.Data, normalised.Length * sizeof(float), normalised.Length * sizeof(float));
        }

        if (!flags.IsEmpty) new Span<int>(found, maps.N).CopyTo(new Span<int>(flags.Data, maps.N));
    }

    private static ImageBatch Source(GuidedMixerOptions options, in MixInputs inputs) => options.Saliency switch
    {
        Saliency.SpectralResidual => new ImageBatch(inputs.Images),
        Saliency.Gradient => new ImageBatch(inputs.Gradient),
        _ => Require.Maps(inputs.Saliency, "saliency"),
    };

    private static void Run(
        GuidedMixerOptions options, Saliency kind, in ImageBatch source, float* saliency, float* normalised, int* flags, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var body = new Body(options, kind, source, saliency, normalised, flags, isNormalised: true, threads, workspace);
        WorkerTeam.For(source.N, threads, ref body);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        private readonly Saliency _kind;
        private readonly ImageBatch _source;
        private readonly float* _saliency;
        private readonly float* _normalised;
        private readonly int* _flags;
        private readonly bool _isNormalised;
        private readonly SpectralMap _spectral;
        private readonly GaussianBlur _blur;
        private readonly float* _scratch;
        private readonly long _mapLength;
        private readonly long _scratchLength;

        internal Body(
            GuidedMixerOptions options,
            Saliency kind,
            in ImageBatch source,
            float* saliency,
            float* normalised,
            int* flags,
            bool isNormalised,
            int threads,
            HostWorkspace workspace)
        {
            (_kind, _source, _isNormalised) = (kind, source, isNormalised);
            _saliency = saliency;
            _normalised = normalised;
            _flags = flags;
            if (kind == Saliency.SpectralResidual) _spectral = new SpectralMap(source, options, workspace);
            _blur = new GaussianBlur(source.H, source.W, options, workspace);
            _mapLength = VectorMath.Pad(source.Pixels);
            long inner = Math.Max(_blur.ScratchLength, kind == Saliency.SpectralResidual ? _spectral.ScratchLength : 0);
            // Whole cache lines, so that no two workers share one.
            _scratchLength = _mapLength + ((inner + VectorMath.Lanes - 1) & -VectorMath.Lanes);
            _scratch = workspace.Take<float>(checked(_scratchLength * WorkerTeam.Count(threads, source.N)));
        }

        public void Run(int item, int worker)
        {
            float* own = _scratch + worker * _scratchLength, inner = own + _mapLength;
            int h = _source.H, w = _source.W;
            float* map = _saliency != null ? _saliency + (long)item * _source.Pixels : own;
            switch (_kind)
            {
                case Saliency.SpectralResidual: _spectral.Map(item, map, inner); break;
                case Saliency.Gradient: GradientSaliency.Map(_source, item, map, w); break;
                default: MapReader.Copy(_source, item, map); break;
            }

            if (_normalised == null) return;
            float* target = _normalised + (long)item * _source.Pixels;
            if (!_isNormalised) _blur.Apply(map, w, target, w, inner);
            else if (!_blur.Normalise(map, w, target, inner) && _flags != null) _flags[item] |= (int)ImageFlags.DegenerateMap;
        }
    }
}
