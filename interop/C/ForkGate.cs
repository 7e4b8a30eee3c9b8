using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using GuidedMixup.Cpu;

namespace GuidedMixup.Interop.C;

/// <summary>
/// Lets a process fork only while the library is at rest: no call is running, the workers sleep, no lock is held. A child has none of its
/// parent's other threads. So it runs inline, and it must not collect garbage, for the collector would read stacks of threads that are gone, and
/// that new threads may have taken over. Successful calls make no garbage; a child has room for <see cref="MostGarbage"/> bytes of it.
/// </summary>
internal static unsafe partial class ForkGate
{
    // Some 800,000 failing calls. Address space, and memory only as far as it is used.
    private const long MostGarbage = 1L << 30;
    // Where a limit on memory forbids that much.
    private const long LeastGarbage = 1L << 22;
    // A call that waits for a GPU may never end: then the fork goes on without it.
    private const int PatienceMs = 10_000;

    private static int _inside;

    // This thread's own calls: the CUDA driver may fork inside one, to load its kernel module.
    [ThreadStatic]
    private static int _depth;

    private static int _isForking;
    private static bool _isChild;
    private static bool _keepsGarbage;

    /// <summary>Held by a call while it runs: <c>using var pass = ForkGate.Enter();</c> before its try.</summary>
    internal readonly ref struct Pass
    {
        [SuppressMessage("Performance", "CA1822", Justification = "A using statement calls it on the value.")]
        public void Dispose()
        {
            _depth--;
            Interlocked.Decrement(ref _inside);
        }
    }

    internal static Pass Enter()
    {
        Interlocked.Increment(ref _inside);
        while (Volatile.Read(ref _isForking) != 0)
        {
            Interlocked.Decrement(ref _inside);
            while (Volatile.Read(ref _isForking) != 0) Thread.Sleep(1);
            Interlocked.Increment(ref _inside);
        }

        _depth++;
        return default;
    }

    /// <summary>Run when the runtime starts, which the first call of the library does.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The library is the program here: nothing runs before it.")]
    internal static void Register() => _ = AtFork(&Prepare, &AfterInParent, &AfterInChild);

    [LibraryImport("libc", EntryPoint = "pthread_atfork")]
    private static partial int AtFork(
        delegate* unmanaged<void> prepare, delegate* unmanaged<void> parent, delegate* unmanaged<void> child);

    [UnmanagedCallersOnly]
    private static void Prepare()
    {
        long start = Stopwatch.GetTimestamp();
        // Two threads may fork at once: one after the other.
        while (Interlocked.CompareExchange(ref _isForking, 1, 0) != 0) Thread.Sleep(1);
        while (Volatile.Read(ref _inside) > _depth && IsPatient(start)) Thread.Sleep(0);
        while (!WorkerTeam.IsAsleep && IsPatient(start)) Thread.Sleep(0);
        if (_isChild) return;
        for (long room = MostGarbage; room >= LeastGarbage && !_keepsGarbage; room /= 4)
        {
            try
            {
                _keepsGarbage = GC.TryStartNoGCRegion(room);
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or OutOfMemoryException)
            {
                // Less, then. A child with no room can still work as long as nothing fails in it.
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void AfterInParent()
    {
        try
        {
            if (_keepsGarbage && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // The budget was passed meanwhile, which ended it.
        }

        _keepsGarbage = false;
        Volatile.Write(ref _isForking, 0);
    }

    [UnmanagedCallersOnly]
    private static void AfterInChild()
    {
        _isChild = true;
        _keepsGarbage = false;
        _inside = _depth;
        WorkerTeam.RunInline();
        HostWorkspace.Abandon();
        MixerTable.RenewLock();
        Volatile.Write(ref _isForking, 0);
    }

    private static bool IsPatient(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds < PatienceMs;
}
