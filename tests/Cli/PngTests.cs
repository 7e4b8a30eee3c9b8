using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using GuidedMixup.Cli;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class PngTests
{
    [Test]
    public void RoundTrip_AllColourTypesAndFilters(
        [Values(1, 2, 3, 4)] int channels, [Values(-1, 0, 1, 2, 3, 4)] int filter, [Values(1, 3, 33)] int width, [Values(1, 47)] int height)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(channels).NextBytes(pixels);
        using var file = new MemoryStream();
        Png.Encode(new Picture(width, height, channels, pixels), file, filter);
        Picture read = Png.Decode(file.ToArray(), "x.png");
        Assert.That((read.Width, read.Height, read.Channels), Is.EqualTo((width, height, channels)));
        Assert.That(read.Pixels, Is.EqualTo(pixels));
    }

    [Test]
    public void Decode_UndoesEachFilter_AsWorkedOutByHand()
    {
        // One gray pixel row after another; each row holds the filter, then the differences.
        byte[] rows = [0, 10, 20, 30, 1, 1, 1, 1, 2, 9, 8, 7, 3, 10, 10, 10, 4, 1, 2, 3];
        byte[] expected = [10, 20, 30, 1, 2, 3, 10, 10, 10, 15, 22, 26, 16, 24, 29];
        Assert.That(Png.Decode(PngBytes.File(3, 5, 8, 0, rows), "x.png").Pixels, Is.EqualTo(expected));
    }

    [Test]
    public void Decode_Palette_OfEveryDepth([Values(1, 2, 4, 8)] int depth)
    {
        byte[] palette = [255, 0, 0, 0, 255, 0];
        byte row = depth switch { 1 => 0b0100_0000, 2 => 0b0001_0000, 4 => 0x01, _ => 0 };
        byte[] rows = depth == 8 ? [0, 0, 1] : [0, row];
        Picture picture = Png.Decode(PngBytes.File(2, 1, (byte)depth, 3, rows, palette: palette), "x.png");
        Assert.That(picture.Pixels, Is.EqualTo(palette));
        Picture clear = Png.Decode(PngBytes.File(2, 1, (byte)depth, 3, rows, palette: palette, alpha: [0]), "x.png");
        Assert.That(clear.ToRgb().Pixels, Is.EqualTo(new byte[] { 255, 255, 255, 0, 255, 0 }), "transparent is white");
    }

    [Test]
    public void Decode_ShallowAndDeepSamples()
    {
        Assert.That(Png.Decode(PngBytes.File(2, 1, 4, 0, [0, 0xF8]), "x.png").Pixels, Is.EqualTo(new byte[] { 255, 136 }));
        Assert.That(Png.Decode(PngBytes.File(1, 1, 16, 2, [0, 1, 99, 2, 99, 3, 99]), "x.png").Pixels, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Decode_ReadsTheBundledPhotographs_OfAnotherEncoder()
    {
        string[] files = Directory.GetFiles(Path.GetDirectoryName(Scratch.Photo("x"))!, "*.png");
        Assert.That(files, Has.Length.EqualTo(12));
        foreach (string file in files)
        {
            Picture picture = Png.Decode(File.ReadAllBytes(file), file);
            Assert.That((picture.Width, picture.Height, picture.Channels), Is.EqualTo((224, 224, 3)));
            // Neighbours in a photograph are alike; a wrong filter makes noise.
            double step = picture.Pixels.Zip(picture.Pixels.Skip(3), (a, b) => Math.Abs(a - b)).Average();
            Assert.That(step, Is.InRange(0.5, 20), file);
        }
    }

    [Test]
    public void Decode_AnyDamage_IsAnInputException()
    {
        byte[] whole = PngBytes.File(5, 4, 8, 2, [.. Enumerable.Range(0, 64).Select(i => (byte)(i % 16 == 0 ? 1 : i))]);
        for (int length = 0; length < whole.Length; length++)
            Assert.That(() => Png.Decode(whole.AsSpan(0, length), "x.png"), Throws.TypeOf<InputException>(), $"cut at {length}");
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x41;
            Assert.That(() => Png.Decode(damaged, "x.png"), Throws.TypeOf<InputException>(), $"byte {i} changed");
        }
    }

    [Test]
    public void Decode_AnyHeader_IsDecodedOrRefused()
    {
        var outcomes = new HashSet<bool>();
        for (int depth = 0; depth <= 17; depth++)
        {
            for (int colour = 0; colour <= 8; colour++)
            {
                byte[] file = PngBytes.File(1, 1, (byte)depth, (byte)colour, new byte[9], palette: [1, 2, 3]);
                try
                {
                    Picture picture = Png.Decode(file, "x.png");
                    outcomes.Add(picture.Pixels.Length > 0);
                }
                catch (InputException fault)
                {
                    Assert.That(fault.Message, Does.Contain($"colour type {colour} with {depth} bits"));
                    outcomes.Add(false);
                }
            }
        }

        Assert.That(outcomes, Has.Count.EqualTo(2));
    }
}
