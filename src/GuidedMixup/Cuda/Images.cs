using System.Runtime.InteropServices;

namespace GuidedMixup.Cuda;

/// <summary>A batch as kernels take it, by value; strides in elements. Mirrors <c>struct Images</c> of kernels/Views.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct Images
{
    private readonly void* _data;
    private readonly long _strideN;
    private readonly long _strideC;
    private readonly long _strideH;
    private readonly long _strideW;
    private readonly int _type;
    private readonly int _n;
    private readonly int _c;
    private readonly int _h;
    private readonly int _w;
    private readonly int _layout;

    internal Images(in ImageBatch batch)
    {
        nint size = batch.Type.Size();
        _data = batch.Data;
        (_strideN, _strideC) = (batch.StrideN / size, batch.StrideC / size);
        (_strideH, _strideW) = (batch.StrideH / size, batch.StrideW / size);
        (_type, _n, _c, _h, _w) = ((int)batch.Type, batch.N, batch.C, batch.H, batch.W);
        _layout = (int)batch.Layout;
    }
}
