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
    ];

    internal static IEnumerable<string> All
    {
        get
        {
            foreach ((string name, _) in Known) yield return name;
        }
    }

    internal static string Of(MixMethod method) => Array.Find(Known, known => known.Method == method).Name;

    internal static MixMethod[] Parse(string name) => name == Every
        ? Array.ConvertAll(Known, known => known.Method)
        : [Array.Find(Known, known => known.Name == name).Method];
}
