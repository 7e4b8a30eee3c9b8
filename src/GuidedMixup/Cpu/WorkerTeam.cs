using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>
/// The process's worker threads. Items are claimed one by one, so results must not depend on who does what. A call that finds the team
/// busy with another caller runs on its own thread alone. Own threads, because Parallel.For allocates on every call. A forked child has
/// none of them: who forks (the C library) tells it to run inline.
/// </summary>
internal static unsafe class WorkerTeam
{
    // About 20 µs: long enough to bridge the stages of one batch, short enough not to burn a core between batches.
    private const int SpinsBeforeSleep = 600;
    private static readonly Lock Busy = new();
    private static readonly List<Worker> Workers = [];

    // Set before the workers are woken, read by them after.
    private static void* _body;
    private static delegate*<void*, int, int, void> _run;
    private static int _items;
    private static int _next;
    private static int _running;
    private static ExceptionDispatchInfo? _fault;
    private static bool _isInline;

    /// <summary>True once every worker waits for work without a processor, which takes them some 20 µs after the last item.</summary>
    internal static bool IsAsleep
    {
        get
        {
            for (int i = 0; i < Workers.Count; i++)
            {
                if (!Workers[i].IsAsleep) return false;
            }

            return true;
        }
    }

    /// <summary>The most threads a call will use; scratch memory is planned by it.</summary>
    internal static int Count(int threads, long items)
    {
        int count = _isInline ? 1 : threads > 0 ? threads : Environment.ProcessorCount;
        return (int)Math.Clamp(Math.Min(count, items), 1, int.MaxValue);
    }

    /// <summary>Runs items 0..<paramref name="items"/>−1 on up to <paramref name="threads"/> threads and returns when all are done.</summary>
    internal static void For<TBody>(int items, int threads, ref TBody body)
        where TBody : struct, IParallelBody
    {
        threads = Count(threads, items);
        if (threads == 1 || !Busy.TryEnter())
        {
            for (int item = 0; item < items; item++) body.Run(item, 0);
            return;
        }

        try
        {
            // The body lies on this thread's stack and outlives the loop.
            _body = Unsafe.AsPointer(ref body);
            _run = &Invoke<TBody>;
            _items = items;
            _next = 0;
            _fault = null;
            while (Workers.Count < threads - 1) Workers.Add(new Worker(Workers.Count + 1));
            Volatile.Write(ref _running, threads - 1);
            for (int i = 0; i < threads - 1; i++) Workers[i].Wake();
            Work(0);
            // Every item is claimed: a worker that has not begun (its core is taken by somebody else) is not waited for.
            for (int i = 0; i < threads - 1; i++)
            {
                if (Workers[i].TakeBack()) Interlocked.Decrement(ref _running);
            }

            var spin = default(SpinWait);
            while (Volatile.Read(ref _running) != 0) spin.SpinOnce(sleep1Threshold: -1);
            _fault?.Throw();
        }
        finally
        {
            Busy.Exit();
        }
    }

    /// <summary>From now on every call runs on its own thread alone; nothing of the team is touched again.</summary>
    internal static void RunInline() => _isInline = true;

    private static void Invoke<TBody>(void* body, int item, int worker)
        where TBody : struct, IParallelBody =>
        Unsafe.AsRef<TBody>(body).Run(item, worker);

    private static void Work(int worker)
    {
        try
        {
            for (int item; (item = Interlocked.Increment(ref _next) - 1) < _items;) _run(_body, item, worker);
        }
        catch (Exception fault)
        {
            // Thrown by the caller once all threads have left the body; later items are skipped.
            _fault = ExceptionDispatchInfo.Capture(fault);
            Volatile.Write(ref _next, _items);
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "Workers live as long as the process.")]
    private sealed class Worker
    {
        private readonly AutoResetEvent _sleep = new(false);
        private readonly int _index;
        private int _state;

        internal Worker(int index)
        {
            _index = index;
            var thread = new Thread(Loop) { IsBackground = true, Name = $"GuidedMixup {index}" };
            thread.Start();
        }

        internal bool IsAsleep => Volatile.Read(ref _state) == 2;

        internal void Wake()
        {
            // 0 idle or at work, 1 called and not begun, 2 asleep.
            if (Interlocked.Exchange(ref _state, 1) == 2) _sleep.Set();
        }

        /// <summary>Undoes <see cref="Wake"/> where the worker has not begun; it then never does.</summary>
        internal bool TakeBack() => Interlocked.CompareExchange(ref _state, 0, 1) == 1;

        private void Loop()
        {
            while (true)
            {
                for (int spin = 0; spin < SpinsBeforeSleep && Volatile.Read(ref _state) == 0; spin++) Thread.SpinWait(8);
                if (Interlocked.CompareExchange(ref _state, 2, 0) == 0) _sleep.WaitOne();
                if (!TakeBack()) continue;
                Work(_index);
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
