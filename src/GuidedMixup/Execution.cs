using System;
using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>Where and how a call runs; <c>default</c> is right for the host.</summary>
/// <param name="Stream">The CUDA stream (CUstream, cudaStream_t); 0 for the legacy default stream. Ignored on the CPU.</param>
/// <param name="Threads">CPU threads, the caller's own included; 0 for one a core. Results do not depend on it.</param>
/// <param name="Workspace">
/// Device memory for the call's own use: UInt8, compact, at least as many bytes as <see cref="WorkspaceSize"/> says. Calls that may run at the
/// same time (two streams, two graphs) each need one of their own. Ignored on the CPU.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly unsafe record struct Execution(nint Stream = 0, int Threads = 0, TensorView Workspace = default)
{
    /// <summary>True for the same stream, threads and workspace memory.</summary>
    /// <param name="other">Another execution.</param>
    public bool Equals(Execution other) =>
        Stream == other.Stream && Threads == other.Threads
        && Workspace.Data == other.Workspace.Data && Workspace.Length == other.Workspace.Length;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stream, Threads, (nint)Workspace.Data, Workspace.Length);
}
