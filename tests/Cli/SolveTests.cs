using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class SolveTests
{
    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Golden", "methods");

    [Test]
    public void Solve_OfTheStoredFolder_MeetsEveryAnswer()
    {
        using var scratch = new Scratch();
        JsonElement report = JsonDocument.Parse(CommandRun.Of("solve", Golden, "--json", "--out", scratch.Out).Succeeds().Output).RootElement;
        JsonElement[] instances = report.GetProperty("instances").EnumerateArray().ToArray();
        Assert.That(instances, Has.Length.EqualTo(34));
        foreach (JsonElement instance in instances)
        {
            string name = instance.GetProperty("name").GetString()!;
            Assert.That(instance.GetProperty("quality_no_worse").GetBoolean(), name);
            Assert.That(instance.GetProperty("parity").GetProperty("ms").GetDouble(), Is.GreaterThan(0), name);
            if (!name.StartsWith("brute_", StringComparison.Ordinal)) Assert.That(instance.GetProperty("parity_equals_stored").GetBoolean(), name);
            if (name.StartsWith("puzzle_", StringComparison.Ordinal)) Assert.That(instance.GetProperty("mix").GetProperty("max_error").GetDouble(), Is.LessThan(1e-6), name);
        }

        JsonElement part = instances.Single(instance => instance.GetProperty("name").GetString() == "comix_tail4_s0");
        Assert.That(part.GetProperty("parity").GetProperty("F")[0].GetDouble(), Is.EqualTo(-5.9680720576271415).Within(1e-6));
        Assert.That(part.GetProperty("parity").GetProperty("energies").GetArrayLength(), Is.EqualTo(12));
        Assert.That(part.GetProperty("parity").GetProperty("z").GetArrayLength(), Is.EqualTo(4 * 4 * 4 * 4));
        JsonElement cut = instances.Single(instance => instance.GetProperty("name").GetString() == "sub_g4_2");
        Assert.That(cut.GetProperty("parity").GetProperty("energy").GetInt64(), Is.EqualTo(-123309));
        Assert.That(cut.GetProperty("quality").GetProperty("energy").GetInt64(), Is.EqualTo(-123457));
        Assert.That(scratch.OutFiles, Does.Contain("solve.svg").And.Contain("comix_tail4_s0_quality_z.npy").And.Contain("puzzle_full0_mixed.npy"));
        Assert.That(scratch.Floats("comix_tail4_s0_parity_z.npy"), Is.EqualTo(Npy.Read(Path.Combine(Golden, "comix_tail4_s0_Zswap.npy")).Values));
        Assert.That(scratch.Integers("sub_g8_15_parity_labels.npy"), Is.EqualTo(Npy.Read(Path.Combine(Golden, "sub_g8_15_xswap.npy")).Values));
    }

    [Test]
    public void Solve_WithoutAnswersOrManifest_SolvesAllTheSame()
    {
        using var scratch = new Scratch();
        foreach (string key in new[] { "U", "V", "ev", "eh" })
            File.Copy(Path.Combine(Golden, $"sub_g4_6_{key}.npy"), Path.Combine(scratch.Folder, $"sub_mine_{key}.npy"));
        foreach (string key in new[] { "sal", "alpha", "init" })
            File.Copy(Path.Combine(Golden, $"brute_1_{key}.npy"), Path.Combine(scratch.Folder, $"comix_mine_{key}.npy"));
        JsonElement[] instances = JsonDocument.Parse(CommandRun.Of("solve", scratch.Folder, "--json", "--mode", "quality", "--starts", "4").Succeeds().Output)
            .RootElement.GetProperty("instances").EnumerateArray().ToArray();
        Assert.That(instances.Select(instance => instance.GetProperty("name").GetString()), Is.EqualTo(new[] { "comix_mine", "sub_mine" }));
        Assert.That(instances[1].GetProperty("quality").GetProperty("energy").GetInt64(), Is.EqualTo(-120388));
        Assert.That(instances[1].TryGetProperty("parity", out _), Is.False);
        Assert.That(instances[0].GetProperty("quality").GetProperty("F")[0].GetDouble(), Is.LessThan(-2.8416));
    }

    [Test]
    public void Solve_OfBadInput_SaysWhichFile()
    {
        using var scratch = new Scratch();
        CommandRun.Of("solve", Path.Combine(scratch.Folder, "nowhere")).Fails(1, "no such folder");
        CommandRun.Of("solve", scratch.Folder).Fails(1, "no comix_*_sal.npy");
        scratch.Array("sub_a_U.npy", new int[2 * 2 * 2], 2, 2, 2);
        CommandRun.Of("solve", scratch.Folder).Fails(1, "sub_a_V.npy");
        scratch.Array("sub_a_V.npy", new[] { 0, 1, 2, 0 }, 2, 2);
        scratch.Array("sub_a_ev.npy", new[] { 1, 1 }, 1, 2);
        scratch.Array("sub_a_eh.npy", new[] { 1, 1, 1 }, 3, 1);
        CommandRun.Of("solve", scratch.Folder).Fails(1, "does not fit");
        scratch.Array("sub_a_eh.npy", new[] { 1, 1 }, 2, 1);
        CommandRun.Of("solve", scratch.Folder).Fails(1, "smooth[0,1] is 1; V is symmetric");
        CommandRun.Of("solve", scratch.Folder, "--mode", "best").Fails(2, "'best'");
        scratch.File("manifest.json", "no json"u8.ToArray());
        CommandRun.Of("solve", scratch.Folder).Fails(1, "manifest.json");
    }
}
