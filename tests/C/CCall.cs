using System;
using System.Collections.Generic;
using System.Linq;
using GuidedMixup.Tests.Contract;

namespace GuidedMixup.Tests.C;

/// <summary>One function of the C library with valid arguments, each of which a test can spoil; the same arguments as a <see cref="StageCall"/>.</summary>
internal sealed unsafe class CCall : IDisposable
{
    private readonly CLibrary _library;
    private readonly string _name;
    private readonly Dictionary<string, Spoil> _spoils = [];
    private CMemory _memory = new();

    internal CCall(CLibrary library, string name)
    {
        (_library, _name) = (library, name);
        using StageCall managed = StageCalls.Make(name);
        Arguments = new StageCall(name, _ => Invoke(), [.. managed.Parameters]);
    }

    /// <summary>Changes a tensor's struct just before the call.</summary>
    internal delegate void Spoil(CTensor* tensor);

    /// <summary>The arguments; running them runs the C function, and a bad argument is an <see cref="ArgumentException"/>.</summary>
    internal StageCall Arguments { get; }

    internal void SpoilTensor(string position, Spoil spoil) => _spoils[position] = spoil;

    /// <summary>The names the C interface gives to the library's parameters: outputs.SoftLabels is outputs.soft_labels.</summary>
    internal static string Name(string parameter)
    {
        string name = "";
        for (int i = 0; i < parameter.Length; i++)
        {
            if (char.IsUpper(parameter[i]) && i > 0 && parameter[i - 1] != '.') name += '_';
            name += char.ToLowerInvariant(parameter[i]);
        }

        return name;
    }

    public void Dispose()
    {
        Arguments.Dispose();
        _memory.Dispose();
    }

    private CTensor* this[string position]
    {
        get
        {
            CTensor* tensor = _memory.Tensor(Arguments[position]);
            if (_spoils.TryGetValue(position, out Spoil? spoil)) spoil(tensor);
            return tensor;
        }
    }

    private void Invoke()
    {
        _memory.Dispose();
        _memory = new CMemory();
        COptions* options = _memory.Options(Arguments.Options);
        CExecution* execution = _memory.Execution(Arguments.Execution);
        switch (_name)
        {
            case "SpectralResidual.Compute":
                Check(((delegate* unmanaged<CTensor*, CTensor*, COptions*, CExecution*, int>)_library["spectral_residual"])(
                    this["images"], this["saliency"], options, execution));
                break;
            case "GradientSaliency.Compute":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CExecution*, int>)_library["gradient_saliency"])(
                    this["gradient"], this["saliency"], execution));
                break;
            case "GaussianBlur.Blur":
                Check(((delegate* unmanaged<CTensor*, CTensor*, COptions*, CExecution*, int>)_library["gaussian_blur"])(
                    this["maps"], this["blurred"], options, execution));
                break;
            case "GaussianBlur.Normalise":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["normalise"])(
                    this["maps"], this["normalised"], this["flags"], options, execution));
                break;
            case "PairDistance.Compute":
                Check(((delegate* unmanaged<CTensor*, CTensor*, int, CExecution*, int>)_library["pair_distance"])(
                    this["normalised"], this["distance"], 0, execution));
                break;
            case "CycleCover.Greedy":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["cycle_cover_greedy"])(
                    this["distance"], this["partners"], this["subset"], this["flags"], options, execution));
                break;
            case "CycleCover.Random":
                Check(((delegate* unmanaged<CTensor*, ulong, ulong, int, CTensor*, CExecution*, int>)_library["cycle_cover_random"])(
                    this["partners"], 1, 2, 3, this["subset"], execution));
                break;
            case "PixelMix.Mix":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["pixel_mix"])(
                    this["images"], this["normalised"], this["partners"], this["mixed"], this["mask"], this["ratio"], this["flags"], options, execution));
                break;
            case "PixelMix.Backward":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CExecution*, int>)_library["pixel_mix_backward"])(
                    this["mixedGradient"], this["mask"], this["partners"], this["imageGradient"], execution));
                break;
            case "LabelMix.Soft":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CExecution*, int>)_library["label_mix_soft"])(
                    this["labels"], this["partners"], this["ratio"], this["soft"], execution));
                break;
            case "LabelMix.Pair":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CExecution*, int>)_library["label_mix_pair"])(
                    this["labels"], this["partners"], this["labelsA"], this["labelsB"], execution));
                break;
            case "Mixup.Mix":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["mixup"])(
                    this["tensors"], this["ratio"], this["partners"], this["mixed"], this["flags"], options, execution));
                break;
            case "CutMix.Mix":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["cutmix"])(
                    this["images"], this["boxes"], this["partners"], this["mixed"], this["ratio"], this["flags"], options, execution));
                break;
            case "SaliencyMix.Boxes":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["saliencymix_boxes"])(
                    this["saliency"], this["ratios"], this["partners"], this["boxes"], this["flags"], options, execution));
                break;
            case "PuzzleMix.Mix":
                // The sides have no common divisor, as in the managed call.
                options->PuzzleMixBlocks = 1;
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["puzzlemix"])(
                    this["images"], this["saliency"], this["ratios"], this["partners"], this["mixed"], this["mask"], this["ratio"], this["flags"], options, execution));
                break;
            case "SnapMix.Mix":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["snapmix"])(
                    this["images"], this["boxes"], this["partnerBoxes"], this["partners"], this["features"], this["classWeights"], this["labels"],
                    this["mixed"], this["ratio"], this["partnerRatio"], this["flags"], options, execution));
                break;
            case "AugMix.Mix":
                Check(((delegate* unmanaged<CTensor*, CTensor*, CTensor*, CTensor*, CTensor*, COptions*, CExecution*, int>)_library["augmix"])(
                    this["images"], this["chains"], this["weights"], this["skip"], this["mixed"], options, execution));
                break;
            default:
                Mix(execution);
                break;
        }
    }

    private void Mix(CExecution* execution)
    {
        string kind = _name["GuidedMixer.Mix(".Length..^1];
        bool isDrawn = Enum.TryParse(kind, out MixMethod method);
        Saliency saliency = isDrawn ? Arguments.Options.Saliency : Enum.Parse<Saliency>(kind);
        using var mixer = new CMixer(_library, Arguments.Options with { Method = method, Saliency = saliency });
        // In the order of the header's structs; the step lies among the inputs.
        string[] inputs = ["images", "labels", "gradient", "saliency", "partners", "subset", "stepBuffer", "step", "ratios", "boxes", "partnerBoxes", "features", "classWeights"];
        string[] outputs = ["Images", "SoftLabels", "LabelsA", "LabelsB", "Ratio", "Partners", "Mask", "Saliency", "Normalised", "Distance", "Flags", "PartnerRatio", "Weights", "Boxes", "PartnerBoxes"];
        Check(mixer.Mix(_memory.Tensors(Array.ConvertAll(inputs, Given)), _memory.Tensors(Array.ConvertAll(outputs, name => Given("outputs." + name))), execution, null));

        nint Given(string name) => Arguments.Parameters.Any(p => p.Name == name) ? (nint)this[name] : 0;
    }

    private void Check(int status) => _library.Check(status);
}
