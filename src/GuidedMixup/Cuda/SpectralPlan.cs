using System;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>How the spectral residual of a batch runs on a device: in one kernel or in several, and the workspace of the latter.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct SpectralPlan
{
    internal SpectralPlan(CudaDevice device, int n, int h, int w, GuidedMixerOptions options, ref DeviceWorkspace workspace)
    {
        N = n;
        IsResized = h > GuidedMixerOptions.WorkingSize;
        H = IsResized ? GuidedMixerOptions.WorkingSize : h;
        W = IsResized ? GuidedMixerOptions.WorkingSize : w;
        Fast = SpectralResidual.Fast(device, h, w, options.Antialias);
        if (Fast != null) return;

        // What is read no more makes room: the inverse's plane for the spectrum in double, its rows for spectrum and logarithm.
        long pixels = (long)n * H * W, half = (long)n * ((H / 2) + 1) * W;
        Plane = workspace.Take<float>(pixels);
        Table = workspace.Take<double>(2L * (H + W));
        Half = workspace.Take<double>(2 * half);
        Full = (float*)Half;
        Temp = (float*)Half;
        Spectrum = workspace.Take<float>(Math.Max(3 * half, 2 * pixels));
        Log = Spectrum + (2 * half);
        Rows = Spectrum;
    }

    /// <summary>The kernel that does it all; null where it takes several.</summary>
    internal Kernel? Fast { get; }

    internal int N { get; }

    /// <summary>The working plane's rows.</summary>
    internal int H { get; }

    /// <summary>The working plane's columns.</summary>
    internal int W { get; }

    internal bool IsResized { get; }

    /// <summary>Floats of all working maps.</summary>
    internal long MapLength => (long)N * H * W;

    internal float* Plane { get; }

    internal double* Table { get; }

    internal double* Half { get; }

    internal float* Full { get; }

    internal float* Temp { get; }

    internal float* Spectrum { get; }

    internal float* Log { get; }

    internal float* Rows { get; }
}
