"""The solvers by themselves: the stored answers through Python, and brute force on tiny grids."""
import itertools
import json
import os
import unittest

import numpy as np

from devices import on_every_device, torch
from goldens import FOLDER
from guidedmixup import InvalidArgumentError, stages

METHODS = os.path.join(FOLDER, "methods")


def stored(prefix):
    """(name, manifest entry, loader) of every instance whose name begins so."""
    with open(os.path.join(METHODS, "manifest.json"), encoding="utf-8") as file:
        entries = json.load(file)["instances"]
    for entry in entries:
        if entry["base"].startswith(prefix):
            yield entry["base"], entry, lambda field, base=entry["base"]: np.load(os.path.join(METHODS, f"{base}_{field}.npy"))


def energy(x, unary, smooth, vertical, horizontal):
    """E(x) of one grid, in Python's integers."""
    h, w = x.shape
    total = sum(int(unary[i, j, x[i, j]]) for i in range(h) for j in range(w))
    total += sum(int(vertical[i, j]) * int(smooth[x[i, j], x[i + 1, j]]) for i in range(h - 1) for j in range(w))
    return total + sum(int(horizontal[i, j]) * int(smooth[x[i, j], x[i, j + 1]]) for i in range(h) for j in range(w - 1))


class Solvers:
    def to(self, array, dtype):
        return torch.from_numpy(np.ascontiguousarray(array).astype(dtype)).to(self.device)

    def test_comixup_goldens(self):
        count = 0
        for name, entry, load in stored("comix_"):
            with self.subTest(name):
                saliency, alpha, start = self.to(load("sal"), "f4"), self.to(load("alpha"), "f4"), self.to(load("init"), "i4")
                a = self.to(load("A"), "f4")
                constants = {"iterations": entry["niter"]}
                found = stages.comixup_solve(saliency, alpha, start, constants, compatibility=a)
                np.testing.assert_array_equal(found.layout.cpu().numpy(), load("Zswap"))
                energies = entry["swap_parity"]["subproblem_int_energies"]
                self.assertEqual(found.energies.cpu().tolist()[:len(energies)], energies)
                f = stages.comixup_objective(saliency.cpu(), alpha.cpu(), found.layout.cpu(), constants)
                self.assertAlmostEqual(f, entry["swap_parity"]["F"][0], delta=1e-6)
            count += 1
        self.assertGreater(count, 6)

    def test_quality_is_no_worse(self):
        name, entry, load = next(stored("comix_"))
        host = [torch.from_numpy(load(field).astype(kind)) for field, kind in (("sal", "f4"), ("alpha", "f4"), ("init", "i4"))]
        constants = {"iterations": entry["niter"], "solver": "quality"}
        layout = stages.comixup_solve(*host, constants).layout
        self.assertLess(stages.comixup_objective(host[0], host[1], layout, constants), entry["swap_parity"]["F"][0], name)

    def test_grid_cut_goldens(self):
        count = 0
        for name, _, load in stored("sub_"):
            with self.subTest(name):
                unary, smooth = load("U")[None], load("V")
                h, w = unary.shape[1:3]
                edges = load("ev").reshape(1, h - 1, w), load("eh").reshape(1, h, w - 1)
                found = stages.grid_cut(*(self.to(array, "i4") for array in (unary, smooth, *edges)))
                x = found.labels.cpu().numpy()[0]
                np.testing.assert_array_equal(x.ravel(), load("xswap").ravel())
                self.assertEqual(int(found.energies[0]), energy(x, unary[0], smooth, edges[0][0], edges[1][0]))
            count += 1
        self.assertGreater(count, 10)

    def test_quality_is_the_least_of_all_labellings(self):
        random = np.random.default_rng(5)
        unary = random.integers(-50, 50, (3, 2, 3, 3))
        smooth = np.array([[0, 4, 9], [4, 0, 2], [9, 2, 0]])
        vertical, horizontal = random.integers(0, 9, (3, 1, 3)), random.integers(0, 9, (3, 2, 2))
        found = stages.grid_cut(*(torch.from_numpy(array.astype("i4")) for array in (unary, smooth, vertical, horizontal)), solver="quality")
        for k in range(3):
            problem = unary[k], smooth, vertical[k], horizontal[k]
            least = min(energy(np.reshape(x, (2, 3)), *problem) for x in itertools.product(range(3), repeat=6))
            self.assertEqual(int(found.energies[k]), least)
            self.assertEqual(energy(found.labels[k].numpy(), *problem), least)

    def test_refusals(self):
        unary = self.to(np.zeros((1, 2, 2, 2)), "i4")
        edges = self.to(np.zeros((1, 1, 2)), "i4"), self.to(np.zeros((1, 2, 1)), "i4")
        smooth = self.to(np.zeros((2, 2)), "i4")
        saliency, alpha = self.to(np.zeros((2, 2, 2)), "f4"), self.to(np.ones(2), "f4")
        refused = (
            ("solver is 'best'", lambda: stages.grid_cut(unary, smooth, *edges, solver="best")),
            ("^vertical", lambda: stages.grid_cut(unary, smooth, None, edges[1])),
            (r"^unary has shape \[2, 2\]", lambda: stages.grid_cut(smooth, smooth, *edges)),
            (r"^start has shape \[2\]", lambda: stages.comixup_solve(saliency, alpha, alpha)),
            ("^start", lambda: stages.comixup_solve(saliency, alpha, saliency)),
            ("no constant 'gama'", lambda: stages.comixup_solve(saliency, alpha, saliency.int(), {"gama": 1})),
        )
        for says, call in refused:
            with self.subTest(says), self.assertRaisesRegex(InvalidArgumentError, says):
                call()


SolversCpu, SolversCuda = on_every_device(Solvers)

if __name__ == "__main__":
    unittest.main()
