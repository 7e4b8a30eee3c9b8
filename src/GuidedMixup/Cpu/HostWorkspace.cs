using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>
/// Scratch memory for one call: a bump allocator that returns to a pool. The first call of a shape grows it, later ones allocate nothing.
/// </summary>
internal sealed unsafe class HostWorkspace : IDisposable
{
    // Covers a cache line and a 512-bit vector.
    private const nuint Alignment = 64;
    private static Lock _poolLock = new();
    private static Stack<HostWorkspace> _pool = new();
    private static int _outside;

    private readonly List<nint> _overflow = [];
    private byte* _block;
    private nuint _size;
    private nuint _used;

    private HostWorkspace()
    {
    }

    internal static HostWorkspace Rent()
    {
        lock (_poolLock)
        {
            _outside++;
            // Room for every workspace that is out, so that no return has to grow the stack.
            _pool.EnsureCapacity(_pool.Count + _outside);
            if (_pool.TryPop(out HostWorkspace? workspace)) return workspace;
        }

        return new HostWorkspace();
    }

    internal static void Trim()
    {
        lock (_poolLock)
        {
            while (_pool.TryPop(out HostWorkspace? workspace)) workspace.Free();
        }
    }

    /// <summary>
    /// Begins anew, in a forked child: threads that are not there may have held the lock or a workspace. The parent's memory, of which the child
    /// never writes a page, is left alone.
    /// </summary>
    internal static void Abandon()
    {
        _poolLock = new Lock();
        _pool = new Stack<HostWorkspace>();
        _outside = 0;
    }

    /// <summary>Uninitialised memory, 64-byte aligned, until the workspace is returned.</summary>
    internal T* Take<T>(long length)
        where T : unmanaged
    {
        nuint bytes = checked((nuint)length * (nuint)Unsafe.SizeOf<T>());
        bytes = checked(bytes + Alignment - 1) & ~(Alignment - 1);
        nuint start = _used, end = checked(_used + bytes);
        void* piece = _block + start;
        if (end > _size)
        {
            // Does not fit yet: a block of its own now, and room for all of it when the workspace is next rented.
            piece = NativeMemory.AlignedAlloc(bytes, Alignment);
            _overflow.Add((nint)piece);
        }

        _used = end;
        return (T*)piece;
    }

    /// <summary>Returns the workspace to the pool.</summary>
    public void Dispose()
    {
        if (_overflow.Count > 0)
        {
            nuint needed = _used;
            Free();
            try
            {
                _block = (byte*)NativeMemory.AlignedAlloc(needed, Alignment);
                _size = needed;
            }
            catch (OutOfMemoryException)
            {
                // The call at hand had its memory; the next one asks again.
            }
        }

        _used = 0;
        lock (_poolLock)
        {
            _outside--;
            _pool.Push(this);
        }
    }

    private void Free()
    {
        foreach (nint block in _overflow) NativeMemory.AlignedFree((void*)block);
        _overflow.Clear();
        NativeMemory.AlignedFree(_block);
        _block = null;
        _size = _used = 0;
    }
}
