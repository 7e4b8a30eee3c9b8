using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>The one place where a status becomes an exception: test first, format later.</summary>
internal static class Check
{
    /// <summary>Throws unless <paramref name="status"/> is success.</summary>
    /// <param name="status">What the driver answered.</param>
    /// <param name="call">The driver's function.</param>
    /// <param name="subject">What it was called for; formatted only on failure.</param>
    /// <param name="hint">What may help; formatted only on failure.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Success(CudaStatus status, string call, string subject = "", string hint = "")
    {
        if (status != CudaStatus.Success) Throw(status, call, subject, hint);
    }

    /// <summary>The status's name and meaning in the driver's words.</summary>
    internal static unsafe (string Name, string Meaning) Describe(CudaStatus status)
    {
        byte* name = null, meaning = null;
        // A status newer than the driver has neither.
        _ = Driver.GetErrorName(status, &name);
        _ = Driver.GetErrorString(status, &meaning);
        return (
            Marshal.PtrToStringUTF8((nint)name) ?? "CUDA_ERROR_UNKNOWN",
            Marshal.PtrToStringUTF8((nint)meaning) ?? "a status this driver has no words for");
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(CudaStatus status, string call, string subject, string hint)
    {
        (string name, string meaning) = Describe(status);
        throw new CudaException(subject.Length == 0 ? call : $"{call} ({subject})", (int)status, name, meaning, hint);
    }
}
