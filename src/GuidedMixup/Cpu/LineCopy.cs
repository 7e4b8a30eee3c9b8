using System;
using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>Copies neighbouring bytes, around the caches where asked for.</summary>
internal static unsafe class LineCopy
{
    /// <summary>One cache line, and one vector.</summary>
    private const int Line = 64;

    /// <summary>Streamed stores are whole, aligned cache lines; others see them only after a fence.</summary>
    internal static void Run(byte* source, byte* target, long bytes, bool isStreamed)
    {
        if (!isStreamed || bytes < 2 * Line)
        {
            Buffer.MemoryCopy(source, target, bytes, bytes);
            return;
        }

        long head = (Line - (long)((nuint)target % Line)) % Line, at = head;
        Buffer.MemoryCopy(source, target, head, head);
        for (; at + Line <= bytes; at += Line) Vector512.Load(source + at).StoreAlignedNonTemporal(target + at);
        Buffer.MemoryCopy(source + at, target + at, bytes - at, bytes - at);
    }
}
