using System;
using System.Diagnostics;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Thousands of calls, and what they leave on the managed heap and in the process.</summary>
internal static class FlatMemory
{
    // 400 bytes a call of ten thousand.
    private const long NativeBound = 4_000_000;

    internal static void Assert<T>(int calls, Action call, Func<T> held)
    {
        for (int i = 0; i < 200; i++) call();
        T before = held();
        long native = long.MaxValue;
        long managed = long.MaxValue;
        // A few bytes are the runtime's own, once; the smallest object has 24 a call. The runner's own threads may grow meanwhile; a call that keeps something does so in each attempt.
        for (int attempt = 0; attempt < 3 && (native > NativeBound || managed >= calls); attempt++)
        {
            GC.Collect();
            long bytes = WorkingSet(), heap = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++) call();
            managed = Math.Min(managed, GC.GetAllocatedBytesForCurrentThread() - heap);
            GC.Collect();
            native = Math.Min(native, WorkingSet() - bytes);
        }

        NUnit.Framework.Assert.That(managed, Is.LessThan(calls), $"managed bytes in {calls} calls");
        NUnit.Framework.Assert.That(native, Is.LessThan(NativeBound), $"bytes of working set after {calls} calls");
        NUnit.Framework.Assert.That(held(), Is.EqualTo(before));
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
