namespace GuidedMixup.Tests.Reference;

/// <summary>Co-Mixup's objective by its definition, in double, from nothing but z.</summary>
public static class CoMixup
{
    /// <summary>[total, unary, pairwise, penalty] of z [outputs,h,w,n].</summary>
    public static double[] Objective(
        double[] saliency, double[] alpha, double[]? compatibility, double[] z, int n, int outputs, int h, int w, CoMixupOptions options)
    {
        int blocks = h * w;
        double beta = options.Beta / blocks, gamma = options.Gamma / blocks, eta = options.Eta / blocks, threshold = options.Tau * blocks;

        double Z(int j, int y, int x, int m) => z[((((j * h) + y) * w) + x) * n + m];

        var counts = new double[outputs, n];
        double unary = 0, pairwise = 0, penalty = 0;
        for (int j = 0; j < outputs; j++)
        {
            for (int y = 0; y < h; y++)
            {
                for (int x = 0; x < w; x++)
                {
                    for (int m = 0; m < n; m++)
                    {
                        double cost = -saliency[(((m * h) + y) * w) + x] - (eta * System.Math.Log(alpha[m] + 1e-8));
                        unary += cost * Z(j, y, x, m);
                        counts[j, m] += Z(j, y, x, m);
                        if (y + 1 < h) pairwise += Square(Z(j, y, x, m) - Z(j, y + 1, x, m));
                        if (x + 1 < w) pairwise += Square(Z(j, y, x, m) - Z(j, y, x + 1, m));
                    }
                }
            }
        }

        for (int j = 0; j < outputs; j++)
        {
            for (int m = 0; m < n; m++)
            {
                double q = 0;
                for (int i = 0; i < outputs; i++)
                {
                    if (i == j) continue;
                    for (int k = 0; k < n; k++) q += (compatibility == null ? (k == m ? 1 : 0) : compatibility[(m * n) + k]) * counts[i, k];
                }

                if (q > threshold) penalty += counts[j, m] * q;
            }
        }

        return [unary + (beta / 2 * pairwise) + (gamma * penalty), unary, beta / 2 * pairwise, gamma * penalty];
    }

    private static double Square(double value) => value * value;
}
