namespace TorchSharp;

public static partial class torch
{
    public class Device(DeviceType deviceType, int index = -1)
    {
        public DeviceType type { get; } = deviceType;

        public int index { get; } = index;
    }
}
