using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>λ and box centres of some draws, by value. Mirrors <c>struct Draws</c> of kernels/MixDraws.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Draws
{
    /// <summary>The most draws of a launch.</summary>
    internal const int Max = 64;

    private Centres _y;
    private Centres _x;
    private Ratios _ratio;

    /// <summary>Makes draws <paramref name="first"/> … first + <paramref name="count"/> − 1.</summary>
    internal Draws(GuidedMixerOptions options, ulong step, int first, int count, int height, int width, bool isPartner)
    {
        for (int k = 0; k < count; k++)
        {
            _ratio[k] = GuidedMixup.MixDraws.Ratio(options, step, first + k, isPartner ? Philox.Purpose.PartnerRatio : Philox.Purpose.Ratio);
            if (options.Method is not (MixMethod.CutMix or MixMethod.SnapMix)) continue;
            Philox.Purpose centre = isPartner ? Philox.Purpose.PartnerCentre : Philox.Purpose.Centre;
            (_y[k], _x[k]) = GuidedMixup.MixDraws.Centre(options, step, first + k, height, width, centre);
        }
    }

    [InlineArray(Max)]
    private struct Centres
    {
        private double _first;
    }

    [InlineArray(Max)]
    private struct Ratios
    {
        private float _first;
    }
}
