"""torch.compile: the mix stays outside of the graph, with the same results. Skipped by name before torch 2.1."""
import unittest

from devices import NO_CUDA, NO_TORCH, torch
from guidedmixup import GuidedMixup

NO_COMPILE = NO_TORCH or ("" if hasattr(getattr(torch, "compiler", None), "is_compiling") else f"torch {torch.__version__} has no torch.compiler")


@unittest.skipIf(NO_COMPILE, NO_COMPILE)
class Compiled(unittest.TestCase):
    def test_a_compiled_step_is_the_plain_one(self):
        device = "cpu" if NO_CUDA else "cuda"
        torch.manual_seed(0)
        x, labels = torch.randn(8, 3, 16, 16, device=device), torch.arange(8, device=device)
        net = torch.nn.Conv2d(3, 4, 3).to(device)

        def step(mix, x, labels):
            mixed, targets = mix(x * 2, labels)
            return net(mixed).mean((2, 3)).sum() + targets.sum()

        compiled = torch.compile(step, backend="eager")
        fast, plain = GuidedMixup(num_classes=8, pairing="random", seed=1), GuidedMixup(num_classes=8, pairing="random", seed=1)
        for _ in range(12):
            self.assertAlmostEqual(compiled(fast, x, labels).item(), step(plain, x, labels).item(), places=4)
        self.assertEqual(fast.step, 12, "each call drew once")

    def test_a_full_graph_is_refused(self):
        x, labels = torch.randn(8, 3, 16, 16), torch.arange(8)
        mix = GuidedMixup(num_classes=8)
        with self.assertRaises(Exception):
            torch.compile(lambda x: mix(x, labels)[0] + 1, backend="eager", fullgraph=True)(x)


if __name__ == "__main__":
    unittest.main()
