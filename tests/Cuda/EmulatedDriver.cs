using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace GuidedMixup.Tests.Cuda;

/// <summary>The emulated CUDA driver, built from the kernels' sources where a C++ compiler is present, and what a test may order of it.</summary>
internal static partial class EmulatedDriver
{
    private const string Variable = "GUIDEDMIXUP_CUDA_DRIVER";
    private const string Name = "guidedmixup_cuda_emulation";
    private static readonly Lazy<string> Built = new(Build);

    /// <summary>Why the emulated driver is not here; empty where it is.</summary>
    internal static string Why => Built.Value;

    internal static bool IsHere => Why.Length == 0;

    /// <summary>The library's file.</summary>
    internal static string File { get; private set; } = "";

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationSeed")]
    internal static partial void Seed(ulong order, ulong approximation);

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationConfigure", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Configure(string setting, long value);

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationRefuseTargets", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void RefuseTargets(string? targets);

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationFailCall", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void FailCall(string? function, int k, int status);

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationCalls", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long Calls(string? function);

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationResetCounters")]
    internal static partial void ResetCounters();

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationReset")]
    internal static partial void Reset();

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationAllocatedBytes")]
    internal static partial long AllocatedBytes();

    [LibraryImport(Name, EntryPoint = "cuCtxCreate_v2")]
    internal static partial int CtxCreate(out nint context, uint flags, int device);

    [LibraryImport(Name, EntryPoint = "cuCtxDestroy_v2")]
    internal static partial int CtxDestroy(nint context);

    [LibraryImport(Name, EntryPoint = "cuCtxGetCurrent")]
    internal static partial int CtxGetCurrent(out nint context);

    [LibraryImport(Name, EntryPoint = "cuMemAlloc_v2")]
    internal static partial int MemAlloc(out nint pointer, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemAllocAsync")]
    internal static partial int MemAllocAsync(out nint pointer, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemFreeAsync")]
    internal static partial int MemFreeAsync(nint pointer, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    internal static unsafe partial int MemcpyHtoDAsync(nint target, void* source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    internal static unsafe partial int MemcpyDtoHAsync(void* target, nint source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemFree_v2")]
    internal static partial int MemFree(nint pointer);

    [LibraryImport(Name, EntryPoint = "cuCtxPopCurrent_v2")]
    internal static partial int CtxPopCurrent(out nint context);

    /// <summary>What has happened since the last reset.</summary>
    internal static DriverCounters Counters
    {
        get
        {
            var counters = new long[9];
            ReadCounters(counters);
            return new DriverCounters(
                counters[0], counters[1], counters[2], counters[3], counters[4], counters[5], counters[6], counters[7], counters[8]);
        }
    }

    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationCounters")]
    private static partial void ReadCounters([Out] long[] counters);

    private static string Build()
    {
        if (CudaBackend.IsOnDevice) return $"{CudaBackend.Choice}=cuda asks for the machine's own driver.";
        // The GPU kit's dry run brings one that is built already.
        string? given = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(given) ? BuildFromSources() : Use(given);
    }

    private static string BuildFromSources()
    {
        string? root = AppContext.BaseDirectory;
        while (root != null && !System.IO.File.Exists(Path.Combine(root, "kernels", "emulation", "build.sh"))) root = Path.GetDirectoryName(root);
        if (root == null) return "kernels/emulation/build.sh is not above the tests.";
        if (OperatingSystem.IsWindows()) return "the emulation is built on Unix only.";
        string kernels = Path.Combine(root, "kernels");
        string folder = Path.Combine(AppContext.BaseDirectory, "cuda-emulation", Fingerprint(kernels));
        File = Path.Combine(folder, $"lib{Name}.so");
        if (!System.IO.File.Exists(File))
        {
            using var build = new Process { StartInfo = new ProcessStartInfo("sh") { RedirectStandardError = true, RedirectStandardOutput = true } };
            build.StartInfo.ArgumentList.Add(Path.Combine(kernels, "emulation", "build.sh"));
            build.StartInfo.ArgumentList.Add(folder);
            build.Start();
            System.Threading.Tasks.Task<string> output = build.StandardOutput.ReadToEndAsync();
            string errors = build.StandardError.ReadToEnd() + output.GetAwaiter().GetResult();
            build.WaitForExit();
            // 3: no compiler. Anything else is a fault of the sources, which the tests must not pass over.
            if (build.ExitCode == 3) return errors.Trim();
            if (build.ExitCode != 0) throw new InvalidOperationException($"kernels/emulation/build.sh ended {build.ExitCode}:\n{errors}");
        }

        Environment.SetEnvironmentVariable(Variable, File);
        return Use(File);
    }

    private static string Use(string file)
    {
        File = file;
        NativeLibrary.SetDllImportResolver(
            typeof(EmulatedDriver).Assembly, (name, _, _) => name == Name ? NativeLibrary.Load(File) : 0);
        return "";
    }

    /// <summary>Of every source, so that the library is built again exactly when one changed.</summary>
    private static string Fingerprint(string kernels)
    {
        var text = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(kernels, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!file.EndsWith(".ptx", StringComparison.Ordinal)) text.Append(file).Append('\0').Append(System.IO.File.ReadAllText(file)).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }
}
