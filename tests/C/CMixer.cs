using System;
using GuidedMixup.Tests.Contract;

namespace GuidedMixup.Tests.C;

/// <summary>A mixer of the C library.</summary>
internal sealed unsafe class CMixer : IDisposable
{
    private readonly CLibrary _library;

    internal CMixer(CLibrary library, GuidedMixerOptions options)
    {
        _library = library;
        using var memory = new CMemory();
        nint handle = 0;
        library.Check(((delegate* unmanaged<COptions*, nint*, int>)library["mixer_create"])(memory.Options(options), &handle));
        Handle = handle;
    }

    internal nint Handle { get; }

    /// <summary>The status of guidedmixup_mix.</summary>
    internal int Mix(nint* inputs, nint* outputs, CExecution* execution, int* isMixed) =>
        ((delegate* unmanaged<nint, nint*, nint*, CExecution*, int*, int>)_library["mix"])(Handle, inputs, outputs, execution, isMixed);

    /// <summary>Mixes as <see cref="GuidedMixer.Mix(in MixInputs, in MixOutputs, in Execution)"/> does, with the library's exceptions.</summary>
    internal bool Mix(in MixInputs inputs, in MixOutputs outputs, in Execution execution)
    {
        using var memory = new CMemory();
        nint* given = memory.Tensors(
            (nint)memory.Tensor(inputs.Images), (nint)memory.Tensor(inputs.Labels), (nint)memory.Tensor(inputs.Gradient),
            (nint)memory.Tensor(inputs.Saliency), (nint)memory.Tensor(inputs.Partners), (nint)memory.Tensor(inputs.Subset),
            (nint)memory.Tensor(inputs.StepBuffer), (nint)inputs.Step, (nint)memory.Tensor(inputs.Ratios), (nint)memory.Tensor(inputs.Boxes),
            (nint)memory.Tensor(inputs.PartnerBoxes), (nint)memory.Tensor(inputs.Features), (nint)memory.Tensor(inputs.ClassWeights));
        nint* results = memory.Tensors(
            (nint)memory.Tensor(outputs.Images), (nint)memory.Tensor(outputs.SoftLabels), (nint)memory.Tensor(outputs.LabelsA),
            (nint)memory.Tensor(outputs.LabelsB), (nint)memory.Tensor(outputs.Ratio), (nint)memory.Tensor(outputs.Partners),
            (nint)memory.Tensor(outputs.Mask), (nint)memory.Tensor(outputs.Saliency), (nint)memory.Tensor(outputs.Normalised),
            (nint)memory.Tensor(outputs.Distance), (nint)memory.Tensor(outputs.Flags), (nint)memory.Tensor(outputs.PartnerRatio),
            (nint)memory.Tensor(outputs.Weights), (nint)memory.Tensor(outputs.Boxes), (nint)memory.Tensor(outputs.PartnerBoxes));
        int isMixed = -1;
        _library.Check(Mix(given, results, memory.Execution(execution), &isMixed));
        return isMixed switch { 0 => false, 1 => true, _ => throw new InvalidOperationException($"is_mixed is {isMixed}.") };
    }

    /// <summary>Mixes a seeded batch and keeps every output.</summary>
    internal MixRecord Run(
        SeededBatch batch,
        GuidedMixerOptions options,
        ulong step = 0,
        TensorView partners = default,
        TensorView subset = default,
        ElementType? outputType = null,
        int threads = 1)
    {
        using var outputs = new OutputSet(batch, outputType ?? batch.Type, options);
        bool isMixed = Mix(batch.Inputs(options, step, partners, subset), outputs.Views, new Execution(Threads: threads));
        return new MixRecord(outputs, isMixed);
    }

    public void Dispose() => _library.Check(((delegate* unmanaged<nint, int>)_library["mixer_destroy"])(Handle));
}
