using System;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public abstract class Optimizer
        {
            public abstract void zero_grad();

            public abstract Tensor step(Func<Tensor>? closure = null);
        }
    }
}
