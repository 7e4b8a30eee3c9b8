using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>What one GPU is: queried, never inferred from its name or generation.</summary>
public sealed unsafe class CudaDevice
{
    private const int MultiprocessorCount = 16;
    private const int ComputeMajor = 75;
    private const int ComputeMinor = 76;
    private const int SharedPerBlockOptIn = 97;

    /// <summary>Asks the driver about the GPU with this ordinal.</summary>
    /// <param name="ordinal">0 to <see cref="CudaDriver.DeviceCount"/> − 1.</param>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here.</exception>
    /// <exception cref="ArgumentException">There is no such GPU.</exception>
    public CudaDevice(int ordinal)
    {
        CudaDriver.Require();
        int device = 0;
        if (ordinal < 0 || ordinal >= CudaDriver.DeviceCount)
            throw new ArgumentException($"device: cuda:{ordinal} where the driver shows {CudaDriver.DeviceCount} GPUs.", nameof(ordinal));
        Check.Success(Driver.DeviceGet(&device, ordinal), "cuDeviceGet");
        Ordinal = ordinal;
        Handle = device;
        const int length = 256;
        byte* name = stackalloc byte[length];
        Check.Success(Driver.DeviceGetName(name, length, device), "cuDeviceGetName");
        Name = Marshal.PtrToStringUTF8((nint)name) ?? "";
        ComputeCapability = (Attribute(ComputeMajor) * 10) + Attribute(ComputeMinor);
        SharedMemory = Attribute(SharedPerBlockOptIn);
        Multiprocessors = Attribute(MultiprocessorCount);
    }

    /// <summary>The number that DLPack, torch and <c>cuda:0</c> mean.</summary>
    public int Ordinal { get; }

    /// <summary>The product's name.</summary>
    public string Name { get; }

    /// <summary>10·major + minor.</summary>
    public int ComputeCapability { get; }

    /// <summary>The most shared memory one block can ask for, in bytes.</summary>
    public int SharedMemory { get; }

    /// <summary>The number of multiprocessors.</summary>
    public int Multiprocessors { get; }

    internal int Handle { get; }

    private int Attribute(int attribute)
    {
        int value = 0;
        Check.Success(Driver.DeviceGetAttribute(&value, attribute, Handle), "cuDeviceGetAttribute");
        return value;
    }
}
