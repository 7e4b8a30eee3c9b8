using System;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GuidedMixup.LibTorch;

/// <summary>torch's current CUDA stream, asked of libtorch's stable C ABI; looked up with the first CUDA tensor.</summary>
internal sealed unsafe class TorchStream(nint library, Assembly? torchSharp)
{
    private const string Export = "aoti_torch_get_current_cuda_stream";

    // Two threads may both look it up, and find the same.
    private volatile bool _isKnown;
    private nint _current;

    /// <summary>The stream of a device; 0 where this libtorch has no such function.</summary>
    internal nint Current(int ordinal)
    {
        if (!_isKnown)
        {
            _current = Find();
            _isKnown = true;
        }

        if (_current == 0) return 0;
        void* stream = null;
        int error = ((delegate* unmanaged[Cdecl]<int, void**, int>)_current)(ordinal, &stream);
        if (error != 0) throw new InvalidOperationException($"{Export}({ordinal}) of libtorch answered error {error}.");
        return (nint)stream;
    }

    private nint Find()
    {
        // Part of libtorch_cuda, which is loaded where there are CUDA tensors; asking by its bare name finds that one.
        if (NativeLibrary.TryGetExport(library, Export, out nint address)) return address;
        Assembly finder = torchSharp ?? typeof(TorchStream).Assembly;
        return NativeLibrary.TryLoad("torch_cuda", finder, null, out nint cuda) && NativeLibrary.TryGetExport(cuda, Export, out address) ? address : 0;
    }
}
