using System;
using System.Text;

namespace GuidedMixup.Interop.Cuda;

/// <summary>A loaded PTX image. Unloaded by <see cref="Unload"/> alone: never by a finalizer, nor at exit, when its context may be gone.</summary>
internal sealed unsafe class CudaModule
{
    private const int ErrorLogBuffer = 5;
    private const int ErrorLogBytes = 6;
    private const int LogLength = 4096;
    private nint _module;

    /// <summary>Loads PTX text (closed by a zero byte) into the current context.</summary>
    internal CudaModule(ReadOnlySpan<byte> image, string name)
    {
        byte[] log = new byte[LogLength];
        nint module = 0;
        CudaStatus status;
        fixed (byte* text = image, message = log)
        {
            int* options = stackalloc int[] { ErrorLogBuffer, ErrorLogBytes };
            void** values = stackalloc void*[] { message, (void*)LogLength };
            status = Driver.ModuleLoadData(&module, text, 2, options, values);
        }

        if (status != CudaStatus.Success)
            Check.Success(status, "cuModuleLoadDataEx", name, Encoding.UTF8.GetString(log).TrimEnd('\0', '\n', ' '));
        _module = module;
    }

    /// <summary>A kernel of the module.</summary>
    internal nint Function(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + "\0");
        nint function = 0;
        fixed (byte* entry = text)
            Check.Success(Driver.ModuleGetFunction(&function, _module, entry), "cuModuleGetFunction", name);
        return function;
    }

    internal void Unload()
    {
        if (_module != 0) _ = Driver.ModuleUnload(_module);
        _module = 0;
    }
}
