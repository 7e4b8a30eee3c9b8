using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>Where and how a call runs; <c>default</c> is right for the host.</summary>
/// <param name="Stream">The CUDA stream; ignored on the CPU.</param>
/// <param name="Threads">CPU threads, the caller's own included; 0 for one a core. Results do not depend on it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Execution(nint Stream = 0, int Threads = 0);
