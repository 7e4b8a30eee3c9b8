using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>Handles disposed twice, used after, disposed while work is in flight; many threads and streams; ten thousand calls.</summary>
[TestFixture]
public sealed class LifetimeTests : CudaFixture
{
    private static readonly Dictionary<string, (Func<IDisposable> Make, Action<IDisposable> Use)> Kinds = new()
    {
        ["CudaStream"] = (() => new CudaStream(), s => ((CudaStream)s).Synchronise()),
        ["CudaStream, capture"] = (() => new CudaStream(), s => ((CudaStream)s).BeginCapture()),
        ["CudaStream, wait"] = (() => new CudaStream(), s =>
        {
            using var mark = new CudaEvent();
            ((CudaStream)s).Wait(mark);
        }
        ),
        ["CudaEvent"] = (() => new CudaEvent(), e => ((CudaEvent)e).Synchronise()),
        ["CudaEvent, record"] = (() => new CudaEvent(), e =>
        {
            using var stream = new CudaStream();
            ((CudaEvent)e).Record(stream);
        }
        ),
        ["CudaEvent, since"] = (() => new CudaEvent(), e =>
        {
            using var other = new CudaEvent();
            other.Since((CudaEvent)e);
        }
        ),
        ["CudaBuffer, write"] = (() => new CudaBuffer(64), b =>
        {
            using var stream = new CudaStream();
            ((CudaBuffer)b).Write<byte>(new byte[64], stream);
        }
        ),
        ["CudaBuffer, read"] = (() => new CudaBuffer(64), b =>
        {
            using var stream = new CudaStream();
            ((CudaBuffer)b).Read<byte>(new byte[64], stream);
        }
        ),
        ["CudaGraph"] = (Graph, g =>
        {
            using var stream = new CudaStream();
            ((CudaGraph)g).Launch(stream);
        }
        ),
        ["HostTensor"] = (() => HostTensor.Allocate(ElementType.Float32, 4), t => _ = ((HostTensor)t).View),
        ["HostTensor, span"] = (() => HostTensor.Allocate(ElementType.Float32, 4), t => ((HostTensor)t).AsSpan<float>().Clear()),
        ["HostTensor, pinned"] = (() => HostTensor.Pin<float>(new float[4], 4), t => ((HostTensor)t).AsSpan<float>().Clear()),
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    [TestCaseSource(nameof(Names))]
    public void Disposed_twice_is_nothing_and_used_after_is_an_error(string name)
    {
        (Func<IDisposable> make, Action<IDisposable> use) = Kinds[name];
        DriverProbe.Settle();
        (long Bytes, long Handles) before = DriverProbe.Alive;
        IDisposable handle = make();
        handle.Dispose();
        handle.Dispose();
        Assert.That(() => use(handle), Throws.InstanceOf<ObjectDisposedException>(), name);
        Assert.That(EmulatedDriver.CtxGetCurrent(out nint current), Is.Zero);
        Assert.That(current, Is.EqualTo((nint)0));
        DriverProbe.Settle();
        Assert.That(DriverProbe.Alive, Is.EqualTo(before));
    }

    [Test]
    public void Abandoned_handles_are_finalized()
    {
        DriverProbe.Settle();
        (long Bytes, long Handles) before = DriverProbe.Alive;
        Abandon();
        DriverProbe.Settle();
        Assert.That(DriverProbe.Alive, Is.EqualTo(before));

        static void Abandon()
        {
            for (int i = 0; i < 20; i++)
            {
                _ = new CudaStream();
                _ = new CudaEvent();
                _ = new CudaBuffer(1000);
                _ = new CudaHostBuffer(1000);
                _ = HostTensor.Allocate(ElementType.Float32, 1000);
            }
        }
    }

    [Test]
    public void Buffers_disposed_in_flight_do_not_hurt_what_was_already_enqueued()
    {
        using var batch = new SeededBatch(3, 3, 16, 16);
        var mixer = new GuidedMixer(new() { Saliency = Saliency.Gradient });
        string expected = DeviceMix.Run(mixer, batch).Digest;
        using var outputs = new OutputSet(batch, ElementType.Float32);
        var device = new DeviceCopies();
        mixer.Mix(device.Of(batch.Inputs(mixer.Options)), device.Of(outputs.Views), device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 3, 16, 16)));
        // Nobody waited; freeing memory waits for the work that uses it, as cuMemFree does.
        device.Dispose();
        Assert.That(DeviceMix.Run(mixer, batch).Digest, Is.EqualTo(expected), "the next batch");
    }

    [Test]
    public void Graph_launched_after_its_buffers_are_gone_is_an_error_and_not_a_crash()
    {
        using var batch = new SeededBatch(3, 3, 16, 16);
        var mixer = new GuidedMixer(new() { Saliency = Saliency.Gradient });
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var stream = new CudaStream();
        CudaGraph graph;
        using (var device = new DeviceCopies())
        {
            MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
            MixOutputs views = device.Of(outputs.Views);
            Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 3, 3, 16, 16));
            device.Stream.Synchronise();
            device.Stream.BeginCapture();
            mixer.Mix(inputs, views, execution);
            graph = device.Stream.EndCapture();
        }

        Assert.That(
            () =>
            {
                graph.Launch(stream);
                stream.Synchronise();
            },
            Throws.InstanceOf<CudaException>());
        // The context is lost, as on a device, until the process (here: the emulation) starts again.
        EmulatedDriver.Reset();
        graph.Dispose();
        Assert.That(DeviceMix.Run(mixer, batch).Partners, Has.Length.EqualTo(3));
    }

    [Test]
    public void Stream_disposed_during_capture_leaves_nothing_behind()
    {
        DriverProbe.Settle();
        (long Bytes, long Handles) before = DriverProbe.Alive;
        using (var buffer = new CudaBuffer(64))
        {
            using var stream = new CudaStream();
            stream.BeginCapture();
            buffer.Write<byte>(new byte[64], stream);
        }

        using (var next = new CudaStream()) next.Synchronise();
        Assert.That(DriverProbe.Alive, Is.EqualTo(before));
    }

    [Test]
    public void Eight_threads_of_two_streams_each_get_the_serial_bits()
    {
        GuidedMixer[] mixers = [new(), new(new() { Saliency = Saliency.Gradient }), new(new() { Pairing = Pairing.Random, Seed = 4 })];
        SeededBatch[] batches = [.. Enumerable.Range(0, 16).Select(i =>
            new SeededBatch(2 + (i % 4), i % 3 == 0 ? 1 : 3, i % 2 == 0 ? 16 : 9 + i, 16 + (i % 5), (ElementType)(i % 4), i % 3 == 1, seed: i))];
        string[] expected = [.. batches.Select((batch, i) => DeviceMix.Run(mixers[i % 3], batch).Digest)];
        var faults = new List<string>();
        using var gate = new Barrier(8);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            gate.SignalAndWait();
            for (int round = 0; round < 4; round++)
            {
                try
                {
                    string[] digests = TwoStreams(mixers, batches, [2 * t, (2 * t) + 1]);
                    for (int s = 0; s < 2; s++)
                    {
                        if (digests[s] != expected[(2 * t) + s]) lock (faults) faults.Add($"thread {t}, stream {s}, round {round}: {digests[s]}");
                    }
                }
                catch (Exception error)
                {
                    lock (faults) faults.Add($"thread {t}, round {round}: {error}");
                }
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        foreach (SeededBatch batch in batches) batch.Dispose();
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Ten_thousand_calls_on_the_device_keep_memory_flat()
    {
        using HostTensor labels = HostTensor.Allocate(ElementType.Int64, 5), partners = HostTensor.Allocate(ElementType.Int32, 5);
        using var device = new DeviceCopies();
        TensorView from = device.Of(labels.View), to = device.Of(labels.View), which = device.Of(partners.View);
        Execution execution = device.Execution(WorkspaceSize.LabelMix(DeviceCopies.Gpu, 5));
        FlatMemory.Assert(
            10_000,
            () =>
            {
                LabelMix.Pair(from, which, default, to, execution);
                device.Stream.Synchronise();
            },
            () => DriverProbe.Alive);
    }

    /// <summary>The emulation takes a millisecond a batch: ten thousand of them with GUIDEDMIXUP_TESTS=full, else a thousand.</summary>
    [Test]
    public void Thousands_of_batches_on_the_device_keep_memory_flat()
    {
        using var batch = new SeededBatch(2, 1, 4, 4);
        using var outputs = new OutputSet(batch, ElementType.Float32);
        using var device = new DeviceCopies();
        var mixer = new GuidedMixer(new() { Saliency = Saliency.Supplied, BlurSize = 3 });
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options));
        MixOutputs views = device.Of(outputs.Views);
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, 2, 1, 4, 4));
        FlatMemory.Assert(
            Environment.GetEnvironmentVariable("GUIDEDMIXUP_TESTS") == "full" ? 10_000 : 1000,
            () =>
            {
                mixer.Mix(inputs, views, execution);
                device.Stream.Synchronise();
            },
            () => DriverProbe.Alive);
        device.Finish();
        Assert.That(outputs.Ratio.AsSpan<float>().ToArray(), Is.All.InRange(0f, 1f));
    }

    private static string[] TwoStreams(GuidedMixer[] mixers, SeededBatch[] batches, int[] which)
    {
        var devices = new DeviceCopies[2];
        var outputs = new OutputSet[2];
        var isMixed = new bool[2];
        try
        {
            for (int s = 0; s < 2; s++)
            {
                SeededBatch batch = batches[which[s]];
                GuidedMixer mixer = mixers[which[s] % 3];
                devices[s] = new DeviceCopies();
                outputs[s] = new OutputSet(batch, batch.Type);
                long bytes = mixer.Prepare(DeviceCopies.Gpu, batch.N, batch.C, batch.H, batch.W);
                isMixed[s] = mixer.Mix(
                    devices[s].Of(batch.Inputs(mixer.Options)), devices[s].Of(outputs[s].Views), devices[s].Execution(bytes)).IsMixed;
            }

            // Read back in the other order.
            devices[1].Finish();
            devices[0].Finish();
            return [new MixRecord(outputs[0], isMixed[0]).Digest, new MixRecord(outputs[1], isMixed[1]).Digest];
        }
        finally
        {
            for (int s = 0; s < 2; s++)
            {
                devices[s]?.Dispose();
                outputs[s]?.Dispose();
            }
        }
    }

    private static CudaGraph Graph()
    {
        using var stream = new CudaStream();
        stream.BeginCapture();
        return stream.EndCapture();
    }
}
