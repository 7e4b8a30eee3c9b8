namespace GuidedMixup.Cuda;

/// <summary>Launches the blur, alone and followed by sum-to-1, a block an image.</summary>
internal static unsafe class GaussianBlur
{
    /// <summary>The workspace of the blur alone.</summary>
    internal static long BlurBytes(int n, int h, int w)
    {
        DeviceWorkspace workspace = default;
        _ = workspace.Take<float>((long)n * h * w);
        return workspace.Bytes;
    }

    /// <summary>The workspace of blur and normalise.</summary>
    internal static long NormaliseBytes(int n, int h, int w)
    {
        DeviceWorkspace workspace = default;
        _ = workspace.Take<float>((long)n * h * w);
        _ = workspace.Take<float>((long)n * h * w);
        _ = workspace.Take<int>(n);
        return workspace.Bytes;
    }

    /// <summary>The stage "blur" alone.</summary>
    internal static void Blur(
        in BufferSet buffers, in ImageBatch maps, in TensorView blurred, GuidedMixerOptions options, in Execution execution)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, BlurBytes(maps.N, maps.H, maps.W));
        float* temp = workspace.Take<float>((long)maps.N * maps.Pixels);
        var arguments = new Arguments(KernelTable.GaussianBlur);
        arguments.Add(new Images(maps)).Add(new Taps(options)).Add(temp).Add(blurred.Data);
        call.Launch(ref arguments, maps.N);
    }

    /// <summary>The stage "blur and normalise" alone.</summary>
    internal static void Normalise(
        in BufferSet buffers,
        in ImageBatch maps,
        in TensorView normalised,
        in TensorView flags,
        GuidedMixerOptions options,
        in Execution execution)
    {
        OptionRules.RefuseStrict(options);
        using CudaCall call = CudaCall.Enter(buffers, execution);
        DeviceWorkspace workspace = DeviceWorkspace.Of(execution.Workspace, NormaliseBytes(maps.N, maps.H, maps.W));
        long length = (long)maps.N * maps.Pixels;
        float* saliency = workspace.Take<float>(length), temp = workspace.Take<float>(length);
        int* found = workspace.Take<int>(maps.N);
        if (!flags.IsEmpty) found = (int*)flags.Data;
        call.Clear(found, maps.N);
        Of(call, KernelTable.BlurNormaliseMaps, maps, options, saliency, temp, (float*)normalised.Data, found);
    }

    /// <summary>Blur and normalise of maps or, with <see cref="KernelTable.BlurNormaliseGradient"/>, of a gradient's norm.</summary>
    internal static void Of(
        in CudaCall call,
        Kernel kernel,
        in ImageBatch source,
        GuidedMixerOptions options,
        float* saliency,
        float* temp,
        float* normalised,
        int* flags)
    {
        var arguments = new Arguments(kernel);
        arguments.Add(new Images(source)).Add(new Taps(options)).Add(saliency).Add(temp).Add(normalised).Add(flags);
        call.Launch(ref arguments, source.N);
    }

    /// <summary>Working maps back to H×W, blurred and normalised; without <paramref name="normalised"/> only back to H×W.</summary>
    internal static void Working(
        in CudaCall call,
        in SpectralPlan plan,
        in ImageBatch images,
        GuidedMixerOptions options,
        float* map,
        float* saliency,
        float* temp,
        float* normalised,
        int* flags)
    {
        var arguments = new Arguments(KernelTable.BlurNormaliseWorking);
        arguments.Add(map).Add(plan.IsResized ? plan.H : 0).Add(options.Antialias ? 1 : 0).Add(new Taps(options));
        arguments.Add(images.N).Add(images.H).Add(images.W).Add(saliency).Add(temp).Add(normalised).Add(flags);
        call.Launch(ref arguments, images.N);
    }
}
