using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>The CPU and the CUDA backend take and refuse the same calls, for the same argument.</summary>
internal static class FuzzAgreement
{
    /// <summary>Where the two part; empty where they agree, or where they are documented to differ.</summary>
    internal static string Broken(FuzzCase @case, FuzzOutcome host, FuzzOutcome device)
    {
        // Devices and workspaces are the CUDA backend's own; it refuses strict mode, and flags bad indices instead of refusing them.
        if (@case.Workspace != 0 || @case.Options.Strict || @case.HasBadIndex || @case.Tensors.Any(t => t.IsGiven && (t.FalseDevice != null || t.Alias != null)))
            return "";
        if (device.Error is ArgumentException { ParamName: "execution.Workspace" } && @case.Tensors.Any(t => !IsOfCase(@case, t))) return "";
        if ((host.Error == null) != (device.Error == null))
        {
            // A label whose number of classes was spoilt is out of range on the CPU and flagged on the device.
            if (device.Error == null && host.Named is "labels" or "partners") return "";
            return $"CPU: {host.Error?.Message ?? "an answer"}\nCUDA: {device.Error?.Message ?? "an answer"}";
        }

        if (host.Error != null)
        {
            // Only the CPU looks at them, and so may never come to what the device refuses.
            return host.Named == device.Named || host.Named is "labels" or "partners" ? ""
                : $"CPU names {host.Named}: {host.Error.Message}\nCUDA names {device.Named}: {device.Error!.Message}";
        }

        if (host.IsMixed != device.IsMixed && @case.Tensors.All(t => !t.IsGiven || t.Parameter.Role is not (FuzzRole.Subset or FuzzRole.Step)))
            return $"mixed: CPU {host.IsMixed}, CUDA {device.IsMixed}";
        bool isExact = @case.Call.Name is "CycleCover.Greedy" or "CycleCover.Random" or "LabelMix.Pair";
        foreach ((string name, byte[] bytes) in host.Answers)
        {
            byte[] other = device.Answers[name];
            if (isExact && !bytes.AsSpan().SequenceEqual(other)) return $"{name} differs: CPU {Convert.ToHexString(bytes)}, CUDA {Convert.ToHexString(other)}";
            if (@case.Call.IsMixer || name is not ("mask" or "ratio")) continue;
            ReadOnlySpan<float> a = MemoryMarshal.Cast<byte, float>(bytes), b = MemoryMarshal.Cast<byte, float>(other);
            for (int i = 0; i < a.Length; i++)
            {
                if (!(Math.Abs(a[i] - b[i]) <= 1e-4f)) return $"{name}[{i}]: CPU {a[i]}, CUDA {b[i]}";
            }
        }

        return "";
    }

    /// <summary>The workspace is planned for the sizes of the case; a tensor of others may need more.</summary>
    private static bool IsOfCase(FuzzCase @case, FuzzTensor tensor)
    {
        if (!tensor.IsGiven || tensor.Parameter.Sizes == "L") return true;
        long[] planned = [.. tensor.Parameter.Sizes.Select(letter => (long)(letter switch { 'N' => @case.N, 'C' => @case.C, 'H' => @case.H, 'W' => @case.W, 'K' => @case.K, _ => 1 }))];
        return tensor.Shape.AsSpan().SequenceEqual(planned);
    }
}
