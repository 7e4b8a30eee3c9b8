using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>A device as DLPack names it: a type and an ordinal. <c>default</c> is the CPU.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Device
{
    private readonly DeviceType _type;

    /// <summary>Names the device <paramref name="type"/> number <paramref name="index"/>.</summary>
    public Device(DeviceType type, int index = 0)
    {
        // The CPU is kept as 0, so that it equals default.
        _type = type == DeviceType.Cpu ? 0 : type;
        Index = index;
    }

    /// <summary>The host.</summary>
    public static Device Cpu => default;

    /// <summary>The kind of device.</summary>
    public DeviceType Type => _type == 0 ? DeviceType.Cpu : _type;

    /// <summary>The ordinal among devices of this kind; 0 on the host.</summary>
    public int Index { get; }

    /// <summary>True where the host can read and write the memory directly.</summary>
    internal bool IsHost => Type is DeviceType.Cpu or DeviceType.CudaHost;

    /// <inheritdoc/>
    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : $"{Type}:{Index}".ToLowerInvariant();
}
