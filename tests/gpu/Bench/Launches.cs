using System;
using System.Runtime.InteropServices;
using System.Text;

namespace GuidedMixup.Gpu;

/// <summary>One launch as tests/gpu/launches.c timed it.</summary>
internal readonly record struct Launch(string Kernel, int GridX, int GridY, int Block, int DynamicShared, int Registers, int StaticShared, int Local, double Microseconds);

/// <summary>The launches between Begin and End, each timed by events; there when GUIDEDMIXUP_CUDA_DRIVER names the kit's own library.</summary>
internal static unsafe class Launches
{
    private static readonly nint Library = Load();

    internal static bool IsHere => Library != 0;

    /// <summary>From now on each launch runs <paramref name="repetitions"/> times between two events, behind a clear of <paramref name="flushBytes"/>.</summary>
    internal static void Begin(int repetitions, long flushBytes) =>
        ((delegate* unmanaged<int, long, void>)NativeLibrary.GetExport(Library, "GuidedMixupLaunchesBegin"))(repetitions, flushBytes);

    internal static Launch[] End()
    {
        int count = ((delegate* unmanaged<int>)NativeLibrary.GetExport(Library, "GuidedMixupLaunchesEnd"))();
        if (count < 0) throw new InvalidOperationException($"tests/gpu/launches.c: the driver answered {-count}.");
        var read = (delegate* unmanaged<int, byte*, int*, float*, void>)NativeLibrary.GetExport(Library, "GuidedMixupLaunchesRead");
        var launches = new Launch[count];
        byte* name = stackalloc byte[128];
        int* d = stackalloc int[7];
        float microseconds = 0;
        for (int i = 0; i < count; i++)
        {
            read(i, name, d, &microseconds);
            string text = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
            launches[i] = new Launch(text, d[0], d[1], d[2], d[3], d[4], d[5], d[6], microseconds);
        }

        return launches;
    }

    private static nint Load()
    {
        string? file = Environment.GetEnvironmentVariable("GUIDEDMIXUP_CUDA_DRIVER");
        return !string.IsNullOrEmpty(file) && NativeLibrary.TryLoad(file, out nint library) && NativeLibrary.TryGetExport(library, "GuidedMixupLaunchesBegin", out _)
            ? library
            : 0;
    }
}
