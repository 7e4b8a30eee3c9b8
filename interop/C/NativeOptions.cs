using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary><c>guidedmixup_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeOptions
{
    private const int Oldest = 104;
    private const int PairingOfMethod = -1;

    private static readonly GuidedMixerOptions Defaults = new();

    // A stage is handed the same options call after call: they are made once, so that a call allocates nothing.
    [ThreadStatic]
    private static GuidedMixerOptions? _last;

    private readonly nuint _size;
    private readonly int _method;
    private readonly int _saliency;
    private readonly int _pairing;
    private readonly int _distance;
    private readonly double _blurSigma;
    private readonly int _blurSize;
    private readonly int _antialias;
    private readonly int _strict;
    private readonly int _probabilityMode;
    private readonly double _probability;
    private readonly ulong _seed;
    private readonly int _rank;
    private readonly int _grayWeightsCount;
    private readonly int _pixelScaleCount;
    private readonly int _pixelOffsetCount;
    private readonly float* _grayWeights;
    private readonly float* _pixelScale;
    private readonly float* _pixelOffset;
    private readonly NativeMethodOptions _methods;

    private NativeOptions(GuidedMixerOptions defaults)
    {
        _size = (nuint)sizeof(NativeOptions);
        _saliency = (int)defaults.Saliency;
        _pairing = PairingOfMethod;
        _distance = (int)defaults.Distance;
        _blurSigma = defaults.BlurSigma;
        _blurSize = defaults.BlurSize;
        _probabilityMode = (int)defaults.ProbabilityMode;
        _probability = defaults.Probability;
        _methods = new NativeMethodOptions(defaults.PuzzleMix, defaults.CoMixup);
    }

    internal static void Fill(NativeOptions* options, nuint size)
    {
        if (options == null) throw Fault.Of("options", "NULL where a struct to fill is needed.");
        Sized.Write(options, size, Oldest, new NativeOptions(Defaults), "options");
    }

    /// <summary>The options; the defaults for NULL.</summary>
    internal static GuidedMixerOptions Read(NativeOptions* given)
    {
        if (given == null) return Defaults;
        NativeOptions fields = new(Defaults);
        Sized.Read(given, Oldest, ref fields, "options");
        fields.Check();
        if (_last == null || !fields.Equal(_last)) _last = fields.Make();
        return _last;
    }

    private void Check()
    {
        Range("method", _method, 0, (int)MixMethod.CoMixup);
        Range("saliency", _saliency, 0, (int)Saliency.Supplied);
        Range("pairing", _pairing, PairingOfMethod, (int)Pairing.Random);
        Range("distance", _distance, 0, (int)DistanceMetric.Cosine);
        Range("probability_mode", _probabilityMode, 0, (int)ProbabilityMode.Image);
        Range("antialias", _antialias, 0, 1);
        Range("strict", _strict, 0, 1);
        Values("gray_weights", _grayWeights, _grayWeightsCount);
        Values("pixel_scale", _pixelScale, _pixelScaleCount);
        Values("pixel_offset", _pixelOffset, _pixelOffsetCount);
        _methods.Check();
    }

    private Pairing? PairingKind => _pairing == PairingOfMethod ? null : (Pairing)_pairing;

    private ReadOnlySpan<float> GrayWeights => new(_grayWeights, _grayWeightsCount);

    private ReadOnlySpan<float> PixelScale => new(_pixelScale, _pixelScaleCount);

    private ReadOnlySpan<float> PixelOffset => new(_pixelOffset, _pixelOffsetCount);

    private bool Equal(GuidedMixerOptions options) =>
        options.Method == (MixMethod)_method && options.Saliency == (Saliency)_saliency && options.Pairing == PairingKind
        && options.Distance == (DistanceMetric)_distance
        && options.BlurSigma.Equals(_blurSigma) && options.BlurSize == _blurSize && options.Antialias == (_antialias != 0)
        && options.Strict == (_strict != 0) && options.ProbabilityMode == (ProbabilityMode)_probabilityMode
        && options.Probability.Equals(_probability) && options.Seed == _seed && options.Rank == _rank
        && options.GrayWeights.Span.SequenceEqual(GrayWeights) && options.PixelScale.Span.SequenceEqual(PixelScale)
        && options.PixelOffset.Span.SequenceEqual(PixelOffset) && _methods.Equal(options);

    private GuidedMixerOptions Make() => _methods.Over(new()
    {
        Method = (MixMethod)_method,
        Saliency = (Saliency)_saliency,
        Pairing = PairingKind,
        Distance = (DistanceMetric)_distance,
        BlurSigma = _blurSigma,
        BlurSize = _blurSize,
        Antialias = _antialias != 0,
        Strict = _strict != 0,
        ProbabilityMode = (ProbabilityMode)_probabilityMode,
        Probability = _probability,
        Seed = _seed,
        Rank = _rank,
        GrayWeights = GrayWeights.ToArray(),
        PixelScale = PixelScale.ToArray(),
        PixelOffset = PixelOffset.ToArray(),
    });

    internal static void Range(string field, int value, int low, int high)
    {
        if (value < low || value > high) throw Fault.Of("options", $"{field} is {value}; it is at least {low} and at most {high}.");
    }

    internal static void Values(string field, float* values, int count)
    {
        if (count < 0) throw Fault.Of("options", $"{field}_count is {count}; it is at least 0.");
        if (count > 0 && values == null) throw Fault.Of("options", $"{field} is NULL while {field}_count is {count}.");
    }
}
