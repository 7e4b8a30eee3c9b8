using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.Cuda;

/// <summary>Makes a context current until disposed, and leaves the thread's own as it was.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe ref struct ContextScope
{
    private readonly bool _isPushed;

    internal ContextScope(nint context)
    {
        Check.Success(Driver.CtxPushCurrent(context), "cuCtxPushCurrent");
        _isPushed = true;
    }

    /// <summary>Pops the context; a failure here would hide the error that brought us here, so it is not reported.</summary>
    public void Dispose()
    {
        nint popped;
        if (_isPushed) _ = Driver.CtxPopCurrent(&popped);
    }
}
