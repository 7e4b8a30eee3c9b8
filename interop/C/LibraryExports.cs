using System;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using System.Text.Unicode;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Interop.C;

/// <summary>The functions about the library and its devices; see guidedmixup.h.</summary>
internal static unsafe class LibraryExports
{
    private const int AbiVersion = 1;

    // Pinned for the life of the process.
    private static readonly byte[] VersionText = Version();

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_last_error")]
    internal static byte* LastErrorMessage() => LastError.Message;

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_version")]
    internal static byte* VersionString() => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(VersionText, 0);

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_abi_version")]
    internal static int AbiVersionNumber() => AbiVersion;

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_simd_bits")]
    internal static int SimdBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_device_count")]
    internal static int DeviceCount(int type, int* count)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            if (count == null) throw Fault.Of("count", "NULL where a number is to be written.");
            *count = 0;
            *count = (DeviceType)type switch
            {
                DeviceType.Cpu => 1,
                DeviceType.Cuda => CudaDriver.DeviceCount,
                _ => throw Fault.Of("device_type", $"{type}; kDLCPU (1) and kDLCUDA (2) are counted."),
            };
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_device_name")]
    internal static int DeviceName(DlDevice device, byte* name, nuint capacity)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            Device checkedDevice = device.Check("device");
            Copy(checkedDevice.IsHost ? ProcessorName() : new CudaDevice(checkedDevice.Index).Name, name, capacity, "name");
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_device_image")]
    internal static int DeviceImage(DlDevice device, byte* image, nuint capacity)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            Device checkedDevice = device.Check("device");
            if (checkedDevice.IsHost) throw Fault.Of("device", "the host, which runs no kernel image; a GPU is needed.");
            Copy(CudaKernels.Image(checkedDevice.Index), image, capacity, "image");
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_trim")]
    internal static int Trim()
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            GuidedMixer.TrimWorkspaces();
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "guidedmixup_release")]
    internal static int Release(DlDevice device)
    {
        using ForkGate.Pass pass = ForkGate.Enter();
        try
        {
            Device checkedDevice = device.Check("device");
            if (!checkedDevice.IsHost) CudaKernels.Release(checkedDevice.Index);
            return (int)Status.Ok;
        }
        catch (Exception error)
        {
            return LastError.Of(error);
        }
    }

    private static byte[] Version()
    {
        string text = typeof(GuidedMixer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        text = text.Split('+')[0];
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>What the processor calls itself; "cpu" where it has no name.</summary>
    private static string ProcessorName()
    {
        const uint first = 0x80000002, last = 0x80000004;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < last) return "cpu";
        Span<int> name = stackalloc int[12];
        for (uint leaf = first; leaf <= last; leaf++)
        {
            int at = 4 * (int)(leaf - first);
            (name[at], name[at + 1], name[at + 2], name[at + 3]) = X86Base.CpuId((int)leaf, 0);
        }

        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(name)).Trim('\0', ' ');
    }

    private static void Copy(string text, byte* target, nuint capacity, string name)
    {
        if (target == null) throw Fault.Of(name, "NULL where text is to be written.");
        if (capacity == 0) throw Fault.Of("capacity", "0; there is at least room for the closing zero.");
        Utf8.FromUtf16(text, new Span<byte>(target, (int)nuint.Min(capacity - 1, int.MaxValue)), out _, out int length);
        target[length] = 0;
    }
}
