using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.C;

/// <summary>Structs as a C caller lays them out, freed together.</summary>
internal sealed unsafe class CMemory : IDisposable
{
    private readonly List<nint> _blocks = [];

    internal T* New<T>(int count = 1)
        where T : unmanaged
    {
        void* block = NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(T));
        _blocks.Add((nint)block);
        return (T*)block;
    }

    /// <summary>The tensor of a view; NULL for <c>default</c>.</summary>
    internal CTensor* Tensor(in TensorView view)
    {
        if (view.IsEmpty) return null;
        CTensor* tensor = New<CTensor>();
        (byte code, int bits) = view.Type switch
        {
            ElementType.Float32 => ((byte)2, 32),
            ElementType.Float16 => ((byte)2, 16),
            ElementType.BFloat16 => ((byte)4, 16),
            ElementType.UInt8 => ((byte)1, 8),
            ElementType.Int32 => ((byte)0, 32),
            _ => ((byte)0, 64),
        };
        tensor->Data = (byte*)view.Data;
        tensor->DeviceType = (int)view.Device.Type;
        tensor->DeviceId = view.Device.Index;
        tensor->Rank = view.Rank;
        (tensor->Code, tensor->Bits, tensor->Lanes) = (code, (byte)bits, 1);
        tensor->Shape = Values(view.Shape);
        tensor->Strides = Values(view.Strides);
        return tensor;
    }

    internal COptions* Options(GuidedMixerOptions options)
    {
        COptions* result = New<COptions>();
        *result = new COptions
        {
            Size = (nuint)sizeof(COptions),
            Method = (int)options.Method,
            Saliency = (int)options.Saliency,
            Pairing = (int)options.PairingInUse,
            Distance = (int)options.Distance,
            BlurSigma = options.BlurSigma,
            BlurSize = options.BlurSize,
            Antialias = options.Antialias ? 1 : 0,
            Strict = options.Strict ? 1 : 0,
            ProbabilityMode = (int)options.ProbabilityMode,
            Probability = options.Probability,
            Seed = options.Seed,
            Rank = options.Rank,
            GrayWeightsCount = options.GrayWeights.Length,
            PixelScaleCount = options.PixelScale.Length,
            PixelOffsetCount = options.PixelOffset.Length,
            GrayWeights = Values(options.GrayWeights.Span),
            PixelScale = Values(options.PixelScale.Span),
            PixelOffset = Values(options.PixelOffset.Span),
            Alpha = options.Alpha ?? 0,
            DrawMode = (int)options.DrawMode,
            PuzzleMixBlocks = options.PuzzleMix.Blocks,
            PuzzleMixLabels = options.PuzzleMix.Labels,
            PuzzleMixNeighbourSize = options.PuzzleMix.NeighbourSize,
            PuzzleMixTransportSize = options.PuzzleMix.TransportSize,
            PuzzleMixSolver = (int)options.PuzzleMix.Mode,
            PuzzleMixBeta = options.PuzzleMix.Beta,
            PuzzleMixGamma = options.PuzzleMix.Gamma,
            PuzzleMixEta = options.PuzzleMix.Eta,
            PuzzleMixTransportCost = options.PuzzleMix.TransportCost,
            PuzzleMixPixelStd = Values(options.PuzzleMix.PixelStd.Span),
            PuzzleMixPixelStdCount = options.PuzzleMix.PixelStd.Length,
            CoMixupBlocks = options.CoMixup.Blocks,
            CoMixupPartSize = options.CoMixup.PartSize,
            CoMixupIterations = options.CoMixup.Iterations,
            CoMixupAlpha = options.CoMixup.Alpha,
            CoMixupStarts = options.CoMixup.Starts,
            CoMixupSolver = (int)options.CoMixup.Mode,
            CoMixupBeta = options.CoMixup.Beta,
            CoMixupGamma = options.CoMixup.Gamma,
            CoMixupTau = options.CoMixup.Tau,
            CoMixupEta = options.CoMixup.Eta,
            CoMixupOmega = options.CoMixup.Omega,
        };
        return result;
    }

    internal CExecution* Execution(in Execution execution)
    {
        CExecution* result = New<CExecution>();
        *result = new CExecution
        {
            Size = (nuint)sizeof(CExecution),
            Stream = execution.Stream,
            Workspace = Tensor(execution.Workspace),
            DeviceType = (int)execution.Device.Type,
            DeviceId = execution.Device.Index,
            Threads = execution.Threads,
        };
        return result;
    }

    /// <summary>A struct that is its size and pointers to tensors.</summary>
    internal nint* Tensors(params ReadOnlySpan<nint> tensors)
    {
        nint* result = New<nint>(tensors.Length + 1);
        result[0] = (tensors.Length + 1) * sizeof(nint);
        tensors.CopyTo(new Span<nint>(result + 1, tensors.Length));
        return result;
    }

    public void Dispose()
    {
        foreach (nint block in _blocks) NativeMemory.Free((void*)block);
    }

    private T* Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (values.IsEmpty) return null;
        T* result = New<T>(values.Length);
        values.CopyTo(new Span<T>(result, values.Length));
        return result;
    }
}
