using System;
using System.Linq;

namespace GuidedMixup.Tests.Fuzz;

/// <summary>What an argument's memory holds: values its role allows, or constants, zeros, NaN payloads, arbitrary bits, extremes.</summary>
internal static unsafe class FuzzValues
{
    internal delegate byte* Place(FuzzTensor tensor, long i);

    internal static void Fill(FuzzCase @case, FuzzTensor tensor, int index, Place place, byte poison)
    {
        var random = new Random(HashCode(@case.Seed, index));
        int size = tensor.Type.Size();
        long count = tensor.Shape.Aggregate(1L, (a, b) => a * Math.Max(b, 0));
        int[] partners = [.. Enumerable.Range(0, @case.N)];
        if (random.Next(2) == 0) random.Shuffle(partners);
        else partners = [.. partners.Select(_ => random.Next(@case.N))];
        for (long i = 0; i < count; i++)
        {
            byte* element = place(tensor, i);
            if (tensor.Parameter.IsOutput) new Span<byte>(element, size).Fill(poison);
            else if (tensor.Parameter.Role == FuzzRole.Partners && tensor.Type is ElementType.Int32 or ElementType.Int64)
                ElementBits.Write(element, tensor.Type, partners[i % partners.Length]);
            else if (tensor.Parameter.Role is FuzzRole.Labels or FuzzRole.Classes && tensor.Type is ElementType.Int32 or ElementType.Int64)
                ElementBits.Write(element, tensor.Type, random.Next(@case.K));
            else if (tensor.Type == ElementType.Int32 && Number(@case, tensor.Parameter.Role, i, random) is { } number) *(int*)element = number;
            else Write(element, tensor, random);
        }

        if (tensor.BadIndex is { } bad && !tensor.Parameter.IsOutput && count > 0)
        {
            byte* element = place(tensor, random.NextInt64(count));
            if (tensor.Type == ElementType.Int64) *(long*)element = bad;
            else if (tensor.Type == ElementType.Int32) *(int*)element = (int)Math.Clamp(bad, int.MinValue, int.MaxValue);
            else if (tensor.Type == ElementType.Float32) *(float*)element = random.Next(3) == 0 ? float.NaN : random.Next(2) == 0 ? float.NegativeInfinity : bad;
        }
    }

    /// <summary>The number that element i of a tensor of integers holds; null where its role has none.</summary>
    private static int? Number(FuzzCase @case, FuzzRole role, long i, Random random)
    {
        switch (role)
        {
            case FuzzRole.Boxes:
                // An edge beyond the box's middle, or before it.
                int side = i % 2 == 0 ? @case.H : @case.W, middle = HashCode(@case.Seed, (int)(i / 4)) & 0x7FFFFFFF;
                return i % 4 < 2 ? random.Next((middle % (side + 1)) + 1) : random.Next(middle % (side + 1), side + 1);
            case FuzzRole.Costs:
                return random.Next(6) == 0 ? random.Next(2) == 0 ? 1 << 28 : -(1 << 28) : random.Next(-1000, 1001);
            case FuzzRole.Smooth:
                long a = i / @case.GridLabels, b = i % @case.GridLabels;
                return a == b ? 0 : (@case.Seed & 3) switch { 0 => 0, 1 => 1, 2 => (int)Math.Abs(a - b), _ => (int)((a + b) * 7 % 5) };
            case FuzzRole.Edges:
                return (@case.Seed & 12) == 0 ? (1 << 26) / 100 : random.Next(4) * random.Next(200);
            case FuzzRole.Starts:
                return random.Next(@case.Part);
            default:
                return null;
        }
    }

    /// <summary>The same in every process, unlike <see cref="System.HashCode"/>.</summary>
    private static int HashCode(int seed, int index) => unchecked((seed * 1000003) + index);

    private static void Write(byte* element, FuzzTensor tensor, Random random)
    {
        ElementType type = tensor.Type;
        double value = tensor.Parameter.Role switch
        {
            FuzzRole.Images when type == ElementType.UInt8 => random.Next(256),
            FuzzRole.Images => (random.NextDouble() * 4) - 2,
            FuzzRole.Gradient => (random.NextDouble() * 2) - 1,
            FuzzRole.Subset => random.Next(3) == 0 ? 0 : random.Next(1, 256),
            FuzzRole.Step => random.NextInt64(),
            _ => random.NextDouble(),
        };
        bool isFloat = type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16;
        switch (tensor.Content)
        {
            case 1:
                value = 1;
                break;
            case 2:
                value = 0;
                break;
            case 3 when isFloat && random.Next(20) == 0:
                // A NaN of any payload, quiet or signalling, of either sign; or an infinity.
                uint bits = (uint)random.Next() << 1;
                if (type == ElementType.Float32) *(uint*)element = bits | 0x7F800000;
                else *(ushort*)element = (ushort)((bits >> 16) | (type == ElementType.Float16 ? 0x7C00u : 0x7F80u));
                if (random.Next(3) == 0) ElementBits.Write(element, type, random.Next(2) == 0 ? double.NegativeInfinity : double.PositiveInfinity);
                return;
            case 4:
                for (int i = 0; i < type.Size(); i++) element[i] = (byte)random.Next(256);
                return;
            case 5 when isFloat:
                value = random.Next(6) switch { 0 => 3e38, 1 => -3e38, 2 => 1e-40, 3 => -0.0, 4 => 6e4, _ => value };
                break;
            default:
                break;
        }

        ElementBits.Write(element, type, value);
    }
}
