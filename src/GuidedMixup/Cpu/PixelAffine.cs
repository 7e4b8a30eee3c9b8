using System.Runtime.InteropServices;

namespace GuidedMixup.Cpu;

/// <summary>The scale and offset of every element of a line, for UInt8 images that come out normalised.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct PixelAffine
{
    private readonly long _length;

    /// <summary>Patterns of <paramref name="pixels"/> pixels, one a line.</summary>
    internal PixelAffine(GuidedMixerOptions options, in ImageBatch images, in PixelLines lines, int pixels, HostWorkspace workspace)
    {
        _length = (long)pixels * lines.Repeat;
        Scales = workspace.Take<float>(_length * lines.Count);
        Offsets = workspace.Take<float>(_length * lines.Count);
        for (int line = 0; line < lines.Count; line++)
        {
            for (int i = 0; i < _length; i++)
            {
                int channel = lines.Repeat == 1 ? line : i % lines.Repeat;
                (Scales[At(line) + i], Offsets[At(line) + i]) = PixelMix.Normalisation(options, images.Type, channel);
            }
        }
    }

    internal float* Scales { get; }

    internal float* Offsets { get; }

    /// <summary>Where a line's pattern starts.</summary>
    internal long At(int line) => line * _length;
}
