namespace GuidedMixup;

/// <summary>Which images of a batch take part: those of the caller's subset that the draws do not spare.</summary>
internal static unsafe class Selection
{
    /// <summary>False where the host can tell that the draws spare every image, whatever the subset.</summary>
    internal static bool MayMix(GuidedMixerOptions options, bool isStepUnknown, ulong step, int n)
    {
        if (options.Probability >= 1 || (isStepUnknown && options.Probability > 0)) return true;
        int draws = options.ProbabilityMode == ProbabilityMode.Image ? n : 1;
        for (int i = 0; i < draws && options.Probability > 0; i++)
        {
            if (Philox.Uniform(options.Seed, step, options.Rank, Philox.Purpose.Probability, (uint)i) < options.Probability) return true;
        }

        return false;
    }

    /// <summary>Fills <paramref name="selected"/> with 1 and 0; false where no image is left.</summary>
    internal static bool Draw(GuidedMixerOptions options, in TensorView subset, ulong step, int n, byte* selected)
    {
        bool any = false;
        for (int i = 0; i < n; i++)
        {
            bool isIn = subset.IsEmpty || ((byte*)subset.Data)[i] != 0;
            uint index = options.ProbabilityMode == ProbabilityMode.Image ? (uint)i : 0;
            if (isIn && options.Probability < 1)
            {
                double draw = Philox.Uniform(options.Seed, step, options.Rank, Philox.Purpose.Probability, index);
                isIn = draw < options.Probability;
            }

            selected[i] = isIn ? (byte)1 : (byte)0;
            any |= isIn;
        }

        return any;
    }
}
