using System;

namespace GuidedMixup.Cpu;

/// <summary>Mask, mixed images and label weights in one pass over the pixels.</summary>
internal static unsafe class PixelMix
{
    /// <summary>Above this an output leaves the caches anyway, and is written around them.</summary>
    private const long StreamBytes = 8 << 20;

    /// <summary>scale and offset of a channel: x·scale + offset is the normalised pixel.</summary>
    internal static (float Scale, float Offset) Normalisation(GuidedMixerOptions options, ElementType type, int channel)
    {
        if (type != ElementType.UInt8) return (1, 0);
        ReadOnlySpan<float> scale = options.PixelScale.Span, offset = options.PixelOffset.Span;
        return (scale.IsEmpty ? 1f / 255 : scale[channel], offset.IsEmpty ? 0 : offset[channel]);
    }

    /// <summary>Whether a result is written around the caches.</summary>
    internal static bool IsStreamed(in ImageBatch result) => (long)result.N * result.C * result.Pixels * result.Type.Size() > StreamBytes;

    /// <summary>Mixes a batch; <paramref name="mask"/> may be null.</summary>
    internal static void Run(
        in ImageBatch images,
        float* normalised,
        int* partners,
        in TensorView mixed,
        float* mask,
        float* ratio,
        int* flags,
        GuidedMixerOptions options,
        int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var tiles = new MixTiles(images.N, images.Pixels, partners, workspace);
        var target = new ImageBatch(mixed);
        var body = new PixelMixBody(images, normalised, partners, target, mask, flags, tiles, IsStreamed(target), workspace, threads);
        if (mixed.Type != images.Type) body.SetNormalisation(options, workspace);
        WorkerTeam.For(tiles.Count, threads, ref body);
        tiles.Means(ratio);
    }

    /// <summary>Flags what a mix would flag, and writes nothing else.</summary>
    internal static void Inspect(in ImageBatch images, float* normalised, int* partners, int* flags, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var tiles = new MixTiles(images.N, images.Pixels, partners, workspace);
        var body = new PixelMixBody(images, normalised, partners, default, null, flags, tiles, false, workspace, threads);
        WorkerTeam.For(tiles.Count, threads, ref body);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in ImageBatch images,
        in TensorView normalised,
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
        float* means = workspace.Take<float>(n);
        for (int i = 0; i < n; i++) indices[i] = (int)IndexView.Read(partners, i);
        new Span<int>(found, n).Clear();
        if (options.Strict)
        {
            Inspect(images, (float*)normalised.Data, indices, found, execution.Threads);
            Strict.ThrowOnAny(found, n);
        }

        Run(images, (float*)normalised.Data, indices, mixed, (float*)mask.Data, means, found, options, execution.Threads);
        if (!ratio.IsEmpty) new Span<float>(means, n).CopyTo(new Span<float>(ratio.Data, n));
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }
}
