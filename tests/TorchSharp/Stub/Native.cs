using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What the stub itself asks of LibTorchSharp.</summary>
internal static unsafe partial class Native
{
    private const string Library = "LibTorchSharp";

    [LibraryImport(Library)]
    internal static partial void THSTensor_dispose(nint tensor);

    [LibraryImport(Library)]
    internal static partial sbyte THSTensor_type(nint tensor);

    [LibraryImport(Library)]
    internal static partial int THSTensor_device_type(nint tensor);

    [LibraryImport(Library)]
    internal static partial int THSTensor_device_index(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint THSTensor_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial void THSTensor_set_grad(nint tensor, nint grad);

    [LibraryImport(Library)]
    internal static partial byte THSTensor_requires_grad(nint tensor);

    [LibraryImport(Library)]
    internal static partial void THSTensor_set_requires_grad(nint tensor, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial void THSTensor_backward(nint tensor);

    [LibraryImport(Library)]
    internal static partial nint THSTensor_empty(long* sizes, int length, sbyte type, int deviceType, int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);

    [LibraryImport(Library)]
    internal static partial nint THSTensor_empty_like(nint input, sbyte type, int deviceType, int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);

    [LibraryImport(Library)]
    private static partial nint THSTorch_get_and_reset_last_err();

    /// <summary>A tensor for a handle, an exception for none.</summary>
    internal static torch.Tensor Own(nint handle)
    {
        if (handle == 0) CheckForErrors();
        return new torch.Tensor(handle);
    }

    internal static void CheckForErrors()
    {
        nint error = THSTorch_get_and_reset_last_err();
        if (error != 0) throw new ExternalException(Marshal.PtrToStringUTF8(error));
    }
}
