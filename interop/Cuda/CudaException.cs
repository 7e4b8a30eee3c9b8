using System;

namespace GuidedMixup.Interop.Cuda;

/// <summary>A call of the CUDA driver failed.</summary>
/// <remarks>
/// An error of an earlier kernel (an illegal address, for instance) can surface in a later call, and stays: the process's context is then
/// lost. GUIDEDMIXUP_SYNC=1 synchronises after each launch, so that the kernel named is the one that failed.
/// </remarks>
public sealed class CudaException : Exception
{
    /// <summary>Reports that <paramref name="call"/> answered a status.</summary>
    /// <param name="call">The driver's function, and what it was called for.</param>
    /// <param name="status">The status as a number (CUresult).</param>
    /// <param name="statusName">The status's name.</param>
    /// <param name="meaning">What the driver says it means.</param>
    /// <param name="hint">What may help; may be empty.</param>
    public CudaException(string call, int status, string statusName, string meaning, string hint = "")
        : base($"{call}: {statusName} ({status}): {meaning}.{(hint.Length == 0 ? "" : " " + hint)}")
    {
        Call = call;
        Status = status;
        StatusName = statusName;
        Meaning = meaning;
    }

    /// <summary>The driver's function, and what it was called for.</summary>
    public string Call { get; }

    /// <summary>The status as a number (CUresult).</summary>
    public int Status { get; }

    /// <summary>The status's name, such as CUDA_ERROR_OUT_OF_MEMORY.</summary>
    public string StatusName { get; }

    /// <summary>What the driver says the status means.</summary>
    public string Meaning { get; }
}
