using System.Globalization;

namespace GuidedMixup.Cli;

/// <summary>The shape of a batch to be timed, [N,C,H,W].</summary>
internal readonly record struct BenchShape(int N, int C, int H, int W)
{
    /// <summary>Pixels times channels.</summary>
    internal long Length => (long)N * C * H * W;

    /// <summary>What is wrong with a text, or null.</summary>
    internal static string? Fault(string text) => Parse(text, out _);

    internal static BenchShape Of(string text)
    {
        if (Parse(text, out BenchShape shape) is { } fault) throw new UsageException($"--shape {text}: {fault}.");
        return shape;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{N}×{C}×{H}×{W}");

    private static string? Parse(string text, out BenchShape shape)
    {
        shape = default;
        string[] parts = text.Split(',');
        if (parts.Length != 4) return "four whole numbers parted by commas are needed, N,C,H,W, such as 64,3,224,224";
        var sizes = new int[4];
        (char Name, int Lowest, int Highest)[] rules = [('N', 1, 1 << 16), ('C', 1, 1 << 10), ('H', 4, 1 << 14), ('W', 4, 1 << 14)];
        for (int i = 0; i < 4; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out sizes[i]))
                return $"{rules[i].Name} is \"{parts[i]}\", which is no whole number";
            if (sizes[i] < rules[i].Lowest || sizes[i] > rules[i].Highest)
                return $"{rules[i].Name} is {sizes[i]}; it is at least {rules[i].Lowest} and at most {rules[i].Highest}";
        }

        shape = new BenchShape(sizes[0], sizes[1], sizes[2], sizes[3]);
        return null;
    }
}
