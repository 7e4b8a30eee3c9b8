using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The bytes of device workspace that calls take; see guidedmixup.h.</summary>
internal static unsafe class WorkspaceExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_mix")]
    internal static int Mix(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            GuidedMixerOptions known = NativeOptions.Read(options);
            OptionRules.Check(known, "options");
            *Target(bytes) = WorkspaceSize.Mix(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"), known);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_spectral_residual")]
    internal static int SpectralResidual(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            GuidedMixerOptions known = NativeOptions.Read(options);
            OptionRules.Check(known, "options");
            *Target(bytes) = WorkspaceSize.SpectralResidual(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"), known);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_gaussian_blur")]
    internal static int Blur(DlDevice device, long n, long h, long w, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.Blur(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_normalise")]
    internal static int Normalise(DlDevice device, long n, long h, long w, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.Normalise(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pair_distance")]
    internal static int PairDistance(DlDevice device, long n, long h, long w, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.PairDistance(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_cycle_cover")]
    internal static int CycleCover(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.CycleCover(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pixel_mix")]
    internal static int PixelMix(DlDevice device, long n, long h, long w, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.PixelMix(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_pixel_mix_backward")]
    internal static int PixelMixBackward(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.PixelMixBackward(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_label_mix")]
    internal static int LabelMix(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.LabelMix(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_mixup")]
    internal static int Mixup(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.Mixup(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_cutmix")]
    internal static int CutMix(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.CutMix(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_saliencymix_boxes")]
    internal static int SaliencyMix(DlDevice device, long n, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.SaliencyMix(device.Check("device"), Extent.Of(n, "n"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_puzzlemix")]
    internal static int PuzzleMix(DlDevice device, long n, long h, long w, NativeOptions* options, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            GuidedMixerOptions known = NativeOptions.Read(options);
            OptionRules.Check(known, "options");
            *Target(bytes) = WorkspaceSize.PuzzleMix(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"), known);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_workspace_size_snapmix")]
    internal static int SnapMix(DlDevice device, long n, long h, long w, long* bytes)
    {
        ForkGate.Enter();
        try
        {
            *Target(bytes) = WorkspaceSize.SnapMix(device.Check("device"), Extent.Of(n, "n"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
        finally
        {
            ForkGate.Leave();
        }
    }

    private static long* Target(long* bytes) => bytes != null ? bytes : throw Fault.Of("bytes", "NULL where a number is to be written.");
}
