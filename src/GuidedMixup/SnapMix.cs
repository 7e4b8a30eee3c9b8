namespace GuidedMixup;

/// <summary>SnapMix (Huang, Wang and Tao, AAAI 2021): boxes as in CutMix, label weights from class activation maps.</summary>
public static class SnapMix
{
    /// <summary>
    /// y = x with the partner's patch in its box, λa = 1 − the box's share of the image's class map, λb = the patch's share of the partner's:
    /// images [N,C,H,W], boxes [N,4] twice, features [N,F,h,w] → mixed images, label weights.
    /// </summary>
    /// <remarks>
    /// The patch is resized bilinearly with aligned corners; along a side of one pixel it takes the patch's first. A box (or patch) without
    /// pixels, or an image that is its own partner: the image comes back bit for bit, λa = 1, λb = 0. The class map is Σ_f relu(features)·W[class],
    /// upsampled to [H,W] (bilinear, half-pixel centres), less its minimum, divided by its sum. For two images of one class both weights are
    /// λa + λb; where a map is flat or not finite the weight is 1 − area/(HW), or for the partner area/(HW), of the box. The weights of an image need not
    /// sum to 1. A classifier's bias is not asked for: it moves the whole map, and falls out with the minimum.
    /// </remarks>
    /// <param name="images">x, [N,C,H,W], Float32, Float16, BFloat16 or UInt8, any strides; H, W ≥ 4.</param>
    /// <param name="boxes">
    /// What of the image is covered, [N,4], Int32, compact: (top, left, bottom, right), 0 ≤ top ≤ bottom ≤ H, 0 ≤ left ≤ right ≤ W.
    /// </param>
    /// <param name="partnerBoxes">The patch of the partner that covers it, likewise.</param>
    /// <param name="partners">π, [N], Int32 or Int64, compact, each in 0..N−1.</param>
    /// <param name="features">What the classifier sees before pooling, [N,F,h,w], a float type, any strides; h ≤ H, w ≤ W.</param>
    /// <param name="classWeights">W, [K,F], a float type, compact: the classifier's weights.</param>
    /// <param name="labels">Classes [N], Int32 or Int64, compact, each in 0..K−1.</param>
    /// <param name="mixed">
    /// Receives y, [N,C,H,W], of the images' type (UInt8 rounds half to even) or, for UInt8, a float type, normalised by scale and offset;
    /// any strides without overlap.
    /// </param>
    /// <param name="ratio">Receives λa, [N], Float32, compact: the weight of the image's own label; or <c>default</c>.</param>
    /// <param name="partnerRatio">Receives λb, [N], Float32, compact: the weight of the partner's label; or <c>default</c>.</param>
    /// <param name="flags">
    /// Receives [N], Int32: <see cref="ImageFlags.DegenerateMap"/> where the image's own class map is flat or not finite,
    /// <see cref="ImageFlags.NonFinitePixels"/> and, on a GPU, <see cref="ImageFlags.InvalidDraw"/>; or <c>default</c>. Asking for them makes the
    /// call read what is covered as well.
    /// </param>
    /// <param name="options">Pixel scale and offset; strict mode.</param>
    /// <param name="execution">Stream and threads.</param>
    /// <exception cref="System.ArgumentException">An argument breaks one of these rules; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    public static void Mix(
        in TensorView images,
        in TensorView boxes,
        in TensorView partnerBoxes,
        in TensorView partners,
        in TensorView features,
        in TensorView classWeights,
        in TensorView labels,
        in TensorView mixed,
        in TensorView ratio = default,
        in TensorView partnerRatio = default,
        in TensorView flags = default,
        GuidedMixerOptions? options = null,
        in Execution execution = default)
    {
        options ??= GuidedMixerOptions.Default;
        OptionRules.Check(options, nameof(options));
        ImageBatch batch = Require.Images(images, nameof(images));
        OptionRules.CheckPixels(options, batch, nameof(images));
        Require.Compact(boxes, nameof(boxes), ElementType.Int32, "[N,4]", batch.N, 4);
        Require.Compact(partnerBoxes, nameof(partnerBoxes), ElementType.Int32, "[N,4]", batch.N, 4);
        Require.Indices(partners, nameof(partners), batch.N);
        ImageBatch maps = CheckFeatures(features, nameof(features), batch);
        CheckWeights(classWeights, nameof(classWeights), maps.C);
        Require.Indices(labels, nameof(labels), batch.N);
        PixelMix.CheckMixed(mixed, nameof(mixed), images);
        if (!ratio.IsEmpty) Require.Compact(ratio, nameof(ratio), ElementType.Float32, "[N]", batch.N);
        if (!partnerRatio.IsEmpty) Require.Compact(partnerRatio, nameof(partnerRatio), ElementType.Float32, "[N]", batch.N);
        if (!flags.IsEmpty) Require.Compact(flags, nameof(flags), ElementType.Int32, "[N]", batch.N);
        var buffers = new BufferSet();
        buffers.Input(images, nameof(images));
        buffers.Input(boxes, nameof(boxes));
        buffers.Input(partnerBoxes, nameof(partnerBoxes));
        buffers.Input(partners, nameof(partners));
        buffers.Input(features, nameof(features));
        buffers.Input(classWeights, nameof(classWeights));
        buffers.Input(labels, nameof(labels));
        buffers.Output(mixed, nameof(mixed));
        buffers.Output(ratio, nameof(ratio));
        buffers.Output(partnerRatio, nameof(partnerRatio));
        buffers.Output(flags, nameof(flags));
        buffers.Workspace(execution);
        if (!buffers.IsCuda)
        {
            MixDraws.CheckBoxes(boxes, nameof(boxes), batch.H, batch.W);
            MixDraws.CheckBoxes(partnerBoxes, nameof(partnerBoxes), batch.H, batch.W);
            Require.InRange(partners, nameof(partners), batch.N);
            Require.InRange(labels, nameof(labels), classWeights.Shape[0]);
        }

        OptionRules.CheckExecution(execution, nameof(execution));

        if (buffers.IsCuda)
        {
            Cuda.SnapMix.Stage(
                buffers, batch, boxes, partnerBoxes, partners, maps, classWeights, labels, mixed, ratio, partnerRatio, flags, options, execution);
        }
        else
        {
            Cpu.SnapMix.Stage(
                batch, boxes, partnerBoxes, partners, maps, classWeights, labels, mixed, ratio, partnerRatio, flags, options, execution);
        }

        KeepAlive.Until(images, boxes, partnerBoxes, partners);
        KeepAlive.Until(features, classWeights, labels, mixed);
        KeepAlive.Until(ratio, partnerRatio, flags, execution.Workspace);
    }

    /// <summary>Features [N,F,h,w] of a float type, seen as images of F channels; any size up to that of the images.</summary>
    internal static ImageBatch CheckFeatures(in TensorView features, string name, in ImageBatch images)
    {
        Require.Type(features, name, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        Require.Rank(features, name, 4, "[N,F,h,w]");
        Require.Shape(features, name, "[N,F,h,w]", images.N, features.Shape[1], features.Shape[2], features.Shape[3]);
        if (features.Shape[1] > int.MaxValue || features.Shape[2] > images.H || features.Shape[3] > images.W)
        {
            Require.Fail(
                name,
                $"shape [{TensorView.Join(features.Shape)}]; F is below 2^31, h and w are at most those of the images, {images.H} and {images.W}.");
        }

        return new ImageBatch(features);
    }

    /// <summary>Class weights [K,F] of a float type.</summary>
    internal static void CheckWeights(in TensorView weights, string name, long features)
    {
        Require.Type(weights, name, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        Require.Rank(weights, name, 2, "[K,F]");
        Require.Shape(weights, name, "[K,F]", weights.Shape[0], features);
        Require.Contiguous(weights, name);
        if (weights.Shape[0] > int.MaxValue) Require.Fail(name, $"{weights.Shape[0]} classes; K is below 2^31.");
    }
}
