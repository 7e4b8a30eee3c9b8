using System;
using GuidedMixup.Tests.Contract;

namespace GuidedMixup.Tests.Cuda;

/// <summary>Co-Mixup's launches: parts of batches, and single ones on either side of what a word of nodes holds.</summary>
public sealed unsafe partial class RecordingTests
{
    private static void Parts()
    {
        GuidedMixerOptions options = Residual with { Method = MixMethod.CoMixup, Seed = 6, CoMixup = new CoMixupOptions { PartSize = 3, Iterations = 2 } };
        Parts(options, 5, 3, 32, 48);
        Parts(
            options with { Saliency = Saliency.Gradient, CoMixup = options.CoMixup with { Blocks = 2 } }, 4, 3, 32, 32, ElementType.UInt8,
            isChannelsLast: true, output: ElementType.Float16);
        Parts(
            options with { Saliency = Saliency.Supplied, Probability = 0.5, ProbabilityMode = ProbabilityMode.Image, BlurSize = 3 }, 5, 1, 4, 20,
            ElementType.BFloat16);
        Parts(options with { CoMixup = options.CoMixup with { Mode = SolverMode.Quality, Starts = 2 } }, 4, 1, 16, 20);
        Part(3, 2, 3, 11);
        Part(3, 3, 4, 4, SolverMode.Quality, 6);
        Part(6, 2, 8, 8, SolverMode.Quality, 2);
        Part(40, 2, 2, 16);
    }

    private static void Parts(
        GuidedMixerOptions options, int n, int c, int h, int w, ElementType type = ElementType.Float32, bool isChannelsLast = false, ElementType? output = null)
    {
        using var batch = new SeededBatch(n, c, h, w, type, isChannelsLast);
        using HostTensor mixed = batch.AllocateImages(output ?? type), weights = HostTensor.Allocate(ElementType.Float32, n, n);
        using HostTensor soft = HostTensor.Allocate(ElementType.Float32, n, SeededBatch.Classes), flags = HostTensor.Allocate(ElementType.Int32, n);
        using HostTensor subset = HostTensor.Allocate(ElementType.UInt8, n);
        subset.AsSpan<byte>().Fill(1);
        subset.AsSpan<byte>()[1] = 0;
        Run(device =>
        {
            var mixer = new GuidedMixer(options);
            MixInputs inputs = device.Of(batch.Inputs(options, 1, subset: subset.View));
            MixOutputs outputs = device.Of(new MixOutputs { Images = mixed.View, Weights = weights.View, SoftLabels = soft.View, Flags = flags.View });
            mixer.Mix(inputs, outputs, Workspace(device, mixer.Prepare(DeviceCopies.Gpu, n, c, h, w)));
        });
    }

    private static void Part(int n, int outputs, int h, int w, SolverMode mode = SolverMode.Parity, int starts = 1)
    {
        using HostTensor saliency = HostTensor.Allocate(ElementType.Float32, n, h, w), alpha = HostTensor.Allocate(ElementType.Float32, n);
        using HostTensor start = HostTensor.Allocate(ElementType.Int32, starts, outputs, h, w), layout = HostTensor.Allocate(ElementType.Float32, outputs, h, w, n);
        using HostTensor energies = HostTensor.Allocate(ElementType.Int64, 2 * outputs);
        var random = new Random(n);
        foreach (ref float value in saliency.AsSpan<float>()) value = random.NextSingle() * 2 / (h * w);
        foreach (ref float value in alpha.AsSpan<float>()) value = random.NextSingle();
        foreach (ref int value in start.AsSpan<int>()) value = random.Next(-1, n + 1);
        Run(d => CoMixup.Solve(
            d.Of(saliency.View), d.Of(alpha.View), default, d.Of(start.View), d.Of(layout.View), d.Of(energies.View),
            new CoMixupOptions { Iterations = 2, Mode = mode }, Workspace(d, WorkspaceSize.CoMixup(DeviceCopies.Gpu, n, outputs, h, w, mode, starts))));
    }
}
