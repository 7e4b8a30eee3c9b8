using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary>The functions that mix a whole batch; see guidedmixup.h.</summary>
internal static unsafe class MixerExports
{
    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_options_init")]
    internal static int OptionsInit(NativeOptions* options, nuint size)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            NativeOptions.Fill(options, size);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_mixer_create")]
    internal static int Create(NativeOptions* options, nint* mixer)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            if (mixer == null) throw Fault.Of("mixer", "NULL where a handle is to be written.");
            *mixer = MixerTable.Add(new GuidedMixer(NativeOptions.Read(options)));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_mixer_destroy")]
    internal static int Destroy(nint mixer)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            if (mixer != 0) MixerTable.Remove(mixer);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_mix")]
    internal static int Mix(nint mixer, NativeInputs* inputs, NativeOutputs* outputs, NativeExecution* execution, int* isMixed)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixer found = MixerTable.Find(mixer);
            MixResult result = found.Mix(NativeInputs.Read(inputs), NativeOutputs.Read(outputs), NativeExecution.Read(execution));
            if (isMixed != null) *isMixed = result.IsMixed ? 1 : 0;
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_prepare")]
    internal static int Prepare(nint mixer, DlDevice device, long n, long c, long h, long w, long* workspaceBytes)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixer found = MixerTable.Find(mixer);
            long bytes = found.Prepare(device.Check("device"), Extent.Of(n, "n"), Extent.Of(c, "c"), Extent.Of(h, "h"), Extent.Of(w, "w"));
            if (workspaceBytes != null) *workspaceBytes = bytes;
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_check_flags")]
    internal static int CheckFlags(DlTensor* flags, NativeExecution* execution)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixer.ThrowIfFlagged(DlTensor.View(flags, "flags"), NativeExecution.Read(execution));
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }
}
