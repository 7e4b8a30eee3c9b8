using System;
using System.IO;
using System.Text.Json;
using GuidedMixup.Tests.Cuda;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

/// <summary>The option --backend: a GPU where one is demanded, and why not where there is none.</summary>
[TestFixture]
public sealed class BackendTests
{
    [Test]
    public void Cuda_WhereThereIsNone_SaysWhy()
    {
        using var scratch = new Scratch();
        CommandRun.Of("mix", "--backend", "cuda", "-o", scratch.Out).Fails(1, "--backend cuda: no CUDA driver");
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    [TestCase("cuda")]
    [TestCase("auto")]
    public void Stages_OnTheEmulatedDevice_MeetTheGoldens(string backend)
    {
        if (!EmulatedDriver.IsHere) Assert.Ignore(EmulatedDriver.Why);
        using var scratch = new Scratch();
        string input = Path.Combine(Scratch.Golden("sr_8x32x32", "input"));
        CommandRun run = CommandRun.WithDriver(
            EmulatedDriver.File, "stages", input, "--out", scratch.Out, "--backend", backend, "--json").Succeeds();
        Assert.That(JsonDocument.Parse(run.Output).RootElement.GetProperty("backend").GetString(), Is.EqualTo("cuda"));
        float[] mask = scratch.Floats("mask.npy"), mixed = scratch.Floats("mixed.npy");
        using var cpu = new Scratch();
        CommandRun.Of("stages", input, "--out", cpu.Out).Succeeds();
        Assert.That(scratch.Integers("idx.npy"), Is.EqualTo(cpu.Integers("idx.npy")));
        AssertClose(mask, cpu.Floats("mask.npy"), 1e-4);
        AssertClose(mixed, cpu.Floats("mixed.npy"), 2e-4);
    }

    private static void AssertClose(float[] actual, float[] expected, double bound)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        double worst = 0;
        for (int i = 0; i < actual.Length; i++) worst = Math.Max(worst, Math.Abs((double)actual[i] - expected[i]));
        Assert.That(worst, Is.LessThan(bound));
    }
}
