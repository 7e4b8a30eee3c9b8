using System;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>Launches the spectral residual: one kernel where a plane of the working size fits shared memory, else nine.</summary>
internal static unsafe class SpectralResidual
{
    private const int StagingFloats = 24_960;

    /// <summary>The workspace of the stage alone.</summary>
    internal static long WorkspaceBytes(CudaDevice device, int n, int h, int w, GuidedMixerOptions options)
    {
        DeviceWorkspace workspace = default;
        _ = new Pieces(device, n, h, w, options, ref workspace);
        return workspace.Bytes;
    }

    /// <summary>The stage alone.</summary>
    internal static void Compute(
        in BufferSet buffers, in ImageBatch images, in TensorView saliency, GuidedMixerOptions options, in Execution execution)
    {
        Channels gray = Channels.Gray(images, options, nameof(images));
        using CudaCall call = CudaCall.Enter(buffers, execution);
        long needed = WorkspaceBytes(call.Device, images.N, images.H, images.W, options);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, needed);
        var pieces = new Pieces(call.Device, images.N, images.H, images.W, options, ref workspace);
        SpectralPlan plan = pieces.Plan;
        float* map = plan.IsResized ? pieces.Map : (float*)saliency.Data;
        Map(call, plan, images, gray, options, map);
        if (!plan.IsResized) return;
        GaussianBlur.Working(call, plan, images, options, map, (float*)saliency.Data, pieces.Temp, null, pieces.Flags);
    }

    /// <summary>The blurred working maps [N,h,w].</summary>
    internal static void Map(
        in CudaCall call, in SpectralPlan plan, in ImageBatch images, in Channels gray, GuidedMixerOptions options, float* map)
    {
        var taps = new Taps(options);
        int antialias = options.Antialias ? 1 : 0;
        if (plan.Fast != null)
        {
            var all = new Arguments(plan.Fast);
            all.Add(new Images(images)).Add(gray).Add(taps).Add(antialias).Add(map);
            call.Launch(ref all, images.N, 1, SharedBytes(plan.Fast));
            return;
        }

        int n = images.N, h = plan.H, w = plan.W;
        long pixels = plan.MapLength, half = (long)n * ((h / 2) + 1) * w;
        var grayscale = new Arguments(KernelTable.GeneralGray);
        grayscale.Add(new Images(images)).Add(gray).Add(antialias).Add(h).Add(w).Add(plan.Plane);
        Launch(call, ref grayscale, pixels);
        var twiddles = new Arguments(KernelTable.GeneralTwiddles);
        twiddles.Add(h).Add(w).Add(plan.Table);
        Launch(call, ref twiddles, h + w);
        var columns = new Arguments(KernelTable.GeneralColumns);
        columns.Add(plan.Plane).Add(plan.Table).Add(n).Add(h).Add(w).Add(plan.Half);
        Launch(call, ref columns, half);
        var rows = new Arguments(KernelTable.GeneralRows);
        rows.Add(plan.Half).Add(plan.Table).Add(n).Add(h).Add(w).Add(plan.Spectrum).Add(plan.Log);
        Launch(call, ref rows, half);
        var residual = new Arguments(KernelTable.GeneralResidual);
        residual.Add(plan.Spectrum).Add(plan.Log).Add(n).Add(h).Add(w).Add(plan.Full);
        Launch(call, ref residual, pixels);
        var inverseRows = new Arguments(KernelTable.GeneralInverseRows);
        inverseRows.Add(plan.Full).Add(plan.Table).Add(n).Add(h).Add(w).Add(plan.Rows);
        Launch(call, ref inverseRows, pixels);
        var inverseColumns = new Arguments(KernelTable.GeneralInverseColumns);
        inverseColumns.Add(plan.Rows).Add(plan.Table).Add(n).Add(h).Add(w).Add(plan.Plane);
        Launch(call, ref inverseColumns, pixels);
        var blurRows = new Arguments(KernelTable.GeneralBlurRows);
        blurRows.Add(plan.Plane).Add(taps).Add(n).Add(h).Add(w).Add(plan.Temp);
        Launch(call, ref blurRows, pixels);
        var blurColumns = new Arguments(KernelTable.GeneralBlurColumns);
        blurColumns.Add(plan.Temp).Add(taps).Add(n).Add(h).Add(w).Add(map);
        Launch(call, ref blurColumns, pixels);
    }

    /// <summary>The kernel for a batch of this size, if there is one and the device can run it.</summary>
    internal static Kernel? Fast(CudaDevice device, int h, int w, bool antialias)
    {
        bool isResized = h > GuidedMixerOptions.WorkingSize;
        if (isResized && !Fits(h, w, antialias)) return null;
        Kernel? kernel = isResized ? KernelTable.SpectralResidual128 : (h == w ? h : 0) switch
        {
            32 => KernelTable.SpectralResidual32,
            64 => KernelTable.SpectralResidual64,
            128 => KernelTable.SpectralResidual128,
            _ => null,
        };
        return kernel != null && SharedBytes(kernel) <= device.SharedMemory ? kernel : null;
    }

    /// <summary>The dynamic shared memory that kernels/SpectralResidual.cu states at its head: a complex plane and a logarithm.</summary>
    internal static int SharedBytes(Kernel kernel)
    {
        int side = kernel == KernelTable.SpectralResidual32 ? 32 : kernel == KernelTable.SpectralResidual64 ? 64 : 128;
        return (8 * side * (side + 1)) + (4 * side * ((side / 2) + 1));
    }

    /// <summary>True where the gray rows that wait to be resized fit beside the plane (the kernel's head states the rule).</summary>
    private static bool Fits(int h, int w, bool antialias)
    {
        long down = ResizeTaps(h, antialias), across = ResizeTaps(w, antialias), row = (w + 3) & ~3;
        return 256 + (GuidedMixerOptions.WorkingSize * (down + across)) + (down * row) <= StagingFloats;
    }

    private static long ResizeTaps(int from, bool antialias)
    {
        if (!antialias) return 2;
        double support = Math.Max(from / (double)GuidedMixerOptions.WorkingSize, 1);
        return Math.Min(from, (long)Math.Ceiling(2 * support) + 1);
    }

    private static void Launch(in CudaCall call, ref Arguments arguments, long items) =>
        call.Launch(ref arguments, Grid.Of(arguments.Kernel, items));

    private readonly struct Pieces
    {
        internal readonly SpectralPlan Plan;
        internal readonly float* Map;
        internal readonly float* Temp;
        internal readonly int* Flags;

        internal Pieces(CudaDevice device, int n, int h, int w, GuidedMixerOptions options, ref DeviceWorkspace workspace)
        {
            Plan = new SpectralPlan(device, n, h, w, options, ref workspace);
            if (!Plan.IsResized) return;
            Map = workspace.Take<float>(Plan.MapLength);
            Temp = workspace.Take<float>((long)n * h * w);
            Flags = workspace.Take<int>(n);
        }
    }
}
