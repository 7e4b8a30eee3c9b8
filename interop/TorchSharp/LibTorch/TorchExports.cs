using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.LibTorch;

/// <summary>The native functions of LibTorchSharp that the bridge calls, each looked up once; SIGNATURES.md says where each was checked.</summary>
/// <remarks>
/// A tensor is an <c>at::Tensor*</c>. LibTorchSharp catches what libtorch throws, keeps the message for this thread, and answers 0: but not in
/// <see cref="DeviceType"/> and <see cref="DeviceIndex"/>, which may only be asked about a tensor that is defined.
/// </remarks>
internal sealed unsafe class TorchExports
{
    /// <summary>The first element, the storage's offset included; null where there is no dense memory.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, void*> Data;

    /// <summary>The bytes of an element; 0 for an undefined tensor.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, long> ElementSize;

    /// <summary>Non-zero for a sparse tensor. An int or a bool, depending on the version: only the low byte is defined.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, byte> IsSparse;

    /// <summary>Non-zero where autograd records what is done to the tensor; low byte, as above.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, byte> RequiresGrad;

    /// <summary>A new handle of the tensor's gradient; 0 where it has none.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, nint> Grad;

    /// <summary>A new handle of the same memory, without history.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, nint> Detach;

    /// <summary>Gives a handle back; the memory is freed with its last owner.</summary>
    internal readonly delegate* unmanaged[Cdecl]<nint, void> Dispose;

    /// <summary>1 where torch negates the values as it reads them (is_neg); null where the version does not know of that.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long> IsNegated;

    /// <summary>The message of this thread's last call, UTF-8, where that call failed; else null. Belongs to LibTorchSharp.</summary>
    internal readonly delegate* unmanaged[Cdecl]<byte*> LastError;

    // What follows reads a field or two of a defined tensor and returns: too short to be worth a transition of the garbage collector's.

    /// <summary>The number of dimensions.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long> Rank;

    /// <summary>The size of a dimension.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long, long> Size;

    /// <summary>The step of a dimension, in elements.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long, long> Stride;

    /// <summary>The element type, a c10::ScalarType.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, sbyte> Type;

    /// <summary>The kind of device, a c10::DeviceType.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int> DeviceType;

    /// <summary>The device's ordinal; −1 on the host.</summary>
    internal readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int> DeviceIndex;

    internal TorchExports(nint library)
    {
        Data = (delegate* unmanaged[Cdecl]<nint, void*>)Find(library, "THSTensor_data");
        ElementSize = (delegate* unmanaged[Cdecl]<nint, long>)Find(library, "THSTensor_element_size");
        IsSparse = (delegate* unmanaged[Cdecl]<nint, byte>)Find(library, "THSTensor_is_sparse");
        RequiresGrad = (delegate* unmanaged[Cdecl]<nint, byte>)Find(library, "THSTensor_requires_grad");
        Grad = (delegate* unmanaged[Cdecl]<nint, nint>)Find(library, "THSTensor_grad");
        Detach = (delegate* unmanaged[Cdecl]<nint, nint>)Find(library, "THSTensor_detach");
        Dispose = (delegate* unmanaged[Cdecl]<nint, void>)Find(library, "THSTensor_dispose");
        IsNegated = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long>)FindOptional(library, "THSTensor_is_neg");
        LastError = (delegate* unmanaged[Cdecl]<byte*>)Find(library, "THSTorch_get_and_reset_last_err");
        Rank = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long>)Find(library, "THSTensor_ndimension");
        Size = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long, long>)Find(library, "THSTensor_size");
        Stride = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, long, long>)Find(library, "THSTensor_stride");
        Type = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, sbyte>)Find(library, "THSTensor_type");
        DeviceType = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int>)Find(library, "THSTensor_device_type");
        DeviceIndex = (delegate* unmanaged[Cdecl, SuppressGCTransition]<nint, int>)Find(library, "THSTensor_device_index");
    }

    private static nint Find(nint library, string name)
    {
        nint address = FindOptional(library, name);
        if (address == 0) throw new EntryPointNotFoundException($"LibTorchSharp has no export {name}; that of TorchSharp 0.93 and later has it.");
        return address;
    }

    private static nint FindOptional(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;
}
