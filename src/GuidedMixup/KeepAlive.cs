using System;

namespace GuidedMixup;

/// <summary>Holds the owners of views until a call is over, so that no finalizer frees memory that is still being read.</summary>
internal static class KeepAlive
{
    internal static void Until(in TensorView a, in TensorView b = default, in TensorView c = default, in TensorView d = default)
    {
        GC.KeepAlive(a.Owner);
        GC.KeepAlive(b.Owner);
        GC.KeepAlive(c.Owner);
        GC.KeepAlive(d.Owner);
    }
}
