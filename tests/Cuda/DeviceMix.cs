using GuidedMixup.Tests.Contract;

namespace GuidedMixup.Tests.Cuda;

/// <summary>One mixer call with every tensor on the device and a workspace of just the size asked for.</summary>
internal static class DeviceMix
{
    internal static MixRecord Run(
        GuidedMixer mixer,
        SeededBatch batch,
        ulong step = 0,
        TensorView partners = default,
        TensorView subset = default,
        ElementType? outputType = null)
    {
        using var outputs = new OutputSet(batch, outputType ?? batch.Type, mixer.Options);
        using var device = new DeviceCopies();
        MixInputs inputs = device.Of(batch.Inputs(mixer.Options, step, partners, subset));
        MixOutputs views = device.Of(outputs.Views);
        long bytes = mixer.Prepare(DeviceCopies.Gpu, batch.N, batch.C, batch.H, batch.W);
        MixResult result = mixer.Mix(inputs, views, device.Execution(bytes));
        device.Finish();
        return new MixRecord(outputs, result.IsMixed);
    }
}
