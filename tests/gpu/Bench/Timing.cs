using System;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Gpu;

/// <summary>Times by CUDA events, in microseconds.</summary>
internal static class Timing
{
    /// <summary>Median of <paramref name="count"/> times between two events with one <paramref name="work"/> between them, after <paramref name="before"/>.</summary>
    internal static double Cold(CudaStream stream, int count, Action before, Action work)
    {
        using CudaEvent start = new(), end = new();
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            before();
            start.Record(stream);
            work();
            end.Record(stream);
            end.Synchronise();
            times[i] = end.Since(start).TotalMicroseconds;
        }

        return Median(times);
    }

    /// <summary>Median of <paramref name="count"/> times of one among <paramref name="together"/> calls between two events.</summary>
    internal static double Warm(CudaStream stream, int count, int together, Action work)
    {
        void All()
        {
            for (int i = 0; i < together; i++) work();
        }

        All();
        return Cold(stream, count, () => { }, All) / together;
    }

    internal static double Median(double[] times)
    {
        Array.Sort(times);
        return times[times.Length / 2];
    }
}
