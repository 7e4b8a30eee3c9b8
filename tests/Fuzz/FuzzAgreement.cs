using System;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>The CPU and the CUDA backend take and refuse the same calls, for the same argument.</summary>
internal static class FuzzAgreement
{
    /// <summary>Where the two part; empty where they agree, or where they are documented to differ.</summary>
    internal static string Broken(FuzzCase @case, FuzzOutcome host, FuzzOutcome device)
    {
        if (@case.Call.IsHostOnly) return "";
        // Devices and workspaces are the CUDA backend's own; it refuses strict mode, and flags bad indices instead of refusing them.
        if (@case.Workspace != 0 || @case.Options.Strict || @case.HasBadIndex || @case.Tensors.Any(t => t.IsGiven && (t.FalseDevice != null || t.Alias != null)))
            return "";
        if (device.Error is ArgumentException { ParamName: "execution.Workspace" } && @case.Tensors.Any(t => !IsOfCase(@case, t))) return "";
        if ((host.Error == null) != (device.Error == null))
        {
            // A label whose number of classes was spoilt is out of range on the CPU and flagged on the device.
            if (device.Error == null && IsJudged(@case, host.Named)) return "";
            // What comes with a step in device memory has to be drawn before.
            if (host.Error == null && device.Named is "ratios" or "boxes" or "partnerBoxes" or "options" && @case.Tensors.Any(t => t.IsGiven && t.Parameter.Role == FuzzRole.Step))
                return "";
            return $"CPU: {host.Error?.Message ?? "an answer"}\nCUDA: {device.Error?.Message ?? "an answer"}";
        }

        if (host.Error != null)
        {
            // Only the CPU looks at them, and so may never come to what the device refuses.
            return host.Named == device.Named || IsJudged(@case, host.Named) ? ""
                : $"CPU names {host.Named}: {host.Error.Message}\nCUDA names {device.Named}: {device.Error!.Message}";
        }

        if (host.IsMixed != device.IsMixed && @case.Tensors.All(t => !t.IsGiven || t.Parameter.Role is not (FuzzRole.Subset or FuzzRole.Step)))
            return $"mixed: CPU {host.IsMixed}, CUDA {device.IsMixed}";
        foreach ((string name, byte[] bytes) in host.Answers)
        {
            ElementType type = @case.Tensors.Find(t => t.Parameter.Name == name)!.Type;
            string difference = Difference(type, bytes, device.Answers[name], Tolerance(@case, name));
            if (difference.Length > 0) return $"{name}{difference}";
        }

        return "";
    }

    private static bool IsJudged(FuzzCase @case, string? name) => @case.Tensors.Any(t => t.Parameter.Name == name && t.Parameter.IsJudged);

    /// <summary>How far an output of the two may be apart, as a part of its value or of 1; null where that is not known.</summary>
    private static double? Tolerance(FuzzCase @case, string name)
    {
        GuidedMixerOptions options = @case.Options;
        switch (@case.Call.Name)
        {
            case "CycleCover.Greedy" or "CycleCover.Random" or "LabelMix.Pair" or "GridCut.Solve" or "SaliencyMix.Boxes" or "CutMix.Mix":
            case "CoMixup.Solve" or "CoMixup.Solve(starts)" or "PuzzleMix.Mix" or "Mixup.Mix" or "Mixup.Mix(rows)" or "Mixup.Mix(numbers)" or "AugMix.Mix" or "SnapMix.Mix":
                return 0;
            case "PixelMix.Mix" when name is "mask" or "ratio":
                return 1e-4;
            default:
                // Where no map is looked at, nothing is left to rounding.
                bool isDrawn = options.Method is MixMethod.Mixup or MixMethod.CutMix or MixMethod.SnapMix;
                bool isPaired = options.Pairing == Pairing.Random || @case.Tensors.Any(t => t.IsGiven && t.Parameter.Name == "partners");
                return @case.Call.IsMixer && isDrawn && isPaired && name is not ("outputs.Saliency" or "outputs.Normalised" or "outputs.Distance") ? 0 : null;
        }
    }

    private static unsafe string Difference(ElementType type, byte[] host, byte[] device, double? tolerance)
    {
        if (tolerance == null || host.AsSpan().SequenceEqual(device)) return "";
        int size = type.Size();
        fixed (byte* a = host, b = device)
        {
            for (int i = 0; i < host.Length; i += size)
            {
                double one = ElementBits.Read(a + i, type), other = ElementBits.Read(b + i, type);
                bool isClose = one == other || (double.IsNaN(one) && double.IsNaN(other)) || Math.Abs(one - other) <= tolerance * Math.Max(Math.Abs(one), 1);
                if (!isClose) return $"[{i / size}]: CPU {one:R}, CUDA {other:R}";
            }
        }

        return "";
    }

    /// <summary>The workspace is planned for the sizes of the case; a tensor of others may need more.</summary>
    private static bool IsOfCase(FuzzCase @case, FuzzTensor tensor)
    {
        if (!tensor.IsGiven || tensor.Parameter.Sizes == "L") return true;
        long[] planned = [.. tensor.Parameter.Sizes.Select(@case.Size)];
        return tensor.Shape.AsSpan().SequenceEqual(planned);
    }
}
