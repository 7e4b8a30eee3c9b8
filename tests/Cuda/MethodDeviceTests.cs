using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Contract;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cuda;

/// <summary>
/// Every method but GuidedMixup (whose maps are approximated) on a device, the emulated one or (the GPU kit) a real one: the CPU's bits from the same maps
/// and draws, and the same again from a captured graph. What a device refuses is skipped by name.
/// </summary>
[TestFixture]
public sealed class MethodDeviceTests : CudaFixture
{
    protected override bool NeedsEmulation => false;

    public static IEnumerable<MixMethod> Methods => Array.FindAll(Enum.GetValues<MixMethod>(), method => method != MixMethod.GuidedMixup);

    [Test]
    public void Batch_has_the_bits_of_the_CPU(
        [ValueSource(nameof(Methods))] MixMethod method,
        [Values] DrawMode mode,
        [Values(ElementType.Float32, ElementType.Float16, ElementType.BFloat16, ElementType.UInt8)] ElementType type,
        [Values] bool isChannelsLast)
    {
        using var batch = new SeededBatch(9, 3, 32, 48, type, isChannelsLast);
        GuidedMixer mixer = Mixer(method, mode);
        for (ulong step = 0; step < 2; step++) Assert.That(OnDevice(mixer, batch, step), Is.EqualTo(Mix(mixer, batch, step)), $"step {step}");
    }

    [Test]
    public void Graph_replays_have_the_bits_of_the_CPU([ValueSource(nameof(Methods))] MixMethod method, [Values] DrawMode mode)
    {
        const int n = 7, h = 32, w = 32;
        GuidedMixer mixer = Mixer(method, mode);
        using var batch = new SeededBatch(n, 3, h, w);
        using HostTensor step = HostTensor.Allocate(ElementType.Int64, 1), ratios = HostTensor.Allocate(ElementType.Float32, n);
        using HostTensor boxes = HostTensor.Allocate(ElementType.Int32, n, 4), patches = HostTensor.Allocate(ElementType.Int32, n, 4);
        using var outputs = new OutputSet(batch, batch.Type, mixer.Options);
        using HostTensor weights = HostTensor.Allocate(ElementType.Float32, n, n);
        bool isCut = method is MixMethod.CutMix or MixMethod.SnapMix, isPart = method == MixMethod.CoMixup;
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options) with
        {
            StepBuffer = step.View,
            Ratios = isCut || isPart ? default : ratios.View,
            Boxes = isCut ? boxes.View : default,
            PartnerBoxes = method == MixMethod.SnapMix ? patches.View : default,
        });
        MixOutputs views = device.Of(Views(mixer, outputs, weights));
        CudaGraph? graph = null;
        Execution execution = device.Execution(mixer.Prepare(DeviceCopies.Gpu, n, 3, h, w));
        device.Stream.BeginCapture();
        try
        {
            mixer.Mix(inputs, views, execution);
        }
        finally
        {
            graph = device.Stream.EndCapture();
        }

        using (graph)
        {
            for (long replay = 0; replay < 3; replay++)
            {
                step.AsSpan<long>()[0] = replay;
                MixDraws.Draw(ratios.View, boxes.View, h, w, mixer.Options, (ulong)replay);
                MixDraws.DrawPartnerBoxes(patches.View, h, w, mixer.Options, (ulong)replay);
                foreach (HostTensor tensor in (HostTensor[])[step, ratios, boxes, patches]) device.Refresh(tensor.View);
                graph!.Launch(device.Stream);
                device.Finish();
                Assert.That(Digest(outputs, weights), Is.EqualTo(Mix(mixer, batch, (ulong)replay)), $"step {replay}");
            }
        }
    }

    private static GuidedMixer Mixer(MixMethod method, DrawMode mode) => new(new GuidedMixerOptions
    {
        Method = method,
        DrawMode = mode,
        Saliency = Saliency.Supplied,
        Seed = 11,
        PuzzleMix = new PuzzleMixOptions { Blocks = 8 },
        CoMixup = new CoMixupOptions { PartSize = 5 },
    });

    private static string Mix(GuidedMixer mixer, SeededBatch batch, ulong step)
    {
        using var outputs = new OutputSet(batch, batch.Type, mixer.Options);
        using HostTensor weights = HostTensor.Allocate(ElementType.Float32, batch.N, batch.N);
        mixer.Mix(batch.Inputs(mixer.Options, step), Views(mixer, outputs, weights), new Execution(Threads: 2));
        return Digest(outputs, weights);
    }

    private static string OnDevice(GuidedMixer mixer, SeededBatch batch, ulong step)
    {
        using var outputs = new OutputSet(batch, batch.Type, mixer.Options);
        using HostTensor weights = HostTensor.Allocate(ElementType.Float32, batch.N, batch.N);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options, step));
        MixOutputs views = device.Of(Views(mixer, outputs, weights));
        mixer.Mix(inputs, views, device.Execution(mixer.Prepare(DeviceCopies.Gpu, batch.N, batch.C, batch.H, batch.W)));
        device.Finish();
        return Digest(outputs, weights);
    }

    /// <summary>All outputs of a method but the maps, which are blurred on a device in another order.</summary>
    private static MixOutputs Views(GuidedMixer mixer, OutputSet outputs, HostTensor weights)
    {
        weights.AsSpan<float>().Clear();
        MixOutputs views = outputs.Views with { Saliency = default, Normalised = default, Distance = default };
        if (mixer.Options.Method != MixMethod.CoMixup) return views;
        return new MixOutputs { Images = views.Images, SoftLabels = views.SoftLabels, Flags = views.Flags, Weights = weights.View };
    }

    private static string Digest(OutputSet outputs, HostTensor weights) =>
        $"{new MixRecord(outputs, true).Digest} weights={string.Join(' ', weights.AsSpan<float>().ToArray())}";
}
