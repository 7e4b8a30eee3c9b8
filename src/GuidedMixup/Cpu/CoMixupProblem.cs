using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>One part of a batch: n inputs to be laid out in some outputs, each a grid of N = h·w blocks.</summary>
/// <param name="inputs">n.</param>
/// <param name="outputs">Outputs; the released program makes n.</param>
/// <param name="h">Rows of blocks.</param>
/// <param name="w">Columns of blocks.</param>
/// <param name="cost">c, [n,N]: −saliency − η/N·ln(α + 1e-8) of a block of an input, see <see cref="Cost"/>.</param>
/// <param name="compatibility">A, [n,n].</param>
/// <param name="options">The constants.</param>
/// <param name="cancellation">Asked between two cuts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct CoMixupProblem(
    int inputs, int outputs, int h, int w, float* cost, float* compatibility, CoMixupOptions options,
    CancellationToken cancellation)
{
    internal int Inputs => inputs;

    internal int Outputs => outputs;

    internal int H => h;

    internal int W => w;

    internal int Nodes => h * w;

    internal float* Costs => cost;

    internal float* Compatibility => compatibility;

    internal CancellationToken Cancellation => cancellation;

    internal int Iterations => options.Iterations;

    /// <summary>β / N, what two neighbouring blocks of different inputs cost.</summary>
    internal double Beta { get; } = options.Beta / (h * w);

    /// <summary>γ / N, the weight of the blocks that outputs share.</summary>
    internal double Gamma { get; } = options.Gamma / (h * w);

    /// <summary>τ·N, how many blocks of an input the other outputs may have for nothing.</summary>
    internal double Threshold { get; } = options.Tau * (h * w);

    /// <summary>
    /// c[m,s] = prior − saliency in float32, where prior = −η/N·ln(α[m] + 1e-8) is rounded from double: the operation order of every backend.
    /// </summary>
    internal static void Cost(float* saliency, float* alpha, int inputs, int nodes, double eta, float* cost)
    {
        for (int m = 0; m < inputs; m++)
        {
            float prior = (float)(-eta / nodes * PortableMath.Log(alpha[m] + 1e-8));
            for (int s = 0; s < nodes; s++) cost[m * nodes + s] = prior - saliency[m * nodes + s];
        }
    }
}
