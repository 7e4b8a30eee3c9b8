using System;
using System.Collections.Generic;

namespace GuidedMixup.Cli;

/// <summary>The mixing methods by the names the command line has for them.</summary>
internal static class MethodNames
{
    internal const string Default = "guidedmixup";

    /// <summary>Every method after the other.</summary>
    internal const string Every = "all";

    private static readonly (string Name, MixMethod Method)[] Known =
    [
        (Default, MixMethod.GuidedMixup), ("mixup", MixMethod.Mixup), ("cutmix", MixMethod.CutMix), ("saliencymix", MixMethod.SaliencyMix),
        ("snapmix", MixMethod.SnapMix), ("puzzlemix", MixMethod.PuzzleMix), ("comixup", MixMethod.CoMixup),
    ];

    internal static IEnumerable<string> All
    {
        get
        {
            foreach ((string name, _) in Known) yield return name;
        }
    }

    internal static string Of(MixMethod method) => Array.Find(Known, known => known.Method == method).Name;

    /// <summary>The method of this name.</summary>
    internal static MixMethod Parse(string name) => Array.Find(Known, known => known.Name == name).Method;

    /// <summary>The methods that a name stands for; for all of them, those that can cut images of this side into their blocks.</summary>
    internal static MixMethod[] Parse(string name, int size)
    {
        if (name == Every) return Array.ConvertAll(Array.FindAll(Known, known => size % Blocks(known.Method) == 0), known => known.Method);
        MixMethod method = Parse(name);
        int blocks = Blocks(method);
        if (size % blocks != 0) throw new InputException($"--size {size}: {name} cuts images into blocks; a multiple of {blocks} is needed.");
        return [method];
    }

    /// <summary>Into how many blocks a side the method's default options cut an image, at the least.</summary>
    private static int Blocks(MixMethod method) => method switch { MixMethod.PuzzleMix => 2, MixMethod.CoMixup => 4, _ => 1 };
}
