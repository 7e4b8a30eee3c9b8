using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>One call with random arguments: a valid one, spoilt in at most three ways. The seed alone decides it.</summary>
internal sealed class FuzzCase
{
    private static readonly int[] Sides = [4, 5, 7, 8, 9, 11, 13, 16, 17, 23, 31, 32];
    private static readonly ElementType[] PixelTypes = [ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8];
    private readonly Random _random;

    internal FuzzCase(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        Call = Pick(FuzzCalls.All);
        N = Pick([1, 2, 2, 3, 5, 7]);
        C = Pick([1, 3, 3, 3, 2, 5]);
        (H, W, K) = (Pick(Sides), Pick(Sides), Pick([1, 2, 10, 17]));
        // The resize, and the fast path's larger planes: dear under emulation, so rare.
        if (_random.Next(60) == 0) (N, H, W) = (Math.Min(N, 2), Pick([64, 129, 131]), Pick([16, 64]));
        Threads = Pick([0, 1, 2, 3, 8]);
        Step = (ulong)_random.NextInt64();
        ElementType pixels = Pick(PixelTypes), floats = Pick(PixelTypes[..3]), labels = Pick([ElementType.Int32, ElementType.Int64, ElementType.Float32]);
        foreach (FuzzParameter parameter in Call.Parameters) Tensors.Add(Make(parameter, pixels, floats, labels));
        Options = ValidOptions(pixels == ElementType.UInt8 && Call.Parameters[0].Role == FuzzRole.Images);
        int spoils = Pick([0, 0, 1, 1, 1, 2, 3]);
        for (int i = 0; i < spoils; i++) Spoil();
    }

    internal int Seed { get; }

    internal FuzzCall Call { get; }

    internal int N { get; }

    internal int C { get; }

    internal int H { get; }

    internal int W { get; }

    internal int K { get; }

    internal int Threads { get; private set; }

    internal ulong Step { get; }

    internal GuidedMixerOptions Options { get; private set; }

    internal List<FuzzTensor> Tensors { get; } = [];

    /// <summary>0 as asked for; 1 none; 2 a byte too little; 3 another type; 4 an output's memory.</summary>
    internal int Workspace { get; private set; }

    /// <summary>Written by a mixer's call.</summary>
    internal bool IsMixed { get; set; }

    internal static Device Gpu => new(DeviceType.Cuda);

    /// <summary>Nothing was spoilt: the call has to answer.</summary>
    internal bool IsValid { get; private set; } = true;

    /// <summary>Has to be refused, whatever else.</summary>
    internal bool IsFalse => Tensors.Any(t => t.IsGiven && t.FalseShape != null);

    internal bool HasBadIndex => Tensors.Any(t => t.IsGiven && t.BadIndex != null);

    public override string ToString() =>
        $"seed {Seed}: {Call.Name}({string.Join(", ", Tensors.Where(t => t.IsGiven))}) threads {Threads} workspace {Workspace} step {Step} "
        + $"blur {Options.BlurSize}/{Options.BlurSigma} saliency {Options.Saliency} pairing {Options.Pairing} distance {Options.Distance} "
        + $"p {Options.Probability}/{Options.ProbabilityMode} rank {Options.Rank} strict {Options.Strict} "
        + $"weights {Options.GrayWeights.Length}/{Options.PixelScale.Length}/{Options.PixelOffset.Length} antialias {Options.Antialias}";

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private FuzzTensor Make(FuzzParameter parameter, ElementType pixels, ElementType floats, ElementType labels)
    {
        bool isRows = labels == ElementType.Float32;
        ElementType type = parameter.Role switch
        {
            FuzzRole.Images => parameter.IsOutput && pixels == ElementType.UInt8 ? Pick(PixelTypes) : pixels,
            FuzzRole.Gradient => floats,
            FuzzRole.Maps => Pick(PixelTypes[..3]),
            FuzzRole.Partners => Pick([ElementType.Int32, ElementType.Int64]),
            FuzzRole.Labels => labels,
            FuzzRole.Subset => ElementType.UInt8,
            FuzzRole.Flags => ElementType.Int32,
            FuzzRole.Step => ElementType.Int64,
            _ => ElementType.Float32,
        };
        long[] shape = [.. (parameter.Sizes == "L" ? (isRows ? "NK" : "N") : parameter.Sizes).Select(Size)];
        var tensor = new FuzzTensor(parameter, type, shape, parameter.IsStrided ? Strided(shape, parameter.IsOutput) : FuzzTensor.Compact(shape));
        if (parameter.IsOptional) tensor.IsGiven = _random.Next(3) > 0;
        if (!parameter.IsOutput && _random.Next(4) == 0) tensor.Content = _random.Next(1, 6);
        return tensor;
    }

    private long Size(char letter) => letter switch { 'N' => N, 'C' => C, 'H' => H, 'W' => W, 'K' => K, _ => 1 };

    /// <summary>Valid strides: any order of the dimensions, gaps, signs; for inputs a repeated dimension too.</summary>
    private long[] Strided(long[] shape, bool isOutput)
    {
        if (_random.Next(2) == 0) return FuzzTensor.Compact(shape);
        var strides = new long[shape.Length];
        int[] order = [.. Enumerable.Range(0, shape.Length)];
        if (_random.Next(3) == 0) _random.Shuffle(order);
        else if (shape.Length == 4 && _random.Next(2) == 0) order = [0, 2, 3, 1];
        long step = Pick([1L, 1, 1, 2, 3]);
        for (int i = order.Length - 1; i >= 0; i--)
        {
            strides[order[i]] = _random.Next(5) == 0 ? -step : step;
            step = (step * shape[order[i]]) + Pick([0L, 0, 0, 1, 5]);
        }

        if (!isOutput && _random.Next(6) == 0) strides[_random.Next(strides.Length)] = 0;
        // A size of 1 may have any stride at all.
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 1 && _random.Next(4) == 0) strides[i] = Pick([0L, -1, 7, long.MaxValue, long.MinValue, 1L << 62]);
        }

        return strides;
    }

    private GuidedMixerOptions ValidOptions(bool isUInt8)
    {
        int reach = Math.Min(Math.Min(H, W) - 1, 12);
        float[] Values(float low) => [.. Enumerable.Range(0, C).Select(_ => low + _random.NextSingle())];
        return new GuidedMixerOptions
        {
            Saliency = Saliency.SpectralResidual,
            Pairing = Pick([Pairing.Greedy, Pairing.Greedy, Pairing.Random]),
            Distance = Pick([DistanceMetric.L2, DistanceMetric.L2, DistanceMetric.L1, DistanceMetric.Cosine]),
            BlurSize = _random.Next(3) > 0 ? Math.Min(7, (2 * reach) + 1) : (2 * _random.Next(reach + 1)) + 1,
            BlurSigma = Pick([3, 3, 0.4, 1.7, 50]),
            Antialias = _random.Next(4) == 0,
            GrayWeights = C is 1 or 3 && _random.Next(3) > 0 ? default : Values(0.1f),
            PixelScale = isUInt8 && _random.Next(2) == 0 ? Values(0.01f) : default,
            PixelOffset = isUInt8 && _random.Next(2) == 0 ? Values(-0.5f) : default,
            Probability = Pick([1, 1, 1, 0.5, 0]),
            ProbabilityMode = Pick([ProbabilityMode.Batch, ProbabilityMode.Image]),
            Seed = (ulong)_random.NextInt64(),
            Rank = Pick([0, 0, 3, 65535]),
        };
    }

    private void Spoil()
    {
        IsValid = false;
        FuzzTensor tensor = Pick<FuzzTensor>([.. Tensors]);
        switch (_random.Next(12))
        {
            case 0:
                FalseSize(tensor);
                break;
            case 1:
                SmallSize(tensor);
                break;
            case 2:
                tensor.Shape = tensor.Shape.Length == 0 || _random.Next(2) == 0 ? [.. tensor.Shape, 1] : tensor.Shape[..^1];
                tensor.Strides = FuzzTensor.Compact(tensor.Shape);
                break;
            case 3:
                tensor.Type = Pick(Enum.GetValues<ElementType>());
                break;
            case 4:
                tensor.FalseDevice = new Device(Pick([DeviceType.Cpu, DeviceType.Cuda, DeviceType.CudaHost, DeviceType.CudaManaged, (DeviceType)7, (DeviceType)99]),
                    Pick([0, 0, 1, -1, int.MaxValue, int.MinValue]));
                break;
            case 5:
                tensor.IsGiven = !tensor.IsGiven;
                break;
            case 6 or 7:
                FuzzTensor other = Pick<FuzzTensor>([.. Tensors]);
                if (other == tensor || other.Alias != null || Tensors.Any(t => t.Alias == tensor)) break;
                (tensor.Alias, tensor.AliasShift) = (other, Pick([0, 0, 1, 2, 7]));
                break;
            case 8:
                if (tensor.Shape.Length == 0) break;
                tensor.Strides = (long[])tensor.Strides.Clone();
                tensor.Strides[_random.Next(tensor.Strides.Length)] = Pick([0L, -1, 1, 2, -3, 64]);
                break;
            case 9:
                FuzzTensor[] indices = [.. Tensors.Where(t => t.Parameter.Role is FuzzRole.Partners or FuzzRole.Labels && !t.Parameter.IsOutput)];
                if (indices.Length > 0) Pick(indices).BadIndex = Pick([-1L, N, K, 1L << 32, (1L << 32) + 1, long.MinValue, long.MaxValue, int.MinValue, int.MaxValue]);
                break;
            case 10:
                if (_random.Next(2) == 0) Threads = Pick([-1, 1024, 1025, int.MinValue, int.MaxValue]);
                else Workspace = _random.Next(1, 5);
                break;
            default:
                SpoilOptions();
                break;
        }
    }

    /// <summary>A size the memory does not have, of a dimension that some other tensor contradicts.</summary>
    private void FalseSize(FuzzTensor tensor)
    {
        string sizes = tensor.Parameter.Sizes == "L" ? (tensor.Shape.Length == 2 ? "NK" : "N") : tensor.Parameter.Sizes;
        int[] tied = [.. Enumerable.Range(0, Math.Min(sizes.Length, tensor.Shape.Length)).Where(i => tensor.Parameter.Tied.Contains(sizes[i], StringComparison.Ordinal))];
        if (tied.Length == 0) return;
        tensor.FalseShape = (long[])tensor.Shape.Clone();
        tensor.FalseShape[Pick(tied)] = Pick([
            (1L << 20) - 3, int.MaxValue, 1L << 31, (1L << 31) + 11, 1L << 32, (1L << 59) - 1, 1L << 62, long.MaxValue, 4294967311]);
    }

    /// <summary>Another small size, with memory for it; 0 and below have none.</summary>
    private void SmallSize(FuzzTensor tensor)
    {
        if (tensor.Shape.Length == 0) return;
        tensor.Shape = (long[])tensor.Shape.Clone();
        ref long size = ref tensor.Shape[_random.Next(tensor.Shape.Length)];
        long near = Math.Clamp(size, 1, 64);
        size = Pick([0, -1, 1, 2, 3, near + 1, near - 1, 37, long.MinValue]);
        tensor.Strides = FuzzTensor.Compact(tensor.Shape);
    }

    private void SpoilOptions()
    {
        float[] bad = [float.NaN], infinite = [1, float.PositiveInfinity, 1], seven = new float[7];
        Options = _random.Next(14) switch
        {
            0 => Options with { BlurSize = Pick([-1, 0, 2, 6, 33, 255, 256, 257, int.MaxValue, int.MinValue]) },
            1 => Options with { BlurSigma = Pick([double.NaN, 0, -1, 1e-300, 1e300, double.PositiveInfinity, double.Epsilon]) },
            2 => Options with { GrayWeights = Pick([bad, infinite, seven]) },
            3 => Options with { PixelScale = Pick([bad, infinite, seven]) },
            4 => Options with { PixelOffset = Pick([bad, infinite, seven]) },
            5 => Options with { Probability = Pick([double.NaN, -0.1, 1.0001, double.PositiveInfinity, double.Epsilon]) },
            6 => Options with { Rank = Pick([-1, int.MinValue, int.MaxValue, 1 << 16]) },
            7 => Options with { Saliency = (Saliency)99 },
            8 => Options with { Pairing = (Pairing)(-1) },
            9 => Options with { Distance = (DistanceMetric)3 + _random.Next(2) },
            10 => Options with { ProbabilityMode = (ProbabilityMode)7 },
            11 => Options with { GrayWeights = new float[C] },
            _ => Options with { Strict = true },
        };
    }
}
