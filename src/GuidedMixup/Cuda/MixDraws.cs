using System;

namespace GuidedMixup.Cuda;

/// <summary>Launches what gives every image its λ and its box. The host's draws travel as launch arguments: nothing is copied or waited for.</summary>
internal static unsafe class MixDraws
{
    private static readonly GuidedMixerOptions PerImage = new() { Method = MixMethod.Mixup, DrawMode = DrawMode.Image };

    /// <summary>
    /// The draws of a batch; <paramref name="boxes"/> null for methods that cut none, <paramref name="peaks"/> for all but SaliencyMix. SnapMix's
    /// partner boxes (<paramref name="isPartner"/>) have draws of their own.
    /// </summary>
    internal static void Run(
        in CudaCall call,
        GuidedMixerOptions options,
        in MixInputs inputs,
        in ImageBatch images,
        int* partners,
        int* peaks,
        float* ratio,
        float* partnerRatio,
        int* boxes,
        int* flags,
        bool isPartner = false)
    {
        bool isDrawn = isPartner ? inputs.PartnerBoxes.IsEmpty : IsDrawn(options, inputs);
        void* given = isPartner ? inputs.PartnerBoxes.Data : inputs.Boxes.Data, weights = isPartner ? null : inputs.Ratios.Data;
        // As many launches as it takes to hand over the draws; with none to hand over, one.
        int draws = options.DrawMode == DrawMode.Batch ? 1 : images.N, most = isDrawn ? Draws.Max : draws;
        for (int first = 0; first < draws; first += most)
        {
            int count = Math.Min(most, draws - first);
            Draws some = isDrawn ? new Draws(options, inputs.Step, first, count, images.H, images.W, isPartner) : default;
            var arguments = new Arguments(KernelTable.MixDraws);
            arguments.Add(some).Add(first).Add(count).Add((int)options.DrawMode).Add(partners).Add(images.N).Add(images.H).Add(images.W);
            arguments.Add(weights).Add(given).Add(peaks).Add(ratio).Add(partnerRatio).Add(boxes).Add(flags);
            call.Launch(ref arguments, Grid.Of(KernelTable.MixDraws, images.N));
        }
    }

    /// <summary>λ and boxes of a stage that is handed them: one for each image, checked; bad ones are flagged.</summary>
    internal static void Supplied(
        in CudaCall call, in TensorView ratio, in TensorView boxes, in ImageBatch images, int* partners, float* outside, int* cut, int* flags) =>
        Run(call, PerImage, new MixInputs { Ratios = ratio, Boxes = boxes }, images, partners, null, outside, null, cut, flags);

    /// <summary>1 − λ, for the methods whose λ comes from the mix itself.</summary>
    internal static void PartnerRatio(in CudaCall call, float* ratio, int n, in TensorView partnerRatio)
    {
        if (partnerRatio.IsEmpty) return;
        var arguments = new Arguments(KernelTable.MixDrawsPartnerRatio);
        arguments.Add(ratio).Add(n).Add(partnerRatio.Data);
        call.Launch(ref arguments, Grid.Of(KernelTable.MixDrawsPartnerRatio, n));
    }

    /// <summary>
    /// A captured launch repeats its arguments, and the host cannot read a step that lies on the device: there the draws have to be supplied.
    /// </summary>
    internal static void RequireSupplied(GuidedMixerOptions options, in MixInputs inputs, nint stream)
    {
        bool lacksPatch = options.Method == MixMethod.SnapMix && inputs.PartnerBoxes.IsEmpty;
        if (options.Method == MixMethod.GuidedMixup || (!lacksPatch && !IsDrawn(options, inputs))) return;
        string name = !IsDrawn(options, inputs) ? "partnerBoxes" : options.Method is MixMethod.CutMix or MixMethod.SnapMix ? "boxes" : "ratios";
        if (!inputs.StepBuffer.IsEmpty)
            Require.Fail(name, "no tensor is given, and draws are made on the host, which cannot read stepBuffer; supply them (MixDraws.Draw).");
        if (KernelCache.IsCapturing(stream))
            Require.Fail(name, "no tensor is given while the stream is captured: every replay would repeat the draws. Supply them in device memory that is refreshed before each replay (MixDraws.Draw).");
    }

    /// <summary>True where λ or centres come from the host.</summary>
    private static bool IsDrawn(GuidedMixerOptions options, in MixInputs inputs) =>
        inputs.Boxes.IsEmpty && (inputs.Ratios.IsEmpty || options.Method is MixMethod.CutMix or MixMethod.SnapMix);
}
