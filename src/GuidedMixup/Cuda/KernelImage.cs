using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace GuidedMixup.Cuda;

/// <summary>The PTX images inside this assembly, deflated, one folder a target, one file a stage; empty where only the target's name differs.</summary>
internal static class KernelImage
{
    private const string Prefix = "ptx/";

    /// <summary>The targets in the order to try them, best first, with the compute capability each needs.</summary>
    internal static readonly (string Target, int ComputeCapability)[] Targets = [("sm_90", 90), ("sm_80", 80), ("sm_70", 70)];

    /// <summary>The resources: target/file.</summary>
    internal static IEnumerable<string> Names
    {
        get
        {
            foreach (string name in typeof(KernelImage).Assembly.GetManifestResourceNames())
            {
                if (name.StartsWith(Prefix, StringComparison.Ordinal)) yield return name[Prefix.Length..];
            }
        }
    }

    /// <summary>The text of an image, closed by a zero byte as the driver wants it.</summary>
    internal static byte[] Read(string target, string file)
    {
        byte[] text = Unpack(target, file);
        if (text.Length > 1) return text;
        // Embedded empty: the lowest target's text, but for the line that names it. Names of targets have one length.
        string lowest = Targets[^1].Target;
        text = Unpack(lowest, file);
        Encoding.ASCII.GetBytes(target, text.AsSpan(text.AsSpan().IndexOf(Encoding.ASCII.GetBytes(".target " + lowest)) + ".target ".Length));
        return text;
    }

    private static byte[] Unpack(string target, string file)
    {
        using Stream packed = typeof(KernelImage).Assembly.GetManifestResourceStream($"{Prefix}{target}/{file}.ptx")
            ?? throw new InvalidOperationException($"the library was built without the image {target}/{file}.ptx (kernels/build.sh).");
        using var image = new DeflateStream(packed, CompressionMode.Decompress);
        using var text = new MemoryStream();
        image.CopyTo(text);
        text.WriteByte(0);
        return text.ToArray();
    }
}
