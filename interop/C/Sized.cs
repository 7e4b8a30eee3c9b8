using System;
using System.Runtime.CompilerServices;

namespace GuidedMixup.Interop.C;

/// <summary>Reads and writes structs that begin with their size and grow at their end.</summary>
internal static unsafe class Sized
{
    // What is read to see that unknown fields are zero; a size beyond it is a field that was never set.
    private const nuint Largest = 1024;

    /// <summary>The caller's fields over the defaults: a shorter struct of an older header leaves the rest as it is.</summary>
    /// <param name="given">The caller's struct; not null.</param>
    /// <param name="oldest">The size of the struct in the first published header.</param>
    /// <param name="fields">The defaults; receives the caller's fields.</param>
    /// <param name="name">The argument, for errors.</param>
    internal static void Read<T>(T* given, int oldest, ref T fields, string name)
        where T : unmanaged
    {
        nuint size = Check(*(nuint*)given, oldest, name);
        nuint known = nuint.Min(size, (nuint)sizeof(T));
        for (nuint i = known; i < size; i++)
        {
            if (((byte*)given)[i] != 0)
                throw Fault.Of(name, $"size is {size} and byte {i} is set; this library knows the first {sizeof(T)} bytes, and others only as 0.");
        }

        Unsafe.CopyBlock(ref Unsafe.As<T, byte>(ref fields), ref *(byte*)given, (uint)known);
    }

    /// <summary>Fills as much of the caller's struct as it has; what this library does not know becomes 0.</summary>
    internal static void Write<T>(T* target, nuint size, int oldest, in T fields, string name)
        where T : unmanaged
    {
        Check(size, oldest, name);
        new Span<byte>(target, (int)size).Clear();
        Unsafe.CopyBlock(ref *(byte*)target, ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in fields)), (uint)nuint.Min(size, (nuint)sizeof(T)));
        *(nuint*)target = size;
    }

    private static nuint Check(nuint size, int oldest, string name)
    {
        // Every published struct is a multiple of 8 without padding, so that no field is cut.
        if (size < (nuint)oldest || size > Largest || size % 8 != 0)
            throw Fault.Of(name, $"size is {size}; it is sizeof the struct, at least {oldest} and a multiple of 8.");
        return size;
    }
}
