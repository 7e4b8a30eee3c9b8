using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using GuidedMixup.Cli;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class MixTests
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    [Test]
    public void Mix_BundledPhotographs_AreTheMixOfTheStages()
    {
        using var scratch = new Scratch();
        CommandRun run = CommandRun.Of("mix", "-o", scratch.Out, "--json").Succeeds();
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement[] images = [.. report.RootElement.GetProperty("images").EnumerateArray()];
        string[] names = [.. images.Select(image => image.GetProperty("name").GetString()!)];
        Assert.That(names, Has.Length.EqualTo(12).And.Ordered);
        Assert.That(
            scratch.OutFiles, Is.EquivalentTo(images.Select(image => image.GetProperty("file").GetString()).Append("contact-sheet.png")));

        // The same photographs, normalised as float32, through the other command.
        Picture[] photos = [.. names.Select(name => Png.Decode(File.ReadAllBytes(Scratch.Photo(name)), name))];
        const int Plane = 224 * 224;
        float[] batch = new float[12 * 3 * Plane];
        for (int i = 0; i < batch.Length; i++)
        {
            (int image, int channel, int pixel) = (i / (3 * Plane), i / Plane % 3, i % Plane);
            batch[i] = ((photos[image].Pixels[(pixel * 3) + channel] / 255f) - Mean[channel]) / Deviation[channel];
        }

        using var stages = new Scratch();
        CommandRun.Of("stages", stages.Array("x.npy", batch, 12, 3, 224, 224), "--out", stages.Out).Succeeds();
        long[] partners = stages.Integers("idx.npy");
        float[] mask = stages.Floats("mask.npy"), ratio = stages.Floats("ratio.npy");
        Assert.That(images.Select(image => image.GetProperty("partner").GetInt64()), Is.EqualTo(partners));
        for (int i = 0; i < 12; i++)
        {
            Assert.That(images[i].GetProperty("ratio").GetSingle(), Is.EqualTo(ratio[i]).Within(5e-6));
            Picture mixed = scratch.Png(images[i].GetProperty("file").GetString()!);
            Assert.That((mixed.Width, mixed.Height, mixed.Channels), Is.EqualTo((224, 224, 3)));
            double worst = 0;
            for (int k = 0; k < mixed.Pixels.Length; k++)
            {
                float m = mask[(i * Plane) + (k / 3)];
                float exact = (m * photos[i].Pixels[k]) + ((1 - m) * photos[partners[i]].Pixels[k]);
                worst = Math.Max(worst, Math.Abs(exact - mixed.Pixels[k]));
            }

            // Half a step of rounding, and the mask's tolerance of 1e-4 of 255.
            Assert.That(worst, Is.LessThan(0.53), names[i]);
        }

        Picture sheet = scratch.Png("contact-sheet.png");
        Assert.That(sheet.Width, Is.GreaterThan(12 * 160));
        Assert.That(sheet.Height, Is.GreaterThan(5 * 160));
        Assert.That(sheet.Pixels.Distinct().Count(), Is.GreaterThan(200));
    }

    [Test]
    public void Mix_Seeds_RandomPairingRepeatsAndDiffers()
    {
        string Pairs(string seed, string threads)
        {
            using var scratch = new Scratch();
            CommandRun run = CommandRun.Of(
                "mix", "-o", scratch.Out, "--json", "--size", "32", "--pairing", "random", "--seed", seed, "--threads", threads).Succeeds();
            using JsonDocument report = JsonDocument.Parse(run.Output);
            string pairs = string.Join(
                ' ', report.RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("partner")));
            return pairs + "|" + string.Join(
                ' ', scratch.OutFiles.Select(file => Convert.ToHexString(File.ReadAllBytes(Path.Combine(scratch.Out, file)))));
        }

        string first = Pairs("1", "1");
        Assert.That(Pairs("1", "3"), Is.EqualTo(first));
        Assert.That(Pairs("2", "1").Split('|')[0], Is.Not.EqualTo(first.Split('|')[0]));
    }

    /// <summary>Each pixel of a mix is the image's or, inside its box, the partner's; the boxes and λ are those of the report.</summary>
    [Test]
    public void Mix_EveryMethod_OnTheSamePictures()
    {
        using var scratch = new Scratch();
        CommandRun run = CommandRun.Of("mix", "-o", scratch.Out, "--json", "--method", "all", "--size", "64", "--seed", "3").Succeeds();
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement[] methods = [.. report.RootElement.GetProperty("methods").EnumerateArray()];
        Assert.That(
            methods.Select(m => m.GetProperty("method").GetString()), Is.EqualTo(new[] { "guidedmixup", "mixup", "cutmix", "saliencymix", "snapmix", "puzzlemix", "comixup" }));
        using var plain = new Scratch();
        CommandRun.Of("mix", "-o", plain.Out, "--size", "64").Succeeds();
        foreach (JsonElement method in methods)
        {
            JsonElement[] images = [.. method.GetProperty("images").EnumerateArray()];
            string name = method.GetProperty("method").GetString()!;
            Assert.That(images, Has.Length.EqualTo(12));
            // Co-Mixup's images have no one partner; named is the one they show most of.
            if (name != "comixup")
            {
                Assert.That(
                    images.Select(i => i.GetProperty("partner").GetInt32()),
                    Is.EqualTo(methods[0].GetProperty("images").EnumerateArray().Select(i => i.GetProperty("partner").GetInt32())), $"{name}: partners");
            }

            if (name == "guidedmixup")
            {
                foreach (JsonElement image in images)
                {
                    string file = image.GetProperty("file").GetString()!, other = file.Replace("guidedmixup-", "mixed-", StringComparison.Ordinal);
                    Assert.That(scratch.Png(file).Pixels, Is.EqualTo(plain.Png(other).Pixels), file);
                }
            }

            // SnapMix fills its box with a patch of another size.
            if (!images[0].TryGetProperty("box", out _) || name == "snapmix") continue;
            Picture[] photos = [.. images.Select(i => Photo64(i.GetProperty("name").GetString()!))];
            for (int i = 0; i < 12; i++)
            {
                int[] box = [.. images[i].GetProperty("box").EnumerateArray().Select(e => e.GetInt32())];
                Picture mixed = scratch.Png(images[i].GetProperty("file").GetString()!), partner = photos[images[i].GetProperty("partner").GetInt32()];
                for (int at = 0; at < mixed.Pixels.Length; at++)
                {
                    (int y, int x) = (at / 3 / 64, at / 3 % 64);
                    bool isInside = box[0] <= y && y < box[2] && box[1] <= x && x < box[3];
                    if (mixed.Pixels[at] != (isInside ? partner : photos[i]).Pixels[at]) Assert.Fail($"{name}, image {i}, byte {at}");
                }

                double area = (box[2] - box[0]) * (box[3] - box[1]) / 4096.0;
                Assert.That(images[i].GetProperty("ratio").GetSingle(), Is.EqualTo((float)(1 - area)), $"{name}, image {i}: λ");
            }
        }

        Assert.That(scratch.OutFiles, Has.Length.EqualTo((7 * 12) + 1));
        Assert.That(scratch.Png("contact-sheet.png").Height, Is.GreaterThan(9 * 160));
    }

    [TestCase("mixup", "random")]
    [TestCase("cutmix", "random")]
    [TestCase("saliencymix", "greedy")]
    [TestCase("snapmix", "random")]
    [TestCase("puzzlemix", "greedy")]
    [TestCase("comixup", "greedy")]
    public void Mix_OneMethod_MakesItsSheet(string method, string pairing)
    {
        using var scratch = new Scratch();
        CommandRun run = CommandRun.Of("mix", "-o", scratch.Out, "--method", method, "--pairing", pairing, "--size", "48", "--alpha", "2", "--draw", "pair").Succeeds();
        Assert.That(run.Output, Does.Contain("cat-ear").And.Contain("λ"));
        Assert.That(scratch.OutFiles, Has.Length.EqualTo(13));
        // Without maps the sheet has no row for them.
        Assert.That(scratch.Png("contact-sheet.png").Height, pairing == "random" ? Is.LessThan(850) : Is.GreaterThan(850));
    }

    [Test]
    public void Mix_EveryKindOfInput_InOneBatch()
    {
        using var scratch = new Scratch();
        string folder = Directory.CreateDirectory(Path.Combine(scratch.Folder, "in")).FullName;
        File.Copy(Scratch.Photo("cat-face"), Path.Combine(folder, "b.PNG"));
        File.WriteAllBytes(Path.Combine(folder, "a.pgm"), [.. "P5 6 9 255\n"u8, .. new byte[54]]);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "not a picture");
        string bytes = scratch.Array("nhwc.npy", new byte[2 * 5 * 7 * 4], 2, 5, 7, 4);
        string floats = scratch.Images("floats.npy", 1, 1, 9, 8);
        CommandRun run = CommandRun.Of("mix", folder, bytes, floats, "--size", "40", "-o", scratch.Out, "--json").Succeeds();
        using JsonDocument report = JsonDocument.Parse(run.Output);
        Assert.That(
            report.RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "a", "b", "nhwc-0", "nhwc-1", "floats" }));
        Assert.That(scratch.Png("mixed-02-b.png").Width, Is.EqualTo(40));
    }

    [Test]
    public void Mix_Table_NamesPairsAndTimes()
    {
        using var scratch = new Scratch();
        CommandRun run = CommandRun.Of("mix", Scratch.Photo("cat-ear"), Scratch.Photo("coffee-cup"), "-o", scratch.Out).Succeeds();
        Assert.That(run.Output, Does.Contain("cat-ear").And.Contain("coffee-cup").And.Contain("λ").And.Contain("saliency"));
        Assert.That(run.Output, Does.Not.Contain("\u001b"), "no colour codes in a pipe");
        Assert.That(scratch.OutFiles, Is.EqualTo(new[] { "contact-sheet.png", "mixed-01-cat-ear.png", "mixed-02-coffee-cup.png" }));
    }

    [Test]
    public void Mix_OfASizeThatHasNoBlocks_SaysSo()
    {
        using var scratch = new Scratch();
        CommandRun.Of("mix", "-o", scratch.Out, "--method", "comixup", "--size", "34").Fails(1, "multiple of 4");
        CommandRun.Of("mix", "-o", scratch.Out, "--method", "all", "--size", "34").Succeeds();
        Assert.That(scratch.OutFiles, Has.Length.EqualTo((6 * 12) + 1), "all but Co-Mixup");
    }

    private static Picture Photo64(string name)
    {
        Picture photo = Png.Decode(File.ReadAllBytes(Scratch.Photo(name)), name);
        return Resize.Bilinear(photo.CropCentre().ToRgb(), 64, 64);
    }
}
