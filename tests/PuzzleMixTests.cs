using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>PuzzleMix against the stored batches, and against the reference.</summary>
[Parallelizable(ParallelScope.All)]
public sealed unsafe class PuzzleMixTests
{
    private static IEnumerable<PuzzleMixGolden> Goldens => PuzzleMixGolden.All();

    [TestCaseSource(nameof(Goldens))]
    public void Mix_OfAStoredBatch_IsTheReleasedOne(PuzzleMixGolden golden)
    {
        int n = (int)golden.Shape[0], h = (int)golden.Shape[2], w = (int)golden.Shape[3], blocks = golden.Options.Blocks;
        var shape = new PuzzleMixShape(h, w, 3, blocks, golden.Options);
        float[] draws = Enumerable.Repeat(golden.Ratio, n).ToArray(), weights = new float[n], mixed = new float[n * 3 * h * w];
        int[] labels = new int[n * blocks * blocks], sources = new int[n * 2 * shape.Squares];
        fixed (float* images = golden.Floats("images"), saliency = golden.Floats("saliency"), ratios = draws, y = mixed, mean = weights)
        fixed (int* partners = golden.Integers("idx"), x = labels, from = sources)
        {
            Cpu.PuzzleMix.Run(
                shape, new ImageBatch(new TensorView(images, ElementType.Float32, golden.Shape)), saliency, partners, ratios,
                new TensorView(y, ElementType.Float32, golden.Shape), new PuzzleMixResults(null, mean, x, from, null), golden.Options,
                new GuidedMixerOptions(), 2);
        }

        Assert.That(labels, Is.EqualTo(golden.Integers("xswap")), "labels");
        int[] own = golden.Integers("source1"), other = golden.Integers("source2");
        for (int i = 0; i < n; i++)
        {
            int at = 2 * i * shape.Squares;
            Assert.That(sources[at..(at + shape.Squares)], Is.EqualTo(own[(at / 2)..(at / 2 + shape.Squares)]), $"sources of {i}");
            at += shape.Squares;
            int half = i * shape.Squares;
            Assert.That(sources[at..(at + shape.Squares)], Is.EqualTo(other[half..(half + shape.Squares)]), $"partner's sources of {i}");
        }

        Assert.That(weights, Is.EqualTo(golden.Weights), "weights");
        float[] expected = golden.Floats("mixed");
        Assert.That(mixed.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(1e-6), "mixed");
    }
}
