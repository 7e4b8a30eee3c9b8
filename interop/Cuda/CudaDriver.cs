using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>The CUDA driver of this machine, if there is one.</summary>
public static unsafe class CudaDriver
{
    /// <summary>The oldest driver that reads the kernels' PTX (ISA 7.8): CUDA 11.8, driver 520.</summary>
    public const int MinVersion = 11080;

    private static volatile bool _isLoaded;

    /// <summary>Loads the driver and looks for a GPU; a failure is not remembered, so that a later call may succeed.</summary>
    /// <param name="why">Where false: what is missing.</param>
    public static bool TryLoad(out string why)
    {
        why = _isLoaded ? "" : Probe(DriverLibrary.File);
        if (why.Length == 0) _isLoaded = true;
        return _isLoaded;
    }

    /// <summary>The driver's CUDA version, 1000·major + 10·minor.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    /// <exception cref="CudaException">The driver refused.</exception>
    public static int Version
    {
        get
        {
            Require();
            return ReadVersion();
        }
    }

    /// <summary>The GPUs the driver shows this process.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no CUDA here; the message says why.</exception>
    /// <exception cref="CudaException">The driver refused.</exception>
    public static int DeviceCount
    {
        get
        {
            Require();
            return ReadCount();
        }
    }

    /// <summary>Throws what <see cref="TryLoad"/> says.</summary>
    internal static void Require()
    {
        if (!TryLoad(out string why)) throw new PlatformNotSupportedException($"CUDA is not available: {why}");
    }

    /// <summary>What is wrong with the driver; empty where it will do.</summary>
    internal static string Probe(string file)
    {
        if (!NativeLibrary.TryLoad(file, out _)) return $"no CUDA driver: {file} cannot be loaded.";
        try
        {
            CudaStatus status = Driver.Init(0);
            if (status == CudaStatus.NoDevice) return "the CUDA driver finds no GPU.";
            if (status != CudaStatus.Success)
            {
                (string name, string meaning) = Check.Describe(status);
                return $"the CUDA driver does not start: {name} ({(int)status}): {meaning}.";
            }

            int version = ReadVersion();
            if (version < MinVersion)
                return $"the driver is for CUDA {Text(version)}; at least {Text(MinVersion)} (driver 520) is needed.";
            return ReadCount() == 0 ? "the CUDA driver finds no GPU." : "";
        }
        catch (EntryPointNotFoundException error)
        {
            return $"{file} is no CUDA driver, or one far too old: {error.Message}";
        }
    }

    private static int ReadVersion()
    {
        int version = 0;
        Check.Success(Driver.DriverGetVersion(&version), "cuDriverGetVersion");
        return version;
    }

    private static int ReadCount()
    {
        int count = 0;
        Check.Success(Driver.DeviceGetCount(&count), "cuDeviceGetCount");
        return count;
    }

    private static string Text(int version) => $"{version / 1000}.{version % 1000 / 10}";
}
