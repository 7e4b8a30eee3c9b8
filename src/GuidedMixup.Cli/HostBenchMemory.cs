using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace GuidedMixup.Cli;

/// <summary>Host memory, the wall clock, and memcpy on as many threads as the stages get.</summary>
internal sealed class HostBenchMemory(int threads) : BenchMemory
{
    private readonly List<HostTensor> _tensors = [];
    private MemoryCopy? _copy;

    internal override long CopyBytes => _copy!.Bytes;

    internal override Execution Execution => new(Threads: threads);

    internal override TensorView Place(HostTensor tensor)
    {
        _tensors.Add(tensor);
        return tensor.View;
    }

    internal override void Prepare(long workspaceBytes, long copyBytes) => _copy = new MemoryCopy(copyBytes, threads);

    internal override double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    internal override void Copy() => _copy!.Run();

    public override void Dispose()
    {
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _copy?.Dispose();
        GuidedMixer.TrimWorkspaces();
    }
}
