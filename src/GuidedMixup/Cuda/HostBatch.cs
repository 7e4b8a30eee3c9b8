using System;
using System.Collections.Generic;
using System.Threading;
using GuidedMixup.Interop.Cuda;

namespace GuidedMixup.Cuda;

/// <summary>
/// A batch in host memory, mixed on a GPU: copied in, mixed, copied out. The images go over in slices on a stream of their own, so that a
/// slice is copied while the saliency of the one before is computed. Device memory and streams are kept for the next such batch.
/// </summary>
internal sealed unsafe class HostBatch : IDisposable
{
    private const int Slices = 4;
    private const int Alignment = 256;
    private static readonly Lock PoolLock = new();
    private static readonly List<HostBatch> Pool = [];

    private readonly int _ordinal;
    private readonly CudaDevice _device;
    private readonly CudaStream _compute;
    private readonly CudaStream _copy;
    private readonly CudaEvent _arrived;
    private CudaBuffer? _memory;
    private TensorView _hostImages;
    private TensorView _deviceImages;
    private int _copied;
    private int _slice;
    private long _used;
    private bool _isSound;

    private HostBatch(int ordinal)
    {
        _ordinal = ordinal;
        _device = new CudaDevice(ordinal);
        _compute = new CudaStream(ordinal);
        _copy = new CudaStream(ordinal);
        _arrived = new CudaEvent(ordinal);
    }

    /// <summary>Images that are copied, and whose saliency is computed, at a time.</summary>
    internal int Slice => _slice;

    /// <summary>Mixes a checked batch of host memory; all outputs are written when it returns, and none where it throws.</summary>
    internal static bool Run(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, in Execution execution)
    {
        Device device = execution.Device;
        if (!CudaDriver.TryLoad(out string why)) Require.Fail("execution", $"Device is {device}; CUDA is not available: {why}");
        if (device.Index < 0 || device.Index >= CudaDriver.DeviceCount)
            Require.Fail("execution", $"Device is {device} where the driver shows {CudaDriver.DeviceCount} GPUs.");
        using HostBatch batch = Rent(device.Index);
        return batch.Mix(options, inputs, outputs, device);
    }

    /// <summary>Frees what batches keep for each other.</summary>
    internal static void Trim()
    {
        lock (PoolLock)
        {
            foreach (HostBatch batch in Pool) batch.Free();
            Pool.Clear();
        }
    }

    /// <summary>Lets the launches that follow wait for the first <paramref name="count"/> images, and starts their copy.</summary>
    internal void Await(int count)
    {
        if (count <= _copied) return;
        bool isWhole = _slice >= _hostImages.Shape[0];
        long image = isWhole ? 0 : _hostImages.Strides[0];
        Copy(_hostImages, _deviceImages, isWhole ? _hostImages.LowOffset : _copied * image, isWhole ? Span(_hostImages) : (count - _copied) * image, _copy);
        _copied = count;
        _arrived.Record(_copy);
        _compute.Wait(_arrived);
    }

    /// <summary>Waits for all work, and gives the streams and the memory to the next batch; after a fault frees them instead.</summary>
    public void Dispose()
    {
        if (!_isSound)
        {
            // Copies may still be reading the caller's memory.
            foreach (CudaStream stream in (ReadOnlySpan<CudaStream>)[_copy, _compute])
            {
                try
                {
                    stream.Synchronise();
                }
                catch (CudaException)
                {
                    // The fault that led here is the one to report.
                }
            }

            Free();
            return;
        }

        _hostImages = _deviceImages = default;
        lock (PoolLock) Pool.Add(this);
    }

    private static HostBatch Rent(int ordinal)
    {
        lock (PoolLock)
        {
            for (int i = Pool.Count - 1; i >= 0; i--)
            {
                if (Pool[i]._ordinal != ordinal) continue;
                HostBatch found = Pool[i];
                Pool.RemoveAt(i);
                found._isSound = false;
                return found;
            }
        }

        return new HostBatch(ordinal);
    }

    private static long Span(in TensorView view) => view.HighOffset - view.LowOffset + 1;

    private bool Mix(GuidedMixerOptions options, in MixInputs inputs, in MixOutputs outputs, Device device)
    {
        int n = (int)inputs.Images.Shape[0];
        long workspace = Pipeline.WorkspaceBytes(_device, options, n, (int)inputs.Images.Shape[2], (int)inputs.Images.Shape[3]);

        // Once to measure, once to place.
        _used = 0;
        Place(inputs, outputs, device, n, workspace, 0, out _, out _, out _, out _);
        if (_memory == null || _memory.Length < _used)
        {
            _memory?.Dispose();
            _memory = new CudaBuffer(_used, _ordinal);
        }

        _used = 0;
        Place(
            inputs, outputs, device, n, workspace, (nint)_memory.Data,
            out MixInputs inner, out MixOutputs results, out TensorView flags, out TensorView scratch);
        CopyIn(inputs, inner, outputs, results);
        var buffers = new BufferSet();
        buffers.Input(inner.Images, "images");
        bool isMixed = Pipeline.Run(buffers, options, inner, results, new Execution(_compute.Value, 0, scratch), this);
        // Maps that nobody asked for leave images that nobody waited for.
        Await(n);
        if (options.Strict) Judge(flags, n);
        CopyOut(results, outputs);
        _compute.Synchronise();
        _isSound = true;
        return isMixed;
    }

    private void Place(
        in MixInputs inputs,
        in MixOutputs outputs,
        Device device,
        int n,
        long workspace,
        nint start,
        out MixInputs inner,
        out MixOutputs results,
        out TensorView flags,
        out TensorView scratch)
    {
        inner = new MixInputs
        {
            Images = Place(inputs.Images, device, start),
            Labels = Place(inputs.Labels, device, start),
            Gradient = Place(inputs.Gradient, device, start),
            Saliency = Place(inputs.Saliency, device, start),
            Partners = Place(inputs.Partners, device, start),
            Subset = Place(inputs.Subset, device, start),
            Ratios = Place(inputs.Ratios, device, start),
            Boxes = Place(inputs.Boxes, device, start),
            PartnerBoxes = Place(inputs.PartnerBoxes, device, start),
            Features = Place(inputs.Features, device, start),
            ClassWeights = Place(inputs.ClassWeights, device, start),
            // Known here, so that draws can be made from it.
            Step = inputs.StepBuffer.IsEmpty ? inputs.Step : *(ulong*)inputs.StepBuffer.Data,
        };
        flags = Place(ElementType.Int32, n, device, start);
        scratch = workspace == 0 ? default : Place(ElementType.UInt8, workspace, device, start);
        results = new MixOutputs
        {
            Images = Place(outputs.Images, device, start),
            SoftLabels = Place(outputs.SoftLabels, device, start),
            LabelsA = Place(outputs.LabelsA, device, start),
            LabelsB = Place(outputs.LabelsB, device, start),
            Ratio = Place(outputs.Ratio, device, start),
            PartnerRatio = Place(outputs.PartnerRatio, device, start),
            Weights = Place(outputs.Weights, device, start),
            Boxes = Place(outputs.Boxes, device, start),
            PartnerBoxes = Place(outputs.PartnerBoxes, device, start),
            Partners = Place(outputs.Partners, device, start),
            Mask = Place(outputs.Mask, device, start),
            Saliency = Place(outputs.Saliency, device, start),
            Normalised = Place(outputs.Normalised, device, start),
            Distance = Place(outputs.Distance, device, start),
            Flags = flags,
        };
        (_hostImages, _deviceImages, _copied) = (inputs.Images, inner.Images, 0);
        // Slices need images one after the other.
        bool isInOrder = inputs.Images.LowOffset == 0 && inputs.Images.Strides[0] > 0
            && inputs.Images.HighOffset - ((n - 1) * inputs.Images.Strides[0]) < inputs.Images.Strides[0];
        _slice = isInOrder && n >= 2 * Slices ? (n + Slices - 1) / Slices : n;
    }

    /// <summary>The device's view of a host view, of the same shape and strides; with no start yet only the room is counted.</summary>
    private TensorView Place(in TensorView host, Device device, nint start)
    {
        if (host.IsEmpty) return default;
        int size = host.Type.Size();
        nint at = start + (nint)_used;
        _used += (Span(host) * size + Alignment - 1) / Alignment * Alignment;
        return start == 0 ? default : new TensorView((byte*)at - host.LowOffset * size, host.Type, host.Shape, host.Strides, device);
    }

    private TensorView Place(ElementType type, long length, Device device, nint start)
    {
        nint at = start + (nint)_used;
        _used += (length * type.Size() + Alignment - 1) / Alignment * Alignment;
        return start == 0 ? default : new TensorView((void*)at, type, [length], default, device);
    }

    private void CopyIn(in MixInputs inputs, in MixInputs inner, in MixOutputs outputs, in MixOutputs results)
    {
        Copy(inputs.Gradient, inner.Gradient, _compute);
        Copy(inputs.Saliency, inner.Saliency, _compute);
        Copy(inputs.Labels, inner.Labels, _compute);
        Copy(inputs.Partners, inner.Partners, _compute);
        Copy(inputs.Subset, inner.Subset, _compute);
        Copy(inputs.Ratios, inner.Ratios, _compute);
        Copy(inputs.Boxes, inner.Boxes, _compute);
        Copy(inputs.PartnerBoxes, inner.PartnerBoxes, _compute);
        Copy(inputs.Features, inner.Features, _compute);
        Copy(inputs.ClassWeights, inner.ClassWeights, _compute);
        // What lies between the elements of a strided output comes back as it was.
        if (Span(outputs.Images) != outputs.Images.Length) Copy(outputs.Images, results.Images, _compute);
    }

    private void CopyOut(in MixOutputs results, in MixOutputs outputs)
    {
        Fetch(results.Images, outputs.Images);
        Fetch(results.SoftLabels, outputs.SoftLabels);
        Fetch(results.LabelsA, outputs.LabelsA);
        Fetch(results.LabelsB, outputs.LabelsB);
        Fetch(results.Ratio, outputs.Ratio);
        Fetch(results.PartnerRatio, outputs.PartnerRatio);
        Fetch(results.Weights, outputs.Weights);
        Fetch(results.Boxes, outputs.Boxes);
        Fetch(results.PartnerBoxes, outputs.PartnerBoxes);
        Fetch(results.Partners, outputs.Partners);
        Fetch(results.Mask, outputs.Mask);
        Fetch(results.Saliency, outputs.Saliency);
        Fetch(results.Normalised, outputs.Normalised);
        Fetch(results.Distance, outputs.Distance);
        Fetch(results.Flags, outputs.Flags);
    }

    private void Judge(in TensorView flags, int n)
    {
        using Cpu.HostWorkspace workspace = Cpu.HostWorkspace.Rent();
        int* found = workspace.Take<int>(n);
        using (new ContextScope(_compute.Context))
            Check.Success(Driver.MemcpyDtoHAsync(found, (nint)flags.Data, (nuint)n * sizeof(int), _compute.Value), "cuMemcpyDtoHAsync");
        _compute.Synchronise();
        for (int i = 0; i < n; i++)
        {
            if (found[i] == 0) continue;
            _isSound = true;
            throw new DegenerateImageException(i, (ImageFlags)found[i]);
        }
    }

    private void Copy(in TensorView host, in TensorView device, CudaStream stream)
    {
        if (!host.IsEmpty) Copy(host, device, host.LowOffset, Span(host), stream);
    }

    private void Copy(in TensorView host, in TensorView device, long first, long length, CudaStream stream)
    {
        long size = host.Type.Size();
        using var scope = new ContextScope(_compute.Context);
        Check.Success(
            Driver.MemcpyHtoDAsync((nint)((byte*)device.Data + first * size), (byte*)host.Data + first * size, (nuint)(length * size), stream.Value),
            "cuMemcpyHtoDAsync");
    }

    private void Fetch(in TensorView device, in TensorView host)
    {
        if (host.IsEmpty) return;
        long size = host.Type.Size();
        using var scope = new ContextScope(_compute.Context);
        Check.Success(
            Driver.MemcpyDtoHAsync(
                (byte*)host.Data + host.LowOffset * size, (nint)((byte*)device.Data + device.LowOffset * size), (nuint)(Span(host) * size), _compute.Value),
            "cuMemcpyDtoHAsync");
    }

    private void Free()
    {
        _memory?.Dispose();
        _arrived.Dispose();
        _copy.Dispose();
        _compute.Dispose();
    }
}
