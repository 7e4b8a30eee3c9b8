using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The stages of methods other than GuidedMixup that run on both backends; see guidedmixup.h.</summary>
internal static unsafe class MethodExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_mixup")]
    internal static int Mixup(
        DlTensor* tensors, DlTensor* ratio, DlTensor* partners, DlTensor* mixed, DlTensor* flags, NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.Mixup.Mix(
                DlTensor.View(tensors, "tensors"), DlTensor.View(ratio, "ratio"), DlTensor.View(partners, "partners"),
                DlTensor.View(mixed, "mixed"), DlTensor.View(flags, "flags"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_cutmix")]
    internal static int CutMix(
        DlTensor* images, DlTensor* boxes, DlTensor* partners, DlTensor* mixed, DlTensor* ratio, DlTensor* flags, NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.CutMix.Mix(
                DlTensor.View(images, "images"), DlTensor.View(boxes, "boxes"), DlTensor.View(partners, "partners"),
                DlTensor.View(mixed, "mixed"), DlTensor.View(ratio, "ratio"), DlTensor.View(flags, "flags"), NativeOptions.Read(options),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_saliencymix_boxes")]
    internal static int SaliencyMixBoxes(
        DlTensor* saliency, DlTensor* ratios, DlTensor* partners, DlTensor* boxes, DlTensor* flags, NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            SaliencyMix.Boxes(
                DlTensor.View(saliency, "saliency"), DlTensor.View(ratios, "ratios"), DlTensor.View(partners, "partners"),
                DlTensor.View(boxes, "boxes"), DlTensor.View(flags, "flags"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_snapmix")]
    internal static int SnapMix(
        DlTensor* images, DlTensor* boxes, DlTensor* partnerBoxes, DlTensor* partners, DlTensor* features, DlTensor* classWeights,
        DlTensor* labels, DlTensor* mixed, DlTensor* ratio, DlTensor* partnerRatio, DlTensor* flags, NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.SnapMix.Mix(
                DlTensor.View(images, "images"), DlTensor.View(boxes, "boxes"), DlTensor.View(partnerBoxes, "partner_boxes"),
                DlTensor.View(partners, "partners"), DlTensor.View(features, "features"), DlTensor.View(classWeights, "class_weights"),
                DlTensor.View(labels, "labels"), DlTensor.View(mixed, "mixed"), DlTensor.View(ratio, "ratio"),
                DlTensor.View(partnerRatio, "partner_ratio"), DlTensor.View(flags, "flags"), NativeOptions.Read(options),
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_augmix")]
    internal static int AugMix(
        DlTensor* images, DlTensor* chains, DlTensor* weights, DlTensor* skip, DlTensor* mixed, NativeOptions* options,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.AugMix.Mix(
                DlTensor.View(images, "images"), DlTensor.View(chains, "chains"), DlTensor.View(weights, "weights"), DlTensor.View(skip, "skip"),
                DlTensor.View(mixed, "mixed"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
