using System;
using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.Contract;

/// <summary>
/// All memory of one call in one block, with room around every tensor, so that a test can see whether any byte changed and a faulty view
/// that were read after all stays inside.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private const int Size = 1 << 19;
    private const int Gap = 1 << 14;
    private readonly byte* _block = (byte*)NativeMemory.AlignedAlloc(Size, 64);
    private int _used = Gap;

    internal Arena() => Bytes.Fill(0xFF);

    internal Span<byte> Bytes => new(_block, Size);

    /// <summary>A compact tensor; an output is poisoned (all bits set), an input gets values its role allows.</summary>
    internal TensorView Take(Parameter parameter)
    {
        void* data = _block + _used;
        var view = new TensorView(data, parameter.Type, parameter.Shape);
        int bytes = (int)view.Length * parameter.Type.Size();
        _used += ((bytes + 63) & ~63) + Gap;
        if (_used > Size) throw new InvalidOperationException("the arena is too small.");
        if (!parameter.IsOutput) FillInput(view);
        return view;
    }

    /// <summary>A compact view's place in <see cref="Bytes"/>.</summary>
    internal (int Start, int Size) Find(in TensorView view) =>
        ((int)((byte*)view.Data - _block), (int)view.Length * view.Type.Size());

    public void Dispose() => NativeMemory.AlignedFree(_block);

    private static void FillInput(in TensorView view)
    {
        for (int i = 0; i < view.Length; i++)
        {
            switch (view.Type)
            {
                case ElementType.Float32:
                    ((float*)view.Data)[i] = 0.1f + (i * 37 % 101) / 101f;
                    break;
                case ElementType.UInt8:
                    ((byte*)view.Data)[i] = 1;
                    break;
                // Boxes: 1 … 5 of 8 rows, 2 … 7 of 9 columns.
                case ElementType.Int32 when view.Rank == 2:
                    ((int*)view.Data)[i] = (i % 4) switch { 0 => 1, 1 => 2, 2 => 5, _ => 7 };
                    break;
                // Classes and partners: every number below the batch size is valid for both.
                case ElementType.Int32:
                    ((int*)view.Data)[i] = (i + 1) % (int)view.Length;
                    break;
                default:
                    ((long*)view.Data)[i] = (i + 1) % view.Length;
                    break;
            }
        }
    }
}
