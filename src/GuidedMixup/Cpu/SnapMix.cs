using System;

namespace GuidedMixup.Cpu;

/// <summary>Class maps, label weights, and the partner's patch resized into the image's box.</summary>
internal static unsafe class SnapMix
{
    /// <summary>Above this an output leaves the caches anyway, and is written around them.</summary>
    private const long StreamBytes = 8 << 20;

    /// <summary>Mixes a batch; in strict mode throws for the first flagged image before anything but flags is written.</summary>
    internal static void Run(
        in ImageBatch images,
        int* partners,
        MixBox* boxes,
        MixBox* partnerBoxes,
        in ImageBatch features,
        in TensorView weights,
        in TensorView labels,
        in TensorView mixed,
        float* ratio,
        float* partnerRatio,
        int* flags,
        GuidedMixerOptions options,
        int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var share = new MapShare(features.H, features.W, images.H, images.W, workspace);
        var maps = new SnapMixMaps(features, weights, labels, share, flags, workspace, threads);
        WorkerTeam.For(images.N, threads, ref maps);
        if (options.Strict) Strict.ThrowOnAny(flags, images.N);

        bool isStreamed = mixed.Length * mixed.Type.Size() > StreamBytes;
        var body = new SnapMixBody(
            images, partners, boxes, partnerBoxes, maps, new ImageBatch(mixed), ratio, partnerRatio, isStreamed, workspace, threads, share.ScratchLength);
        if (mixed.Type != images.Type) body.SetNormalisation(options, workspace);
        WorkerTeam.For(body.Items, threads, ref body);
    }

    /// <summary>The stage alone.</summary>
    internal static void Stage(
        in ImageBatch images,
        in TensorView boxes,
        in TensorView partnerBoxes,
        in TensorView partners,
        in ImageBatch features,
        in TensorView weights,
        in TensorView labels,
        in TensorView mixed,
        in TensorView ratio,
        in TensorView partnerRatio,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = images.N;
        int* indices = workspace.Take<int>(n), found = workspace.Take<int>(n);
        float* own = workspace.Take<float>(n), other = workspace.Take<float>(n);
        for (int i = 0; i < n; i++) indices[i] = (int)IndexView.Read(partners, i);
        new Span<int>(found, n).Clear();
        Run(
            images, indices, (MixBox*)boxes.Data, (MixBox*)partnerBoxes.Data, features, weights, labels, mixed, own, other, found, options,
            execution.Threads);
        if (!ratio.IsEmpty) new Span<float>(own, n).CopyTo(new Span<float>(ratio.Data, n));
        if (!partnerRatio.IsEmpty) new Span<float>(other, n).CopyTo(new Span<float>(partnerRatio.Data, n));
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }
}
