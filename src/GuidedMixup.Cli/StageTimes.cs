using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace GuidedMixup.Cli;

/// <summary>Milliseconds by stage, in the order of their first measurement.</summary>
internal sealed class StageTimes
{
    /// <summary>All stages in one call of the mixer.</summary>
    internal const string Whole = "all in one call";

    private readonly List<(string Stage, double Milliseconds)> _times = [];

    /// <summary>True where every stage had run before, so that no compilation is in its time.</summary>
    internal bool IsWarm { get; set; }

    internal IReadOnlyList<(string Stage, double Milliseconds)> All => _times;

    internal double SumOfStages
    {
        get
        {
            double sum = 0;
            foreach ((_, double time) in _times) sum += time;
            return sum;
        }
    }

    internal void Clear() => _times.Clear();

    /// <summary>Measures a stage; the later of two measurements counts.</summary>
    internal void Measure(string stage, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        int known = _times.FindIndex(entry => entry.Stage == stage);
        if (known < 0) _times.Add((stage, time));
        else _times[known] = (stage, time);
    }
}
