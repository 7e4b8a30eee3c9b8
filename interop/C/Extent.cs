namespace GuidedMixup.Interop.C;

/// <summary>A size as C hands it over, 64 bits wide.</summary>
internal static class Extent
{
    internal static int Of(long value, string name) =>
        value is >= 1 and <= int.MaxValue ? (int)value : throw Fault.Of(name, $"{value}; it is at least 1 and below 2^31.");
}
