using System.Collections.Generic;
using GuidedMixup.Cpu;
using NUnit.Framework;

namespace GuidedMixup.Tests;

/// <summary>Grid graph cuts against the stored answers, brute force and an independent maximum flow.</summary>
[Parallelizable(ParallelScope.All)]
public sealed unsafe class GridCutTests
{
    private static IEnumerable<GridCutGolden> Goldens => GridCutGolden.All();

    [TestCaseSource(nameof(Goldens))]
    public void Parity_OfAStoredProblem_IsTheReleasedLabelling(GridCutGolden golden)
    {
        fixed (int* unary = golden.Unary, smooth = golden.Smooth, vertical = golden.Vertical, horizontal = golden.Horizontal)
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            var problem = new GridCutProblem(golden.H, golden.W, golden.Labels, unary, smooth, vertical, horizontal);
            var swap = new AlphaBetaSwap(golden.H, golden.W, golden.Labels, workspace);
            int[] labels = new int[golden.H * golden.W];
            fixed (int* x = labels) Assert.That(swap.Solve(problem, x), Is.EqualTo(golden.SwapEnergy), "energy");
            Assert.That(labels, Is.EqualTo(golden.Swap));
        }
    }

    [TestCaseSource(nameof(Goldens))]
    public void Optimum_OfAStoredConvexProblem_HasTheStoredEnergy(GridCutGolden golden)
    {
        fixed (int* unary = golden.Unary, smooth = golden.Smooth, vertical = golden.Vertical, horizontal = golden.Horizontal)
        {
            using HostWorkspace workspace = HostWorkspace.Rent();
            var problem = new GridCutProblem(golden.H, golden.W, golden.Labels, unary, smooth, vertical, horizontal);
            bool isConvex = Ishikawa.Takes(problem);
            Assert.That(isConvex, Is.EqualTo(golden.Labels == 3));
            if (!isConvex) return;
            int[] labels = new int[golden.H * golden.W];
            fixed (int* x = labels)
            {
                Assert.That(new Ishikawa(golden.H, golden.W, golden.Labels, workspace).Solve(problem, x), Is.EqualTo(golden.OptimalEnergy));
            }
        }
    }
}
