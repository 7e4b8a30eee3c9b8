using System;
using System.Collections.Generic;
using System.IO;

namespace GuidedMixup.Cli;

/// <summary>Files and folders to square RGB pictures of one size, with their names.</summary>
internal sealed class PictureSource(int size)
{
    private static readonly string[] Extensions = [".png", ".ppm", ".pgm", ".pnm", ".jpg", ".jpeg", ".npy"];
    private const int MagicLength = 8;

    internal List<(string Name, Picture Picture)> Pictures { get; } = [];

    /// <summary>The bundled photographs.</summary>
    internal static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "photos");

    /// <summary>The files named, with folders replaced by the pictures in them in the order of their names.</summary>
    internal static List<string> Files(IReadOnlyCollection<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths.Count == 0 ? [BundledFolder] : paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
                continue;
            }

            if (!Directory.Exists(path)) throw new InputException($"{path}: no such file or folder.");
            int before = files.Count;
            foreach (string file in Directory.GetFiles(path))
            {
                if (Array.Exists(Extensions, end => file.EndsWith(end, StringComparison.OrdinalIgnoreCase))) files.Add(file);
            }

            if (files.Count == before) throw new InputException($"{path}: no pictures in this folder ({string.Join(' ', Extensions)}).");
            files.Sort(before, files.Count - before, StringComparer.Ordinal);
        }

        return files;
    }

    /// <summary>Adds the picture or the batch in one file.</summary>
    internal void Add(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        byte[] start = new byte[MagicLength];
        using (FileStream file = File.OpenRead(path))
        {
            int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (length == 0) throw new InputException($"{path}: it is empty (zero bytes).");
            Array.Resize(ref start, length);
        }

        if (start.AsSpan().StartsWith(NpyHeader.Magic) || path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            AddBatch(path, name);
            return;
        }

        Func<byte[], Picture> decode =
            Png.IsPng(start) ? file => Png.Decode(file, path)
            : Pnm.IsPnm(start) ? file => Pnm.Decode(file, path)
            : TurboJpeg.IsJpeg(start) ? file => TurboJpeg.Decode(file, path)
            : throw new InputException($"{path}: not a picture this program reads (PNG, binary PPM or PGM, JPEG, .npy).");
        Add(name, decode(File.ReadAllBytes(path)));
    }

    private void Add(string name, Picture picture) =>
        Pictures.Add((name, Resize.Bilinear(picture.CropCentre().ToRgb(), size, size)));

    private void AddBatch(string path, string name)
    {
        NpyHeader header = Npy.Peek(path);
        long[] shape = header.Shape;
        bool isBytes = header is { Kind: 'u', ElementSize: 1 };
        bool isPlanar = shape.Length == 4 && shape[1] is 1 or 3;
        bool isInterleaved = shape.Length == 4 && !isPlanar && isBytes && shape[3] is 1 or 3 or 4;
        if (!isPlanar && !isInterleaved)
        {
            string rule = "[N,C,H,W] with C = 1 or 3 (uint8 or float), or [N,H,W,C] with C = 1, 3 or 4 (uint8), is needed";
            throw new InputException($"{path}: shape [{string.Join(',', shape)}] where {rule}.");
        }

        (long height, long width, long channels) = isPlanar ? (shape[2], shape[3], shape[1]) : (shape[1], shape[2], shape[3]);
        long samples = header.Length / shape[0];
        if (samples > Array.MaxLength / 4)
            throw new InputException($"{path}: images of {height}×{width} pixels; at most 2^29 samples are read.");
        using HostTensor batch = Npy.Read(path, isBytes ? ElementType.UInt8 : ElementType.Float32);
        var pixels = new BatchPixels(batch, path);
        for (long i = 0; i < shape[0]; i++)
        {
            byte[] image = pixels.Image(i, (int)samples, (int)channels, isPlanar);
            Add(shape[0] == 1 ? name : $"{name}-{i}", new Picture((int)width, (int)height, (int)channels, image));
        }
    }
}
