"""The example trains: short, but its losses fall and it learns something."""
import os
import re
import subprocess
import sys
import unittest

from devices import NO_TORCH

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "interop", "Python", "examples", "train.py")


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
@unittest.skipUnless(os.path.exists(EXAMPLE), "no examples here")
class Train(unittest.TestCase):
    def test_guided_sr_and_guided_ap_learn(self):
        run = subprocess.run([sys.executable, EXAMPLE, "--steps", "60", "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=900)
        said, progress = run.stdout.decode(), run.stderr.decode()
        self.assertEqual(run.returncode, 0, said + progress)
        answers = re.findall(r"(Guided-\w+): 60 steps, loss ([\d.]+) -> ([\d.]+), (\d+)% of clean", said)
        self.assertEqual([name for name, *_ in answers], ["Guided-SR", "Guided-AP"])
        for name, first, last, right in answers:
            self.assertLess(float(last), 0.85 * float(first), said)
            self.assertGreater(int(right), 30, f"{name}: chance is 8 %")
        self.assertIn("100%", progress)


if __name__ == "__main__":
    unittest.main()
