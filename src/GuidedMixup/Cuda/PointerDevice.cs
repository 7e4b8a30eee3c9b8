using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>Finds the device that an address lies on.</summary>
internal static unsafe class PointerDevice
{
    internal static Device Of(void* data, string name)
    {
        CudaDriver.Require();
        if (!CudaPointer.TryGetContext(data, out _)) Require.Fail(name, $"0x{(nuint)data:x} is no address the CUDA driver knows.");
        // Managed memory answers as memory of the host or of a device, depending on the driver: so it is asked about first.
        DeviceType type = CudaPointer.IsManaged(data) ? DeviceType.CudaManaged : CudaPointer.IsHost(data) ? DeviceType.CudaHost : DeviceType.Cuda;
        return new Device(type, CudaPointer.Ordinal(data));
    }
}
