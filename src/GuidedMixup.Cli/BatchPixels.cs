using System;

namespace GuidedMixup.Cli;

/// <summary>The images of an .npy batch as bytes.</summary>
/// <remarks>
/// Floats are taken for what their range says: 0 to 1 or 0 to 255 for pixels; with negative or larger values for pixels normalised by the
/// mean and deviation of ImageNet, which is undone.
/// </remarks>
internal sealed unsafe class BatchPixels
{
    private readonly HostTensor _batch;
    private readonly bool _isNormalised;
    private readonly float _scale;

    internal BatchPixels(HostTensor batch, string name)
    {
        _batch = batch;
        if (batch.View.Type == ElementType.UInt8) return;
        float* values = (float*)batch.View.Data;
        (float low, float high) = (float.MaxValue, float.MinValue);
        for (long i = 0; i < batch.View.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                long image = i / (batch.View.Length / batch.View.Shape[0]);
                throw new InputException($"{name}: image {image} holds {values[i]}; pictures need finite pixels.");
            }

            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
        }

        _isNormalised = low < 0 || high > 255;
        _scale = high <= 1 ? 255 : 1;
    }

    /// <summary>Image <paramref name="i"/>, its channels interleaved.</summary>
    internal byte[] Image(long i, int samples, int channels, bool isPlanar)
    {
        byte[] image = new byte[samples];
        int pixels = samples / channels;
        for (int c = 0; c < channels; c++)
        {
            for (int p = 0; p < pixels; p++)
            {
                long from = (i * samples) + (isPlanar ? ((long)c * pixels) + p : ((long)p * channels) + c);
                image[(p * channels) + c] = _batch.View.Type == ElementType.UInt8
                    ? ((byte*)_batch.View.Data)[from]
                    : ToByte(((float*)_batch.View.Data)[from], c);
            }
        }

        return image;
    }

    private byte ToByte(float value, int channel)
    {
        float pixel = _isNormalised ? 255 * ((value * ImageNet.Deviation[channel]) + ImageNet.Mean[channel]) : value * _scale;
        return (byte)Math.Clamp(MathF.Round(pixel), 0, 255);
    }
}
