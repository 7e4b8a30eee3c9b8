using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The functions of single stages; see guidedmixup.h.</summary>
internal static unsafe class StageExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_spectral_residual")]
    internal static int SpectralResidual(DlTensor* images, DlTensor* saliency, NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.SpectralResidual.Compute(
                DlTensor.View(images, "images"), DlTensor.View(saliency, "saliency"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_gradient_saliency")]
    internal static int GradientSaliency(DlTensor* gradient, DlTensor* saliency, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.GradientSaliency.Compute(
                DlTensor.View(gradient, "gradient"), DlTensor.View(saliency, "saliency"), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_gaussian_blur")]
    internal static int Blur(DlTensor* maps, DlTensor* blurred, NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GaussianBlur.Blur(
                DlTensor.View(maps, "maps"), DlTensor.View(blurred, "blurred"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_normalise")]
    internal static int Normalise(DlTensor* maps, DlTensor* normalised, DlTensor* flags, NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GaussianBlur.Normalise(
                DlTensor.View(maps, "maps"),
                DlTensor.View(normalised, "normalised"),
                DlTensor.View(flags, "flags"),
                NativeOptions.Read(options),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_pair_distance")]
    internal static int PairDistance(DlTensor* normalised, DlTensor* distance, int metric, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.PairDistance.Compute(
                DlTensor.View(normalised, "normalised"),
                DlTensor.View(distance, "distance"),
                (DistanceMetric)metric,
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_cycle_cover_greedy")]
    internal static int CycleCoverGreedy(
        DlTensor* distance, DlTensor* partners, DlTensor* subset, DlTensor* flags, NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            CycleCover.Greedy(
                DlTensor.View(distance, "distance"),
                DlTensor.View(partners, "partners"),
                DlTensor.Subset(subset, "subset"),
                DlTensor.View(flags, "flags"),
                NativeOptions.Read(options),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_cycle_cover_random")]
    internal static int CycleCoverRandom(
        DlTensor* partners, ulong seed, ulong step, int rank, DlTensor* subset, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            CycleCover.Random(
                DlTensor.View(partners, "partners"), seed, step, rank, DlTensor.Subset(subset, "subset"), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_pixel_mix")]
    internal static int PixelMixStage(
        DlTensor* images,
        DlTensor* normalised,
        DlTensor* partners,
        DlTensor* mixed,
        DlTensor* mask,
        DlTensor* ratio,
        DlTensor* flags,
        NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            PixelMix.Mix(
                DlTensor.View(images, "images"),
                DlTensor.View(normalised, "normalised"),
                DlTensor.View(partners, "partners"),
                DlTensor.View(mixed, "mixed"),
                DlTensor.View(mask, "mask"),
                DlTensor.View(ratio, "ratio"),
                DlTensor.View(flags, "flags"),
                NativeOptions.Read(options),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_pixel_mix_backward")]
    internal static int PixelMixBackward(
        DlTensor* mixedGradient, DlTensor* mask, DlTensor* partners, DlTensor* imageGradient, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            PixelMix.Backward(
                DlTensor.View(mixedGradient, "mixed_gradient"),
                DlTensor.View(mask, "mask"),
                DlTensor.View(partners, "partners"),
                DlTensor.View(imageGradient, "image_gradient"),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_label_mix_soft")]
    internal static int LabelMixSoft(
        DlTensor* labels, DlTensor* partners, DlTensor* ratio, DlTensor* soft, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            LabelMix.Soft(
                DlTensor.View(labels, "labels"),
                DlTensor.View(partners, "partners"),
                DlTensor.View(ratio, "ratio"),
                DlTensor.View(soft, "soft"),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_label_mix_pair")]
    internal static int LabelMixPair(
        DlTensor* labels, DlTensor* partners, DlTensor* labelsA, DlTensor* labelsB, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            LabelMix.Pair(
                DlTensor.View(labels, "labels"),
                DlTensor.View(partners, "partners"),
                DlTensor.View(labelsA, "labels_a"),
                DlTensor.View(labelsB, "labels_b"),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
