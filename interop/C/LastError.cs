using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Interop.C;

/// <summary>Where exceptions end: a status, and a message that stays in the thread until its next failure.</summary>
internal static unsafe class LastError
{
    private const int Capacity = 2048;
    private const int OutOfMemoryStatus = 2;

    // Pinned, so that C can read it; collected with its thread.
    [ThreadStatic]
    private static byte[]? _message;

    /// <summary>The message of this thread's last failure, or "".</summary>
    internal static byte* Message =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_message == null ? "\0"u8 : _message));

    /// <summary>Keeps the message and names the status. Allocates, which only failures do.</summary>
    internal static int Of(Exception error)
    {
        Status status = error switch
        {
            DegenerateImageException => Status.DegenerateImage,
            PlatformNotSupportedException or EntryPointNotFoundException => Status.NotSupported,
            CudaException { Status: OutOfMemoryStatus } => Status.OutOfMemory,
            // The kernels are not loaded and cannot be while a stream is captured.
            CudaException or InvalidOperationException => Status.Cuda,
            // Scratch sizes that leave 64 bits ask for more than there is.
            OutOfMemoryException or OverflowException => Status.OutOfMemory,
            ArgumentException => Status.InvalidArgument,
            _ => Status.Internal,
        };
        try
        {
            Keep(status == Status.Internal ? $"{error.GetType()}: {error.Message}" : Fault.Text(error));
        }
        catch (OutOfMemoryException)
        {
            if (_message != null) _message[0] = 0;
            status = Status.OutOfMemory;
        }

        return (int)status;
    }

    private static void Keep(string text)
    {
        _message ??= GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);
        // Cut between characters where it is too long.
        Utf8.FromUtf16(text, _message.AsSpan(0, Capacity - 1), out _, out int length);
        _message[length] = 0;
    }
}
