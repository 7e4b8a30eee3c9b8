"""torch.compile: the mix stays outside of the graph, with the same results. Skipped by name before torch 2.1."""
import sys
import types
import unittest
from unittest import mock

from devices import NO_CUDA, NO_TORCH, torch
from guidedmixup import GuidedMixup, _compiling


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
class Loaded(unittest.TestCase):
    """Whichever torch: once its compiler is loaded, every call goes through its ``disable``."""

    def test_calls_are_kept_from_the_compiler(self):
        disabled = []

        def disable(function):
            disabled.append(function.__name__)
            return function

        mix = GuidedMixup(num_classes=8)
        ap = GuidedMixup(num_classes=8, saliency="ap")
        x, labels = torch.randn(8, 3, 16, 16), torch.arange(8)
        mix(x, labels)
        compiler = types.ModuleType("torch._dynamo")
        compiler.disable = disable
        with mock.patch.dict(sys.modules, {"torch._dynamo": compiler}), mock.patch.dict(_compiling._disabled, clear=True), \
                mock.patch.object(torch, "_dynamo", compiler, create=True):
            for _ in range(2):
                mix(x, labels)
                ap.with_gradient(x, labels, x)
                mix.explain(x)
        self.assertEqual(disabled, ["_mix", "_run"], "each once")


NO_COMPILE = NO_TORCH or ("" if hasattr(getattr(torch, "compiler", None), "disable") else f"torch {torch.__version__} has no torch.compiler")


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
