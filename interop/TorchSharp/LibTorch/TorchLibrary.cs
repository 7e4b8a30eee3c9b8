using System;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GuidedMixup.LibTorch;

/// <summary>LibTorchSharp, the native library under TorchSharp, as far as a tensor's memory is concerned.</summary>
/// <remarks>
/// Nothing is copied: a tensor is borrowed by its public handle (<c>torch.Tensor.Handle</c>, an <c>at::Tensor*</c>), read and written where it
/// lies. Autograd sees none of it: inputs are read as they are, outputs are written behind its back, so write into a tensor that no graph has
/// saved. Safe from many threads; in the steady state a borrow allocates nothing on the managed heap.
/// </remarks>
public sealed unsafe class TorchLibrary
{
    private readonly TorchExports _exports;
    private readonly TorchStream _stream;

    /// <summary>Finds the exports in a native library that is loaded already.</summary>
    /// <param name="library">The library, as <see cref="NativeLibrary"/> names it; it stays loaded.</param>
    /// <exception cref="EntryPointNotFoundException">An export is missing; the message names it.</exception>
    public TorchLibrary(nint library)
    {
        _exports = new TorchExports(library);
        _stream = new TorchStream(library, null);
    }

    private TorchLibrary(nint library, Assembly torchSharp)
    {
        _exports = new TorchExports(library);
        _stream = new TorchStream(library, torchSharp);
    }

    /// <summary>Finds LibTorchSharp where TorchSharp's own assembly finds it. Best once there is a tensor: TorchSharp has then loaded libtorch.</summary>
    /// <param name="torchSharp">TorchSharp's assembly: <c>typeof(torch.Tensor).Assembly</c>, <c>tensor.GetType().Assembly</c>.</param>
    /// <exception cref="DllNotFoundException">LibTorchSharp is not there, or libtorch under it is not.</exception>
    /// <exception cref="EntryPointNotFoundException">An export is missing; the message names it.</exception>
    public static TorchLibrary Load(Assembly torchSharp)
    {
        ArgumentNullException.ThrowIfNull(torchSharp);
        return new TorchLibrary(NativeLibrary.Load("LibTorchSharp", torchSharp, null), torchSharp);
    }

    /// <summary>Borrows a tensor to read it.</summary>
    /// <param name="tensor">The handle; the tensor must be alive until this returns.</param>
    /// <param name="name">What an error calls it.</param>
    /// <exception cref="ArgumentException">
    /// There is no tensor, or it is undefined, sparse or otherwise not dense, has no elements, an element type that no stage takes, more than
    /// <see cref="TensorView.MaxRank"/> dimensions, or lies neither in host nor in CUDA memory.
    /// </exception>
    public TorchLease Borrow(nint tensor, string name = "tensor")
    {
        if (tensor == 0) Fail(name, "the handle is 0: there is no tensor.");
        return Own(_exports.Detach(tensor), tensor, new Called(name));
    }

    /// <summary>Borrows a tensor to write it: one that autograd does not record.</summary>
    /// <param name="tensor">The handle; the tensor must be alive until this returns.</param>
    /// <param name="name">What an error calls it.</param>
    /// <exception cref="ArgumentException">As <see cref="Borrow"/>; or the tensor requires a gradient.</exception>
    public TorchLease BorrowOutput(nint tensor, string name = "tensor")
    {
        if (tensor != 0 && _exports.RequiresGrad(tensor) != 0)
            Fail(name, "requires a gradient, and would be written behind autograd's back; write into a tensor made for the purpose.");
        return Borrow(tensor, name);
    }

    /// <summary>Borrows the gradient that the backward pass left in a tensor (<c>x.grad</c>), for Guided-AP.</summary>
    /// <param name="tensor">The handle of x; the tensor must be alive until this returns.</param>
    /// <param name="name">What an error calls x.</param>
    /// <exception cref="ArgumentException">x has no gradient; or its gradient is none that <see cref="Borrow"/> takes.</exception>
    public TorchLease BorrowGradient(nint tensor, string name = "tensor")
    {
        if (tensor == 0) Fail(name, "the handle is 0: there is no tensor.");
        nint gradient = _exports.Grad(tensor);
        if (gradient == 0) Fail(name, $"has no gradient{Reason()}: let it require one, and run the backward pass first.");
        // The handle is ours alone, so it is the lease.
        return Own(gradient, gradient, new Called(name, ".grad"));
    }

    /// <summary>
    /// The stream that torch works on just now: 0, the legacy default stream, on the host, and where libtorch cannot be asked (before 2.0),
    /// for there TorchSharp offers no other.
    /// </summary>
    /// <param name="device">Where the tensors lie.</param>
    /// <exception cref="InvalidOperationException">libtorch refused to answer.</exception>
    public nint CurrentStream(Device device) => device.Type is DeviceType.Cuda or DeviceType.CudaManaged ? _stream.Current(device.Index) : 0;

    internal void Release(nint handle) => _exports.Dispose(handle);

    /// <summary>A lease on a handle of ours, which is given back where it cannot be viewed.</summary>
    private TorchLease Own(nint handle, nint tensor, Called name)
    {
        if (handle == 0) Refuse(tensor, name);
        try
        {
            return new TorchLease(this, handle, View(handle, name));
        }
        catch
        {
            _exports.Dispose(handle);
            throw;
        }
    }

    private TensorView View(nint tensor, Called name)
    {
        void* data = _exports.Data(tensor);
        // Asked first: whoever has memory has a device and a shape as well.
        if (data == null) Refuse(tensor, name);
        sbyte scalar = _exports.Type(tensor);
        if (!ScalarTypes.TryGet(scalar, out ElementType type))
            Fail(name, $"{ScalarTypes.Name(scalar)}; float32, float16, bfloat16, uint8, int32 and int64 are taken.");
        if (_exports.IsNegated != null && _exports.IsNegated(tensor) == 1)
            Fail(name, "a view whose memory holds the negated values (is_neg()); resolve_neg() first.");
        Device device = DeviceOf(tensor, name);
        long rank = _exports.Rank(tensor);
        if (rank > TensorView.MaxRank) Fail(name, $"{rank} dimensions; at most {TensorView.MaxRank} are taken.");
        long* shape = stackalloc long[TensorView.MaxRank], strides = stackalloc long[TensorView.MaxRank];
        for (int i = 0; i < rank; i++)
        {
            shape[i] = _exports.Size(tensor, i);
            // What has no sizes of its own (a nested tensor) answers 0 too.
            if (shape[i] < 1) Fail(name, $"size {shape[i]} in dimension {i}{Reason()}; every size is at least 1.");
            strides[i] = _exports.Stride(tensor, i);
            // An expanded dimension has this step; but so answers what has no strides at all, and leaves a message.
            if (strides[i] == 0 && Reason() is { Length: > 0 } reason) Fail(name, $"not dense: it has no strides{reason}.");
        }

        if ((nuint)data % (nuint)type.Size() != 0)
            Fail(name, $"0x{(nuint)data:x} is not aligned to the {type.Size()} bytes of a {ScalarTypes.Name(scalar)}.");
        return new TensorView(data, type, new ReadOnlySpan<long>(shape, (int)rank), new ReadOnlySpan<long>(strides, (int)rank), device);
    }

    private Device DeviceOf(nint tensor, Called name)
    {
        // c10::DeviceType: 0 the host, page-locked memory included; 1 CUDA.
        int kind = _exports.DeviceType(tensor);
        if (kind is not (0 or 1)) Fail(name, $"on a device of torch's kind {kind}; host memory (0) and CUDA memory (1) are taken.");
        return kind == 0 ? Device.Cpu : new Device(DeviceType.Cuda, Math.Max(0, _exports.DeviceIndex(tensor)));
    }

    /// <summary>Says why a tensor has no memory to borrow.</summary>
    [DoesNotReturn]
    private void Refuse(nint tensor, Called name)
    {
        // The message belongs to the call before; each of those that follow starts a new one.
        string reason = Reason();
        if (_exports.ElementSize(tensor) == 0) Fail(name, "the tensor is undefined.");
        if (_exports.IsSparse(tensor) != 0) Fail(name, "sparse; a dense tensor is needed (to_dense()).");
        if (reason.Length != 0) Fail(name, $"not dense: it has no memory that can be viewed{reason}.");
        Fail(name, "has no elements, or no memory of its own (a meta tensor).");
    }

    private string Reason()
    {
        string? message = Marshal.PtrToStringUTF8((nint)_exports.LastError());
        // The first line: a C++ backtrace may follow.
        return string.IsNullOrEmpty(message) ? "" : $" (libtorch: {message.Split('\n')[0].TrimEnd('.')})";
    }

    [DoesNotReturn]
    private static void Fail(string name, string rule) => Fail(new Called(name), rule);

    [DoesNotReturn]
    private static void Fail(Called name, string rule) => throw new ArgumentException($"{name.Argument}{name.Part}: {rule}", name.Argument);

    /// <summary>What an error calls a tensor; put together only where there is one, for a text made in every call would be garbage in every call.</summary>
    private readonly struct Called(string argument, string part = "")
    {
        internal readonly string Argument = argument;
        internal readonly string Part = part;
    }
}
