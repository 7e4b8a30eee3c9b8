using System;

namespace GuidedMixup.Tests.Reference;

/// <summary>The distances between maps in double precision, pair by pair.</summary>
public static class PairDistance
{
    /// <summary>[N,H·W] → [N,N].</summary>
    public static double[] Compute(double[] maps, int n, int pixels, DistanceMetric metric = DistanceMetric.L2)
    {
        var distance = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                ReadOnlySpan<double> p = maps.AsSpan(i * pixels, pixels), q = maps.AsSpan(j * pixels, pixels);
                if (i != j) distance[(i * n) + j] = Between(p, q, metric);
            }
        }

        return distance;
    }

    /// <summary>Σ (p − u)², u = 1/(H·W): what the tolerance of a distance is measured by.</summary>
    public static double Spread(ReadOnlySpan<double> map)
    {
        double sum = 0;
        foreach (double value in map) sum += (value - (1.0 / map.Length)) * (value - (1.0 / map.Length));
        return sum;
    }

    private static double Between(ReadOnlySpan<double> p, ReadOnlySpan<double> q, DistanceMetric metric)
    {
        double squares = 0, absolute = 0, dot = 0, pp = 0, qq = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double difference = p[i] - q[i];
            squares += difference * difference;
            absolute += Math.Abs(difference);
            dot += p[i] * q[i];
            pp += p[i] * p[i];
            qq += q[i] * q[i];
        }

        return metric switch
        {
            DistanceMetric.L2 => Math.Sqrt(squares),
            DistanceMetric.L1 => absolute,
            _ => pp == 0 || qq == 0 ? 1 : 1 - (dot / Math.Sqrt(pp * qq)),
        };
    }
}
