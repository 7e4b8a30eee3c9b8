using System;

namespace GuidedMixup.Tests.Contract;

/// <summary>Memory for every output of a mixer call, poisoned: a float left unwritten is NaN, an integer −1.</summary>
internal sealed unsafe class OutputSet : IDisposable
{
    internal OutputSet(SeededBatch batch, ElementType imageType)
    {
        int n = batch.N, h = batch.H, w = batch.W;
        Images = batch.AllocateImages(imageType);
        Soft = HostTensor.Allocate(ElementType.Float32, n, SeededBatch.Classes);
        LabelsA = HostTensor.Allocate(ElementType.Int64, n);
        LabelsB = HostTensor.Allocate(ElementType.Int64, n);
        Ratio = HostTensor.Allocate(ElementType.Float32, n);
        Partners = HostTensor.Allocate(ElementType.Int32, n);
        Mask = HostTensor.Allocate(ElementType.Float32, n, h, w);
        Saliency = HostTensor.Allocate(ElementType.Float32, n, h, w);
        Normalised = HostTensor.Allocate(ElementType.Float32, n, h, w);
        Distance = HostTensor.Allocate(ElementType.Float32, n, n);
        Flags = HostTensor.Allocate(ElementType.Int32, n);
        Views = new MixOutputs
        {
            Images = Images.View,
            SoftLabels = Soft.View,
            LabelsA = LabelsA.View,
            LabelsB = LabelsB.View,
            Ratio = Ratio.View,
            Partners = Partners.View,
            Mask = Mask.View,
            Saliency = Saliency.View,
            Normalised = Normalised.View,
            Distance = Distance.View,
            Flags = Flags.View,
        };
        foreach (HostTensor tensor in All) Bytes(tensor).Fill(0xFF);
    }

    internal HostTensor Images { get; }

    internal HostTensor Soft { get; }

    internal HostTensor LabelsA { get; }

    internal HostTensor LabelsB { get; }

    internal HostTensor Ratio { get; }

    internal HostTensor Partners { get; }

    internal HostTensor Mask { get; }

    internal HostTensor Saliency { get; }

    internal HostTensor Normalised { get; }

    internal HostTensor Distance { get; }

    internal HostTensor Flags { get; }

    internal MixOutputs Views { get; }

    internal Span<byte> ImageBytes => Bytes(Images);

    /// <summary>True while no call has written a byte of any output.</summary>
    internal bool IsPoisoned
    {
        get
        {
            foreach (HostTensor tensor in All)
            {
                if (Bytes(tensor).ContainsAnyExcept((byte)0xFF)) return false;
            }

            return true;
        }
    }

    private HostTensor[] All =>
        [Images, Soft, LabelsA, LabelsB, Ratio, Partners, Mask, Saliency, Normalised, Distance, Flags];

    public void Dispose()
    {
        foreach (HostTensor tensor in All) tensor.Dispose();
    }

    private static Span<byte> Bytes(HostTensor tensor) =>
        new(tensor.View.Data, checked((int)tensor.View.Length * tensor.View.Type.Size()));
}
