using System;
using System.Linq;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The network of the Guided-AP golden, in torch: weights, targets, a forward and a backward pass.</summary>
internal sealed unsafe class ConvNet : IDisposable
{
    private readonly Handle[] _weights;
    private readonly Handle _targets;

    internal ConvNet(GoldenCase golden)
    {
        _weights =
        [
            Handle.Floats(golden.Values("conv1_w"), 8, 3, 3, 3), Handle.Floats(golden.Values("conv1_b"), 8),
            Handle.Floats(golden.Values("conv2_w"), 16, 8, 3, 3), Handle.Floats(golden.Values("conv2_b"), 16),
            Handle.Floats(golden.Values("fc_w"), 10, 16), Handle.Floats(golden.Values("fc_b"), 10),
        ];
        _targets = Handle.Longs([.. golden.Values("targets").Select(t => (long)t)], golden.N);
    }

    /// <summary>conv1 w, b, conv2 w, b, fc w, b.</summary>
    internal Handle[] Weights => _weights;

    internal Handle Targets => _targets;

    internal Handle Logits(nint images)
    {
        nint* weights = stackalloc nint[6];
        for (int i = 0; i < 6; i++) weights[i] = _weights[i];
        return new Handle(Shim.ShimConvNetLogits(images, weights), Handle.Float32, _targets.Shape[0], 10);
    }

    /// <summary>Leaves the gradient of the mean cross entropy in the images (and in weights that require one).</summary>
    internal void Backward(nint images)
    {
        nint* weights = stackalloc nint[6];
        for (int i = 0; i < 6; i++) weights[i] = _weights[i];
        using var loss = new Handle(Shim.ShimConvNetLoss(images, _targets, weights), Handle.Float32);
        Shim.THSTensor_backward(loss);
    }

    public void Dispose()
    {
        _targets.Dispose();
        foreach (Handle weight in _weights) weight.Dispose();
    }
}
