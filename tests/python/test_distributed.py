"""Two processes that train together by DistributedDataParallel (gloo)."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import philox
from devices import NO_TORCH, torch



def why_not():
    if NO_TORCH or not torch.distributed.is_available():
        return NO_TORCH or "this torch has no torch.distributed"
    has_gloo = getattr(torch.distributed, "is_gloo_available", lambda: True)  # newer than torch 1.13
    return "" if has_gloo() else "this torch has no gloo"


NO_GLOO = why_not()


@unittest.skipIf(NO_GLOO, NO_GLOO)
class Distributed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        here = os.path.dirname(os.path.abspath(__file__))
        with tempfile.TemporaryDirectory() as folder:
            outs = [os.path.join(folder, f"{rank}.json") for rank in range(2)]
            processes = [
                subprocess.Popen(
                    [sys.executable, os.path.join(here, "distributed_process.py"), str(rank), os.path.join(folder, "meeting"), outs[rank]],
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                for rank in range(2)
            ]
            try:
                said = [process.communicate(timeout=300)[0].decode(errors="replace") for process in processes]
            finally:
                for process in processes:
                    process.kill()
            if any(process.returncode for process in processes):
                raise AssertionError("a process failed:\n" + "\n".join(said))
            cls.runs = []
            for out in outs:
                with open(out, encoding="utf-8") as file:
                    cls.runs.append(json.load(file))

    def test_ranks_are_discovered_and_draw_apart(self):
        for name in self.runs[0]:
            first, second = self.runs[0][name], self.runs[1][name]
            self.assertEqual((first["rank_drawn"], second["rank_drawn"]), (0, 1))
            for rank, run in enumerate((first, second)):
                self.assertEqual(run["draws"], [philox.permutation(3, step, rank, 32) for step in range(25)])
            self.assertTrue(all(a != b for a, b in zip(first["draws"], second["draws"])))

    def test_each_rank_pairs_its_own_shard(self):
        for name in self.runs[0]:
            first, second = self.runs[0][name]["pairing"], self.runs[1][name]["pairing"]
            self.assertNotEqual(first, second)
            for pairing in first + second:
                self.assertEqual(sorted(pairing), list(range(32)))

    def test_losses_fall_and_the_ranks_stay_one_model(self):
        for name in self.runs[0]:
            self.assertEqual(self.runs[0][name]["weights"], self.runs[1][name]["weights"], f"{name}: the weights of both ranks")
            for run in (self.runs[0][name], self.runs[1][name]):
                self.assertLess(sum(run["losses"][-5:]) / 5, 0.85 * run["losses"][0], f"{name}: {run['losses']}")


if __name__ == "__main__":
    unittest.main()
