"""The package's own share of a call. (overhead.py measures whole calls beside the same calls from C; a busy machine would drown those.)"""
import unittest

from devices import NO_TORCH

if not NO_TORCH:
    import overhead


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
class Overhead(unittest.TestCase):
    def test_a_call_of_nothing_takes_at_most_30_microseconds(self):
        loaded = overhead.timer()
        if loaded is None:
            self.skipTest("no gcc")
        self.assertLess(overhead.package_alone(loaded), 30)


if __name__ == "__main__":
    unittest.main()
