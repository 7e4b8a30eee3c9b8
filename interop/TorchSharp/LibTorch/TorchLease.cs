namespace GuidedMixup.LibTorch;

/// <summary>A tensor's memory, held until disposed: whatever becomes of the tensor meanwhile, its view stays valid.</summary>
/// <remarks>
/// Dispose of it once, on any thread, best by <c>using</c>. Memory on a GPU may be given back as soon as the call has returned, though the
/// kernels have not run: torch's allocator gives it to the same stream first.
/// </remarks>
public ref struct TorchLease
{
    private readonly TorchLibrary? _torch;
    private nint _handle;

    internal TorchLease(TorchLibrary torch, nint handle, scoped in TensorView view)
    {
        _torch = torch;
        _handle = handle;
        View = view;
    }

    /// <summary>The tensor's memory; <c>default</c> where the lease is <c>default</c>.</summary>
    public TensorView View { get; }

    /// <summary>Gives the memory back to torch; the view must no longer be used.</summary>
    public void Dispose()
    {
        if (_handle != 0) _torch!.Release(_handle);
        _handle = 0;
    }
}
