namespace GuidedMixup.Interop.Cuda;

/// <summary>What the driver knows of an address.</summary>
internal static unsafe class CudaPointer
{
    private const int ContextAttribute = 1;
    private const int MemoryTypeAttribute = 2;
    private const int ManagedAttribute = 8;
    private const int OrdinalAttribute = 9;
    private const int HostMemory = 1;

    /// <summary>The context the memory was allocated in; 0 where it has none (virtual-memory and pool allocations).</summary>
    /// <returns>False where the driver does not know the address.</returns>
    internal static bool TryGetContext(void* pointer, out nint context)
    {
        nint value = 0;
        CudaStatus status = Driver.PointerGetAttribute(&value, ContextAttribute, (nint)pointer);
        context = value;
        if (status == CudaStatus.InvalidValue) return false;
        Check.Success(status, "cuPointerGetAttribute");
        return true;
    }

    /// <summary>The ordinal of the device the memory lies on.</summary>
    internal static int Ordinal(void* pointer)
    {
        int ordinal = 0;
        Check.Success(Driver.PointerGetAttribute(&ordinal, OrdinalAttribute, (nint)pointer), "cuPointerGetAttribute");
        return ordinal;
    }

    /// <summary>True for page-locked memory of the host.</summary>
    internal static bool IsHost(void* pointer)
    {
        int type = 0;
        Check.Success(Driver.PointerGetAttribute(&type, MemoryTypeAttribute, (nint)pointer), "cuPointerGetAttribute");
        return type == HostMemory;
    }

    /// <summary>True for managed (unified) memory.</summary>
    internal static bool IsManaged(void* pointer)
    {
        int isManaged = 0;
        Check.Success(Driver.PointerGetAttribute(&isManaged, ManagedAttribute, (nint)pointer), "cuPointerGetAttribute");
        return isManaged != 0;
    }
}
