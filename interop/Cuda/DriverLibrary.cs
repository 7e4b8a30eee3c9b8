using System;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>Finds the driver's library: libcuda.so.1, nvcuda.dll, or the file that GUIDEDMIXUP_CUDA_DRIVER names.</summary>
internal static class DriverLibrary
{
    /// <summary>The name the imports carry; the resolver turns it into a file.</summary>
    internal const string Name = "cuda";

    /// <summary>Names another file to load, such as the emulated driver of the tests.</summary>
    internal const string Variable = "GUIDEDMIXUP_CUDA_DRIVER";

    /// <summary>What is loaded: the variable's value, or the platform's own name.</summary>
    internal static string File
    {
        get
        {
            string? given = Environment.GetEnvironmentVariable(Variable);
            return !string.IsNullOrEmpty(given) ? given : OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        }
    }

    internal static bool TryLoad(out nint library) => NativeLibrary.TryLoad(File, out library);

    /// <summary>True where the driver knows the function; newer ones are absent from older drivers.</summary>
    internal static bool HasExport(string function) => TryLoad(out nint library) && NativeLibrary.TryGetExport(library, function, out _);

    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(DriverLibrary).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Name && TryLoad(out nint library) ? library : 0;
}
