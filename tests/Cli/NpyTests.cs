using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using GuidedMixup.Cli;
using NUnit.Framework;
using NpyFile = GuidedMixup.Cli.Npy;

namespace GuidedMixup.Tests.Cli;

[TestFixture]
public sealed class NpyTests
{
    [Test]
    public void Write_IsByteForByteWhatNumpyWrites()
    {
        foreach ((string name, string field, ElementType type) in new[]
        {
            ("sr_8x32x32", "mixed", ElementType.Float32), ("sr_8x32x32", "ratio", ElementType.Float32),
        })
        {
            string path = Scratch.Golden(name, field);
            using HostTensor tensor = NpyFile.Read(path, type);
            using var stream = new MemoryStream();
            NpyFile.Write(stream, tensor.View);
            Assert.That(stream.ToArray(), Is.EqualTo(File.ReadAllBytes(path)), path);
        }
    }

    private static IEnumerable<TestCaseData> Elements()
    {
        static TestCaseData Case(string descr, ElementType type, params byte[][] parts) =>
            new TestCaseData(descr, type, parts.SelectMany(part => part).ToArray()).SetArgDisplayNames(descr, type.ToString());
        static byte[] Swapped(byte[] bytes) => [.. bytes.Reverse()];
        yield return Case("<f4", ElementType.Float32, BitConverter.GetBytes(1f), BitConverter.GetBytes(-2f));
        yield return Case(">f4", ElementType.Float32, Swapped(BitConverter.GetBytes(1f)), Swapped(BitConverter.GetBytes(-2f)));
        yield return Case("<f2", ElementType.Float32, BitConverter.GetBytes((Half)1), BitConverter.GetBytes((Half)(-2)));
        yield return Case("<f8", ElementType.Float32, BitConverter.GetBytes(1d), BitConverter.GetBytes(-2d));
        yield return Case("|i1", ElementType.Int64, [1], [254]);
        yield return Case("<i2", ElementType.Int64, [1, 0], [254, 255]);
        yield return Case("<i4", ElementType.Int64, BitConverter.GetBytes(1), BitConverter.GetBytes(-2));
        yield return Case(">i4", ElementType.Int64, Swapped(BitConverter.GetBytes(1)), Swapped(BitConverter.GetBytes(-2)));
        yield return Case("<i8", ElementType.Int64, BitConverter.GetBytes(1L), BitConverter.GetBytes(-2L));
    }

    [TestCaseSource(nameof(Elements))]
    public void Read_EveryElementType(string descr, ElementType type, byte[] elements)
    {
        using var scratch = new Scratch();
        string path = scratch.File("x.npy", Scratch.Npy($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}", elements));
        using HostTensor tensor = NpyFile.Read(path, type);
        double[] values = type == ElementType.Float32
            ? [.. tensor.AsSpan<float>().ToArray().Select(value => (double)value)]
            : [.. tensor.AsSpan<long>().ToArray().Select(value => (double)value)];
        Assert.That(values, Is.EqualTo(new double[] { 1, -2 }));
    }

    [Test]
    public void Read_FortranOrder_AndNewerFormats([Values((byte)1, (byte)2, (byte)3)] byte version)
    {
        using var scratch = new Scratch();
        // [[0,1,2],[3,4,5]] by columns.
        byte[] elements = [.. new float[] { 0, 3, 1, 4, 2, 5 }.SelectMany(BitConverter.GetBytes)];
        string path = scratch.File("x.npy", Scratch.Npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", elements, version));
        using HostTensor tensor = NpyFile.Read(path, ElementType.Float32);
        Assert.That(tensor.AsSpan<float>().ToArray(), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void Read_AnyDamageToTheHeader_IsReadOrAnInputException()
    {
        using var scratch = new Scratch();
        byte[] whole = Scratch.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", new byte[24]);
        for (int i = 0; i < 80; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x10, 0x80 })
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= flip;
                string path = scratch.File("x.npy", damaged);
                try
                {
                    NpyFile.Read(path, ElementType.Float32).Dispose();
                }
                catch (InputException fault)
                {
                    Assert.That(fault.Message, Does.StartWith(path).And.Not.Contain("\n"));
                }
            }
        }

        for (int length = 0; length < whole.Length; length++)
        {
            string path = scratch.File("x.npy", whole[..length]);
            Assert.That(() => NpyFile.Read(path, ElementType.Float32), Throws.TypeOf<InputException>(), $"cut at {length}");
        }
    }

    [Test]
    public void Peek_TellsTheType()
    {
        using var scratch = new Scratch();
        NpyHeader header = NpyFile.Peek(scratch.Array<byte>("x.npy", [1, 2, 3], 3));
        Assert.That((header.Type, header.Shape[0], header.Length), Is.EqualTo(("|u1", 3L, 3L)));
        Assert.That(Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(scratch.Folder, "x.npy"))), Does.Contain("'shape': (3,)"));
    }
}
