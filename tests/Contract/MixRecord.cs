using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GuidedMixup.Tests.Contract;

/// <summary>Every output of one mixer call, in managed arrays; the outputs were poisoned (all bits set) before the call.</summary>
internal sealed class MixRecord
{
    internal MixRecord(OutputSet outputs, bool isMixed)
    {
        IsMixed = isMixed;
        Images = outputs.ImageBytes.ToArray();
        Soft = outputs.Soft.AsSpan<float>().ToArray();
        LabelsA = outputs.LabelsA.AsSpan<long>().ToArray();
        LabelsB = outputs.LabelsB.AsSpan<long>().ToArray();
        Ratio = outputs.Ratio.AsSpan<float>().ToArray();
        PartnerRatio = outputs.PartnerRatio.AsSpan<float>().ToArray();
        Boxes = [.. outputs.Boxes.AsSpan<int>(), .. outputs.PartnerBoxes.AsSpan<int>()];
        Partners = outputs.Partners.AsSpan<int>().ToArray();
        Mask = outputs.Mask.AsSpan<float>().ToArray();
        Saliency = outputs.Saliency.AsSpan<float>().ToArray();
        Normalised = outputs.Normalised.AsSpan<float>().ToArray();
        Distance = outputs.Distance.AsSpan<float>().ToArray();
        Flags = outputs.Flags.AsSpan<int>().ToArray();
    }

    internal bool IsMixed { get; }

    /// <summary>The mixed images in memory order.</summary>
    internal byte[] Images { get; }

    internal float[] Soft { get; }

    internal long[] LabelsA { get; }

    internal long[] LabelsB { get; }

    internal float[] Ratio { get; }

    internal float[] PartnerRatio { get; }

    /// <summary>The images' boxes, then the partners'.</summary>
    internal int[] Boxes { get; }

    internal int[] Partners { get; }

    internal float[] Mask { get; }

    internal float[] Saliency { get; }

    internal float[] Normalised { get; }

    internal float[] Distance { get; }

    internal int[] Flags { get; }

    /// <summary>The mixed images of a float32 batch.</summary>
    internal ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Images);

    /// <summary>SHA-256 over all outputs, a part each, so that a difference names the stage.</summary>
    internal string Digest => string.Join(
        ' ',
        "saliency=" + Hash(MemoryMarshal.AsBytes<float>(Saliency)),
        "normalised=" + Hash(MemoryMarshal.AsBytes<float>(Normalised)),
        "distance=" + Hash(MemoryMarshal.AsBytes<float>(Distance)),
        "partners=" + string.Join(',', Array.ConvertAll(Partners, p => p.ToString(CultureInfo.InvariantCulture))),
        "mask=" + Hash(MemoryMarshal.AsBytes<float>(Mask)),
        "images=" + Hash(Images),
        "ratio=" + Hash(MemoryMarshal.AsBytes<float>(Ratio)) + Hash(MemoryMarshal.AsBytes<float>(PartnerRatio)),
        "boxes=" + Hash(MemoryMarshal.AsBytes<int>(Boxes)),
        "labels=" + Hash(MemoryMarshal.AsBytes<float>(Soft)) + Hash(MemoryMarshal.AsBytes<long>(LabelsB)),
        "flags=" + Hash(MemoryMarshal.AsBytes<int>(Flags)));

    /// <summary>Runs the mixer with every output asked for.</summary>
    internal static MixRecord Run(
        GuidedMixer mixer,
        SeededBatch batch,
        int threads = 1,
        ulong step = 0,
        TensorView partners = default,
        TensorView subset = default,
        ElementType? outputType = null)
    {
        using var outputs = new OutputSet(batch, outputType ?? batch.Type, mixer.Options);
        MixResult result = mixer.Mix(
            batch.Inputs(mixer.Options, step, partners, subset), outputs.Views, new Execution(Threads: threads));
        return new MixRecord(outputs, result.IsMixed);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes))[..16];
}
