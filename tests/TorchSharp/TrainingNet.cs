using System;
using TorchSharp;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The golden's network as a module and an optimizer of torch's, so that the README's loop can train it.</summary>
internal sealed class TrainingNet(ConvNet network) : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    public override torch.Tensor forward(torch.Tensor input) => torch.Tensor.UnsafeCreateTensor(network.Logits(input.Handle).Take());

    internal Descent Optimizer(double rate) => new(network, rate);

    /// <summary>Plain gradient descent.</summary>
    internal sealed class Descent(ConvNet network, double rate) : torch.optim.Optimizer
    {
        public override void zero_grad()
        {
            foreach (Handle weight in network.Weights) Shim.THSTensor_set_grad(weight, 0);
        }

        public override torch.Tensor step(Func<torch.Tensor>? closure = null)
        {
            foreach (Handle weight in network.Weights) Shim.ShimDescend(weight, rate);
            return null!;
        }
    }
}
