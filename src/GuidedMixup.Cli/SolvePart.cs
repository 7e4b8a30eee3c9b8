using System;

namespace GuidedMixup.Cli;

/// <summary>comix_* and brute_*: Co-Mixup parts.</summary>
internal static class SolvePart
{
    internal static SolveResult Run(SolveFolder folder, string name, SolveModes modes, int starts, ulong seed)
    {
        using HostTensor saliency = folder.Floats(name, "sal", 3), alpha = folder.Floats(name, "alpha", 1), init = folder.Integers(name, "init", 3);
        using HostTensor? compatibility = folder.Has(name, "A") ? folder.Floats(name, "A", 2) : null;
        long outputs = init.View.Shape[0];
        long[] shape = [outputs, .. saliency.View.Shape[1..], saliency.View.Shape[0]];
        var standard = new CoMixupOptions();
        CoMixupOptions options = standard with
        {
            Iterations = (int)folder.Number(name, "niter", standard.Iterations),
            Beta = folder.Number(name, "beta", standard.Beta),
            Gamma = folder.Number(name, "gamma", standard.Gamma),
            Eta = folder.Number(name, "eta", standard.Eta),
            Tau = folder.Number(name, "thres", standard.Tau),
        };
        using HostTensor more = Starts(init, (int)shape[3], starts, seed);
        SolveAnswer? Solve(SolverMode mode, bool isAsked)
        {
            if (!isAsked) return null;
            using HostTensor layout = HostTensor.Allocate(ElementType.Float32, shape);
            using HostTensor energies = HostTensor.Allocate(ElementType.Int64, Math.Max(options.Iterations, 1) * outputs);
            TensorView a = compatibility?.View ?? default;
            try
            {
                TensorView start = mode == SolverMode.Parity ? init.View : more.View;
                double time = SolveTimer.Least(() => CoMixup.Solve(
                    saliency.View, alpha.View, a, start, layout.View, energies.View, options with { Mode = mode }));
                CoMixupValue value = CoMixup.Objective(saliency.View, alpha.View, default, layout.View, options);
                CoMixupValue own = CoMixup.Objective(saliency.View, alpha.View, a, layout.View, options);
                long[] made = Array.FindAll(energies.AsSpan<long>().ToArray(), energy => energy != long.MinValue);
                return new SolveAnswer(time, made, Layout: layout.AsSpan<float>().ToArray(), Value: value, OwnValue: own);
            }
            catch (ArgumentException fault)
            {
                throw new InputException($"{name}: {ErrorLine.Of(fault)}");
            }
        }

        SolveAnswer? parity = Solve(SolverMode.Parity, modes != SolveModes.Quality);
        SolveAnswer? quality = Solve(SolverMode.Quality, modes != SolveModes.Parity);
        return new SolveResult(name, SolveKind.Part, shape, parity, quality, Compare(folder, name, parity));
    }

    /// <summary>The stored start, and random ones after it.</summary>
    private static HostTensor Starts(HostTensor init, int inputs, int starts, ulong seed)
    {
        HostTensor all = HostTensor.Allocate(ElementType.Int32, [starts, .. init.View.Shape]);
        Span<int> labels = all.AsSpan<int>();
        init.AsSpan<int>().CopyTo(labels);
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        for (int i = (int)init.View.Length; i < labels.Length; i++) labels[i] = random.Next(inputs);
        return all;
    }

    private static bool? Compare(SolveFolder folder, string name, SolveAnswer? parity)
    {
        if (parity == null || !folder.Has(name, "Zswap")) return null;
        using HostTensor stored = folder.Floats(name, "Zswap", 4);
        return stored.AsSpan<float>().SequenceEqual(parity.Layout);
    }
}
