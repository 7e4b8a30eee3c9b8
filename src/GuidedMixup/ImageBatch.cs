using System.Runtime.InteropServices;

namespace GuidedMixup;

/// <summary>A checked [N,C,H,W] view, unpacked for the kernels.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct ImageBatch
{
    internal ImageBatch(in TensorView view)
    {
        Data = (byte*)view.Data;
        Type = view.Type;
        N = (int)view.Shape[0];
        C = (int)view.Shape[1];
        H = (int)view.Shape[2];
        W = (int)view.Shape[3];
        int size = view.Type.Size();
        StrideN = (nint)view.Strides[0] * size;
        StrideC = (nint)view.Strides[1] * size;
        StrideH = (nint)view.Strides[2] * size;
        StrideW = (nint)view.Strides[3] * size;
        Layout = StrideW == size ? PixelLayout.Planar
            : StrideC == size && StrideW == (nint)size * C ? PixelLayout.Interleaved
            : PixelLayout.Strided;
        IsJoined = StrideH == StrideW * W;
    }

    /// <summary>Compact float32 maps, as images of one channel.</summary>
    internal ImageBatch(float* maps, int n, int h, int w)
    {
        Data = (byte*)maps;
        Type = ElementType.Float32;
        (N, C, H, W) = (n, 1, h, w);
        StrideW = sizeof(float);
        StrideH = w * StrideW;
        StrideN = StrideC = h * StrideH;
        IsJoined = true;
    }

    private ImageBatch(in ImageBatch whole, int first, int count)
    {
        this = whole;
        Data = whole.Data + first * whole.StrideN;
        N = count;
    }

    internal byte* Data { get; }

    internal ElementType Type { get; }

    internal int N { get; }

    internal int C { get; }

    internal int H { get; }

    internal int W { get; }

    /// <summary>Bytes from one image to the next; likewise below for channels, rows and pixels.</summary>
    internal nint StrideN { get; }

    internal nint StrideC { get; }

    internal nint StrideH { get; }

    internal nint StrideW { get; }

    internal PixelLayout Layout { get; }

    /// <summary>True where the rows of a channel follow each other without a gap, so that a plane is one long row.</summary>
    internal bool IsJoined { get; }

    internal int Pixels => H * W;

    /// <summary>Some images of the batch.</summary>
    internal ImageBatch Slice(int first, int count) => new(this, first, count);

    /// <summary>The first element of channel <paramref name="c"/> in row <paramref name="y"/> of image <paramref name="n"/>.</summary>
    internal byte* Row(int n, int c, int y) => Data + n * StrideN + c * StrideC + y * StrideH;
}
