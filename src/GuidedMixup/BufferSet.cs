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

    /// <summary>Where the buffers lie.</summary>
    internal readonly Device Device => _device;

    /// <summary>True where they lie in memory of a GPU, and its backend takes the call.</summary>
    internal readonly bool IsCuda => !_device.IsHost;

    internal readonly int Count => _count;

    internal readonly string Name(int i) => _buffers[i].Name;

    /// <summary>The lowest address of a buffer.</summary>
    internal readonly byte* Start(int i) => _buffers[i].Start;

    internal void Input(in TensorView view, string name) => Add(view, name, isOutput: false);

    internal void Output(in TensorView view, string name)
    {
        if (!view.IsEmpty) Require.Distinct(view, name);
        Add(view, name, isOutput: true);
    }

    /// <summary>On a GPU the workspace is one of the buffers; on the host it is ignored. Only a whole mix copies host memory to a GPU.</summary>
    internal void Workspace(in Execution execution, bool mayCopy = false)
    {
        if (IsCuda)
        {
            if (!execution.Device.IsHost && execution.Device.Index != _device.Index)
                Require.Fail("execution", $"Device is {execution.Device} while {_firstName} is on {_device}.");
            Output(execution.Workspace, "execution.Workspace");
        }
        else if (!mayCopy && !execution.Device.IsHost)
        {
            Require.Fail("execution", $"Device is {execution.Device} while {_firstName} is in host memory; a single stage runs where its buffers lie.");
        }
    }

    private void Add(in TensorView view, string name, bool isOutput)
    {
        if (view.IsEmpty) return;
        if (!view.Device.IsHost && view.Device.Type is not (DeviceType.Cuda or DeviceType.CudaManaged))
            Require.Fail(name, $"on {view.Device}; host memory and CUDA memory are taken.");
        if (_firstName == null)
        {
            _firstName = name;
            _device = view.Device;
        }
        else if (view.Device.Index != _device.Index || (view.Device.Type != _device.Type && (view.Device.IsHost || _device.IsHost)))
        {
            // Named is the one on a device where the other is not: most often a tensor that was forgotten to be moved.
            bool isFirst = view.Device.IsHost && !_device.IsHost;
            (string culprit, Device where) = isFirst ? (_firstName, _device) : (name, view.Device);
            (string other, Device there) = isFirst ? (name, view.Device) : (_firstName, _device);
            Require.Fail(culprit, $"on {where} while {other} is {(there.IsHost ? "in host memory" : $"on {there}")}; one call takes one device.");
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

    [InlineArray(32)]
    private struct Buffers
    {
        private Buffer _first;
    }
}
