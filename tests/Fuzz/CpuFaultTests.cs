using System;
using System.Linq;
using System.Threading;
using GuidedMixup.Cpu;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>What a CPU call that throws leaves behind: workers that work, a workspace pool that serves, memory that is flat.</summary>
[TestFixture]
[NonParallelizable]
public sealed unsafe class CpuFaultTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    public void Throwing_item_reaches_the_caller_and_the_team_goes_on(int threads)
    {
        for (int bad = 0; bad < 40; bad += 3)
        {
            var faulty = new Count { Bad = bad, Seen = new int[40] };
            InvalidOperationException? error = Assert.Throws<InvalidOperationException>(() => WorkerTeam.For(40, threads, ref faulty));
            Assert.That(error?.Message, Is.EqualTo($"item {bad}"));
            Assert.That(faulty.Seen.Max(), Is.LessThanOrEqualTo(1), "no item ran twice.");
            var good = new Count { Bad = -1, Seen = new int[40] };
            WorkerTeam.For(40, threads, ref good);
            Assert.That(good.Seen, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void Eight_callers_whose_items_throw_each_get_their_own_error()
    {
        string?[] messages = new string?[8];
        Thread[] callers = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (int round = 0; round < 200 && messages[t] == null; round++)
            {
                var body = new Count { Bad = t, Seen = new int[16] };
                try
                {
                    WorkerTeam.For(16, 3, ref body);
                    messages[t] = "no error";
                }
                catch (InvalidOperationException error)
                {
                    if (error.Message != $"item {t}") messages[t] = error.Message;
                }
            }
        }))];
        foreach (Thread caller in callers) caller.Start();
        foreach (Thread caller in callers) caller.Join();
        Assert.That(messages, Is.All.Null);
    }

    [Test]
    public void Scratch_that_cannot_be_had_is_OutOfMemory_with_nothing_written_and_the_next_call_works()
    {
        using var batch = new SeededBatch(4, 3, 20, 24);
        string expected = MixRecord.Run(new GuidedMixer(), batch, 2).Digest;
        // The distances of 2^23 images are 2^48 bytes, more than an address space holds.
        const int n = 1 << 23;
        using HostTensor image = HostTensor.Allocate(ElementType.UInt8, 1, 1, 4, 4);
        byte* mixed = (byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(16, n);
        try
        {
            var images = new TensorView(image.View.Data, ElementType.UInt8, [n, 1, 4, 4], [0, 16, 4, 1]);
            var outputs = new MixOutputs { Images = new TensorView(mixed, ElementType.UInt8, [n, 1, 4, 4]) };
            for (int i = 0; i < 3; i++)
            {
                Assert.Throws<OutOfMemoryException>(() => new GuidedMixer().Mix(images, default, outputs));
                for (long at = 0; at < 16L * n; at += 4096) Assert.That(mixed[at], Is.Zero);
                Assert.That(MixRecord.Run(new GuidedMixer(), batch, 2).Digest, Is.EqualTo(expected));
            }
        }
        finally
        {
            System.Runtime.InteropServices.NativeMemory.Free(mixed);
            GuidedMixer.TrimWorkspaces();
        }
    }

    [Test]
    public void Ten_thousand_calls_keep_memory_flat()
    {
        using var batch = new SeededBatch(3, 3, 8, 9);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var mixer = new GuidedMixer();
        MixInputs inputs = batch.Inputs(mixer.Options);
        MixOutputs views = outputs.Views;
        FlatMemory.Assert(10_000, () => mixer.Mix(inputs, views, new Execution(Threads: 2)), () => 0);
    }

    [Test]
    public void Ten_thousand_refused_calls_keep_memory_flat()
    {
        using var batch = new SeededBatch(2, 3, 8, 9);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        batch.Image(1).Clear();
        var mixer = new GuidedMixer(new() { Strict = true });
        MixInputs inputs = batch.Inputs(mixer.Options);
        for (int i = 0; i < 1000; i++) Refused();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        GC.Collect();
        long before = process.WorkingSet64;
        for (int i = 0; i < 10_000; i++) Refused();
        GC.Collect();
        process.Refresh();
        Assert.That(process.WorkingSet64 - before, Is.LessThan(16_000_000));
        Assert.That(outputs.IsPoisoned, Is.True, "nothing was written.");

        void Refused()
        {
            try
            {
                mixer.Mix(inputs, outputs.Views, new Execution(Threads: 2));
            }
            catch (DegenerateImageException error)
            {
                if (error.Image == 1) return;
            }

            Assert.Fail("image 1 was taken.");
        }
    }

    private struct Count : IParallelBody
    {
        internal int Bad;
        internal int[] Seen;

        public readonly void Run(int item, int worker)
        {
            Interlocked.Increment(ref Seen[item]);
            if (item == Bad) throw new InvalidOperationException($"item {item}");
        }
    }
}
