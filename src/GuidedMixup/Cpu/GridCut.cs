using System.Runtime.InteropServices;
using System.Threading;

namespace GuidedMixup.Cpu;

/// <summary>Labelling problems of one size, each an item.</summary>
internal static unsafe class GridCut
{
    internal static void Run(
        in TensorView unary,
        in TensorView smooth,
        in TensorView vertical,
        in TensorView horizontal,
        in TensorView labels,
        in TensorView energies,
        SolverMode mode,
        in GridCutCaps caps,
        in Execution execution)
    {
        using HostWorkspace workspace = HostWorkspace.Rent();
        int n = (int)unary.Shape[0];
        var body = new Body(unary, smooth, vertical, horizontal, labels, energies, mode, caps, execution, workspace);
        WorkerTeam.For(n, execution.Threads, ref body);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Body : IParallelBody
    {
        private readonly int _h;
        private readonly int _w;
        private readonly int _labels;
        private readonly SolverMode _mode;
        private readonly int* _unary;
        private readonly int* _smooth;
        private readonly int* _vertical;
        private readonly int* _horizontal;
        private readonly int* _x;
        private readonly long* _energies;
        private readonly GridCutSolver* _solvers;
        private readonly CancellationToken _cancellation;

        internal Body(
            in TensorView unary,
            in TensorView smooth,
            in TensorView vertical,
            in TensorView horizontal,
            in TensorView labels,
            in TensorView energies,
            SolverMode mode,
            in GridCutCaps caps,
            in Execution execution,
            HostWorkspace workspace)
        {
            _cancellation = execution.Cancellation;
            int workers = WorkerTeam.Count(execution.Threads, unary.Shape[0]);
            (_h, _w, _labels, _mode) = ((int)unary.Shape[1], (int)unary.Shape[2], (int)unary.Shape[3], mode);
            _unary = (int*)unary.Data;
            _smooth = (int*)smooth.Data;
            _vertical = (int*)vertical.Data;
            _horizontal = (int*)horizontal.Data;
            _x = (int*)labels.Data;
            _energies = (long*)energies.Data;
            _solvers = workspace.Take<GridCutSolver>(workers);
            for (int i = 0; i < workers; i++) _solvers[i] = new GridCutSolver(_h, _w, _labels, mode, workspace, caps);
        }

        public void Run(int item, int worker)
        {
            int nodes = _h * _w;
            var problem = new GridCutProblem(
                _h,
                _w,
                _labels,
                _unary + (nint)item * nodes * _labels,
                _smooth,
                _vertical + (nint)item * (nodes - _w),
                _horizontal + (nint)item * (nodes - _h))
            {
                Cancellation = _cancellation,
            };
            int* x = _x + (nint)item * nodes;
            long energy = _mode == SolverMode.Parity ? _solvers[worker].Swap(problem, x) : _solvers[worker].Best(problem, x, out _);
            if (_energies != null) _energies[item] = energy;
        }
    }
}
