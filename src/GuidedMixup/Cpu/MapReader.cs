using System.Runtime.Intrinsics;
using static GuidedMixup.Cpu.VectorMath;

namespace GuidedMixup.Cpu;

/// <summary>Reads a caller's map of any float type and strides into compact float32.</summary>
internal static unsafe class MapReader
{
    internal static void Copy(in ImageBatch maps, int n, float* map)
    {
        for (int y = 0; y < maps.H; y++)
        {
            byte* source = maps.Row(n, 0, y);
            float* row = map + (nint)y * maps.W;
            switch (maps.Type)
            {
                case ElementType.Float32: Row<Float32>(source, maps.StrideW, row, maps.W); break;
                case ElementType.Float16: Row<Float16>(source, maps.StrideW, row, maps.W); break;
                default: Row<BFloat16>(source, maps.StrideW, row, maps.W); break;
            }
        }
    }

    private static void Row<TElement>(byte* source, nint stride, float* row, int width)
        where TElement : struct, IElement
    {
        int x = 0;
        for (; stride == TElement.Size && x + Lanes <= width; x += Lanes) TElement.Load(source + x * stride).Store(row + x);
        for (; x < width; x++) row[x] = TElement.LoadOne(source + x * stride);
    }
}
