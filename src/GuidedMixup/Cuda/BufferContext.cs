using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>Finds the context that the buffers of a call live in.</summary>
internal static unsafe class BufferContext
{
    /// <summary>The one context of the buffers, or, where none of them has one, the device's primary context.</summary>
    internal static (nint Context, int Ordinal) Of(in BufferSet buffers)
    {
        if (!CudaDriver.TryLoad(out string why)) Require.Fail(buffers.Name(0), $"on {buffers.Device}; CUDA is not available: {why}");
        int ordinal = buffers.Device.Index;
        if (ordinal < 0 || ordinal >= CudaDriver.DeviceCount)
            Require.Fail(buffers.Name(0), $"on {buffers.Device} where the driver shows {CudaDriver.DeviceCount} GPUs.");
        nint context = 0;
        string first = "";
        for (int i = 0; i < buffers.Count; i++)
        {
            byte* start = buffers.Start(i);
            if (!CudaPointer.TryGetContext(start, out nint own))
                Require.Fail(buffers.Name(i), $"0x{(nuint)start:x} is no address the CUDA driver knows, though it is said to be on {buffers.Device}.");
            int lies = CudaPointer.Ordinal(start);
            if (lies != ordinal) Require.Fail(buffers.Name(i), $"said to be on {buffers.Device}, lies on cuda:{lies}.");
            if (own == 0) continue;
            if (context == 0)
            {
                context = own;
                first = buffers.Name(i);
            }
            else if (own != context)
            {
                Require.Fail(buffers.Name(i), $"lives in another CUDA context than {first}; one call takes one context.");
            }
        }

        return (context != 0 ? context : PrimaryContexts.Of(ordinal), ordinal);
    }
}
