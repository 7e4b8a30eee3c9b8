"""Device memory without a GPU: the package over the emulated driver, in a process of its own."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "..", "..", "kernels", "emulation", "build.sh")


class Emulated(unittest.TestCase):
    def test_over_the_emulated_driver(self):
        driver = os.environ.get("GUIDEDMIXUP_CUDA_DRIVER", "")
        if not driver:
            if not os.path.exists(BUILD):
                self.skipTest("no kernel sources here to emulate")
            out = os.path.join(HERE, "out", "emulation")
            built = subprocess.run(["sh", BUILD, out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if built.returncode == 3:
                self.skipTest("no C++ compiler")
            self.assertEqual(built.returncode, 0, built.stdout.decode(errors="replace")[-3000:])
            driver = os.path.join(out, "libguidedmixup_cuda_emulation.so")
        environment = dict(os.environ, GUIDEDMIXUP_CUDA_DRIVER=driver)
        run = subprocess.run(
            [sys.executable, os.path.join(HERE, "emulated_process.py")], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
        said = run.stdout.decode(errors="replace")
        self.assertEqual(run.returncode, 0, said[-6000:])
        self.assertRegex(said, r"Ran 11 tests")
        self.assertNotIn("skipped", said)


if __name__ == "__main__":
    unittest.main()
