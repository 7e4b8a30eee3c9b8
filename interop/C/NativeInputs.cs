using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary><c>guidedmixup_inputs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeInputs
{
    private const int Oldest = 72;

    private readonly nuint _size;
    private readonly DlTensor* _images;
    private readonly DlTensor* _labels;
    private readonly DlTensor* _gradient;
    private readonly DlTensor* _saliency;
    private readonly DlTensor* _partners;
    private readonly DlTensor* _subset;
    private readonly DlTensor* _stepBuffer;
    private readonly ulong _step;
    private readonly DlTensor* _ratios;
    private readonly DlTensor* _boxes;
    private readonly DlTensor* _partnerBoxes;
    private readonly DlTensor* _features;
    private readonly DlTensor* _classWeights;

    internal static MixInputs Read(NativeInputs* given)
    {
        if (given == null) throw Fault.Of("inputs", "NULL where a batch is needed.");
        NativeInputs fields = default;
        Sized.Read(given, Oldest, ref fields, "inputs");
        return new MixInputs
        {
            Images = DlTensor.View(fields._images, "images"),
            Labels = DlTensor.View(fields._labels, "labels"),
            Gradient = DlTensor.View(fields._gradient, "gradient"),
            Saliency = DlTensor.View(fields._saliency, "saliency"),
            Partners = DlTensor.View(fields._partners, "partners"),
            Subset = DlTensor.Subset(fields._subset, "subset"),
            StepBuffer = DlTensor.View(fields._stepBuffer, "step_buffer"),
            Step = fields._step,
            Ratios = DlTensor.View(fields._ratios, "ratios"),
            Boxes = DlTensor.View(fields._boxes, "boxes"),
            PartnerBoxes = DlTensor.View(fields._partnerBoxes, "partner_boxes"),
            Features = DlTensor.View(fields._features, "features"),
            ClassWeights = DlTensor.View(fields._classWeights, "class_weights"),
        };
    }
}
