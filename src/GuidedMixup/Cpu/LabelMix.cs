using System;

namespace GuidedMixup.Cpu;

/// <summary>Soft labels, and labels in pairs.</summary>
internal static unsafe class LabelMix
{
    /// <summary>Whatever label outputs a batch asks for; <paramref name="partnerRatio"/> null for 1 − λ.</summary>
    internal static void Run(in TensorView labels, int* partners, float* ratio, float* partnerRatio, in MixOutputs outputs)
    {
        if (!outputs.SoftLabels.IsEmpty)
        {
            long n = outputs.SoftLabels.Shape[0], classes = outputs.SoftLabels.Shape[1];
            for (long i = 0; i < n; i++)
            {
                float other = partnerRatio == null ? 1 - ratio[i] : partnerRatio[i];
                Row(labels, i, partners[i], ratio[i], other, (float*)outputs.SoftLabels.Data + i * classes, classes);
            }
        }

        Gather(labels, null, outputs.LabelsA);
        Gather(labels, partners, outputs.LabelsB);
    }

    /// <summary>The stage "soft labels" alone.</summary>
    internal static void Soft(in TensorView labels, in TensorView partners, in TensorView ratio, in TensorView soft)
    {
        long n = soft.Shape[0], classes = soft.Shape[1];
        for (long i = 0; i < n; i++)
        {
            float own = ((float*)ratio.Data)[i];
            Row(labels, i, IndexView.Read(partners, i), own, 1 - own, (float*)soft.Data + i * classes, classes);
        }
    }

    /// <summary>The stage "labels in pairs" alone.</summary>
    internal static void Pair(in TensorView labels, in TensorView partners, in TensorView labelsA, in TensorView labelsB)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int* indices = workspace.Take<int>(partners.Length);
        for (long i = 0; i < partners.Length; i++) indices[i] = (int)IndexView.Read(partners, i);
        Gather(labels, null, labelsA);
        Gather(labels, indices, labelsB);
    }

    /// <summary>ratio·t[i] + other·t[partner]; an image that is its own partner keeps its label bit for bit.</summary>
    private static void Row(in TensorView labels, long i, long partner, float ratio, float other, float* soft, long classes)
    {
        if (labels.Rank == 1)
        {
            for (long k = 0; k < classes; k++) soft[k] = 0;
            long a = IndexView.Read(labels, i), b = IndexView.Read(labels, partner);
            if (a == b || i == partner)
            {
                // λ + (1 − λ) is 1 in floats, too.
                soft[a] = i == partner ? 1 : ratio + other;
                return;
            }

            soft[a] = ratio;
            soft[b] = other;
            return;
        }

        float* own = (float*)labels.Data + i * classes, paired = (float*)labels.Data + partner * classes;
        for (long k = 0; k < classes; k++)
            soft[k] = i == partner ? own[k] : MathF.FusedMultiplyAdd(ratio, own[k], other * paired[k]);
    }

    private static void Gather(in TensorView labels, int* partners, in TensorView target)
    {
        if (target.IsEmpty) return;
        long n = labels.Shape[0], row = labels.Length / n * labels.Type.Size();
        for (long i = 0; i < n; i++)
        {
            long from = partners == null ? i : partners[i];
            Buffer.MemoryCopy((byte*)labels.Data + from * row, (byte*)target.Data + i * row, row, row);
        }
    }
}
