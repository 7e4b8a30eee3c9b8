using System.Runtime.CompilerServices;

namespace GuidedMixup;

/// <summary>
/// The buffers of one call: all on one device, and no output may share memory with any other. What counts is the range from a view's lowest to
/// its highest element, so two views that interleave in one buffer are refused as well.
/// </summary>
internal unsafe ref struct BufferSet
{
    private Buffers _buffers;
    private int _count;
    private string? _firstName;
    private Device _device;

    internal void Input(in TensorView view, string name) => Add(view, name, isOutput: false);

    internal void Output(in TensorView view, string name)
    {
        if (!view.IsEmpty) Require.Distinct(view, name);
        Add(view, name, isOutput: true);
    }

    private void Add(in TensorView view, string name, bool isOutput)
    {
        if (view.IsEmpty) return;
        // CUDA views get a backend of their own; until then only host memory is taken.
        if (!view.Device.IsHost) Require.Fail(name, $"on {view.Device}; this build runs on host memory only (no CUDA backend yet).");
        if (_firstName == null)
        {
            _firstName = name;
            _device = view.Device;
        }
        else if (view.Device.Type != _device.Type || view.Device.Index != _device.Index)
        {
            Require.Fail(name, $"on {view.Device} while {_firstName} is on {_device}; one call takes one device.");
        }

        long size = view.Type.Size();
        var buffer = new Buffer(
            name, isOutput, (byte*)view.Data + view.LowOffset * size, (byte*)view.Data + (view.HighOffset + 1) * size);
        for (int i = 0; i < _count; i++)
        {
            Buffer other = _buffers[i];
            if ((isOutput || other.IsOutput) && buffer.Start < other.End && other.Start < buffer.End)
                Require.Fail(name, $"shares memory with {other.Name}; every call is out of place.");
        }

        _buffers[_count++] = buffer;
    }

    private readonly struct Buffer(string name, bool isOutput, byte* start, byte* end)
    {
        internal readonly string Name = name;
        internal readonly bool IsOutput = isOutput;
        internal readonly byte* Start = start;
        internal readonly byte* End = end;
    }

    [InlineArray(20)]
    private struct Buffers
    {
        private Buffer _first;
    }
}
