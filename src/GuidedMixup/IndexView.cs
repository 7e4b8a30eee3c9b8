namespace GuidedMixup;

/// <summary>Reads and writes the compact Int32 or Int64 tensors that hold labels and partners.</summary>
internal static unsafe class IndexView
{
    internal static long Read(in TensorView view, long i) =>
        view.Type == ElementType.Int64 ? ((long*)view.Data)[i] : ((int*)view.Data)[i];

    internal static void Write(in TensorView view, long i, long value)
    {
        if (view.Type == ElementType.Int64) ((long*)view.Data)[i] = value;
        else ((int*)view.Data)[i] = (int)value;
    }
}
