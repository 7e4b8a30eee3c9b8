using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;

namespace GuidedMixup.Tests.Cli;

/// <summary>Whatever a file holds: one clear line, exit code 1, nothing written.</summary>
[TestFixture]
public sealed class BadInputTests
{
    private const string Float4 = "{'descr': '<f4', 'fortran_order': False, 'shape': ";

    private static IEnumerable<TestCaseData> Pictures()
    {
        static TestCaseData Case(string name, byte[] content, string why) =>
            new TestCaseData(name, content, why).SetArgDisplayNames(name, why);
        byte[] photo = File.ReadAllBytes(Scratch.Photo("cat-face")), corrupt = [.. photo];
        corrupt[photo.Length / 2] ^= 0x10;
        yield return Case("zero.png", [], "zero bytes");
        yield return Case("text.png", Encoding.ASCII.GetBytes("hello, this is text"), "not a picture");
        yield return Case("truncated.png", photo[..(photo.Length / 2)], "truncated");
        yield return Case("signature.png", photo[..6], "signature");
        yield return Case("corrupt.png", corrupt, "checksum");
        yield return Case("huge.png", PngBytes.File(int.MaxValue, int.MaxValue, 8, 6, [0]), "cannot hold");
        yield return Case("overflow.png", PngBytes.File(0x80000000, 0x80000000, 8, 2, [0]), "below 2^31");
        yield return Case("bomb.png", PngBytes.File(100_000, 100_000, 1, 0, new byte[1 << 20]), "cannot hold");
        yield return Case("empty.png", PngBytes.File(0, 1, 8, 2, [0]), "at least 1");
        yield return Case("interlaced.png", PngBytes.File(1, 1, 8, 2, [0, 1, 2, 3], interlace: 1), "interlaced");
        yield return Case("filter.png", PngBytes.File(1, 1, 8, 0, [9, 1]), "filter 9");
        yield return Case("short.png", PngBytes.File(4, 4, 8, 0, [0, 1, 2]), "truncated");
        yield return Case("palette.png", PngBytes.File(1, 1, 8, 3, [0, 7], palette: [1, 2, 3]), "entry 7");
        yield return Case("truncated.ppm", [.. "P6 9 9 255\n"u8, 1, 2], "truncated");
        yield return Case("huge.ppm", [.. "P6 2147483647 2147483647 255\n"u8, 1], "truncated or corrupt");
        yield return Case("ascii.ppm", Encoding.ASCII.GetBytes("P3 1 1 255\n1 2 3\n"), "P3");
        yield return Case("garbage.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], "JPEG");
        yield return Case("zero.npy", [], "zero bytes");
        yield return Case("vector.npy", Scratch.Npy(Float4 + "(2,)}", new byte[8]), "shape [2]");
        yield return Case("five.npy", Scratch.Npy(Float4 + "(1, 5, 4, 4)}", new byte[320]), "shape [1,5,4,4]");
        yield return Case("petabytes.npy", Scratch.Npy(Float4 + "(1000000, 3, 100000, 100000)}", new byte[8]), "claims");
        yield return Case("nan.npy", Scratch.Npy(Float4 + "(1, 1, 1, 1)}", BitConverter.GetBytes(float.NaN)), "NaN");
    }

    [TestCaseSource(nameof(Pictures))]
    public void Mix_BadPicture(string name, byte[] content, string why)
    {
        using var scratch = new Scratch();
        string path = scratch.File(name, content);
        CommandRun.Of("mix", Scratch.Photo("cat-ear"), path, "-o", scratch.Out).Fails(1, why);
        CommandRun.Of("mix", path, "-o", scratch.Out, "--json").Fails(1, path);
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    private static IEnumerable<TestCaseData> Arrays()
    {
        static TestCaseData Case(string name, byte[] content, string why) => new TestCaseData(content, why).SetArgDisplayNames(name, why);
        byte[] whole = Scratch.Npy(Float4 + "(2, 3, 8, 8)}", new byte[2 * 3 * 8 * 8 * 4]);
        yield return Case("zero", [], "zero bytes");
        yield return Case("cut in the magic", whole[..4], "truncated");
        yield return Case("cut in the header", whole[..60], "truncated");
        yield return Case("cut in the elements", whole[..^1], "truncated");
        yield return Case("too long", [.. whole, 0], "corrupt");
        yield return Case("text", Encoding.ASCII.GetBytes("1.0, 2.0, 3.0, 4.0"), "numpy.save");
        yield return Case("png", File.ReadAllBytes(Scratch.Photo("cat-face")), "numpy.save");
        yield return Case("version 9", [.. whole[..6], 9, .. whole[7..]], "version");
        yield return Case("twice the magic", [.. whole[..6], .. whole], "version");
        yield return Case("long header", [.. whole[..6], 2, 0, 255, 255, 255, 255, .. whole[12..]], "header claims");
        yield return Case("petabytes", Scratch.Npy(Float4 + "(1000000, 1000, 1000000, 1000)}", new byte[8]), "header claims");
        yield return Case(
            "overflow", Scratch.Npy(Float4 + "(4294967296, 4294967296, 4294967296, 4294967296)}", new byte[8]), "more than 2^63");
        yield return Case("past 64 bits", Scratch.Npy(Float4 + "(99999999999999999999, 1, 4, 4)}", new byte[8]), "99999999999999999999");
        yield return Case("negative", Scratch.Npy(Float4 + "(-1, 3, 8, 8)}", new byte[8]), "'shape'");
        yield return Case("no images", Scratch.Npy(Float4 + "(0, 3, 8, 8)}", []), "at least 1");
        yield return Case("rank 3", Scratch.Npy(Float4 + "(2, 8, 8)}", new byte[512]), "[N,C,H,W]");
        yield return Case("rank 9", Scratch.Npy(Float4 + "(1, 1, 1, 1, 1, 1, 1, 1, 1)}", new byte[4]), "dimensions");
        yield return Case("scalar", Scratch.Npy(Float4 + "()}", new byte[4]), "[N,C,H,W]");
        yield return Case("3 rows", Scratch.Npy(Float4 + "(2, 3, 3, 8)}", new byte[2 * 3 * 3 * 8 * 4]), "at least 4");
        yield return Case(
            "integers", Scratch.Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (1, 1, 4, 4)}", new byte[64]), "<i4 where float32");
        yield return Case("complex", Scratch.Npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1, 4, 4)}", new byte[128]), "<c8");
        yield return Case(
            "objects", Scratch.Npy("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1, 4, 4)}", new byte[128]), "'descr'");
        yield return Case(
            "structured", Scratch.Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1, 4, 4)}", new byte[64]), "'descr'");
        yield return Case("no shape", Scratch.Npy("{'descr': '<f4', 'fortran_order': False}", new byte[64]), "'shape'");
    }

    [TestCaseSource(nameof(Arrays))]
    public void Stages_BadImages(byte[] content, string why)
    {
        using var scratch = new Scratch();
        string path = scratch.File("x.npy", content);
        CommandRun run = CommandRun.Of("stages", path, "--out", scratch.Out);
        run.Fails(1, why);
        run.Fails(1, path);
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    [TestCase("--saliency", "2x4x4", "[2,8,8]")]
    [TestCase("--saliency", "integers", "float32 is needed")]
    [TestCase("--saliency", "missing", "no such file")]
    [TestCase("--partner", "3", "[2]")]
    [TestCase("--partner", "2", "below 2")]
    [TestCase("--partner", "floats", "int32 or int64")]
    [TestCase("--labels", "3", "[2]")]
    [TestCase("--labels", "2", "below 5")]
    [TestCase("--labels", "2x4x4", "[2,K]")]
    [TestCase("--labels", "zero", "zero bytes")]
    public void Stages_BadSecondInput(string option, string kind, string why)
    {
        using var scratch = new Scratch();
        string path = kind switch
        {
            "2x4x4" => scratch.Array("y.npy", new float[32], 2, 4, 4),
            "floats" => scratch.Array("y.npy", new float[2], 2),
            "integers" => scratch.Array("y.npy", new int[128], 2, 8, 8),
            "3" => scratch.Array("y.npy", new long[3], 3),
            "2" => scratch.Array("y.npy", new[] { 0, 7 }, 2),
            "zero" => scratch.File("y.npy", []),
            _ => Path.Combine(scratch.Folder, "nowhere.npy"),
        };
        string[] classes = option == "--labels" ? ["--classes", "5"] : [];
        CommandRun run = CommandRun.Of(["stages", scratch.Images("x.npy", 2, 3, 8, 8), "--out", scratch.Out, option, path, .. classes]);
        run.Fails(1, why);
        run.Fails(1, path);
        Assert.That(Directory.Exists(scratch.Out), Is.False);
    }

    [Test]
    public void Paths_ThatAreNotThere_OrOfAnotherKind()
    {
        using var scratch = new Scratch();
        string images = scratch.Images("x.npy", 2, 3, 8, 8);
        string missing = Path.Combine(scratch.Folder, "missing");
        CommandRun.Of("mix", missing, "-o", scratch.Out).Fails(1, missing);
        CommandRun.Of(
            "mix", Directory.CreateDirectory(Path.Combine(scratch.Folder, "empty")).FullName, "-o", scratch.Out).Fails(1, "no pictures");
        CommandRun.Of("stages", missing, "--out", scratch.Out).Fails(1, missing);
        CommandRun.Of("stages", scratch.Folder, "--out", scratch.Out).Fails(1, "a folder");
        CommandRun.Of("stages", images, "--out", images).Fails(1, "is a file where a folder is needed");
        CommandRun.Of("stages", images, "--out", Path.Combine(images, "sub")).Fails(1, "sub");
        CommandRun.Of("mix", "--size", "8", "-o", Path.Combine(images, "sub")).Fails(1, "sub");
        Assert.That(
            Directory.GetFileSystemEntries(scratch.Folder).Select(entry => Path.GetFileName(entry)), Is.EquivalentTo(new[] { "x.npy", "empty" }));
    }

    [Test]
    public void Out_ThatMayNotBeWritten()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) Assert.Ignore("needs an unprivileged user on Unix");
        using var scratch = new Scratch();
        string images = scratch.Images("x.npy", 2, 3, 8, 8);
        Directory.CreateDirectory(scratch.Out);
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            File.SetUnixFileMode(scratch.Out, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CommandRun.Of("stages", images, "--out", scratch.Out).Fails(1, "denied");
    }

    [Test]
    public void Out_HoldsAFolderOfAFilesName_EarlierResultsStay()
    {
        using var scratch = new Scratch();
        string images = scratch.Images("x.npy", 2, 3, 8, 8);
        CommandRun.Of("stages", images, "--out", scratch.Out).Succeeds();
        byte[] before = File.ReadAllBytes(Path.Combine(scratch.Out, "norm.npy"));
        File.Delete(Path.Combine(scratch.Out, "ratio.npy"));
        Directory.CreateDirectory(Path.Combine(scratch.Out, "ratio.npy"));
        CommandRun.Of("stages", scratch.Images("z.npy", 3, 3, 8, 8), "--out", scratch.Out).Fails(1, "ratio.npy");
        Assert.That(File.ReadAllBytes(Path.Combine(scratch.Out, "norm.npy")), Is.EqualTo(before));
        Assert.That(scratch.OutFiles, Has.Length.EqualTo(7), "and no temporary file");
    }
}
