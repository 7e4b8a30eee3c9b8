using System;
using System.Diagnostics;

namespace GuidedMixup.Cli;

/// <summary>The time of a call, as short as a few runs show it.</summary>
internal static class SolveTimer
{
    private const int Runs = 5;
    private const double BudgetMilliseconds = 500;

    internal static double Least(Action call)
    {
        double least = double.PositiveInfinity, spent = 0;
        for (int run = 0; run < Runs && spent < BudgetMilliseconds; run++)
        {
            long start = Stopwatch.GetTimestamp();
            call();
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            least = Math.Min(least, time);
            spent += time;
        }

        return least;
    }
}
