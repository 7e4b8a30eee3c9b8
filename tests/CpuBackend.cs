namespace GuidedMixup.Tests;

/// <summary>The SIMD backend: host memory is used where it lies, and a call is done when it returns.</summary>
public sealed class CpuBackend : Backend
{
    public override Execution Execution => new(Threads: 2);

    public override TensorView View(GuardedTensor tensor) => tensor.View;

    public override void Finish()
    {
    }

    public override string ToString() => "Cpu";
}
