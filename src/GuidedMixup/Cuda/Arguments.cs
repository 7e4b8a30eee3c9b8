using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>The arguments of one launch, copied as they are added and held against the kernel's declaration. A local of the launching method: its address must hold.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct Arguments
{
    private const int MaxBytes = 2048;
    private const int MaxCount = 20;
    private readonly Kernel _kernel;
    private Values _values;
    private Offsets _offsets;
    private int _used;
    private int _count;

    internal Arguments(Kernel kernel) => _kernel = kernel;

    internal readonly Kernel Kernel => _kernel;

    /// <summary>Adds a device address; null for what is not wanted.</summary>
    [UnscopedRef]
    internal ref Arguments Add(void* pointer) => ref Put((nint)pointer, ArgumentKind.Pointer);

    [UnscopedRef]
    internal ref Arguments Add(int value) => ref Put(value, ArgumentKind.Int32);

    [UnscopedRef]
    internal ref Arguments Add(long value) => ref Put(value, ArgumentKind.Int64);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Images value) => ref Put(value, ArgumentKind.Images);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Channels value) => ref Put(value, ArgumentKind.Channels);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Taps value) => ref Put(value, ArgumentKind.Taps);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Selection value) => ref Put(value, ArgumentKind.Selection);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Labels value) => ref Put(value, ArgumentKind.Labels);

    [UnscopedRef]
    internal ref Arguments Add(scoped in Draws value) => ref Put(value, ArgumentKind.Draws);

    [UnscopedRef]
    internal ref Arguments Add(scoped in PuzzlePlan value) => ref Put(value, ArgumentKind.PuzzlePlan);

    [UnscopedRef]
    internal ref Arguments Add(scoped in CoMixupPlan value) => ref Put(value, ArgumentKind.CoMixupPlan);

    [UnscopedRef]
    internal ref Arguments Add(scoped in CoMixupBuffers value) => ref Put(value, ArgumentKind.CoMixupBuffers);

    /// <summary>Fills in the address of each argument; they hold while this stays where it is.</summary>
    [UnscopedRef]
    internal void Addresses(void** addresses)
    {
        if (_count != _kernel.Arguments.Length)
            throw new InvalidOperationException($"{_kernel}: {_count} of {_kernel.Arguments.Length} arguments.");
        byte* values = (byte*)Unsafe.AsPointer(ref _values);
        for (int i = 0; i < _count; i++) addresses[i] = values + _offsets[i];
    }

    [UnscopedRef]
    private ref Arguments Put<T>(scoped in T value, ArgumentKind kind)
        where T : unmanaged
    {
        if (_count == _kernel.Arguments.Length || _kernel.Arguments[_count] != kind)
            throw new InvalidOperationException($"{_kernel}: argument {_count} is no {kind}.");
        // Every argument is aligned to 8 bytes; none asks for more.
        Unsafe.WriteUnaligned((byte*)Unsafe.AsPointer(ref _values) + _used, value);
        _offsets[_count++] = _used;
        _used += (sizeof(T) + 7) & ~7;
        return ref this;
    }

    [InlineArray(MaxBytes / sizeof(long))]
    private struct Values
    {
        private long _first;
    }

    [InlineArray(MaxCount)]
    private struct Offsets
    {
        private int _first;
    }
}
