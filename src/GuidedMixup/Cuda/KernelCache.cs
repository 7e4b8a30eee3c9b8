using System;
using System.Collections.Generic;
using System.Threading;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>The loaded kernels of every context in use.</summary>
internal static unsafe class KernelCache
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<ulong, ContextKernels> Loaded = [];
    private static readonly Lazy<bool> HasContextId = new(() => DriverLibrary.HasExport("cuCtxGetId"));

    /// <summary>The kernels of the current context; loads them unless <paramref name="stream"/> is being captured.</summary>
    internal static ContextKernels Of(nint context, int ordinal, nint stream)
    {
        ulong key = Key(context);
        lock (Gate)
        {
            if (Loaded.TryGetValue(key, out ContextKernels? kernels)) return kernels;
            if (IsCapturing(stream))
            {
                throw new InvalidOperationException(
                    $"the kernels are not loaded on cuda:{ordinal} and cannot be while the stream is captured; call GuidedMixer.Prepare first.");
            }

            kernels = new ContextKernels(context, new CudaDevice(ordinal));
            Loaded.Add(key, kernels);
            return kernels;
        }
    }

    /// <summary>Unloads the kernels of every context of a device.</summary>
    internal static void Release(int ordinal)
    {
        lock (Gate)
        {
            foreach ((ulong key, ContextKernels kernels) in Loaded)
            {
                if (kernels.Device.Ordinal != ordinal) continue;
                using var scope = new ContextScope(kernels.Context);
                kernels.Unload();
                Loaded.Remove(key);
            }
        }
    }

    internal static bool IsCapturing(nint stream)
    {
        int status = 0;
        CudaStatus answer = Driver.StreamIsCapturing(stream, &status);
        if (answer == CudaStatus.StreamCaptureImplicit) return true;
        Check.Success(answer, "cuStreamIsCapturing");
        return status != 0;
    }

    /// <summary>An address can be that of a new context where an old one was; an id is never used twice.</summary>
    private static ulong Key(nint context)
    {
        if (!HasContextId.Value) return (ulong)context;
        ulong id = 0;
        Check.Success(Driver.CtxGetId(context, &id), "cuCtxGetId");
        return id;
    }
}
