using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The bytes of device workspace that calls take; see guidedmixup.h.</summary>
internal static unsafe class WorkspaceExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_mix")]
    internal static int Mix(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes) =>
        Answer(device, n, h, w, options, bytes, WorkspaceSize.Mix);

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_spectral_residual")]
    internal static int SpectralResidual(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes) =>
        Answer(device, n, h, w, options, bytes, WorkspaceSize.SpectralResidual);

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_gaussian_blur")]
    internal static int Blur(DlDevice device, long n, long h, long w, long* bytes) =>
        Answer(device, n, h, w, null, bytes, (on, images, rows, columns, _) => WorkspaceSize.Blur(on, images, rows, columns));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_normalise")]
    internal static int Normalise(DlDevice device, long n, long h, long w, long* bytes) =>
        Answer(device, n, h, w, null, bytes, (on, images, rows, columns, _) => WorkspaceSize.Normalise(on, images, rows, columns));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pair_distance")]
    internal static int PairDistance(DlDevice device, long n, long h, long w, long* bytes) =>
        Answer(device, n, h, w, null, bytes, (on, images, rows, columns, _) => WorkspaceSize.PairDistance(on, images, rows, columns));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_cycle_cover")]
    internal static int CycleCover(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.CycleCover(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pixel_mix")]
    internal static int PixelMix(DlDevice device, long n, long h, long w, long* bytes) =>
        Answer(device, n, h, w, null, bytes, (on, images, rows, columns, _) => WorkspaceSize.PixelMix(on, images, rows, columns));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pixel_mix_backward")]
    internal static int PixelMixBackward(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.PixelMixBackward(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_label_mix")]
    internal static int LabelMix(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.LabelMix(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_mixup")]
    internal static int Mixup(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.Mixup(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_cutmix")]
    internal static int CutMix(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.CutMix(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_saliencymix_boxes")]
    internal static int SaliencyMix(DlDevice device, long n, long* bytes) =>
        Answer(device, n, 1, 1, null, bytes, (on, images, _, _, _) => WorkspaceSize.SaliencyMix(on, images));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_snapmix")]
    internal static int SnapMix(DlDevice device, long n, long h, long w, long* bytes) =>
        Answer(device, n, h, w, null, bytes, (on, images, rows, columns, _) => WorkspaceSize.SnapMix(on, images, rows, columns));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_puzzlemix")]
    internal static int PuzzleMix(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes) =>
        Answer(device, n, h, w, options, bytes, WorkspaceSize.PuzzleMix);

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_comixup_solve")]
    internal static int CoMixupSolve(DlDevice device, long n, long outputs, long h, long w, NativeOptions* options, long* bytes) => Answer(
        device, n, h, w, options, bytes,
        (on, inputs, rows, columns, known) => WorkspaceSize.CoMixup(
            on, inputs, Extent.Of(outputs, "outputs"), rows, columns, known.CoMixup.Mode, known.CoMixup.Starts));

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_grid_cut")]
    internal static int GridCut(DlDevice device, long n, long h, long w, long labels, int solver, long* bytes) => Answer(
        device, n, h, w, null, bytes,
        (on, grids, rows, columns, _) => WorkspaceSize.GridCut(on, grids, rows, columns, Extent.Of(labels, "labels"), (SolverMode)solver));

    private static int Answer(
        DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes, Func<Device, int, int, int, GuidedMixerOptions, long> size)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixerOptions known = NativeOptions.Read(options);
            OptionRules.Check(known, "options");
            if (bytes == null) throw Fault.Of("bytes", "NULL where a number is to be written.");
            *bytes = size(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"), known);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
