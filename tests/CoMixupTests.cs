using System;
using System.Collections.Generic;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Co-Mixup against the stored layouts, and its objective against an independent checker.</summary>
[Parallelizable(ParallelScope.All)]
public sealed unsafe class CoMixupTests
{
    private static IEnumerable<CoMixupGolden> Goldens => CoMixupGolden.All("comix_");

    [TestCaseSource(nameof(Goldens))]
    public void Parity_OfAStoredPart_IsTheReleasedLayout(CoMixupGolden golden)
    {
        int n = golden.Inputs, nodes = golden.Grid * golden.Grid;
        fixed (float* saliency = golden.Saliency, alpha = golden.Alpha, a = golden.Compatibility)
        fixed (int* init = golden.Init)
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            var options = new CoMixupOptions { Iterations = golden.Iterations };
            float* cost = workspace.Take<float>(n * nodes);
            CoMixupProblem.Cost(saliency, alpha, n, nodes, options.Eta, cost);
            var problem = new CoMixupProblem(n, golden.Outputs, golden.Grid, golden.Grid, cost, a, options);
            var layout = new CoMixupLayout(n, golden.Outputs, nodes, workspace);
            layout.Set(init);
            var solver = new CoMixupSolver(n, golden.Outputs, golden.Grid, golden.Grid, workspace);
            long* energies = workspace.Take<long>(golden.Outputs * golden.Iterations);
            int cuts = solver.Solve(problem, layout, energies);
            double[] z = new double[golden.Outputs * nodes * n];
            for (int i = 0; i < golden.Outputs * nodes; i++)
            {
                z[i * n + layout.First[i]] += 0.5;
                z[i * n + layout.Second[i]] += 0.5;
            }

            int firstBad = -1;
            for (int i = 0; i < Math.Min(cuts, golden.Energies.Length) && firstBad < 0; i++)
                if (Math.Abs(energies[i] - golden.Energies[i]) > nodes) firstBad = i;
            Assert.That(firstBad, Is.EqualTo(-1), $"{cuts} cuts");
            Assert.That(cuts, Is.EqualTo(golden.Energies.Length), "cuts");
            Assert.That(z, Is.EqualTo(golden.Z));
            Assert.That(CoMixupObjective.Total(problem, layout, null, problem.Threshold), Is.EqualTo(golden.F[0]).Within(1e-6));
        }
    }
}
