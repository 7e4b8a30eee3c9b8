using System.Runtime.InteropServices;

namespace GuidedMixup.Interop.C;

/// <summary><c>guidedmixup_execution</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeExecution
{
    private const int Oldest = 40;

    private readonly nuint _size;
    private readonly nint _stream;
    private readonly DlTensor* _workspace;
    private readonly DlDevice _device;
    private readonly int _threads;
    private readonly int _reserved;

    internal static Execution Read(NativeExecution* given)
    {
        if (given == null) return default;
        NativeExecution fields = default;
        Sized.Read(given, Oldest, ref fields, "execution");
        if (fields._reserved != 0) throw Fault.Of("execution", $"reserved is {fields._reserved}; it is 0.");
        return new Execution(
            fields._stream,
            fields._threads,
            DlTensor.View(fields._workspace, "execution.workspace"),
            fields._device.Check("execution.device"));
    }
}
