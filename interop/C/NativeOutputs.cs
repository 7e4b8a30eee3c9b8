using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary><c>guidedmixup_outputs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeOutputs
{
    private const int Oldest = 96;

    private readonly nuint _size;
    private readonly DlTensor* _images;
    private readonly DlTensor* _softLabels;
    private readonly DlTensor* _labelsA;
    private readonly DlTensor* _labelsB;
    private readonly DlTensor* _ratio;
    private readonly DlTensor* _partners;
    private readonly DlTensor* _mask;
    private readonly DlTensor* _saliency;
    private readonly DlTensor* _normalised;
    private readonly DlTensor* _distance;
    private readonly DlTensor* _flags;
    private readonly DlTensor* _partnerRatio;
    private readonly DlTensor* _weights;
    private readonly DlTensor* _boxes;
    private readonly DlTensor* _partnerBoxes;

    internal static MixOutputs Read(NativeOutputs* given)
    {
        if (given == null) throw Fault.Of("outputs", "NULL where memory for the results is needed.");
        NativeOutputs fields = default;
        Sized.Read(given, Oldest, ref fields, "outputs");
        return new MixOutputs
        {
            Images = DlTensor.View(fields._images, "outputs.images"),
            SoftLabels = DlTensor.View(fields._softLabels, "outputs.soft_labels"),
            LabelsA = DlTensor.View(fields._labelsA, "outputs.labels_a"),
            LabelsB = DlTensor.View(fields._labelsB, "outputs.labels_b"),
            Ratio = DlTensor.View(fields._ratio, "outputs.ratio"),
            Partners = DlTensor.View(fields._partners, "outputs.partners"),
            Mask = DlTensor.View(fields._mask, "outputs.mask"),
            Saliency = DlTensor.View(fields._saliency, "outputs.saliency"),
            Normalised = DlTensor.View(fields._normalised, "outputs.normalised"),
            Distance = DlTensor.View(fields._distance, "outputs.distance"),
            Flags = DlTensor.View(fields._flags, "outputs.flags"),
            PartnerRatio = DlTensor.View(fields._partnerRatio, "outputs.partner_ratio"),
            Weights = DlTensor.View(fields._weights, "outputs.weights"),
            Boxes = DlTensor.View(fields._boxes, "outputs.boxes"),
            PartnerBoxes = DlTensor.View(fields._partnerBoxes, "outputs.partner_boxes"),
        };
    }
}
