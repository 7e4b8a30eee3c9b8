using System;

namespace GuidedMixup.Cpu;

/// <summary>Class maps, label weights, and the partner's patch resized into the image's box.</summary>
internal static unsafe class SnapMix
{
    /// <summary>Mixes a batch; pixels are scanned for faults only where <paramref name="isScanned"/>.</summary>
    internal static void Run(
        in ImageBatch images,
        MixBox* boxes,
        MixBox* partnerBoxes,
        int* partners,
        in ImageBatch features,
        in TensorView weights,
        in TensorView labels,
        in TensorView mixed,
        float* ratio,
        float* partnerRatio,
        int* flags,
        bool isScanned,
        GuidedMixerOptions options,
        int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        if (isScanned) CutMix.Inspect(images, flags, threads);
        var share = new MapShare(features.H, features.W, images.H, images.W, workspace);
        var maps = new SnapMixMaps(features, weights, labels, share, flags, workspace, threads);
        WorkerTeam.For(images.N, threads, ref maps);
        var body = new SnapMixBody(
            images, boxes, partnerBoxes, partners, maps, new ImageBatch(mixed), ratio, partnerRatio, share.ScratchLength, options, workspace, threads);
        WorkerTeam.For(body.Count, threads, ref body);
    }

    /// <summary>Flags the class maps that a mix would flag, and writes nothing else.</summary>
    internal static void Inspect(
        in ImageBatch images, in ImageBatch features, in TensorView weights, in TensorView labels, int* flags, int threads)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        var share = new MapShare(features.H, features.W, images.H, images.W, workspace);
        var maps = new SnapMixMaps(features, weights, labels, share, flags, workspace, threads);
        WorkerTeam.For(images.N, threads, ref maps);
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
        if (options.Strict)
        {
            CutMix.Inspect(images, found, execution.Threads);
            Inspect(images, features, weights, labels, found, execution.Threads);
            Strict.ThrowOnAny(found, n);
        }

        Run(
            images, (MixBox*)boxes.Data, (MixBox*)partnerBoxes.Data, indices, features, weights, labels, mixed, own, other, found,
            isScanned: !flags.IsEmpty && !options.Strict, options, execution.Threads);
        if (!ratio.IsEmpty) new Span<float>(own, n).CopyTo(new Span<float>(ratio.Data, n));
        if (!partnerRatio.IsEmpty) new Span<float>(other, n).CopyTo(new Span<float>(partnerRatio.Data, n));
        if (!flags.IsEmpty) new Span<int>(found, n).CopyTo(new Span<int>(flags.Data, n));
    }
}
