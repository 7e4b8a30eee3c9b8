using System;

namespace GuidedMixup.Tests.Contract;

/// <summary>Memory for every output of a mixer call, poisoned: a float left unwritten is NaN, an integer −1.</summary>
internal sealed unsafe class OutputSet : IDisposable
{
    /// <summary>All outputs that a mixer with these options (the paper's where there are none) has.</summary>
    internal OutputSet(SeededBatch batch, ElementType imageType, GuidedMixerOptions? options = null)
    {
        options ??= new GuidedMixerOptions();
        bool hasMaps = options.Method is MixMethod.GuidedMixup or MixMethod.SaliencyMix or MixMethod.PuzzleMix || options.Pairing == Pairing.Greedy;
        bool isSnap = options.Method == MixMethod.SnapMix, hasBoxes = isSnap || options.Method is MixMethod.CutMix or MixMethod.SaliencyMix;
        int n = batch.N, h = batch.H, w = batch.W;
        Images = batch.AllocateImages(imageType);
        Soft = HostTensor.Allocate(ElementType.Float32, n, SeededBatch.Classes);
        LabelsA = HostTensor.Allocate(ElementType.Int64, n);
        LabelsB = HostTensor.Allocate(ElementType.Int64, n);
        Ratio = HostTensor.Allocate(ElementType.Float32, n);
        PartnerRatio = HostTensor.Allocate(ElementType.Float32, n);
        Boxes = HostTensor.Allocate(ElementType.Int32, n, 4);
        PartnerBoxes = HostTensor.Allocate(ElementType.Int32, n, 4);
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
            // For GuidedMixup a launch of its own on a GPU, that nobody counts on: MixMethodTests has it.
            PartnerRatio = options.Method != MixMethod.GuidedMixup ? PartnerRatio.View : default,
            Boxes = hasBoxes ? Boxes.View : default,
            PartnerBoxes = isSnap ? PartnerBoxes.View : default,
            Partners = Partners.View,
            Mask = options.Method is MixMethod.GuidedMixup or MixMethod.PuzzleMix ? Mask.View : default,
            Saliency = hasMaps ? Saliency.View : default,
            Normalised = hasMaps ? Normalised.View : default,
            Distance = hasMaps ? Distance.View : default,
            Flags = Flags.View,
        };
        foreach (HostTensor tensor in All) Bytes(tensor).Fill(0xFF);
    }

    internal HostTensor Images { get; }

    internal HostTensor Soft { get; }

    internal HostTensor LabelsA { get; }

    internal HostTensor LabelsB { get; }

    internal HostTensor Ratio { get; }

    internal HostTensor PartnerRatio { get; }

    internal HostTensor Boxes { get; }

    internal HostTensor PartnerBoxes { get; }

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
        [Images, Soft, LabelsA, LabelsB, Ratio, PartnerRatio, Boxes, PartnerBoxes, Partners, Mask, Saliency, Normalised, Distance, Flags];

    public void Dispose()
    {
        foreach (HostTensor tensor in All) tensor.Dispose();
    }

    private static Span<byte> Bytes(HostTensor tensor) =>
        new(tensor.View.Data, checked((int)tensor.View.Length * tensor.View.Type.Size()));
}
