using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup;

/// <summary>Where and how a call runs; <c>default</c> is right for the host.</summary>
/// <param name="Stream">The CUDA stream (CUstream, cudaStream_t); 0 for the legacy default stream. Ignored on the CPU.</param>
/// <param name="Threads">CPU threads, the caller's own included; 0 for one a core. Results do not depend on it.</param>
/// <param name="Workspace">
/// Device memory for the call's own use: UInt8, compact, at least as many bytes as <see cref="WorkspaceSize"/> says. Calls that may run at the
/// same time (two streams, two graphs) each need one of their own. Ignored on the CPU.
/// </param>
/// <param name="Device">
/// Where <see cref="GuidedMixer"/> mixes a batch that lies in host memory. A GPU means copies in and out, overlapped with the work: such a call
/// runs in streams of its own and returns when the outputs are in host memory; page-locked memory (<see cref="Interop.Cuda.CudaHostBuffer"/>)
/// is copied fastest. Buffers on a GPU are mixed where they lie.
/// </param>
/// <param name="Cancellation">
/// Ends a call of <see cref="CoMixup"/>, <see cref="PuzzleMix"/> or <see cref="GridCut"/>, or of a mixer by these methods, between two minimum
/// cuts on the CPU: it throws <see cref="OperationCanceledException"/>, and what its outputs hold is undefined. No other work takes long enough
/// to ask, and a GPU's kernels cannot be stopped; all are bounded.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly unsafe record struct Execution(
    nint Stream = 0, int Threads = 0, TensorView Workspace = default, Device Device = default, CancellationToken Cancellation = default)
{
    /// <summary>True for the same stream, threads, device, workspace memory and cancellation.</summary>
    /// <param name="other">Another execution.</param>
    public bool Equals(Execution other) =>
        Stream == other.Stream && Threads == other.Threads && Device == other.Device && Cancellation == other.Cancellation
        && Workspace.Data == other.Workspace.Data && Workspace.Length == other.Workspace.Length;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stream, Threads, (nint)Workspace.Data, Workspace.Length, Device, Cancellation);
}
