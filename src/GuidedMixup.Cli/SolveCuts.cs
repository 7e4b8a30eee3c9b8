using System;
using System.Linq;

namespace GuidedMixup.Cli;

/// <summary>sub_* and puzzle_*: integer labelling problems U, V, ev, eh.</summary>
internal static class SolveCuts
{
    internal static SolveResult Run(SolveFolder folder, string name, SolveKind kind, SolveModes modes, int threads)
    {
        using HostTensor unary = folder.Integers(name, "U", kind == SolveKind.Sub ? 3 : 4), smooth = folder.Integers(name, "V", 2);
        long[] shape = kind == SolveKind.Sub ? [1, .. unary.View.Shape] : unary.View.Shape.ToArray();
        using HostTensor? vertical = shape[1] > 1 ? folder.Integers(name, "ev", shape.Length - (kind == SolveKind.Sub ? 2 : 1)) : null;
        using HostTensor? horizontal = shape[2] > 1 ? folder.Integers(name, "eh", shape.Length - (kind == SolveKind.Sub ? 2 : 1)) : null;
        SolveAnswer? Solve(SolverMode mode, bool isAsked)
        {
            if (!isAsked) return null;
            using HostTensor labels = HostTensor.Allocate(ElementType.Int32, shape.AsSpan(0, 3));
            using HostTensor energies = HostTensor.Allocate(ElementType.Int64, shape[0]);
            TensorView u = View(unary, shape), ev = View(vertical, shape[0], shape[1] - 1, shape[2]), eh = View(horizontal, shape[0], shape[1], shape[2] - 1);
            try
            {
                double time = SolveTimer.Least(() => GridCut.Solve(
                    u, smooth.View, ev, eh, labels.View, energies.View, mode, new Execution(Threads: threads)));
                int nodes = (int)(shape[1] * shape[2]);
                return new SolveAnswer(time, energies.AsSpan<long>().ToArray(), labels.AsSpan<int>().ToArray().Chunk(nodes).ToArray());
            }
            catch (ArgumentException fault)
            {
                throw new InputException($"{name}: {ErrorLine.Of(fault)}");
            }
        }

        SolveAnswer? parity = Solve(SolverMode.Parity, modes != SolveModes.Quality);
        SolveAnswer? quality = Solve(SolverMode.Quality, modes != SolveModes.Parity);
        SolveMix? mixed = kind == SolveKind.Puzzle && shape[1] == shape[2] ? SolveMix.Of(folder, name, (int)shape[1], (int)shape[3], threads) : null;
        return new SolveResult(name, kind, shape[..3], parity, quality, Compare(folder, name, parity), mixed);
    }

    private static bool? Compare(SolveFolder folder, string name, SolveAnswer? parity)
    {
        if (parity == null || !folder.Has(name, "xswap")) return null;
        using HostTensor stored = folder.Integers(name, "xswap");
        return stored.AsSpan<int>().SequenceEqual(parity.Labels!.SelectMany(labels => labels).ToArray());
    }

    /// <summary>The same elements in another shape.</summary>
    private static unsafe TensorView View(HostTensor? tensor, params ReadOnlySpan<long> shape)
    {
        if (tensor == null) return default;
        long length = 1;
        foreach (long size in shape) length *= size;
        return length == tensor.View.Length
            ? new TensorView(tensor.View.Data, tensor.View.Type, shape)
            : throw new InputException(
                $"{string.Join(',', tensor.View.Shape.ToArray())}: a shape that does not fit the grid; [{string.Join(',', shape.ToArray())}] is needed.");
    }
}
