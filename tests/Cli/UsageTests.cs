using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class UsageTests
{
    [TestCase("", "command")]
    [TestCase("bogus", "bogus")]
    [TestCase("mix --bogus", "--bogus")]
    [TestCase("mix --size 3", "--size 3")]
    [TestCase("mix --size 99999999999999", "99999999999999")]
    [TestCase("mix --size 2x", "2x")]
    [TestCase("mix --threads -1", "--threads -1")]
    [TestCase("mix --threads many", "many")]
    [TestCase("mix --seed -1", "-1")]
    [TestCase("mix --pairing best", "best")]
    [TestCase("mix --method best", "best")]
    [TestCase("mix --draw twice", "twice")]
    [TestCase("mix --alpha 0", "--alpha 0")]
    [TestCase("mix --alpha x", "x")]
    [TestCase("mix --saliency ap", "ap")]
    [TestCase("mix --backend tpu", "tpu")]
    [TestCase("mix --out", "--out")]
    [TestCase("stages", "stages --help")]
    [TestCase("stages x.npy", "--out")]
    [TestCase("stages x.npy y.npy --out s", "y.npy")]
    [TestCase("stages x.npy --out s --classes 3", "--labels")]
    [TestCase("stages x.npy --out s --classes 0 --labels t.npy", "--classes 0")]
    [TestCase("stages x.npy --out s --gray-weights 1,a", "--gray-weights 1,a")]
    [TestCase("info --verbose", "--verbose")]
    public void Usage_Wrong_IsExitCode2(string arguments, string why)
    {
        CommandRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Fails(2, why);
        Assert.That(Directory.Exists("s"), Is.False);
    }

    [Test]
    public void Usage_ClassIndicesWithoutClasses_IsExitCode2()
    {
        using var scratch = new Scratch();
        string labels = scratch.Array("t.npy", new[] { 0, 1 }, 2);
        CommandRun.Of("stages", scratch.Images("x.npy", 2, 3, 8, 8), "--out", scratch.Out, "--labels", labels).Fails(2, "--classes");
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    [TestCase("--help", "Commands:")]
    [TestCase("mix --help", "contact-sheet.png")]
    [TestCase("stages --help", "numpy")]
    [TestCase("info --help", "--json")]
    public void Help_Teaches(string arguments, string text)
    {
        string output = CommandRun.Of(arguments.Split(' ')).Succeeds().Output;
        Assert.That(output, Does.Contain("Examples:").And.Contain(text).And.Contain("guidedmixup "));
        Assert.That(output, Does.Not.Contain("GuidedMixup.Cli"));
    }

    [Test]
    public void Info_NamesTheGpuAndTheKernelsThatRun()
    {
        if (!Cuda.EmulatedDriver.IsHere) Assert.Ignore(Cuda.EmulatedDriver.Why);
        using JsonDocument report = JsonDocument.Parse(CommandRun.WithDriver(Cuda.EmulatedDriver.File, "info", "--json").Succeeds().Output);
        JsonElement cuda = report.RootElement.GetProperty("backends")[1];
        Assert.That(cuda.GetProperty("available").GetBoolean(), Is.True);
        Assert.That(cuda.GetProperty("device").GetString(), Does.Contain("kernels for sm_90"));
    }

    [Test]
    public void Info_ForPeopleAndForPrograms()
    {
        Assert.That(CommandRun.Of("info").Succeeds().Output, Does.Contain("cpu").And.Contain("no CUDA driver"));
        using JsonDocument report = JsonDocument.Parse(CommandRun.Of("info", "--json").Succeeds().Output);
        JsonElement root = report.RootElement;
        Assert.That(root.GetProperty("simd_width").GetInt32(), Is.AnyOf(128, 256, 512));
        Assert.That(root.GetProperty("threads").GetInt32(), Is.GreaterThan(0));
        Assert.That(
            root.GetProperty("backends").EnumerateArray().Select(backend => backend.GetProperty("available").GetBoolean()), Is.EqualTo(new[] { true, false }));
        Assert.That(root.GetProperty("backends")[1].GetProperty("reason").GetString(), Does.Contain("no CUDA driver").And.Contain("libcuda.so.1"));
        Assert.That(CommandRun.Of("--version").Succeeds().Output, Does.StartWith(root.GetProperty("version").GetString()!));
    }
}
