using System.Collections.Generic;
using System.Threading;

namespace GuidedMixup.Interop.Cuda;

/// <summary>The primary contexts in use, one a device; each is retained on first use and kept.</summary>
internal static class PrimaryContexts
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, CudaContext> Contexts = [];

    /// <summary>The primary context of the device with this ordinal.</summary>
    internal static nint Of(int ordinal)
    {
        lock (Gate)
        {
            if (!Contexts.TryGetValue(ordinal, out CudaContext? context))
                Contexts.Add(ordinal, context = CudaContext.Retain(new CudaDevice(ordinal)));
            return context.Value;
        }
    }
}
