using System;
using System.Collections.Generic;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>One call with random arguments: a valid one, spoilt in at most three ways. The seed alone decides it.</summary>
internal sealed class FuzzCase
{
    private static readonly int[] Sides = [4, 5, 7, 8, 9, 11, 13, 16, 17, 23, 31, 32];
    private static readonly int[] WholeSides = [4, 8, 8, 12, 16, 24, 32];
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
        if (Call.HasBlocks && _random.Next(8) > 0) (H, W) = (Pick(WholeSides), Pick(WholeSides));
        // The resize, and the fast path's larger planes: dear under emulation, so rare.
        if (_random.Next(60) == 0) (N, H, W) = (Math.Min(N, 2), Pick([64, 129, 131]), Pick([16, 64]));
        (Chains, Features, Part, Starts) = (Pick([1, 2, 3, 5]), Pick([1, 4, 33, 70]), Pick([1, 2, 3, 4, 6]), Pick([1, 2, 3]));
        // No image is smaller; grids may be larger, and many labels are dear.
        int[] grid = Call.Name == "GridCut.Solve" ? [1, 1, 2, 3, 5, 8, 13] : [1, 2, 3, 4, 4];
        (Rows, Columns, GridLabels) = (Pick(grid), Pick(grid), Pick([1, 2, 3, 4, 5]));
        if (Call.Name == "GridCut.Solve" && _random.Next(20) == 0) (N, Rows, Columns, GridLabels) = (1, 32, Pick([1, 31, 32]), 2);
        Threads = Pick([0, 1, 2, 3, 8]);
        Step = (ulong)_random.NextInt64();
        ElementType pixels = Pick(PixelTypes), floats = Pick(PixelTypes[..3]), labels = Pick([ElementType.Int32, ElementType.Int64, ElementType.Float32]);
        Options = FuzzOptions.Valid(this, _random, pixels == ElementType.UInt8 && Call.Parameters[0].Role == FuzzRole.Images);
        foreach (FuzzParameter parameter in Call.Parameters) Tensors.Add(Make(parameter, pixels, floats, labels));
        Settle();
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

    /// <summary>Chains of AugMix, outputs of a part.</summary>
    internal int Chains { get; }

    internal int Features { get; }

    /// <summary>Rows and columns of features, grids and layouts.</summary>
    internal int Rows { get; }

    internal int Columns { get; }

    internal int GridLabels { get; }

    /// <summary>Images of a part, and how many layouts it starts from.</summary>
    internal int Part { get; }

    internal int Starts { get; }

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
        + $"gray {Options.GrayWeights.Length} scale {Options.PixelScale.Length} offset {Options.PixelOffset.Length} {Options}";

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private FuzzTensor Make(FuzzParameter parameter, ElementType pixels, ElementType floats, ElementType labels)
    {
        bool isRows = labels == ElementType.Float32;
        ElementType type = parameter.Role switch
        {
            FuzzRole.Images => parameter.IsOutput && pixels == ElementType.UInt8 ? Pick(PixelTypes) : pixels,
            FuzzRole.Gradient => floats,
            FuzzRole.Maps => Pick(PixelTypes[..3]),
            FuzzRole.ClassWeights => Pick(PixelTypes[..3]),
            FuzzRole.Classes => labels == ElementType.Float32 ? ElementType.Int64 : labels,
            FuzzRole.Boxes or FuzzRole.Costs or FuzzRole.Smooth or FuzzRole.Edges or FuzzRole.Solution or FuzzRole.Starts => ElementType.Int32,
            FuzzRole.Partners => Pick([ElementType.Int32, ElementType.Int64]),
            FuzzRole.Labels => labels,
            FuzzRole.Subset => ElementType.UInt8,
            FuzzRole.Flags => ElementType.Int32,
            FuzzRole.Step or FuzzRole.Energies => ElementType.Int64,
            _ => ElementType.Float32,
        };
        long[] shape = [.. (parameter.Sizes == "L" ? (isRows ? "NK" : "N") : parameter.Sizes).Select(Size)];
        var tensor = new FuzzTensor(parameter, type, shape, parameter.IsStrided ? Strided(shape, parameter.IsOutput) : FuzzTensor.Compact(shape));
        if (parameter.IsOptional) tensor.IsGiven = _random.Next(3) > 0;
        // What values are judged by is 1 or 0 at the most.
        if (!parameter.IsOutput && _random.Next(4) == 0) tensor.Content = _random.Next(1, parameter.IsJudged ? 3 : 6);
        // A grid of one row has no edges between rows.
        if (shape.Contains(0)) tensor.IsGiven = false;
        return tensor;
    }

    /// <summary>What a letter of <see cref="FuzzParameter.Sizes"/> stands for.</summary>
    internal long Size(char letter) => letter switch
    {
        'N' => N,
        'C' => C,
        'H' => H,
        'W' => W,
        'K' => K,
        'M' => Chains,
        'F' => Features,
        'h' => Rows,
        'w' => Columns,
        'y' => Rows - 1,
        'x' => Columns - 1,
        'V' => GridLabels,
        'P' => Part,
        'S' => Starts,
        'E' => (long)Options.CoMixup.Iterations * Chains,
        '4' => 4,
        _ => 1,
    };

    /// <summary>What only some arguments of a call go with.</summary>
    private void Settle()
    {
        FuzzTensor? Of(string name) => Tensors.Find(t => t.Parameter.Name == name);

        if (Call.Name == "MixDraws.Draw" && !Of("boxes")!.IsGiven) Of("ratios")!.IsGiven = true;
        if (!Call.IsMixer || Call.Method == MixMethod.GuidedMixup) return;
        // On a GPU, what comes with a step in device memory cannot be drawn.
        if (Of("stepBuffer")!.IsGiven)
        {
            if (Options.PuzzleMix.Blocks == 0) Options = Options with { PuzzleMix = Options.PuzzleMix with { Blocks = 2 } };
            foreach (string draw in (string[])["ratios", "boxes", "partnerBoxes"])
            {
                if (Of(draw) is { } tensor) tensor.IsGiven = true;
            }
        }
    }

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
                FuzzTensor[] indices = [.. Tensors.Where(t => t.Parameter.IsJudged)];
                if (indices.Length > 0) Pick(indices).BadIndex = Pick([-1L, N, K, 1L << 32, (1L << 32) + 1, long.MinValue, long.MaxValue, int.MinValue, int.MaxValue]);
                break;
            case 10:
                if (_random.Next(2) == 0) Threads = Pick([-1, 1024, 1025, int.MinValue, int.MaxValue]);
                else Workspace = _random.Next(1, 5);
                break;
            default:
                Options = FuzzOptions.Spoilt(this, _random);
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
}
