using System;
using System.Collections.Generic;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>The kernels as one context has loaded them.</summary>
internal sealed class ContextKernels
{
    private const int MaxDynamicShared = 8;
    private readonly List<CudaModule> _modules = [];
    private readonly nint[] _functions = new nint[KernelTable.All.Count];

    /// <summary>Loads the best images the driver takes into the current context.</summary>
    internal ContextKernels(nint context, CudaDevice device)
    {
        (Context, Device) = (context, device);
        string refused = "";
        CudaException? last = null;
        foreach ((string target, int computeCapability) in KernelImage.Targets)
        {
            if (device.ComputeCapability < computeCapability) continue;
            try
            {
                Load(target);
                Image = target + refused;
                return;
            }
            catch (CudaException error)
            {
                Unload();
                refused += $" ({target} refused: {error.Message})";
                last = error;
            }
        }

        if (last != null) throw last;
        throw new PlatformNotSupportedException(
            $"{device} has compute capability {device.ComputeCapability / 10}.{device.ComputeCapability % 10}; at least 7.0 is needed.");
    }

    internal nint Context { get; }

    internal CudaDevice Device { get; }

    /// <summary>The target whose images run, and why better ones do not.</summary>
    internal string Image { get; } = "";

    internal nint this[Kernel kernel] => _functions[kernel.Index];

    internal void Unload()
    {
        foreach (CudaModule module in _modules) module.Unload();
        _modules.Clear();
    }

    private unsafe void Load(string target)
    {
        var modules = new Dictionary<string, CudaModule>();
        foreach (Kernel kernel in KernelTable.All)
        {
            if (!modules.TryGetValue(kernel.File, out CudaModule? module))
            {
                module = new CudaModule(KernelImage.Read(target, kernel.File), $"{target}/{kernel.File}.ptx");
                modules.Add(kernel.File, module);
                _modules.Add(module);
            }

            nint function = module.Function(kernel.Name);
            _functions[kernel.Index] = function;
            // Above 48 KB a kernel takes dynamic shared memory only where it was told so before.
            int shared = kernel.IsShared ? SharedMemory.Most(kernel, Device) : 0;
            if (shared > 0)
                Check.Success(Driver.FuncSetAttribute(function, MaxDynamicShared, shared), "cuFuncSetAttribute", kernel.Name);
        }
    }
}
