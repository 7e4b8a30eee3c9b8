using System;

namespace GuidedMixup;

/// <summary>The random draws of the mixing methods: label weights λ and box centres, from the same counters on every backend.</summary>
/// <remarks>
/// Draw number k of a step reads one Philox block a purpose: counter (k, step low, step high, purpose·2²⁴ + rank), key the seed. Its first two
/// words make a uniform U, its last two a uniform V, of 53 bits each. Purpose 2 (Ratio): λ ~ Beta(α, α) of U and V. Purpose 3 (Centre): the
/// box's centre (U·H, V·W). Purposes 4 and 5 (PartnerRatio, PartnerCentre) are the same for the partner's box of SnapMix. Which draw an image
/// takes is <see cref="DrawMode"/>'s to say.
/// </remarks>
public static class MixDraws
{
    /// <summary>λ[k] ~ Beta(α, α) and CutMix's (and SnapMix's first) box[k], draws k = 0 … N−1 of a step, into memory of the host.</summary>
    /// <remarks>
    /// A mixer makes its draws itself. Who replays a captured graph makes them here, copies them to the device buffers that the graph reads
    /// (<see cref="MixInputs.Ratios"/>, <see cref="MixInputs.Boxes"/>), and replays. In <see cref="DrawMode.Batch"/> only draw 0 is used.
    /// </remarks>
    /// <param name="ratios">Receives λ, [N], Float32, compact, host memory; or <c>default</c>.</param>
    /// <param name="boxes">Receives (top, left, bottom, right), [N,4], Int32, compact, host memory; or <c>default</c>.</param>
    /// <param name="height">H of the images; read for boxes only.</param>
    /// <param name="width">W of the images; read for boxes only.</param>
    /// <param name="options">Method and α, seed, rank.</param>
    /// <param name="step">The training step.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static unsafe void Draw(
        in TensorView ratios, in TensorView boxes, long height, long width, GuidedMixerOptions options, ulong step = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionRules.Check(options, nameof(options));
        if (ratios.IsEmpty && boxes.IsEmpty) Require.Fail(nameof(ratios), "neither ratios nor boxes are given.");
        if (!ratios.IsEmpty)
        {
            Require.Rank(ratios, nameof(ratios), 1, "[N]");
            Require.Compact(ratios, nameof(ratios), ElementType.Float32, "[N]", ratios.Shape[0]);
        }

        if (!boxes.IsEmpty)
        {
            Require.Rank(boxes, nameof(boxes), 2, "[N,4]");
            Require.Compact(boxes, nameof(boxes), ElementType.Int32, "[N,4]", ratios.IsEmpty ? boxes.Shape[0] : ratios.Shape[0], 4);
            Require.Sides(height, width, nameof(height));
        }

        long n = ratios.IsEmpty ? boxes.Shape[0] : ratios.Shape[0];
        if (n > int.MaxValue) Require.Fail(ratios.IsEmpty ? nameof(boxes) : nameof(ratios), $"{n} draws; N is below 2^31.");
        var buffers = new BufferSet();
        buffers.Output(ratios, nameof(ratios));
        buffers.Output(boxes, nameof(boxes));
        if (buffers.IsCuda) Require.Fail(buffers.Name(0), $"on {buffers.Device}; draws are made in host memory.");

        for (int k = 0; k < n; k++)
        {
            float ratio = Ratio(options, step, k);
            if (!ratios.IsEmpty) ((float*)ratios.Data)[k] = ratio;
            if (boxes.IsEmpty) continue;
            (double y, double x) = Centre(options, step, k, (int)height, (int)width);
            ((MixBox*)boxes.Data)[k] = MixBox.Around(y, x, ratio, (int)height, (int)width);
        }

        KeepAlive.Until(ratios, boxes);
    }

    /// <summary>SnapMix's box[k] of the partner, draws k = 0 … N−1 of a step, into memory of the host.</summary>
    /// <param name="boxes">Receives (top, left, bottom, right), [N,4], Int32, compact, host memory.</param>
    /// <param name="height">H of the images.</param>
    /// <param name="width">W of the images.</param>
    /// <param name="options">α, seed, rank.</param>
    /// <param name="step">The training step.</param>
    /// <exception cref="ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    public static unsafe void DrawPartnerBoxes(in TensorView boxes, long height, long width, GuidedMixerOptions options, ulong step = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionRules.Check(options, nameof(options));
        Require.Rank(boxes, nameof(boxes), 2, "[N,4]");
        Require.Compact(boxes, nameof(boxes), ElementType.Int32, "[N,4]", boxes.Shape[0], 4);
        Require.Sides(height, width, nameof(height));
        if (boxes.Shape[0] > int.MaxValue) Require.Fail(nameof(boxes), $"{boxes.Shape[0]} draws; N is below 2^31.");
        var buffers = new BufferSet();
        buffers.Output(boxes, nameof(boxes));
        if (buffers.IsCuda) Require.Fail(nameof(boxes), $"on {buffers.Device}; draws are made in host memory.");

        for (int k = 0; k < boxes.Shape[0]; k++)
        {
            float ratio = Ratio(options, step, k, Philox.Purpose.PartnerRatio);
            (double y, double x) = Centre(options, step, k, (int)height, (int)width, Philox.Purpose.PartnerCentre);
            ((MixBox*)boxes.Data)[k] = MixBox.Around(y, x, ratio, (int)height, (int)width);
        }

        KeepAlive.Until(boxes);
    }

    /// <summary>λ of draw <paramref name="number"/>, rounded to the Float32 it is used and published as.</summary>
    internal static float Ratio(GuidedMixerOptions options, ulong step, int number, Philox.Purpose purpose = Philox.Purpose.Ratio)
    {
        (double u, double v) = Philox.UniformPair(options.Seed, step, options.Rank, purpose, (uint)number);
        return (float)BetaDraw.Of(options.AlphaInUse, u, v);
    }

    /// <summary>The centre of draw <paramref name="number"/>: uniform in [0, H)×[0, W).</summary>
    internal static (double Y, double X) Centre(
        GuidedMixerOptions options, ulong step, int number, int height, int width, Philox.Purpose purpose = Philox.Purpose.Centre)
    {
        (double u, double v) = Philox.UniformPair(options.Seed, step, options.Rank, purpose, (uint)number);
        return (u * height, v * width);
    }

    /// <summary>Label weights are 0 to 1, in memory the host can read.</summary>
    internal static unsafe void CheckRatios(in TensorView ratios, string name)
    {
        for (long k = 0; k < ratios.Length; k++)
        {
            float ratio = ((float*)ratios.Data)[k];
            if (!(ratio >= 0 && ratio <= 1)) Require.Fail(name, $"{name}[{k}] is {ratio}; it is at least 0 and at most 1.");
        }
    }

    /// <summary>Boxes lie within the image, in memory the host can read.</summary>
    internal static unsafe void CheckBoxes(in TensorView boxes, string name, int height, int width)
    {
        for (long k = 0; k < boxes.Shape[0]; k++)
        {
            MixBox box = ((MixBox*)boxes.Data)[k];
            if (box.IsWithin(height, width)) continue;
            Require.Fail(
                name,
                $"{name}[{k}] is ({box.Top},{box.Left},{box.Bottom},{box.Right}); 0 ≤ top ≤ bottom ≤ {height} and 0 ≤ left ≤ right ≤ {width}.");
        }
    }

    /// <summary>The number of the draw that image <paramref name="i"/> takes.</summary>
    internal static int Number(DrawMode mode, int i, int partner) => mode switch
    {
        DrawMode.Batch => 0,
        DrawMode.Pair => Math.Min(i, partner),
        _ => i,
    };
}
