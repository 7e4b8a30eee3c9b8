using System;

namespace GuidedMixup.Cpu;

/// <summary>The objective of any soft layout z [m,h,w,n], by its definition.</summary>
internal static unsafe class CoMixupLayoutValue
{
    internal static CoMixupValue Of(
        in TensorView saliency, in TensorView alpha, in TensorView compatibility, in TensorView layout, CoMixupOptions options)
    {
        int n = (int)saliency.Shape[0], h = (int)saliency.Shape[1], w = (int)saliency.Shape[2], nodes = h * w, outputs = (int)layout.Shape[0];
        using HostWorkspace workspace = HostWorkspace.Rent();
        double* prior = workspace.Take<double>(n);
        double* mass = workspace.Take<double>((long)outputs * n);
        double* total = workspace.Take<double>(n);
        float* z = (float*)layout.Data, a = (float*)compatibility.Data, s = (float*)saliency.Data;
        new Span<double>(mass, outputs * n).Clear();
        new Span<double>(total, n).Clear();
        for (int m = 0; m < n; m++) prior[m] = -options.Eta / nodes * PortableMath.Log(((float*)alpha.Data)[m] + 1e-8);
        double unary = 0, pairwise = 0;
        for (int j = 0; j < outputs; j++)
        {
            for (int block = 0; block < nodes; block++)
            {
                float* here = z + ((nint)j * nodes + block) * n;
                if (block % w != w - 1) pairwise += Distance(here, here + n, n);
                if (block + w < nodes) pairwise += Distance(here, here + (nint)w * n, n);
                for (int m = 0; m < n; m++)
                {
                    unary += (prior[m] - s[m * nodes + block]) * here[m];
                    mass[j * n + m] += here[m];
                    total[m] += here[m];
                }
            }
        }

        double penalty = 0;
        for (int j = 0; j < outputs; j++)
        {
            double* own = mass + j * n;
            for (int m = 0; m < n; m++)
            {
                double q = a == null ? total[m] - own[m] : 0;
                for (int k = 0; k < n && a != null; k++) q += a[m * n + k] * (total[k] - own[k]);
                if (q > options.Tau * nodes) penalty += own[m] * q;
            }
        }

        return new CoMixupValue(unary, options.Beta / nodes / 2 * pairwise, options.Gamma / nodes * penalty);
    }

    private static double Distance(float* a, float* b, int n)
    {
        double sum = 0;
        for (int m = 0; m < n; m++) sum += ((double)a[m] - b[m]) * ((double)a[m] - b[m]);
        return sum;
    }
}
