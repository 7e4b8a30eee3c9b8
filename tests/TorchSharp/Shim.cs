using System;
using System.IO;
using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.TorchSharp;

/// <summary>The shim's exports that the tests call: LibTorchSharp's own, and what is needed to set a scene.</summary>
internal static unsafe partial class Shim
{
    private const string Library = "LibTorchSharp";

    /// <summary>The shim's folder: beside the tests, where run.sh puts it.</summary>
    internal static string Folder => AppContext.BaseDirectory;

    internal static bool IsHere => File.Exists(Path.Combine(Folder, "libLibTorchSharp.so"));

    [LibraryImport(Library)]
    internal static partial nint THSTensor_empty(long* sizes, int length, sbyte type, int deviceType, int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);

    [LibraryImport(Library)]
    internal static partial nint THSTensor_empty_strided(
        long* sizes, int length, long* strides, int strideLength, sbyte type, int deviceType, int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);

    [LibraryImport(Library)]
    internal static partial void THSTensor_dispose(nint tensor);

    [LibraryImport(Library)]
    internal static partial void* THSTensor_data(nint tensor);

    [LibraryImport(Library)]
    internal static partial long THSTensor_stride(nint tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint THSTensor_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial void THSTensor_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial void THSTensor_set_requires_grad(nint tensor, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial void THSTensor_backward(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint THSTorch_get_and_reset_last_err();

    [LibraryImport(Library)]
    internal static partial long ShimLiveHandles();

    [LibraryImport(Library)]
    internal static partial long ShimStorageUses(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimChannelsLast(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimNarrow(nint tensor, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint ShimTo(nint tensor, sbyte type);

    [LibraryImport(Library)]
    internal static partial nint ShimExpand(nint tensor, long* sizes, int length);

    [LibraryImport(Library)]
    internal static partial nint ShimUndefined();

    [LibraryImport(Library)]
    internal static partial nint ShimSparse(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimSparseCsr(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimQuantised(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimNested(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimLazilyNegated(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint ShimConvNetLoss(nint images, nint targets, nint* weights);

    [LibraryImport(Library)]
    internal static partial nint ShimConvNetLogits(nint images, nint* weights);

    [LibraryImport(Library)]
    internal static partial void ShimDescend(nint parameter, double rate);

    [LibraryImport(Library)]
    internal static partial void ShimCudaMemory(delegate* unmanaged[Cdecl]<long, void*> allocator, delegate* unmanaged[Cdecl]<void*, void> deleter);

    [LibraryImport(Library)]
    internal static partial nint ShimCudaTensor(void* data, long* sizes, int length, sbyte type, int index);

    [LibraryImport("torch_cuda")]
    internal static partial void ShimSetStream(int device, nint stream);
}
