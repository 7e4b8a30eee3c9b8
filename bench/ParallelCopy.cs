using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Benchmarks;

/// <summary>Buffer.MemoryCopy of one block on a fixed number of threads of its own, which wait between copies.</summary>
internal sealed unsafe class ParallelCopy : IDisposable
{
    private readonly byte* _source;
    private readonly byte* _target;
    private readonly long _bytes;
    private readonly int _threads;
    private int _round;
    private int _running;
    private volatile bool _isStopped;

    internal ParallelCopy(long bytes, int threads)
    {
        (_bytes, _threads) = (bytes, threads);
        _source = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        _target = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Fill(_source, (nuint)bytes, 1);
        NativeMemory.Clear(_target, (nuint)bytes);
        for (int i = 1; i < threads; i++)
        {
            int index = i;
            new Thread(() => Loop(index)) { IsBackground = true }.Start();
        }
    }

    internal void Run()
    {
        Volatile.Write(ref _running, _threads - 1);
        Interlocked.Increment(ref _round);
        Copy(0);
        while (Volatile.Read(ref _running) != 0) Thread.SpinWait(8);
    }

    public void Dispose()
    {
        _isStopped = true;
        Run();
        NativeMemory.AlignedFree(_source);
        NativeMemory.AlignedFree(_target);
    }

    private void Loop(int index)
    {
        for (int seen = 0; !_isStopped; seen++)
        {
            // Spinning costs a core, but a benchmark is all that runs here, and a wake-up would cost more than a small copy.
            var spin = default(SpinWait);
            while (Volatile.Read(ref _round) == seen) spin.SpinOnce(sleep1Threshold: -1);
            Copy(index);
            Interlocked.Decrement(ref _running);
        }
    }

    private void Copy(int index)
    {
        long start = _bytes * index / _threads, end = _bytes * (index + 1) / _threads;
        Buffer.MemoryCopy(_source + start, _target + start, end - start, end - start);
    }
}
