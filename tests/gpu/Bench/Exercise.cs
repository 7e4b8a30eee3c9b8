using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Gpu;

/// <summary>Calls for compute-sanitizer to watch: every tensor and workspace is an allocation of just its size, and nothing is cleared before.</summary>
internal static class Exercise
{
    private static readonly Device Gpu = new(DeviceType.Cuda);

    /// <summary>Sizes that no block, tile or 16-byte access divides, in every type and layout, whole batches and single stages.</summary>
    internal static void Tails()
    {
        foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8])
        {
            foreach (bool isChannelsLast in (bool[])[false, true])
            {
                Batch(new(), new(3, 3, 33, 47, type, isChannelsLast));
                Batch(new(), new(5, 3, 32, 32, type, isChannelsLast));
                Batch(new(), new(2, 3, 150, 141, type, isChannelsLast));
                Batch(new() { Antialias = true }, new(2, 3, 131, 140, type, isChannelsLast));
                Batch(new() { Saliency = Saliency.Supplied }, new(3, 5, 9, 71, type, isChannelsLast));
            }
        }

        Batch(new() { Saliency = Saliency.Gradient }, new(35, 3, 21, 31));
        Batch(new() { Saliency = Saliency.Gradient, Distance = DistanceMetric.L1 }, new(7, 3, 5, 7));
        Batch(new() { Saliency = Saliency.Gradient, Distance = DistanceMetric.Cosine }, new(33, 1, 4, 4));
        Batch(new(), new(1, 3, 64, 64));
        Batch(new(), new(3, 1, 128, 128));
        Batch(new(), new(2, 3, 4, 4));
        Batch(new(), new(2, 3, 64, 200));
        Batch(new() { Pairing = Pairing.Random, Seed = 3 }, new(70, 1, 8, 9));
        Batch(new() { Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, Seed = 3 }, new(9, 3, 32, 32));
        Batch(new() { Saliency = Saliency.Supplied, BlurSize = 3, BlurSigma = 0.8 }, new(300, 1, 4, 5));
        Stages(new(3, 3, 33, 47));
        Stages(new(5, 3, 7, 4, ElementType.Float16, true));
        foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16, ElementType.UInt8])
        {
            foreach (bool isChannelsLast in (bool[])[false, true])
            {
                Methods(new(3, 3, 33, 47, type, isChannelsLast), new(3, 3, 36, 52, type, isChannelsLast));
                AugMixes(new(3, 3, 33, 47, type, isChannelsLast));
            }
        }

        // Odd blocks, squares of another size, the largest grid.
        Batch(Blocks(2), new(5, 1, 34, 22));
        Batch(Blocks(32) with { PuzzleMix = Puzzle(32) with { TransportSize = 1 } }, new(3, 2, 64, 32));
        Batch(new() { Method = MixMethod.SnapMix, DrawMode = DrawMode.Image, Pairing = Pairing.Greedy }, new(70, 1, 8, 9));
        Batch(new() { Method = MixMethod.CutMix, DrawMode = DrawMode.Pair, Probability = 0.5, ProbabilityMode = ProbabilityMode.Image }, new(70, 1, 8, 9));
    }

    /// <summary>Every kernel once, small.</summary>
    internal static void Small()
    {
        Batch(new(), new(3, 3, 32, 32));
        Batch(new(), new(2, 3, 64, 64));
        Batch(new(), new(2, 3, 130, 130));
        Batch(new(), new(2, 3, 8, 9));
        Batch(new() { Saliency = Saliency.Gradient }, new(3, 3, 9, 10));
        Batch(new() { Saliency = Saliency.Supplied }, new(34, 3, 9, 10));
        Batch(new() { Pairing = Pairing.Random }, new(3, 3, 9, 10));
        Stages(new(3, 3, 9, 10));
        Methods(new(3, 3, 9, 10), new(3, 3, 16, 16));
        Batch(Blocks(16), new(3, 1, 32, 32));
        AugMixes(new(3, 3, 9, 10));
    }

    /// <summary>Maps in an allocation of half their size: what memcheck must see.</summary>
    internal static void Plant()
    {
        using var batch = new DeviceBatch(new GuidedMixer(), new(2, 3, 16, 16), everyOutput: false);
        Distance(batch, batch.New(ElementType.Float32, new byte[256 * 4], 256));
    }

    /// <summary>Maps that nothing wrote: what initcheck must see.</summary>
    internal static void Unwritten()
    {
        using var batch = new DeviceBatch(new GuidedMixer(), new(2, 3, 16, 16), everyOutput: false);
        Distance(batch, batch.Floats(2, 16, 16));
    }

    private static unsafe void Distance(DeviceBatch batch, TensorView maps)
    {
        var claimed = new TensorView(maps.Data, ElementType.Float32, [2, 16, 16], default, Gpu);
        PairDistance.Compute(claimed, batch.Floats(2, 2), execution: batch.Run(WorkspaceSize.PairDistance(Gpu, 2, 16, 16)));
        batch.Stream.Synchronise();
    }

    /// <summary>Every other method, the block methods at a shape of their own; one that has no kernels refuses, and says so.</summary>
    private static void Methods(Shape shape, Shape divisible)
    {
        foreach (MixMethod method in (MixMethod[])[MixMethod.Mixup, MixMethod.CutMix, MixMethod.SaliencyMix, MixMethod.SnapMix])
            Batch(new() { Method = method, DrawMode = DrawMode.Image, Seed = 2 }, shape);
        Batch(Blocks(4), divisible);
        try
        {
            Batch(new() { Method = MixMethod.CoMixup, Saliency = Saliency.Supplied, CoMixup = new CoMixupOptions { PartSize = 2 } }, divisible);
        }
        catch (ArgumentException refusal)
        {
            Console.WriteLine($"refused: {refusal.Message}");
        }
    }

    private static GuidedMixerOptions Blocks(int blocks) =>
        new() { Method = MixMethod.PuzzleMix, DrawMode = DrawMode.Image, Saliency = Saliency.Supplied, PuzzleMix = Puzzle(blocks) };

    private static PuzzleMixOptions Puzzle(int blocks) => new() { Blocks = blocks };

    private static void AugMixes(Shape shape)
    {
        Console.WriteLine($"AugMix {shape}");
        var one = BenchCase.Chains(shape);
        using var batch = new DeviceBatch(new GuidedMixer(one.Options), shape, everyOutput: false);
        one.Work(batch)();
        batch.Stream.Synchronise();
    }

    private static void Batch(GuidedMixerOptions options, Shape shape)
    {
        Console.WriteLine($"{options.Method} {options.Saliency} {options.Pairing} {options.Distance} {shape}");
        using (var all = new DeviceBatch(new GuidedMixer(options), shape, everyOutput: true))
        {
            all.Mix();
            all.Stream.Synchronise();
        }

        using var few = new DeviceBatch(new GuidedMixer(options), shape, everyOutput: false);
        few.Mix();
        few.Stream.Synchronise();
    }

    /// <summary>What no batch calls: partners from the caller, the gradient through the mix, and stages alone.</summary>
    private static void Stages(Shape shape)
    {
        (int n, int c, int h, int w) = (shape.N, shape.C, shape.H, shape.W);
        Console.WriteLine($"stages {shape}");
        using var batch = new DeviceBatch(new GuidedMixer(), shape, everyOutput: true);
        var given = new int[n];
        for (int i = 0; i < n; i++) given[i] = i == 0 ? n : (i + 1) % n;
        TensorView partners = batch.New(ElementType.Int32, MemoryMarshal.AsBytes<int>(given), n);
        batch.Mixer.Mix(batch.Inputs with { Partners = partners }, batch.Outputs, batch.Execution);

        given[0] = n > 1 ? 1 : 0;
        partners = batch.New(ElementType.Int32, MemoryMarshal.AsBytes<int>(given), n);
        TensorView maps = batch.Maps(n, h, w), blurred = batch.Floats(n, h, w), normalised = batch.Floats(n, h, w);
        GaussianBlur.Blur(maps, blurred, execution: batch.Run(WorkspaceSize.Blur(Gpu, n, h, w)));
        GaussianBlur.Normalise(maps, normalised, execution: batch.Run(WorkspaceSize.Normalise(Gpu, n, h, w)));
        TensorView gradient = batch.NewImages(shape with { Type = ElementType.Float32 });
        GradientSaliency.Compute(gradient, batch.Floats(n, h, w), batch.Run(0));
        TensorView distance = batch.Floats(n, n);
        PairDistance.Compute(normalised, distance, execution: batch.Run(WorkspaceSize.PairDistance(Gpu, n, h, w)));
        CycleCover.Greedy(distance, batch.New(ElementType.Int64, n), execution: batch.Run(WorkspaceSize.CycleCover(Gpu, n)));
        CycleCover.Random(batch.New(ElementType.Int32, n), 1, 2, execution: batch.Run(WorkspaceSize.CycleCover(Gpu, n)));
        TensorView mask = batch.Floats(n, h, w), ratio = batch.Floats(n);
        TensorView mixed = batch.NewImages(shape);
        PixelMix.Mix(batch.Images, normalised, partners, mixed, mask, ratio, execution: batch.Run(WorkspaceSize.PixelMix(Gpu, n, h, w)));
        PixelMix.Backward(mixed, mask, partners, batch.NewImages(shape), batch.Run(WorkspaceSize.PixelMixBackward(Gpu, n)));
        LabelMix.Soft(batch.Inputs.Labels, partners, ratio, batch.Floats(n, 100), execution: batch.Run(WorkspaceSize.LabelMix(Gpu, n)));
        Cut(batch, n, h, w);
        batch.Stream.Synchronise();
    }

    /// <summary>n grids of h×w nodes and three labels; edges as heavy as they come.</summary>
    private static void Cut(DeviceBatch batch, int n, int h, int w)
    {
        (h, w) = (Math.Min(h, 32), Math.Min(w, 32));
        TensorView Costs(params ReadOnlySpan<long> shape)
        {
            long length = 1;
            foreach (long size in shape) length *= size;
            var values = new int[length];
            for (int i = 0; i < values.Length; i++) values[i] = i * 7919 % 1000;
            return batch.New(ElementType.Int32, MemoryMarshal.AsBytes<int>(values), shape);
        }

        int[] smooth = [0, 1, 4, 1, 0, 1, 4, 1, 0];
        GridCut.Solve(
            Costs(n, h, w, 3), batch.New(ElementType.Int32, MemoryMarshal.AsBytes<int>(smooth), 3, 3), Costs(n, h - 1, w), Costs(n, h, w - 1),
            batch.New(ElementType.Int32, n, h, w), batch.New(ElementType.Int64, n), execution: batch.Run(0));
    }
}
