namespace GuidedMixup.Tests.Fuzz;

/// <summary>One argument as the seed made it: where its elements really lie, and what its view claims.</summary>
internal sealed class FuzzTensor(FuzzParameter parameter, ElementType type, long[] shape, long[] strides)
{
    internal FuzzParameter Parameter { get; } = parameter;

    internal ElementType Type { get; set; } = type;

    internal long[] Shape { get; set; } = shape;

    internal long[] Strides { get; set; } = strides;

    internal bool IsGiven { get; set; } = true;

    /// <summary>A shape far beyond the memory: has to be refused before any access.</summary>
    internal long[]? FalseShape { get; set; }

    /// <summary>Another device than the memory's.</summary>
    internal Device? FalseDevice { get; set; }

    /// <summary>The tensor whose memory this one shares, and how many elements of its own type in it starts.</summary>
    internal FuzzTensor? Alias { get; set; }

    internal int AliasShift { get; set; }

    internal int Content { get; set; }

    /// <summary>An index out of range was planted.</summary>
    internal long? BadIndex { get; set; }

    internal (long Low, long High) Range
    {
        get
        {
            long low = 0, high = 0;
            for (int i = 0; i < Shape.Length; i++)
            {
                if (Shape[i] < 1) continue;
                long reach = (Shape[i] - 1) * Strides[i];
                if (reach < 0) low += reach;
                else high += reach;
            }

            return (low, high);
        }
    }

    internal static long[] Compact(long[] shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= System.Math.Max(shape[i], 1);
        }

        return strides;
    }

    public override string ToString() =>
        !IsGiven ? $"{Parameter.Name}=none"
        : $"{Parameter.Name}={Type}[{string.Join(',', FalseShape ?? Shape)}]/({string.Join(',', Strides)})"
            + (FalseShape != null ? " claimed" : "") + (FalseDevice is { } device ? $" on {device}" : "")
            + (Alias != null ? $" in {Alias.Parameter.Name}+{AliasShift}" : "") + (Content != 0 ? $" content {Content}" : "")
            + (BadIndex is { } bad ? $" holds {bad}" : "");
}
