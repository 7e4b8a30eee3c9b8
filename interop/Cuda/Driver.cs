using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>The functions of the CUDA driver API, each imported once, unchanged; the first call of each looks it up.</summary>
internal static unsafe partial class Driver
{
    private const string Name = DriverLibrary.Name;

    // Before any import below is bound.
    static Driver() => DriverLibrary.Register();

    [LibraryImport(Name, EntryPoint = "cuInit")]
    internal static partial CudaStatus Init(uint flags);

    [LibraryImport(Name, EntryPoint = "cuDriverGetVersion")]
    internal static partial CudaStatus DriverGetVersion(int* version);

    [LibraryImport(Name, EntryPoint = "cuGetErrorName")]
    internal static partial CudaStatus GetErrorName(CudaStatus status, byte** name);

    [LibraryImport(Name, EntryPoint = "cuGetErrorString")]
    internal static partial CudaStatus GetErrorString(CudaStatus status, byte** meaning);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetCount")]
    internal static partial CudaStatus DeviceGetCount(int* count);

    [LibraryImport(Name, EntryPoint = "cuDeviceGet")]
    internal static partial CudaStatus DeviceGet(int* device, int ordinal);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetName")]
    internal static partial CudaStatus DeviceGetName(byte* name, int length, int device);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetAttribute")]
    internal static partial CudaStatus DeviceGetAttribute(int* value, int attribute, int device);

    [LibraryImport(Name, EntryPoint = "cuDevicePrimaryCtxRetain")]
    internal static partial CudaStatus DevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(Name, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    internal static partial CudaStatus DevicePrimaryCtxRelease(int device);

    [LibraryImport(Name, EntryPoint = "cuCtxPushCurrent_v2")]
    internal static partial CudaStatus CtxPushCurrent(nint context);

    [LibraryImport(Name, EntryPoint = "cuCtxPopCurrent_v2")]
    internal static partial CudaStatus CtxPopCurrent(nint* context);

    /// <summary>Since CUDA 12.0; see <see cref="DriverLibrary.HasExport"/>.</summary>
    [LibraryImport(Name, EntryPoint = "cuCtxGetId")]
    internal static partial CudaStatus CtxGetId(nint context, ulong* id);

    [LibraryImport(Name, EntryPoint = "cuPointerGetAttribute")]
    internal static partial CudaStatus PointerGetAttribute(void* value, int attribute, nint pointer);

    [LibraryImport(Name, EntryPoint = "cuMemAlloc_v2")]
    internal static partial CudaStatus MemAlloc(nint* pointer, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemFree_v2")]
    internal static partial CudaStatus MemFree(nint pointer);

    [LibraryImport(Name, EntryPoint = "cuMemHostAlloc")]
    internal static partial CudaStatus MemHostAlloc(nint* pointer, nuint bytes, uint flags);

    [LibraryImport(Name, EntryPoint = "cuMemFreeHost")]
    internal static partial CudaStatus MemFreeHost(nint pointer);

    [LibraryImport(Name, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    internal static partial CudaStatus MemcpyHtoDAsync(nint target, void* source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    internal static partial CudaStatus MemcpyDtoHAsync(void* target, nint source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoDAsync_v2")]
    internal static partial CudaStatus MemcpyDtoDAsync(nint target, nint source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemsetD32Async")]
    internal static partial CudaStatus MemsetD32Async(nint target, uint value, nuint count, nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamCreate")]
    internal static partial CudaStatus StreamCreate(nint* stream, uint flags);

    [LibraryImport(Name, EntryPoint = "cuStreamDestroy_v2")]
    internal static partial CudaStatus StreamDestroy(nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamSynchronize")]
    internal static partial CudaStatus StreamSynchronize(nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamIsCapturing")]
    internal static partial CudaStatus StreamIsCapturing(nint stream, int* status);

    [LibraryImport(Name, EntryPoint = "cuStreamWaitEvent")]
    internal static partial CudaStatus StreamWaitEvent(nint stream, nint @event, uint flags);

    [LibraryImport(Name, EntryPoint = "cuStreamBeginCapture_v2")]
    internal static partial CudaStatus StreamBeginCapture(nint stream, int mode);

    [LibraryImport(Name, EntryPoint = "cuStreamEndCapture")]
    internal static partial CudaStatus StreamEndCapture(nint stream, nint* graph);

    [LibraryImport(Name, EntryPoint = "cuGraphInstantiateWithFlags")]
    internal static partial CudaStatus GraphInstantiate(nint* instance, nint graph, ulong flags);

    [LibraryImport(Name, EntryPoint = "cuGraphLaunch")]
    internal static partial CudaStatus GraphLaunch(nint instance, nint stream);

    [LibraryImport(Name, EntryPoint = "cuGraphExecDestroy")]
    internal static partial CudaStatus GraphExecDestroy(nint instance);

    [LibraryImport(Name, EntryPoint = "cuGraphDestroy")]
    internal static partial CudaStatus GraphDestroy(nint graph);

    [LibraryImport(Name, EntryPoint = "cuEventCreate")]
    internal static partial CudaStatus EventCreate(nint* @event, uint flags);

    [LibraryImport(Name, EntryPoint = "cuEventRecord")]
    internal static partial CudaStatus EventRecord(nint @event, nint stream);

    [LibraryImport(Name, EntryPoint = "cuEventSynchronize")]
    internal static partial CudaStatus EventSynchronize(nint @event);

    [LibraryImport(Name, EntryPoint = "cuEventElapsedTime")]
    internal static partial CudaStatus EventElapsedTime(float* milliseconds, nint start, nint end);

    [LibraryImport(Name, EntryPoint = "cuEventDestroy_v2")]
    internal static partial CudaStatus EventDestroy(nint @event);

    [LibraryImport(Name, EntryPoint = "cuModuleLoadDataEx")]
    internal static partial CudaStatus ModuleLoadData(nint* module, void* image, uint optionCount, int* options, void** values);

    [LibraryImport(Name, EntryPoint = "cuModuleUnload")]
    internal static partial CudaStatus ModuleUnload(nint module);

    [LibraryImport(Name, EntryPoint = "cuModuleGetFunction")]
    internal static partial CudaStatus ModuleGetFunction(nint* function, nint module, byte* name);

    [LibraryImport(Name, EntryPoint = "cuFuncSetAttribute")]
    internal static partial CudaStatus FuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(Name, EntryPoint = "cuLaunchKernel")]
    internal static partial CudaStatus LaunchKernel(
        nint function,
        uint gridX,
        uint gridY,
        uint gridZ,
        uint blockX,
        uint blockY,
        uint blockZ,
        uint sharedBytes,
        nint stream,
        void** arguments,
        void** extra);
}
