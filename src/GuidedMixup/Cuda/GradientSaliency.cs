namespace GuidedMixup.Cuda;

/// <summary>Launches the gradient saliency, a block an image.</summary>
internal static unsafe class GradientSaliency
{
    internal static void Compute(in BufferSet buffers, in ImageBatch gradient, in TensorView saliency, in Execution execution)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        var arguments = new Arguments(KernelTable.GradientSaliency);
        arguments.Add(new Images(gradient)).Add(saliency.Data);
        call.Launch(ref arguments, gradient.N);
    }
}
