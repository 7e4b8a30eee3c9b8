using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>Shape, threads and batch of a stage's benchmark, and the copy of the same bytes that it is measured against.</summary>
public abstract class StageBenchmark
{
    protected const int N = 64;
    protected const int C = 3;
    private readonly List<HostTensor> _tensors = [];
    private ParallelCopy? _copy;

    public static IEnumerable<int> Sides => BenchmarkSettings.Sides;

    public static IEnumerable<int> ThreadCounts => BenchmarkSettings.Threads;

    [ParamsSource(nameof(Sides))]
    public int Side { get; set; }

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    protected Execution Execution => new(Threads: Threads);

    /// <summary>Bytes the stage must read and write at least; the baseline copies half of them from one place to another.</summary>
    protected abstract long MinimumBytes { get; }

    [GlobalSetup]
    public void Setup()
    {
        Prepare();
        _copy = new ParallelCopy(Math.Max(MinimumBytes / 2, 64), Threads);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _tensors.Clear();
        _copy?.Dispose();
        GuidedMixer.TrimWorkspaces();
    }

    /// <summary>memcpy that touches the same number of bytes on the same number of threads.</summary>
    [Benchmark(Baseline = true)]
    public void Memcpy() => _copy!.Run();

    protected abstract void Prepare();

    /// <summary>A seeded tensor that lives until cleanup; integers get a rotation of 0..N−1.</summary>
    protected HostTensor Take(ElementType type, params ReadOnlySpan<long> shape) => Fill(HostTensor.Allocate(type, shape));

    /// <summary>Seeded images [N,C,Side,Side].</summary>
    protected HostTensor TakeImages(ElementType type, bool isChannelsLast) => isChannelsLast
        ? Fill(HostTensor.AllocateChannelsLast(type, N, C, Side, Side))
        : Take(type, N, C, Side, Side);

    private HostTensor Fill(HostTensor tensor)
    {
        _tensors.Add(tensor);
        var random = new Random(1);
        switch (tensor.View.Type)
        {
            case ElementType.Float32:
                foreach (ref float value in tensor.AsSpan<float>()) value = random.NextSingle();
                break;
            case ElementType.Float16:
                foreach (ref Half value in tensor.AsSpan<Half>()) value = (Half)random.NextSingle();
                break;
            case ElementType.BFloat16:
                foreach (ref ushort value in tensor.AsSpan<ushort>()) value = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle()) >> 16);
                break;
            case ElementType.UInt8:
                random.NextBytes(tensor.AsSpan<byte>());
                break;
            default:
                Span<int> indices = tensor.AsSpan<int>();
                for (int i = 0; i < indices.Length; i++) indices[i] = (i + 1) % indices.Length;
                break;
        }

        return tensor;
    }
}
