namespace GuidedMixup.Cpu;

/// <summary>Gives every image of a batch its λ and its box.</summary>
internal static unsafe class MixDraws
{
    /// <summary>
    /// ratio[i] = λ, or 1 − area/(HW) where boxes are cut; an image that is its own partner has λ = 1 and an empty box. Supplied draws win.
    /// </summary>
    /// <param name="options">Method, α, what is drawn for; seed and rank.</param>
    /// <param name="inputs">Supplied draws.</param>
    /// <param name="step">The training step.</param>
    /// <param name="partners">π.</param>
    /// <param name="peaks">For SaliencyMix, the pixel that image i's box is centred on; else null.</param>
    /// <param name="ratio">Receives λ.</param>
    /// <param name="boxes">Receives the boxes; null for methods that cut none.</param>
    /// <param name="images">N, H and W.</param>
    /// <param name="isPartner">True for the partner's boxes of SnapMix, which have draws of their own.</param>
    internal static void Run(
        GuidedMixerOptions options,
        in MixInputs inputs,
        ulong step,
        int* partners,
        int* peaks,
        float* ratio,
        MixBox* boxes,
        in ImageBatch images,
        bool isPartner = false)
    {
        Philox.Purpose ratios = isPartner ? Philox.Purpose.PartnerRatio : Philox.Purpose.Ratio;
        Philox.Purpose centres = isPartner ? Philox.Purpose.PartnerCentre : Philox.Purpose.Centre;
        TensorView given = isPartner ? inputs.PartnerBoxes : inputs.Boxes, weights = isPartner ? default : inputs.Ratios;
        int drawn = -1, h = images.H, w = images.W;
        float lambda = 0;
        for (int i = 0; i < images.N; i++)
        {
            ratio[i] = 1;
            if (boxes != null) boxes[i] = default;
            if (partners[i] == i) continue;
            int number = GuidedMixup.MixDraws.Number(options.DrawMode, i, partners[i]);
            if (boxes != null && !given.IsEmpty)
            {
                boxes[i] = ((MixBox*)given.Data)[number];
                ratio[i] = boxes[i].Ratio(h, w);
                continue;
            }

            if (number != drawn)
                lambda = weights.IsEmpty ? GuidedMixup.MixDraws.Ratio(options, step, number, ratios) : ((float*)weights.Data)[number];
            drawn = number;
            ratio[i] = lambda;
            if (boxes == null) continue;
            (double y, double x) = peaks == null
                ? GuidedMixup.MixDraws.Centre(options, step, number, h, w, centres)
                : (peaks[i] / w, peaks[i] % w);
            boxes[i] = MixBox.Around(y, x, lambda, h, w);
            ratio[i] = boxes[i].Ratio(h, w);
        }
    }
}
