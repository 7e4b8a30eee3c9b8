using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The stages of the methods that lay images together from blocks; see guidedmixup.h.</summary>
internal static unsafe class BlockExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_puzzlemix")]
    internal static int PuzzleMix(
        DlTensor* images, DlTensor* saliency, DlTensor* ratios, DlTensor* partners, DlTensor* mixed, DlTensor* mask, DlTensor* ratio,
        DlTensor* flags, NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.PuzzleMix.Mix(
                DlTensor.View(images, "images"), DlTensor.View(saliency, "saliency"), DlTensor.View(ratios, "ratios"),
                DlTensor.View(partners, "partners"), DlTensor.View(mixed, "mixed"), DlTensor.View(mask, "mask"), DlTensor.View(ratio, "ratio"),
                DlTensor.View(flags, "flags"), NativeOptions.Read(options), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_comixup_solve")]
    internal static int CoMixupSolve(
        DlTensor* saliency, DlTensor* alpha, DlTensor* compatibility, DlTensor* start, DlTensor* layout, DlTensor* energies,
        NativeOptions* options, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixerOptions known = NativeOptions.Read(options);
            CoMixup.Solve(
                DlTensor.View(saliency, "saliency"), DlTensor.View(alpha, "alpha"), DlTensor.View(compatibility, "compatibility"),
                DlTensor.View(start, "start"), DlTensor.View(layout, "layout"), DlTensor.View(energies, "energies"), known.CoMixup,
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_comixup_objective")]
    internal static int CoMixupObjective(
        DlTensor* saliency, DlTensor* alpha, DlTensor* compatibility, DlTensor* layout, NativeOptions* options, double* objective)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            if (objective == null) throw Fault.Of("objective", "NULL where a number is to be written.");
            GuidedMixerOptions known = NativeOptions.Read(options);
            *objective = CoMixup.Objective(
                DlTensor.View(saliency, "saliency"), DlTensor.View(alpha, "alpha"), DlTensor.View(compatibility, "compatibility"),
                DlTensor.View(layout, "layout"), known.CoMixup).Total;
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_grid_cut")]
    internal static int GridCut(
        DlTensor* unary, DlTensor* smooth, DlTensor* vertical, DlTensor* horizontal, DlTensor* labels, DlTensor* energies, int solver,
        NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixup.GridCut.Solve(
                DlTensor.View(unary, "unary"), DlTensor.View(smooth, "smooth"), DlTensor.View(vertical, "vertical"),
                DlTensor.View(horizontal, "horizontal"), DlTensor.View(labels, "labels"), DlTensor.View(energies, "energies"), (SolverMode)solver,
                NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
