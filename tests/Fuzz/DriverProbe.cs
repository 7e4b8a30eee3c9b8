using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Cuda;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>What the emulated driver holds, and the driver functions the library calls.</summary>
internal static partial class DriverProbe
{
    /// <summary>The names of all functions that the library imports.</summary>
    internal static IReadOnlyList<string> Functions { get; } =
    [
        .. typeof(Driver).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LibraryImportAttribute>()?.EntryPoint ?? "").Where(name => name.Length > 0),
    ];

    /// <summary>Bytes and handles now alive.</summary>
    internal static (long Bytes, long Handles) Alive => (EmulatedDriver.AllocatedBytes(), LiveHandles());

    /// <summary>Lets abandoned handles be finalized.</summary>
    internal static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>How often each function is called by <paramref name="operation"/>.</summary>
    internal static Dictionary<string, int> Calls(Action operation)
    {
        EmulatedDriver.ResetCounters();
        Dictionary<string, long> before = Functions.ToDictionary(f => f, f => EmulatedDriver.Calls(f));
        operation();
        return Functions.ToDictionary(f => f, f => (int)(EmulatedDriver.Calls(f) - before[f]));
    }

    [LibraryImport("guidedmixup_cuda_emulation", EntryPoint = "GuidedMixupEmulationLiveHandles")]
    private static partial long LiveHandles();
}
