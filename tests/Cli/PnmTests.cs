using System.Text;
using GuidedMixup.Cli;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class PnmTests
{
    [Test]
    public void Decode_GrayAndColour_WithComments()
    {
        Picture gray = Pnm.Decode([.. "P5 # a comment\n# another\n2 1\n255\n"u8, 7, 9], "x.pgm");
        Assert.That((gray.Width, gray.Height, gray.Channels), Is.EqualTo((2, 1, 1)));
        Assert.That(gray.Pixels, Is.EqualTo(new byte[] { 7, 9 }));
        Assert.That(gray.ToRgb().Pixels, Is.EqualTo(new byte[] { 7, 7, 7, 9, 9, 9 }));
        // A white-space byte as the first pixel is a pixel.
        Picture colour = Pnm.Decode([.. "P6\n1\t1\n255 "u8, 10, 32, 35], "x.ppm");
        Assert.That(colour.Pixels, Is.EqualTo(new byte[] { 10, 32, 35 }));
    }

    [Test]
    public void Decode_SmallerLargestValue_IsScaled() =>
        Assert.That(Pnm.Decode([.. "P5 3 1 15\n"u8, 0, 15, 99], "x.pgm").Pixels, Is.EqualTo(new byte[] { 0, 255, 255 }));

    [TestCase("P5 2 2 255\n123", "need 4 bytes where 3")]
    [TestCase("P5 999999999999 999999999999 255\n1", "truncated or corrupt")]
    [TestCase("P6 0 2 255\n1", "at least 1")]
    [TestCase("P6 2 2 65535\n1", "65535")]
    [TestCase("P6 2 2", "largest value is missing")]
    [TestCase("P6 x", "width is missing")]
    [TestCase("P3 1 1 255\n1 2 3", "P3")]
    [TestCase("P5 1 1 255", "ends in its header")]
    public void Decode_BadFile_SaysWhy(string file, string why) =>
        Assert.That(() => Pnm.Decode(Encoding.ASCII.GetBytes(file), "x.pgm"), Throws.TypeOf<InputException>().With.Message.Contain(why));
}
