using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>
/// E(x) = Σ_s U[s,x_s] + Σ_{s,t neighbours} e_st·V[x_s,x_t] over the h×w nodes of a grid, x_s in 0..L−1; int32 throughout, row-major, in memory
/// of the caller.
/// </summary>
/// <remarks>
/// V is symmetric, at least 0, and 0 on its diagonal; e is at least 0. The limits below keep every sum a solver forms within int32:
/// a node's cost differs between two labels by at most 2·2²⁸, its four edges hold at most 4·2²⁶ and their residuals twice that.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct GridCutProblem(int h, int w, int labels, int* unary, int* smooth, int* vertical, int* horizontal)
{
    /// <summary>Most rows and columns: node sets are bits of a few words.</summary>
    internal const int MaxSide = 32;

    /// <summary>Most labels.</summary>
    internal const int MaxLabels = 255;

    /// <summary>Most a unary cost may be, positive or negative.</summary>
    internal const int MaxUnary = 1 << 28;

    /// <summary>Most an edge's weight times its label cost may be.</summary>
    internal const int MaxPairwise = 1 << 26;

    internal int H => h;

    internal int W => w;

    internal int Labels => labels;

    internal int Nodes => h * w;

    /// <summary>U, [h,w,L].</summary>
    internal int* Unary => unary;

    /// <summary>V, [L,L].</summary>
    internal int* Smooth => smooth;

    /// <summary>e of (y,x)–(y+1,x), [h−1,w].</summary>
    internal int* Vertical => vertical;

    /// <summary>e of (y,x)–(y,x+1), [h,w−1].</summary>
    internal int* Horizontal => horizontal;

    /// <summary>Asked between two cuts.</summary>
    internal CancellationToken Cancellation { get; init; }

    /// <summary>E of a labelling [h,w].</summary>
    internal long Energy(int* x)
    {
        long energy = 0;
        for (int s = 0; s < Nodes; s++) energy += unary[(nint)s * labels + x[s]];
        for (int s = 0; s < Nodes - w; s++) energy += (long)vertical[s] * smooth[x[s] * labels + x[s + w]];
        for (int y = 0; y < h; y++)
        {
            int* weights = horizontal + y * (w - 1), row = x + y * w;
            for (int i = 0; i < w - 1; i++) energy += (long)weights[i] * smooth[row[i] * labels + row[i + 1]];
        }

        return energy;
    }
}
