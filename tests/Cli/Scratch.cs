using System;
using System.IO;
using System.Linq;
using System.Text;
using GuidedMixup.Cli;
using NpyFile = GuidedMixup.Cli.Npy;

namespace GuidedMixup.Tests.Cli;

/// <summary>A folder of one test, and the files it puts there.</summary>
internal sealed class Scratch : IDisposable
{
    internal Scratch() => Folder = Directory.CreateTempSubdirectory("guidedmixup-test-").FullName;

    internal string Folder { get; }

    /// <summary>Where a command is told to write; made by the command.</summary>
    internal string Out => Path.Combine(Folder, "out");

    internal string[] OutFiles =>
        Directory.Exists(Out)
            ? Directory.GetFileSystemEntries(Out).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray()
            : [];

    internal string File(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    internal string Array<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        using var tensor = HostTensor.Pin<T>(values, shape);
        using var stream = new MemoryStream();
        NpyFile.Write(stream, tensor.View);
        return File(name, stream.ToArray());
    }

    /// <summary>Pixels of a fixed pattern, around 0 as normalised ones are.</summary>
    internal string Images(string name, params long[] shape)
    {
        var random = new Random(5);
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return Array(name, Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 4) - 2).ToArray(), shape);
    }

    internal float[] Floats(string name)
    {
        using HostTensor tensor = NpyFile.Read(Path.Combine(Out, name), ElementType.Float32);
        return tensor.AsSpan<float>().ToArray();
    }

    internal long[] Integers(string name)
    {
        using HostTensor tensor = NpyFile.Read(Path.Combine(Out, name), ElementType.Int64);
        return tensor.AsSpan<long>().ToArray();
    }

    internal Picture Png(string name)
    {
        string path = Path.Combine(Out, name);
        return GuidedMixup.Cli.Png.Decode(System.IO.File.ReadAllBytes(path), path);
    }

    internal static string Golden(string name, string field) => Path.Combine(AppContext.BaseDirectory, "Golden", name, field + ".npy");

    internal static string Photo(string name) => Path.Combine(AppContext.BaseDirectory, "photos", name + ".png");

    /// <summary>An .npy file of any header over any bytes.</summary>
    internal static byte[] Npy(string header, byte[] elements, byte version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header.PadRight(117) + "\n");
        byte[] start = [0x93, .. "NUMPY"u8, version, 0];
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [.. start, .. length, .. text, .. elements];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
