using System;

namespace GuidedMixup.Cli;

/// <summary>Where a timed batch lies: its memory, its clock, and the copy it is measured against.</summary>
internal abstract class BenchMemory : IDisposable
{
    /// <summary>Bytes that one <see cref="Copy"/> copies.</summary>
    internal abstract long CopyBytes { get; }

    /// <summary>How the stages are to be run here.</summary>
    internal abstract Execution Execution { get; }

    /// <summary>A tensor here with the contents of one on the host, which is given up to this.</summary>
    internal abstract TensorView Place(HostTensor tensor);

    /// <summary>Takes a workspace for any of the stages, and what the copy needs; before the first of either.</summary>
    internal abstract void Prepare(long workspaceBytes, long copyBytes);

    /// <summary>Milliseconds until the work is done.</summary>
    internal abstract double Time(Action work);

    /// <summary>Copies as fast as this memory can.</summary>
    internal abstract void Copy();

    public abstract void Dispose();
}
