using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.Cuda;

/// <content>Recordings of launches, for kernels/emulation/sanitize.</content>
internal static partial class EmulatedDriver
{
    /// <summary>Writes every launch from now on to a file; <c>null</c>: no longer. 0, or 1 where the file cannot be written.</summary>
    [LibraryImport(Name, EntryPoint = "GuidedMixupEmulationRecord", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Record(string? path);
}
