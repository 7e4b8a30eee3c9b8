using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using GuidedMixup.LibTorch;
using NUnit.Framework;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>A lease holds the memory from borrow to dispose, no longer and no shorter; and costs nothing that adds up.</summary>
[NonParallelizable]
public sealed unsafe class LeaseTests : TorchFixture
{
    [Test]
    public void Lease_survives_the_tensors_disposal()
    {
        double[] values = [.. Enumerable.Range(0, 3 * 64).Select(i => (double)i)];
        using Handle owner = Handle.Floats(values, 3, 1, 8, 8);
        Handle tensor = owner.Narrow(0, 0, 3);
        TorchLease lease = Torch.Borrow(tensor);
        long held = Shim.ShimStorageUses(owner);
        tensor.Dispose();
        Assert.That(Shim.ShimStorageUses(owner), Is.EqualTo(held - 1), "the lease is an owner of its own.");
        Assert.That(new ReadOnlySpan<float>(lease.View.Data, 192).ToArray(), Is.EqualTo(values.Select(v => (float)v)));
        lease.Dispose();
        Assert.That(Shim.ShimStorageUses(owner), Is.EqualTo(held - 2));
        lease.Dispose();
        Assert.That(Shim.ShimStorageUses(owner), Is.EqualTo(held - 2), "a second time does nothing.");
    }

    [Test]
    public void Memory_is_read_after_its_only_tensor_is_gone()
    {
        Handle tensor = Handle.Floats([.. Enumerable.Range(0, 1 << 20).Select(i => (double)i)], 1 << 20);
        using TorchLease lease = Torch.Borrow(tensor);
        tensor.Dispose();
        // Memory of this size goes back to the system when freed: reading it would end the process.
        float sum = 0;
        foreach (float value in new ReadOnlySpan<float>(lease.View.Data, 1 << 20)) sum = Math.Max(sum, value);
        Assert.That(sum, Is.EqualTo((1 << 20) - 1));
    }

    [Test]
    public void Default_lease_is_nothing()
    {
        TorchLease lease = default;
        Assert.That(lease.View.IsEmpty, Is.True);
        lease.Dispose();
    }

    [Test]
    public void Ten_thousand_calls_allocate_nothing_and_keep_memory_flat()
    {
        using Handle images = Handle.Floats([.. Enumerable.Range(0, 4 * 3 * 64).Select(i => Math.Sin(i))], 4, 3, 8, 8);
        using Handle labels = Handle.Longs([0, 1, 2, 3], 4), mixed = Handle.Empty(Handle.Float32, 4, 3, 8, 8), soft = Handle.Empty(Handle.Float32, 4, 5);
        using Handle gradient = Handle.Floats([.. Enumerable.Range(0, 4 * 3 * 64).Select(i => Math.Cos(i))], 4, 3, 8, 8);
        Shim.THSTensor_set_grad(images, gradient);
        var mixer = new GuidedMixer(new GuidedMixerOptions { Saliency = Saliency.Gradient });
        void Call(int step)
        {
            using TorchLease x = Torch.Borrow(images), t = Torch.Borrow(labels), g = Torch.BorrowGradient(images);
            using TorchLease y = Torch.BorrowOutput(mixed), s = Torch.BorrowOutput(soft);
            var inputs = new MixInputs { Images = x.View, Labels = t.View, Gradient = g.View, Step = (ulong)step };
            mixer.Mix(inputs, new MixOutputs { Images = y.View, SoftLabels = s.View }, new Execution(Torch.CurrentStream(x.View.Device), 1));
        }

        for (int i = 0; i < 2000; i++) Call(i);
        long handles = Shim.ShimLiveHandles(), uses = Shim.ShimStorageUses(images), resident = Environment.WorkingSet, fewest = long.MaxValue;
        for (int attempt = 0; attempt < 4 && fewest != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10_000; i++) Call(i);
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(fewest, Is.Zero, "managed bytes in 10,000 calls");
        Assert.That((Shim.ShimLiveHandles(), Shim.ShimStorageUses(images)), Is.EqualTo((handles, uses)));
        // 16 bytes kept by each borrow would be 0.8 MB an attempt.
        Assert.That(Environment.WorkingSet - resident, Is.LessThan(4 << 20), "resident bytes");
    }

    [Test]
    public void Ten_thousand_refusals_keep_no_handles()
    {
        using Handle doubles = Handle.Empty(Handle.Float64, 2, 2);
        long handles = Shim.ShimLiveHandles();
        for (int i = 0; i < 10_000; i++)
        {
            try
            {
                Torch.Borrow(doubles).Dispose();
                Assert.Fail("float64 was taken.");
            }
            catch (ArgumentException)
            {
                // As it should be.
            }
        }

        Assert.That(Shim.ShimLiveHandles(), Is.EqualTo(handles));
    }

    [Test]
    public void Threads_share_tensors_and_each_reads_its_own_errors()
    {
        using Handle images = Handle.Floats([.. Enumerable.Range(0, 6 * 3 * 256).Select(i => Math.Sin(i * 0.3))], 6, 3, 16, 16);
        using Handle dense = Handle.Floats([1, 0, 0, 2], 2, 2), csr = new(Shim.ShimSparseCsr(dense), Handle.Float32, 2, 2), doubles = Handle.Empty(Handle.Float64, 3);
        using var plain = new HandleMix(Torch, new GuidedMixerOptions(), images, threads: 1);
        double[] expected = plain.Digest;
        int faults = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (int i = 0; i < 100; i++)
            {
                using var mix = new HandleMix(Torch, new GuidedMixerOptions(), images, threads: 1);
                if (!mix.Digest.SequenceEqual(expected)) Interlocked.Increment(ref faults);
                Handle refused = worker % 2 == 0 ? csr : doubles;
                string reason = worker % 2 == 0 ? "libtorch: " : "float64";
                if (!Assert.Throws<ArgumentException>(() => Torch.Borrow(refused))!.Message.Contains(reason, StringComparison.Ordinal)) Interlocked.Increment(ref faults);
            }
        });
        Assert.That(faults, Is.Zero);
    }
}
