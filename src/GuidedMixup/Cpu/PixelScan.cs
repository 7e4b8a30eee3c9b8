using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>Looks for NaN and ±Inf.</summary>
internal static unsafe class PixelScan
{
    [MethodImpl(Kernel)]
    internal static bool IsFinite<TElement>(byte* source, nint step, int count)
        where TElement : struct, IElement
    {
        if (typeof(TElement) == typeof(UInt8)) return true;
        // 0·x is 0 for every finite x and NaN otherwise.
        Vector512<float> sum = Vector512<float>.Zero;
        int i = 0;
        if (step == TElement.Size)
        {
            for (; i + Lanes <= count; i += Lanes) sum = Fma(TElement.Load(source + i * step), Vector512<float>.Zero, sum);
        }

        float rest = 0;
        for (; i < count; i++) rest += 0 * TElement.LoadOne(source + i * step);
        return Vector512.EqualsAll(sum, Vector512<float>.Zero) && rest == 0;
    }
}
