using System;
using System.Threading;
using GuidedMixup.LibTorch;
using static TorchSharp.torch;

namespace GuidedMixup.TorchSharp;

/// <summary>A <see cref="GuidedMixer"/> that takes torch's tensors, on the CPU and on CUDA devices, where they lie.</summary>
/// <remarks>
/// Nothing is copied: inputs are read and outputs written in torch's own memory, on torch's current stream. Autograd sees none of it; the
/// mix is a constant to it, as augmentations are. Safe from many threads.
/// </remarks>
public sealed class TorchMixer
{
    // Found with the first tensor: by then TorchSharp has loaded libtorch, which LibTorchSharp cannot be loaded without. A failure is not kept.
    private static readonly Lazy<TorchLibrary> Library =
        new(() => TorchLibrary.Load(typeof(Tensor).Assembly), LazyThreadSafetyMode.PublicationOnly);

    private long _step;

    /// <summary>A mixer with the given options.</summary>
    /// <param name="options">The constants of the method; <c>null</c> for the paper's Guided-SR.</param>
    /// <param name="classes">K, the number of classes: for labels that come as class numbers.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public TorchMixer(GuidedMixerOptions? options = null, long classes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        Mixer = new GuidedMixer(options);
        Classes = classes;
    }

    /// <summary>The mixer behind this one, with its options.</summary>
    public GuidedMixer Mixer { get; }

    /// <summary>K, the number of classes; 0 where labels come as rows [N,K].</summary>
    public long Classes { get; }

    /// <summary>The step of the next call that is given none: counted up by each, saved and restored with the trainer's state.</summary>
    public ulong Step
    {
        get => (ulong)Interlocked.Read(ref _step);
        set => Interlocked.Exchange(ref _step, (long)value);
    }

    /// <summary>y = M·x + (1 − M)·x[π], t' = λ·t + (1 − λ)·t[π], in new tensors of torch's.</summary>
    /// <param name="images">
    /// x, [N,C,H,W], float32, float16, bfloat16 or uint8. Where the options' saliency is <see cref="Saliency.Gradient"/> (Guided-AP), the
    /// trainer's backward pass has left <c>images.grad</c>.
    /// </param>
    /// <param name="labels">t: classes [N], int64 or int32, or rows [N,K], float32.</param>
    /// <param name="type">The mixed images' type: theirs by default; a float type for uint8 images normalises them.</param>
    /// <returns>y, in x's memory format, and t', [N,K], float32. They are the caller's to dispose of, or a dispose scope's.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    /// <exception cref="EntryPointNotFoundException">LibTorchSharp lacks an export; the message names it.</exception>
    public (Tensor Images, Tensor Targets) Mix(Tensor images, Tensor labels, ScalarType? type = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        Tensor? mixed = null, targets = null;
        try
        {
            targets = NewTargets(labels);
            mixed = empty_like(images, dtype: type);
            ulong step = (ulong)(Interlocked.Increment(ref _step) - 1);
            Mix(new TorchInputs { Images = images, Labels = labels, Step = step }, new TorchOutputs { Images = mixed, SoftLabels = targets });
            return (mixed, targets);
        }
        catch
        {
            mixed?.Dispose();
            targets?.Dispose();
            throw;
        }
    }

    /// <summary>The same with everything a batch can bring and give, in tensors that the trainer made.</summary>
    /// <param name="inputs">The batch.</param>
    /// <param name="outputs">The tensors to write.</param>
    /// <param name="threads">CPU threads; 0 for one a core. Results do not depend on it.</param>
    /// <returns>False where the draws left every image as it was; see <see cref="MixResult.IsMixed"/>.</returns>
    /// <exception cref="ArgumentException">An argument breaks a rule; nothing was written.</exception>
    /// <exception cref="DegenerateImageException">Strict mode met a data fault; nothing was written.</exception>
    /// <exception cref="EntryPointNotFoundException">LibTorchSharp lacks an export; the message names it.</exception>
    public bool Mix(in TorchInputs inputs, in TorchOutputs outputs, int threads = 0)
    {
        using TorchLease images = Borrow(inputs.Images, "images");
        using TorchLease labels = Borrow(inputs.Labels, "labels");
        using TorchLease gradient = BorrowGradient(inputs);
        using TorchLease saliency = Borrow(inputs.Saliency, "saliency");
        using TorchLease partners = Borrow(inputs.Partners, "partners");
        using TorchLease subset = Borrow(inputs.Subset, "subset");
        using TorchLease stepBuffer = Borrow(inputs.StepBuffer, "stepBuffer");
        using TorchLease ratios = Borrow(inputs.Ratios, "ratios");
        using TorchLease boxes = Borrow(inputs.Boxes, "boxes");
        using TorchLease partnerBoxes = Borrow(inputs.PartnerBoxes, "partnerBoxes");
        using TorchLease features = Borrow(inputs.Features, "features");
        using TorchLease classWeights = Borrow(inputs.ClassWeights, "classWeights");
        using TorchLease mixed = BorrowOutput(outputs.Images, "outputs.Images");
        using TorchLease softLabels = BorrowOutput(outputs.SoftLabels, "outputs.SoftLabels");
        using TorchLease labelsA = BorrowOutput(outputs.LabelsA, "outputs.LabelsA");
        using TorchLease labelsB = BorrowOutput(outputs.LabelsB, "outputs.LabelsB");
        using TorchLease ratio = BorrowOutput(outputs.Ratio, "outputs.Ratio");
        using TorchLease pairing = BorrowOutput(outputs.Partners, "outputs.Partners");
        using TorchLease mask = BorrowOutput(outputs.Mask, "outputs.Mask");
        using TorchLease maps = BorrowOutput(outputs.Saliency, "outputs.Saliency");
        using TorchLease normalised = BorrowOutput(outputs.Normalised, "outputs.Normalised");
        using TorchLease distance = BorrowOutput(outputs.Distance, "outputs.Distance");
        using TorchLease flags = BorrowOutput(outputs.Flags, "outputs.Flags");
        using TorchLease partnerRatio = BorrowOutput(outputs.PartnerRatio, "outputs.PartnerRatio");
        using TorchLease weights = BorrowOutput(outputs.Weights, "outputs.Weights");
        using TorchLease cut = BorrowOutput(outputs.Boxes, "outputs.Boxes");
        using TorchLease patches = BorrowOutput(outputs.PartnerBoxes, "outputs.PartnerBoxes");
        using Tensor? workspace = NewWorkspace(inputs.Images, images.View);
        using TorchLease scratch = BorrowOutput(workspace, "workspace");
        var views = new MixInputs
        {
            Images = images.View,
            Labels = labels.View,
            Gradient = gradient.View,
            Saliency = saliency.View,
            Partners = partners.View,
            Subset = subset.View,
            Step = inputs.Step,
            StepBuffer = stepBuffer.View,
            Ratios = ratios.View,
            Boxes = boxes.View,
            PartnerBoxes = partnerBoxes.View,
            Features = features.View,
            ClassWeights = classWeights.View,
        };
        var results = new MixOutputs
        {
            Images = mixed.View,
            SoftLabels = softLabels.View,
            LabelsA = labelsA.View,
            LabelsB = labelsB.View,
            Ratio = ratio.View,
            Partners = pairing.View,
            Mask = mask.View,
            Saliency = maps.View,
            Normalised = normalised.View,
            Distance = distance.View,
            Flags = flags.View,
            PartnerRatio = partnerRatio.View,
            Weights = weights.View,
            Boxes = cut.View,
            PartnerBoxes = patches.View,
        };
        return Mixer.Mix(views, results, new Execution(Library.Value.CurrentStream(images.View.Device), threads, scratch.View)).IsMixed;
    }

    private static TorchLease Borrow(Tensor? tensor, string name)
    {
        if (tensor is null) return default;
        TorchLease lease = Library.Value.Borrow(tensor.Handle, name);
        // Up to here no finalizer may take the handle; from here on the lease holds the memory.
        GC.KeepAlive(tensor);
        return lease;
    }

    private static TorchLease BorrowOutput(Tensor? tensor, string name)
    {
        if (tensor is null) return default;
        TorchLease lease = Library.Value.BorrowOutput(tensor.Handle, name);
        GC.KeepAlive(tensor);
        return lease;
    }

    private TorchLease BorrowGradient(in TorchInputs inputs)
    {
        if (inputs.Gradient is not null || inputs.Images is null || Mixer.Options.Saliency != Saliency.Gradient)
            return Borrow(inputs.Gradient, "gradient");
        TorchLease lease = Library.Value.BorrowGradient(inputs.Images.Handle, "images");
        GC.KeepAlive(inputs.Images);
        return lease;
    }

    private Tensor NewTargets(Tensor labels)
    {
        using TorchLease lease = Borrow(labels, nameof(labels));
        TensorView view = lease.View;
        if (view.Rank is not (1 or 2))
            throw new ArgumentException($"labels: {view.Rank} dimensions where [N] or [N,K] is needed.", nameof(labels));
        long classes = view.Rank == 2 ? view.Shape[1] : Classes;
        if (classes < 1)
            throw new ArgumentException("labels: class numbers, to a mixer that was not told the number of classes.", nameof(labels));
        return empty([view.Shape[0], classes], dtype: float32, device: labels.device);
    }

    /// <summary>Device memory for the call's own use; torch's allocator keeps it for the stream's next call.</summary>
    private Tensor? NewWorkspace(Tensor? images, in TensorView view)
    {
        if (view.Rank != 4 || view.Device.Type == DeviceType.Cpu) return null;
        int n = Clamp(view.Shape[0]), h = Clamp(view.Shape[2]), w = Clamp(view.Shape[3]);
        long bytes = WorkspaceSize.Mix(view.Device, n, h, w, Mixer.Options);
        return bytes == 0 ? null : empty(bytes, dtype: uint8, device: images!.device);
    }

    // A batch beyond the limits is refused by the mixer itself, in its own words.
    private static int Clamp(long size) => (int)Math.Min(size, int.MaxValue);
}
