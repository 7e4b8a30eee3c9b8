using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>DLPack's <c>DLDevice</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct DlDevice
{
    private readonly int _type;
    private readonly int _id;

    /// <summary>The device; {0, 0}, as zeroed memory has it, is the host.</summary>
    internal Device Check(string name) => (DeviceType)_type switch
    {
        // The ordinal of the host means nothing: torch writes 0, LibTorch −1.
        0 or DeviceType.Cpu => Device.Cpu,
        DeviceType.CudaHost => new Device(DeviceType.CudaHost),
        DeviceType.Cuda or DeviceType.CudaManaged => new Device((DeviceType)_type, _id),
        _ => throw Fault.Of(name, $"device type {_type}; kDLCPU (1), kDLCUDA (2), kDLCUDAHost (3) and kDLCUDAManaged (13) are taken."),
    };
}
