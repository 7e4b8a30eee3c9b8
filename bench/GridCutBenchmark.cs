using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace GuidedMixup.Benchmarks;

/// <summary>64 labelling problems of a grid side and a number of labels, one thread: random costs about as hard as Co-Mixup's.</summary>
public class GridCutBenchmark
{
    private const int N = 64;
    private readonly List<HostTensor> _tensors = [];
    private TensorView _unary;
    private TensorView _smooth;
    private TensorView _vertical;
    private TensorView _horizontal;
    private TensorView _labels;

    public static IEnumerable<int> Grids => BenchmarkSettings.IsShort ? [4] : [4, 8, 16];

    [ParamsSource(nameof(Grids))]
    public int Grid { get; set; }

    [Params(3, 20)]
    public int Labels { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _unary = Take(() => random.Next(-20000, 20000), N, Grid, Grid, Labels);
        _smooth = Take(() => 100, Labels, Labels);
        Span<int> smooth = _tensors[^1].AsSpan<int>();
        for (int l = 0; l < Labels; l++) smooth[l * (Labels + 1)] = 0;
        _vertical = Take(() => 20, N, Grid - 1, Grid);
        _horizontal = Take(() => 20, N, Grid, Grid - 1);
        _labels = Take(() => 0, N, Grid, Grid);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (HostTensor tensor in _tensors) tensor.Dispose();
        _tensors.Clear();
    }

    [Benchmark(Baseline = true)]
    public void Parity() => Solve(SolverMode.Parity);

    [Benchmark]
    public void Quality() => Solve(SolverMode.Quality);

    private void Solve(SolverMode mode) =>
        GridCut.Solve(_unary, _smooth, _vertical, _horizontal, _labels, mode: mode, execution: new Execution(Threads: 1));

    private TensorView Take(Func<int> value, params ReadOnlySpan<long> shape)
    {
        HostTensor tensor = HostTensor.Allocate(ElementType.Int32, shape);
        _tensors.Add(tensor);
        foreach (ref int element in tensor.AsSpan<int>()) element = value();
        return tensor.View;
    }
}
