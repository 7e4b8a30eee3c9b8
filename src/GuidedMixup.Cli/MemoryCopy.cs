using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cli;

/// <summary>memcpy of one block to another on a fixed number of threads: what this machine's memory (or, for a small block, its cache) can do.</summary>
/// <remarks>
/// A small block is copied several times in a run, so that waking the threads does not count. Between runs the threads sleep: one that
/// spins would take a core from whatever is measured next. Where nothing else is measured meanwhile they may spin, and a run be one copy.
/// </remarks>
internal sealed unsafe class MemoryCopy : IDisposable
{
    private const long UsualBytes = 64 << 20;
    private readonly byte* _source;
    private readonly byte* _target;
    private readonly long _block;
    private readonly int _repeats;
    private readonly int _threads;
    private readonly int _spins;
    private readonly AutoResetEvent[] _starts;
    private readonly Thread[] _helpers;
    private int _round;
    private int _running;
    private volatile bool _isStopped;

    /// <param name="block">Bytes of the block.</param>
    /// <param name="threads">Threads, the caller's among them.</param>
    /// <param name="bytesARun">Bytes that a run copies at least.</param>
    /// <param name="spins">How long the threads wait awake for the next run.</param>
    internal MemoryCopy(long block, int threads, long bytesARun = UsualBytes, int spins = 0)
    {
        (_block, _threads, _spins) = (block, threads, spins);
        _repeats = (int)Math.Max(1, bytesARun / block);
        _source = (byte*)NativeMemory.AlignedAlloc((nuint)block, 64);
        _target = (byte*)NativeMemory.AlignedAlloc((nuint)block, 64);
        NativeMemory.Fill(_source, (nuint)block, 1);
        NativeMemory.Clear(_target, (nuint)block);
        _starts = new AutoResetEvent[threads - 1];
        _helpers = new Thread[threads - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int index = i + 1;
            _starts[i] = new AutoResetEvent(false);
            _helpers[i] = new Thread(() => Help(index)) { IsBackground = true, Name = $"copy {index}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Bytes that a run copies.</summary>
    internal long Bytes => _block * _repeats;

    internal void Run()
    {
        Volatile.Write(ref _running, _helpers.Length);
        Interlocked.Increment(ref _round);
        foreach (AutoResetEvent start in _starts) start.Set();
        Copy(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _running) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }

    public void Dispose()
    {
        _isStopped = true;
        Interlocked.Increment(ref _round);
        foreach (AutoResetEvent start in _starts) start.Set();
        foreach (Thread helper in _helpers) helper.Join();
        foreach (AutoResetEvent start in _starts) start.Dispose();
        NativeMemory.AlignedFree(_source);
        NativeMemory.AlignedFree(_target);
    }

    private void Help(int index)
    {
        for (int seen = 0; ; seen++)
        {
            for (int i = 0; i < _spins && Volatile.Read(ref _round) == seen; i++) Thread.SpinWait(8);
            // Set for a round that was seen while spinning, the event is no news.
            while (Volatile.Read(ref _round) == seen) _starts[index - 1].WaitOne();
            if (_isStopped) return;
            Copy(index);
            Interlocked.Decrement(ref _running);
        }
    }

    private void Copy(int index)
    {
        long start = _block * index / _threads, end = _block * (index + 1) / _threads;
        for (int i = 0; i < _repeats; i++) Buffer.MemoryCopy(_source + start, _target + start, end - start, end - start);
    }
}
