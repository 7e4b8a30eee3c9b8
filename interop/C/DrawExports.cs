using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The random draws of the methods, made ahead into memory of the host; see guidedmixup.h.</summary>
internal static unsafe class DrawExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_draw")]
    internal static int Draw(
        DlTensor* ratios, DlTensor* boxes, long height, long width, NativeOptions* options, ulong step)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            MixDraws.Draw(DlTensor.View(ratios, "ratios"), DlTensor.View(boxes, "boxes"), height, width, NativeOptions.Read(options), step);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_draw_partner_boxes")]
    internal static int DrawPartnerBoxes(
        DlTensor* boxes, long height, long width, NativeOptions* options, ulong step)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            MixDraws.DrawPartnerBoxes(DlTensor.View(boxes, "boxes"), height, width, NativeOptions.Read(options), step);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_augmix_draw")]
    internal static int AugMixDraw(
        DlTensor* weights, DlTensor* skip, ulong seed, ulong step, int rank)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            AugMix.Draw(DlTensor.View(weights, "weights"), DlTensor.View(skip, "skip"), seed, step, rank);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
