using System;
using System.Diagnostics;
using System.Linq;
using GuidedMixup.LibTorch;
using GuidedMixup.TorchSharp;
using NUnit.Framework;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>What a handle costs beside a view. For figures that mean something: <c>chrt -f 10 … --filter Overhead</c> on a quiet machine.</summary>
[NonParallelizable]
public sealed class OverheadTests : TorchFixture
{
    [Test]
    public void A_call_from_handles_costs_microseconds_more_than_from_views()
    {
        using Handle images = Handle.Floats([.. Enumerable.Range(0, 4 * 3 * 8 * 8).Select(i => Math.Sin(i * 0.7))], 4, 3, 8, 8);
        using Handle labels = Handle.Longs([0, 1, 2, 3], 4), mixed = Handle.Empty(Handle.Float32, 4, 3, 8, 8), soft = Handle.Empty(Handle.Float32, 4, 5);
        using TorchLease x = Torch.Borrow(images), t = Torch.Borrow(labels), y = Torch.Borrow(mixed), s = Torch.Borrow(soft);
        TensorView a = x.View, b = t.View, c = y.View, d = s.View;
        var mixer = new GuidedMixer();
        var execution = new Execution(Threads: 1);
        void Views() => mixer.Mix(a, b, new MixOutputs { Images = c, SoftLabels = d }, 0, execution);
        void Handles()
        {
            using TorchLease p = Torch.Borrow(images, "images"), q = Torch.Borrow(labels, "labels");
            using TorchLease r = Torch.BorrowOutput(mixed, "mixed"), u = Torch.BorrowOutput(soft, "soft");
            mixer.Mix(p.View, q.View, new MixOutputs { Images = r.View, SoftLabels = u.View }, 0, execution);
        }

        void Borrows()
        {
            using TorchLease p = Torch.Borrow(images, "images"), q = Torch.Borrow(labels, "labels");
            using TorchLease r = Torch.BorrowOutput(mixed, "mixed"), u = Torch.BorrowOutput(soft, "soft");
        }

        var typed = new TorchMixer(classes: 5);
        using torch.Tensor given = Tensors.Waves(4, 3, 8, 8), classes = Tensors.Longs(0, 1, 2, 3), into = torch.empty_like(given), rows = torch.empty([4, 5]);
        void Typed() =>
            typed.Mix(new TorchInputs { Images = given, Labels = classes }, new TorchOutputs { Images = into, SoftLabels = rows }, threads: 1);

        for (int i = 0; i < 300; i++)
        {
            Views();
            Handles();
            Borrows();
            Typed();
        }

        System.Threading.Thread.Sleep(300);
        var difference = new double[41];
        var alone = new double[41];
        var tensors = new double[41];
        for (int round = 0; round < difference.Length; round++)
        {
            double views = Microseconds(Views);
            difference[round] = Microseconds(Handles) - views;
            alone[round] = Microseconds(Borrows);
            tensors[round] = Microseconds(Typed) - Microseconds(Views);
        }

        Array.Sort(difference);
        Array.Sort(alone);
        Array.Sort(tensors);
        TestContext.Out.WriteLine(
            $"a call from 4 handles: {difference[20]:0.00} µs more than from views; the 4 borrows alone {alone[20]:0.00} µs; TorchMixer {tensors[20]:0.00} µs more");
        // The target is 5 µs; a loaded machine may take more.
        Assert.That(alone[0], Is.LessThan(20));
    }

    private static double Microseconds(Action call)
    {
        const int Calls = 500;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++) call();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
    }
}
