using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using GuidedMixup.Cli;

namespace GuidedMixup.Benchmarks;

/// <summary>Shape, threads and batch of a stage's benchmark, and the copy of the same bytes that it is measured against.</summary>
public abstract class StageBenchmark : IMovesBytes
{
    private readonly List<HostTensor> _tensors = [];
    private MemoryCopy? _copy;

    public static IEnumerable<BatchShape> Shapes => BenchmarkSettings.Shapes;

    public static IEnumerable<int> ThreadCounts => BenchmarkSettings.Threads;

    [ParamsSource(nameof(Shapes))]
    public BatchShape Shape { get; set; }

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    /// <inheritdoc/>
    public abstract long MinimumBytes { get; }

    protected Execution Execution => new(Threads: Threads);

    [GlobalSetup]
    public void Setup() => Prepare();

    [GlobalSetup(Target = nameof(Memcpy))]
    public void SetupCopy() => _copy = new MemoryCopy(Math.Max(MinimumBytes / 2, 64), Threads, bytesARun: 0, spins: 100_000);

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _tensors.Clear();
        _copy?.Dispose();
        _copy = null;
        GuidedMixer.TrimWorkspaces();
    }

    /// <summary>memcpy that touches the same number of bytes on the same number of threads.</summary>
    [Benchmark(Baseline = true)]
    public void Memcpy() => _copy!.Run();

    protected abstract void Prepare();

    /// <summary>A seeded tensor that lives until cleanup; integers get a rotation of 0..N−1.</summary>
    protected HostTensor Take(ElementType type, params ReadOnlySpan<long> shape) => Fill(HostTensor.Allocate(type, shape));

    /// <summary>Seeded maps [N,H,W].</summary>
    protected HostTensor TakeMaps() => Take(ElementType.Float32, Shape.N, Shape.H, Shape.W);

    /// <summary>Seeded images [N,C,H,W].</summary>
    protected HostTensor TakeImages(ElementType type, bool isChannelsLast) => isChannelsLast
        ? Fill(HostTensor.AllocateChannelsLast(type, Shape.N, Shape.C, Shape.H, Shape.W))
        : Take(type, Shape.N, Shape.C, Shape.H, Shape.W);

    private HostTensor Fill(HostTensor tensor)
    {
        _tensors.Add(tensor);
        var random = new Random(1);
        switch (tensor.View.Type)
        {
            case ElementType.Float32:
                foreach (ref float value in tensor.AsSpan<float>()) value = random.NextSingle();
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
