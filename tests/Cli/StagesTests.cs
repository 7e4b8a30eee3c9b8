using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using NUnit.Framework;
using NpyFile = GuidedMixup.Cli.Npy;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class StagesTests
{
    private static readonly string[] Files = ["dist.npy", "idx.npy", "mask.npy", "mixed.npy", "norm.npy", "ratio.npy", "saliency.npy"];

    [TestCase("sr_8x32x32")]
    [TestCase("sr_5x33x47")]
    [TestCase("sr_2x132x40_tall")]
    [TestCase("sr_7x96x80")]
    [TestCase("ap_5x64x48")]
    [TestCase("ap_8x32x32")]
    [TestCase("edge_const")]
    [TestCase("edge_min4x4")]
    [TestCase("edge_n3")]
    public void Stages_MeetTheGoldens(string name)
    {
        using var scratch = new Scratch();
        Run(scratch, name, name.StartsWith("ap_", StringComparison.Ordinal));
        Assert.That(scratch.OutFiles, Is.EqualTo(Files));
        Assert.That(scratch.Integers("idx.npy"), Is.EqualTo(Integers(Scratch.Golden(name, "idx"))));
        int images = scratch.Integers("idx.npy").Length;
        Compare(scratch, name, "norm", 5e-5, images);
        if (name.StartsWith("sr_", StringComparison.Ordinal)) Compare(scratch, name, "saliency", 5e-5, images);
        Compare(scratch, name, "mask", 1e-4);
        Compare(scratch, name, "ratio", 5e-6);
        Compare(scratch, name, "mixed", 2e-4);
        float[] distance = scratch.Floats("dist.npy"), expected = Floats(Scratch.Golden(name, "dist"));
        for (int i = 0; i < distance.Length; i++) Assert.That(distance[i], Is.EqualTo(expected[i]).Within(5e-5 * expected[i]));
    }

    [Test]
    public void Stages_NaNPixels_StayWithTheirImages()
    {
        using var scratch = new Scratch();
        JsonElement report = Run(scratch, "edge_nan", isGradient: false);
        Assert.That(scratch.Integers("idx.npy"), Is.EqualTo(new long[] { 3, 0, 1, 2 }));
        foreach (string file in new[] { "norm.npy", "dist.npy", "mask.npy", "ratio.npy" })
            Assert.That(scratch.Floats(file), Has.All.Matches<float>(float.IsFinite), file);
        float[] mixed = scratch.Floats("mixed.npy");
        bool[] hasNaN = [.. mixed.Chunk(mixed.Length / 4).Select(image => image.Any(float.IsNaN))];
        Assert.That(hasNaN, Is.EqualTo(new[] { false, false, true, true }), "only image 2 and the one mixed with it");
        Assert.That(report.GetProperty("flags")[2].GetString(), Does.Contain("DegenerateMap").And.Contain("NonFinitePixels"));
    }

    [TestCase("edge_zero", false)]
    [TestCase("edge_ap_zero_map", true)]
    [TestCase("edge_ap_zero_regions", true)]
    public void Stages_EmptyMaps_AreRepairedAndFlagged(string name, bool isGradient)
    {
        using var scratch = new Scratch();
        JsonElement report = Run(scratch, name, isGradient);
        float[] norm = scratch.Floats("norm.npy"), mask = scratch.Floats("mask.npy");
        long[] partners = scratch.Integers("idx.npy");
        int plane = norm.Length / partners.Length, repaired = 0;
        Assert.That(
            norm.Concat(mask).Concat(scratch.Floats("ratio.npy")).Concat(scratch.Floats("mixed.npy")), Has.All.Matches<float>(float.IsFinite));
        for (int i = 0; i < partners.Length; i++)
        {
            bool isFlagged = report.GetProperty("flags")[i].GetString()!.Contains("DegenerateMap", StringComparison.Ordinal);
            if (isFlagged) Assert.That(norm.Skip(i * plane).Take(plane), Has.All.EqualTo(1f / plane).Within(1e-9));
            repaired += isFlagged ? 1 : 0;
            for (int p = 0; p < plane; p++)
            {
                if (norm[(i * plane) + p] == 0 && norm[((int)partners[i] * plane) + p] == 0)
                    Assert.That(mask[(i * plane) + p], Is.EqualTo(0.5f));
            }
        }

        Assert.That(repaired, Is.EqualTo(name == "edge_ap_zero_regions" ? 0 : 1));
    }

    [Test]
    public void Stages_GrayKeepsOneChannel_SingleImageStays_IdenticalImagesHalve()
    {
        using var gray = new Scratch();
        Run(gray, "edge_gray1c", isGradient: false);
        float[] expected = [.. Floats(Scratch.Golden("edge_gray1c", "mixed")).Chunk(3 * 256).SelectMany(image => image.Take(256))];
        Assert.That(gray.Floats("mixed.npy"), Is.EqualTo(expected).Within(2e-4));

        using var single = new Scratch();
        Run(single, "edge_n1", isGradient: false);
        Assert.That(single.Integers("idx.npy"), Is.EqualTo(new long[] { 0 }));
        Assert.That(single.Floats("ratio.npy"), Is.EqualTo(new[] { 0.5f }));
        Assert.That(single.Floats("mixed.npy"), Is.EqualTo(Floats(Scratch.Golden("edge_n1", "input"))));

        using var identical = new Scratch();
        Run(identical, "edge_identical", isGradient: false);
        Assert.That(identical.Floats("mask.npy"), Has.All.EqualTo(0.5f));
        Assert.That(identical.Integers("idx.npy"), Is.EqualTo(Integers(Scratch.Golden("edge_identical", "idx"))));
    }

    [Test]
    public void Stages_PartnerAndLabels_FromFiles()
    {
        using var scratch = new Scratch();
        const string Name = "sr_8x32x32";
        CommandRun.Of(
            "stages", Scratch.Golden(Name, "input"), "--out", scratch.Out, "--partner", Scratch.Golden(Name, "idx_random"),
            "--labels", Scratch.Golden(Name, "targets"), "--classes", "10").Succeeds();
        Assert.That(scratch.Integers("idx.npy"), Is.EqualTo(Integers(Scratch.Golden(Name, "idx_random"))));
        Assert.That(scratch.Floats("ratio.npy"), Is.EqualTo(Floats(Scratch.Golden(Name, "ratio_random"))).Within(5e-6));
        Assert.That(scratch.Floats("mixed.npy"), Is.EqualTo(Floats(Scratch.Golden(Name, "mixed_random"))).Within(2e-4));

        using var greedy = new Scratch();
        CommandRun.Of(
            "stages", Scratch.Golden(Name, "input"), "--out", greedy.Out,
            "--labels", Scratch.Golden(Name, "targets"), "--classes", "10").Succeeds();
        Assert.That(greedy.OutFiles, Does.Contain("labels.npy"));
        Assert.That(greedy.Floats("labels.npy"), Is.EqualTo(Floats(Scratch.Golden(Name, "mixed_targets"))).Within(5e-6));
    }

    [Test]
    public void Stages_FourChannels_WithGrayWeights()
    {
        using var scratch = new Scratch();
        string images = scratch.Images("x.npy", 3, 4, 12, 10);
        CommandRun.Of("stages", images, "--out", scratch.Out).Fails(1, "4 channels");
        Assert.That(scratch.OutFiles, Is.Empty);
        CommandRun.Of("stages", images, "--out", scratch.Out, "--gray-weights", "0.1,0.2,0.3,0.4", "--antialias", "--strict").Succeeds();
        Assert.That(scratch.OutFiles, Is.EqualTo(Files));
    }

    [Test]
    public void Stages_Strict_RefusesAndWritesNothing()
    {
        using var scratch = new Scratch();
        CommandRun.Of("stages", Scratch.Golden("edge_nan", "input"), "--out", scratch.Out, "--strict").Fails(1, "image 2");
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    private static JsonElement Run(Scratch scratch, string name, bool isGradient)
    {
        var arguments = new List<string> { "stages", Scratch.Golden(name, "input"), "--out", scratch.Out, "--json" };
        if (isGradient) arguments.AddRange(["--saliency", Scratch.Golden(name, "saliency")]);
        return JsonDocument.Parse(CommandRun.Of([.. arguments]).Succeeds().Output).RootElement;
    }

    /// <summary>Within an absolute bound, or a part of each image's maximum where the number of images is given.</summary>
    private static void Compare(Scratch scratch, string name, string field, double bound, int images = 0)
    {
        string path = Scratch.Golden(name, field);
        if (!File.Exists(path)) return;
        float[] actual = scratch.Floats(field + ".npy"), expected = Floats(path);
        Assert.That(actual, Has.Length.EqualTo(expected.Length), field);
        int part = images == 0 ? expected.Length : expected.Length / images;
        for (int start = 0; start < expected.Length; start += part)
        {
            double most = images == 0 ? 1 : expected.Skip(start).Take(part).Max();
            double worst = 0;
            for (int i = start; i < start + part; i++) worst = Math.Max(worst, Math.Abs(actual[i] - expected[i]));
            Assert.That(worst, Is.LessThanOrEqualTo(bound * most), $"{field}, from element {start}");
        }
    }

    private static float[] Floats(string path)
    {
        using HostTensor tensor = NpyFile.Read(path, ElementType.Float32);
        return tensor.AsSpan<float>().ToArray();
    }

    private static long[] Integers(string path)
    {
        using HostTensor tensor = NpyFile.Read(path, ElementType.Int64);
        return tensor.AsSpan<long>().ToArray();
    }
}
