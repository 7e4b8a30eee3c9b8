namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public abstract class Module
        {
            public virtual void zero_grad(bool set_to_none = true)
            {
            }
        }

        public abstract class Module<T, TResult> : Module
        {
            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }
    }
}
