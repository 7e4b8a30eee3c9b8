namespace GuidedMixup.Cuda;

/// <summary>Launches AugMix's mixing step: one pass over the pixels.</summary>
internal static unsafe class AugMix
{
    private const int TilePixels = 2048;

    internal static void Run(
        in BufferSet buffers,
        in ImageBatch images,
        in TensorView chains,
        in TensorView weights,
        in TensorView skip,
        in TensorView mixed,
        GuidedMixerOptions options,
        in Execution execution)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        Channels channels = mixed.Type != images.Type ? Channels.Normalise(images, options, nameof(images)) : default;
        var first = new TensorView(chains.Data, chains.Type, chains.Shape[1..], chains.Strides[1..], chains.Device);
        var arguments = new Arguments(KernelTable.AugMix);
        arguments.Add(new Images(images)).Add(new Images(new ImageBatch(first))).Add(chains.Strides[0]).Add((int)chains.Shape[0]);
        arguments.Add(weights.Data).Add(skip.Data).Add(new Images(new ImageBatch(mixed))).Add(channels);
        call.Launch(ref arguments, (images.Pixels + TilePixels - 1) / TilePixels, Grid.Images(images.N));
    }
}
