namespace GuidedMixup.Cuda;

/// <summary>Launches α-β swap on grids of one size, a warp a grid.</summary>
internal static unsafe class GridCut
{
    internal static void Run(
        in BufferSet buffers,
        in TensorView unary,
        in TensorView smooth,
        in TensorView vertical,
        in TensorView horizontal,
        in TensorView labels,
        in TensorView energies,
        in Execution execution,
        in Cpu.GridCutCaps caps)
    {
        using CudaCall call = CudaCall.Enter(buffers, execution);
        var arguments = new Arguments(KernelTable.GridCut);
        arguments.Add(unary.Data).Add(smooth.Data).Add(vertical.Data).Add(horizontal.Data);
        arguments.Add((int)unary.Shape[1]).Add((int)unary.Shape[2]).Add((int)unary.Shape[3]).Add(caps.Waves).Add(labels.Data).Add(energies.Data);
        call.Launch(ref arguments, unary.Shape[0]);
    }
}
