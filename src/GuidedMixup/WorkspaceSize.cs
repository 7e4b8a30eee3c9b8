using GuidedMixup.Interop.Cuda;

namespace GuidedMixup;

/// <summary>The bytes of device workspace (<see cref="Execution.Workspace"/>) that each call takes; 0 on the host.</summary>
/// <remarks>
/// Sizes grow with N: a workspace for the largest batch serves every smaller one of the same height and width. Beyond 2^62 bytes the answer
/// stays there.
/// </remarks>
public static class WorkspaceSize
{
    /// <summary>For <see cref="GuidedMixer.Mix(in MixInputs, in MixOutputs, in Execution)"/>, whatever its outputs.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="options">The mixer's options.</param>
    /// <exception cref="System.ArgumentException">A size or an option is out of its range, or there is no such device.</exception>
    /// <exception cref="System.PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    public static long Mix(Device device, int n, int h, int w, GuidedMixerOptions? options = null)
    {
        Check(n, h, w);
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        return device.IsHost ? 0 : Cuda.Pipeline.WorkspaceBytes(new CudaDevice(device.Index), options, n, h, w);
    }

    /// <summary>For <see cref="GuidedMixup.SpectralResidual.Compute"/>.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="options">The stage's options.</param>
    /// <exception cref="System.ArgumentException">A size or an option is out of its range, or there is no such device.</exception>
    /// <exception cref="System.PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    public static long SpectralResidual(Device device, int n, int h, int w, GuidedMixerOptions? options = null)
    {
        Check(n, h, w);
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        return device.IsHost ? 0 : Cuda.SpectralResidual.WorkspaceBytes(new CudaDevice(device.Index), n, h, w, options);
    }

    /// <summary>For <see cref="GaussianBlur.Blur"/>.</summary>
    /// <param name="device">Where the maps lie.</param>
    /// <param name="n">Maps.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long Blur(Device device, int n, int h, int w)
    {
        Check(n, h, w);
        return device.IsHost ? 0 : Cuda.GaussianBlur.BlurBytes(n, h, w);
    }

    /// <summary>For <see cref="GaussianBlur.Normalise"/>.</summary>
    /// <param name="device">Where the maps lie.</param>
    /// <param name="n">Maps.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long Normalise(Device device, int n, int h, int w)
    {
        Check(n, h, w);
        return device.IsHost ? 0 : Cuda.GaussianBlur.NormaliseBytes(n, h, w);
    }

    /// <summary>For <see cref="GuidedMixup.PairDistance.Compute"/>.</summary>
    /// <param name="device">Where the maps lie.</param>
    /// <param name="n">Maps.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long PairDistance(Device device, int n, int h, int w)
    {
        Check(n, h, w);
        return device.IsHost ? 0 : Cuda.PairDistance.WorkspaceBytes(n, (long)h * w);
    }

    /// <summary>For <see cref="GuidedMixup.CycleCover.Greedy"/> and <see cref="GuidedMixup.CycleCover.Random"/>.</summary>
    /// <param name="device">Where the distances lie.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long CycleCover(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.CycleCover.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.PixelMix.Mix"/>.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long PixelMix(Device device, int n, int h, int w)
    {
        Check(n, h, w);
        return device.IsHost ? 0 : Cuda.PixelMix.WorkspaceBytes(n, h * w);
    }

    /// <summary>For <see cref="GuidedMixup.PixelMix.Backward"/>.</summary>
    /// <param name="device">Where the gradient lies.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long PixelMixBackward(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.PixelMixBackward.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.LabelMix.Soft"/> and <see cref="GuidedMixup.LabelMix.Pair"/>.</summary>
    /// <param name="device">Where the labels lie.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long LabelMix(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.LabelMix.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.Mixup.Mix"/>.</summary>
    /// <param name="device">Where the tensors lie.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long Mixup(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.Mixup.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.CutMix.Mix"/>.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long CutMix(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.CutMix.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.SaliencyMix.Boxes"/>.</summary>
    /// <param name="device">Where the maps lie.</param>
    /// <param name="n">Images.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long SaliencyMix(Device device, int n)
    {
        Check(n, 1, 1);
        return device.IsHost ? 0 : Cuda.SaliencyMix.WorkspaceBytes(n);
    }

    /// <summary>For <see cref="GuidedMixup.SnapMix.Mix"/>.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <param name="h">Rows of the features.</param>
    /// <param name="w">Columns of the features.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long SnapMix(Device device, int n, int h, int w)
    {
        Check(n, h, w);
        return device.IsHost ? 0 : Cuda.SnapMix.WorkspaceBytes(n, h * w);
    }

    /// <summary>For <see cref="GuidedMixup.GridCut.Solve"/>; 0 in parity mode.</summary>
    /// <param name="device">Where the costs lie.</param>
    /// <param name="n">Grids.</param>
    /// <param name="h">Rows of nodes, at most 32.</param>
    /// <param name="w">Columns of nodes, at most 32.</param>
    /// <param name="labels">L, at most 255.</param>
    /// <param name="mode">Parity or quality.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long GridCut(Device device, int n, int h, int w, int labels, SolverMode mode)
    {
        Check(n, h, w);
        if (h > Cpu.GridCutProblem.MaxSide || w > Cpu.GridCutProblem.MaxSide)
            Require.Fail(nameof(h), $"{h}×{w} nodes; at most {Cpu.GridCutProblem.MaxSide} on a side.");
        if (labels is < 1 or > Cpu.GridCutProblem.MaxLabels) Require.Fail(nameof(labels), $"{labels}; at least 1 and at most {Cpu.GridCutProblem.MaxLabels}.");
        Require.Defined(mode, nameof(mode));
        return device.IsHost ? 0 : Cuda.GridCut.WorkspaceBytes(n, h, w, labels, mode);
    }

    /// <summary>For <see cref="GuidedMixup.PuzzleMix.Mix"/>.</summary>
    /// <param name="device">Where the batch lies.</param>
    /// <param name="n">Images.</param>
    /// <param name="h">Rows.</param>
    /// <param name="w">Columns.</param>
    /// <param name="options">The stage's options.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range, or no multiple of the blocks.</exception>
    public static long PuzzleMix(Device device, int n, int h, int w, GuidedMixerOptions? options = null)
    {
        Check(n, h, w);
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        return device.IsHost ? 0 : Cuda.PuzzleMix.WorkspaceBytes(options.PuzzleMix, n, h, w);
    }

    /// <summary>For <see cref="CoMixup.Solve"/>.</summary>
    /// <param name="device">Where the part lies.</param>
    /// <param name="n">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="h">Rows of blocks.</param>
    /// <param name="w">Columns of blocks.</param>
    /// <param name="mode">Parity or quality.</param>
    /// <param name="starts">In quality mode, how many start layouts are given.</param>
    /// <exception cref="System.ArgumentException">A size is out of its range.</exception>
    public static long CoMixup(Device device, int n, int outputs, int h, int w, SolverMode mode = SolverMode.Parity, int starts = 1)
    {
        Check(n, h, w);
        Check(outputs, h, w);
        Require.Defined(mode, nameof(mode));
        if (starts < 1) Require.Fail(nameof(starts), $"{starts}; at least 1.");
        return device.IsHost ? 0 : Cuda.CoMixup.WorkspaceBytes(n, outputs, h, w, mode, mode == SolverMode.Parity ? 1 : starts);
    }

    private static void Check(long n, long h, long w)
    {
        if (n < 1) Require.Fail(nameof(n), $"{n} images; at least 1.");
        if (h < 1 || w < 1 || h * w > 1 << 30) Require.Fail(nameof(h), $"{h}×{w} pixels; at least 1 and at most 2^30 are supported.");
    }
}
