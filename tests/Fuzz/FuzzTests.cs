using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using GuidedMixup.Interop.Cuda;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>
/// Random arguments to every public call on every backend: an answer that keeps the rules, or an error that names an argument, with nothing
/// written; never a crash, a hang or a stray write. GUIDEDMIXUP_FUZZ=seconds runs new seeds that long and prints progress;
/// GUIDEDMIXUP_FUZZ_SEED=n runs one. Should the process die, the seed is in fuzz-seed.txt beside the tests.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class FuzzTests
{
    private const int Cases = 10_000;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Test]
    public void Random_arguments_give_an_answer_or_an_error_that_names_one()
    {
        if (EmulatedDriver.IsHere) EmulatedDriver.Reset();
        using CudaStream? stream = EmulatedDriver.IsHere ? new CudaStream() : null;
        int one = Setting("GUIDEDMIXUP_FUZZ_SEED"), seconds = Setting("GUIDEDMIXUP_FUZZ");
        if (one > 0)
        {
            TestContext.Progress.WriteLine(new FuzzCase(one));
            Assert.That(Fault(one, stream, out _), Is.Empty);
            return;
        }

        // A long run goes on where the last one began a second earlier, more or less: new seeds each time.
        int first = seconds > 0 ? (int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() % 1_000_000) * 2000 : 1;
        (int cases, int answers, int faults) = (0, 0, 0);
        string report = "";
        var clock = Stopwatch.StartNew();
        TimeSpan bound = seconds > 0 ? TimeSpan.FromSeconds(seconds) : Bound, told = TimeSpan.Zero;
        var answered = new HashSet<string>();
        using var note = new StreamWriter(Path.Combine(AppContext.BaseDirectory, "fuzz-seed.txt"));
        while (clock.Elapsed < bound && (seconds > 0 || cases < Cases) && faults < 20)
        {
            int seed = first + cases++;
            note.BaseStream.Position = 0;
            note.WriteLine(seed);
            note.Flush();
            TimeSpan began = clock.Elapsed;
            string fault = Fault(seed, stream, out bool isAnswer);
            // The largest take a second.
            if (fault.Length == 0 && clock.Elapsed - began > TimeSpan.FromSeconds(30)) fault = $"took {(clock.Elapsed - began).TotalSeconds:F0} s";
            answers += isAnswer ? 1 : 0;
            if (isAnswer) answered.Add(new FuzzCase(seed).Call.Name);
            if (fault.Length > 0)
            {
                faults++;
                if (seconds > 0) TestContext.Progress.WriteLine($"fuzz: seed {seed}: {fault}");
                report += $"\n{fault}\n  {new FuzzCase(seed)}\n  again: GUIDEDMIXUP_FUZZ_SEED={seed} dotnet test -c Release --filter FullyQualifiedName~FuzzTests";
            }

            if (seconds <= 0 || clock.Elapsed - told < TimeSpan.FromSeconds(10)) continue;
            told = clock.Elapsed;
            TestContext.Progress.WriteLine($"fuzz: {told.TotalSeconds:F0} s, {cases} cases, {answers} answered, {faults} faults, at seed {seed}");
        }

        TestContext.Out.WriteLine($"{cases} cases, {answers} answered, on {(stream == null ? "the CPU" : "both backends")}, in {clock.Elapsed.TotalSeconds:F1} s.");
        Assert.That(report, Is.Empty);
        Assert.That(answers, Is.GreaterThan(cases / 8), "the fuzz reaches the stages themselves.");
        Assert.That(FuzzCalls.All.Select(c => c.Name).Except(answered), Is.Empty, "calls that never answered.");
    }

    private static string Fault(int seed, CudaStream? stream, out bool isAnswer)
    {
        FuzzOutcome host = FuzzOutcome.OnHost(new FuzzCase(seed));
        isAnswer = host.Error == null;
        if (host.Fault.Length > 0) return $"CPU: {host.Fault}";
        if (stream == null) return "";
        var @case = new FuzzCase(seed);
        FuzzOutcome device = FuzzOutcome.OnDevice(@case, stream);
        if (device.Fault.Length > 0) return $"CUDA: {device.Fault}";
        return FuzzAgreement.Broken(@case, host, device);
    }

    private static int Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : 0;
}
