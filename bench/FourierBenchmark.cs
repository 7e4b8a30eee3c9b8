using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using GuidedMixup.Cpu;
using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace GuidedMixup.Benchmarks;

/// <summary>1024 complex float32 transforms of one length on one thread: the spectral residual's own, and MathNet's.</summary>
public unsafe class FourierBenchmark : IMovesBytes
{
    private const int Count = 1024;
    private const int Lanes = 16;
    private float* _re;
    private float* _im;
    private float* _scratch;
    private Complex32[][] _sequences = [];

    // Powers of two, a composite, and a prime that goes through Bluestein's convolution.
    public static IEnumerable<int> Lengths => BenchmarkSettings.IsShort ? [128] : [32, 64, 96, 97, 128];

    [ParamsSource(nameof(Lengths))]
    public int Length { get; set; }

    public long MinimumBytes => 2L * Count * Length * 2 * sizeof(float);

    [GlobalSetup]
    public void Setup()
    {
        Control.UseSingleThread();
        nuint bytes = (nuint)(Count * Length * sizeof(float));
        _re = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        _im = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        _scratch = (float*)NativeMemory.AlignedAlloc((nuint)(Fft<float>.Of(Length).ScratchLength * sizeof(float)), 64);
        _sequences = new Complex32[Count][];
        var random = new Random(1);
        for (int i = 0; i < Count; i++)
        {
            _sequences[i] = new Complex32[Length];
            for (int j = 0; j < Length; j++)
            {
                // Sixteen sequences a vector: element j of sequence i lies in lane i % 16.
                int at = (((i / Lanes * Length) + j) * Lanes) + (i % Lanes);
                (_re[at], _im[at]) = (random.NextSingle() - 0.5f, random.NextSingle() - 0.5f);
                _sequences[i][j] = new Complex32(_re[at], _im[at]);
            }
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        NativeMemory.AlignedFree(_re);
        NativeMemory.AlignedFree(_im);
        NativeMemory.AlignedFree(_scratch);
    }

    // Scaled by 1/√n, so that transforming again and again neither grows nor shrinks them.
    [Benchmark]
    public void MathNetFourier()
    {
        foreach (Complex32[] sequence in _sequences) Fourier.Forward(sequence, FourierOptions.Default);
    }

    [Benchmark(Baseline = true)]
    public void Ours()
    {
        Fft<float> transform = Fft<float>.Of(Length);
        float scale = 1 / MathF.Sqrt(Length);
        for (int i = 0; i < Count / Lanes; i++)
        {
            float* re = _re + (i * Length * Lanes), im = _im + (i * Length * Lanes);
            transform.Transform(re, im, Lanes, re, im, Lanes, _scratch);
            for (int j = 0; j < Length * Lanes; j += Lanes)
            {
                (Vector512.LoadAligned(re + j) * scale).StoreAligned(re + j);
                (Vector512.LoadAligned(im + j) * scale).StoreAligned(im + j);
            }
        }
    }
}
