using System.Runtime.Intrinsics;

namespace GuidedMixup.Cpu;

/// <summary>An element type as the kernels see it: loaded to float32, stored from float32.</summary>
internal unsafe interface IElement
{
    /// <summary>Bytes of one element.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen neighbouring elements.</summary>
    static abstract Vector512<float> Load(byte* source);

    /// <summary>One element.</summary>
    static abstract float LoadOne(byte* source);

    /// <summary>Sixteen neighbouring elements, rounded to nearest even.</summary>
    static abstract void Store(byte* target, Vector512<float> value);

    /// <summary>The same past the caches; the target is a multiple of the sixteen elements.</summary>
    static abstract void StoreStreamed(byte* target, Vector512<float> value);

    /// <summary>One element, rounded to nearest even.</summary>
    static abstract void StoreOne(byte* target, float value);
}
