using System.Text.Json;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>What the report must say of the device.</summary>
internal static class DeviceInfo
{
    internal static void Write(Utf8JsonWriter writer)
    {
        var device = new CudaDevice(0);
        writer.WriteStartObject();
        writer.WriteString("name", device.Name);
        writer.WriteNumber("compute_capability", device.ComputeCapability);
        writer.WriteNumber("multiprocessors", device.Multiprocessors);
        writer.WriteNumber("shared_memory_per_block", device.SharedMemory);
        writer.WriteNumber("driver_cuda", CudaDriver.Version);
        writer.WriteString("image", CudaKernels.Image());
        writer.WriteEndObject();
    }
}
