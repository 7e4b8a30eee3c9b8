"""Runs in a process of its own, whose driver is the emulated one: see test_emulated.py."""
import ctypes
import gc
import sys
import unittest

import numpy as np

import emulated_device as emulated
from emulated_device import DeviceArray, FakeTensor, call
from producers import random_batch

emulated.start()
STREAM = ctypes.c_void_p()
call("cuStreamCreate", ctypes.byref(STREAM), 1)

from guidedmixup import GuidedMixup, InvalidArgumentError, library_info, stages  # noqa: E402 - after the driver


def host(result):
    return result.numpy() if hasattr(result, "numpy") else np.asarray(result)


class Arrays(unittest.TestCase):
    """CuPy's way: any array on the device, in CuPy's current stream."""

    def setUp(self):
        sys.modules["cupy"] = emulated.fake_cupy(STREAM.value)
        self.addCleanup(sys.modules.pop, "cupy")
        self.x, self.labels = random_batch(5, 32), np.arange(5)

    def test_the_device_is_found(self):
        info = library_info()
        self.assertEqual((len(info.gpus), info.no_cuda_because), (1, ""))

    def test_every_stage_and_the_whole_mix(self):
        x = DeviceArray(self.x)
        saliency = stages.spectral_residual(x)
        self.assertEqual(x.streams, [STREAM.value] * len(x.streams), "the producer waits for our stream")
        normalised, flags = stages.normalise(saliency)
        distance = stages.pair_distance(normalised)
        partners = stages.cycle_cover_greedy(distance)
        mixed = stages.pixel_mix(x, normalised, partners)
        soft = stages.label_mix_soft(DeviceArray(self.labels), partners, mixed.ratio, 10)
        _, labels_b = stages.label_mix_pair(DeviceArray(self.labels), partners)
        blurred = stages.gaussian_blur(saliency)
        back = stages.pixel_mix_backward(x, mixed.mask, partners)
        norm = stages.gradient_saliency(x)
        drawn = stages.cycle_cover_random(DeviceArray(np.zeros(5, np.int64)), 3, 4, 5)

        cpu = GuidedMixup(num_classes=10).explain(self.x, self.labels)
        near = lambda a, b, bound=2e-5: np.testing.assert_allclose(host(a), b, atol=bound * np.abs(b).max())  # noqa: E731
        near(saliency, cpu.saliency)
        near(normalised, cpu.normalised)
        near(distance, cpu.distance)
        np.testing.assert_array_equal(host(partners), cpu.index)
        near(mixed.mixed, cpu.images)
        near(mixed.mask, cpu.mask)
        near(mixed.ratio, cpu.lam)
        near(soft, cpu.soft_labels)
        np.testing.assert_array_equal(host(labels_b), cpu.labels_b)
        np.testing.assert_array_equal(host(flags), 0)
        near(blurred, stages.gaussian_blur(host(saliency)))
        near(back, stages.pixel_mix_backward(self.x, cpu.mask, cpu.index))
        near(norm, stages.gradient_saliency(self.x))
        np.testing.assert_array_equal(host(drawn), stages.cycle_cover_random(np.zeros(5, np.int64), 3, 4, 5))

        got = GuidedMixup(num_classes=10).explain(DeviceArray(self.x), DeviceArray(self.labels))
        for name in ("images", "soft_labels", "labels_b", "lam", "mask", "saliency", "normalised", "distance"):
            near(getattr(got, name), getattr(cpu, name))
        np.testing.assert_array_equal(host(got.index), cpu.index)

    def test_the_other_methods(self):
        random = np.random.default_rng(4)
        features, weights = random.standard_normal((5, 6, 4, 4), dtype="f"), random.standard_normal((10, 6), dtype="f")
        for method in ("puzzlemix", "mixup", "cutmix", "saliencymix", "snapmix"):
            given = (features, weights) if method == "snapmix" else (None, None)
            mix = [GuidedMixup(num_classes=10, method=method, draw_mode="image", seed=3) for _ in range(2)]
            cpu = mix[0].explain(self.x, self.labels, features=given[0], class_weights=given[1])
            got = mix[1].explain(
                DeviceArray(self.x), DeviceArray(self.labels), features=None if given[0] is None else DeviceArray(given[0]),
                class_weights=None if given[1] is None else DeviceArray(given[1]))
            for name in ("images", "soft_labels", "lam"):
                np.testing.assert_allclose(host(getattr(got, name)), getattr(cpu, name), atol=2e-5, err_msg=f"{method}: {name}")
            for name in ("index", "labels_b") + (() if method in ("mixup", "puzzlemix") else ("boxes",)) + (("partner_boxes",) if method == "snapmix" else ()):
                np.testing.assert_array_equal(host(getattr(got, name)), getattr(cpu, name), err_msg=f"{method}: {name}")
        maps = random.random((5, 32, 32), dtype="f")
        for solver in ("parity", "quality"):
            options = {"part_size": 3, "solver": solver}
            parts = [GuidedMixup(num_classes=10, method="comixup", saliency="supplied", seed=3, comixup=options) for _ in range(2)]
            expected = parts[0].explain(self.x, self.labels, saliency=maps)
            got = parts[1].explain(DeviceArray(self.x), DeviceArray(self.labels), saliency=DeviceArray(maps))
            for name in ("images", "soft_labels", "weights"):
                np.testing.assert_array_equal(host(getattr(got, name)), getattr(expected, name), err_msg=f"comixup, {solver}: {name}")
        chains = random.standard_normal((3, *self.x.shape), dtype="f")
        drawn = stages.augmix_draw(self.x, 5, 3, 1, 2)
        got = stages.augmix(DeviceArray(self.x), DeviceArray(chains), *map(DeviceArray, drawn))
        np.testing.assert_allclose(host(got), stages.augmix(self.x, chains, *drawn), atol=1e-5)
        cut = stages.cutmix(DeviceArray(self.x), DeviceArray(cpu.boxes), DeviceArray(cpu.index))
        np.testing.assert_array_equal(host(cut.mixed), stages.cutmix(self.x, cpu.boxes, cpu.index).mixed)

    def test_memory_of_two_places(self):
        with self.assertRaisesRegex(InvalidArgumentError, "labels"):
            GuidedMixup(num_classes=10)(DeviceArray(self.x), self.labels)

    def test_nothing_stays_on_the_device(self):
        mix = GuidedMixup(num_classes=10)
        mix(DeviceArray(self.x), DeviceArray(self.labels))
        gc.collect()
        self.assertEqual(emulated.DeviceMemory.live, 0)


class Torch(unittest.TestCase):
    """The fast path's CUDA half."""

    def setUp(self):
        self.torch = sys.modules["torch"] = emulated.fake_torch(STREAM.value)
        for name in [n for n in sys.modules if n.startswith("guidedmixup.") and ("torch" in n or "mix_function" in n)]:
            del sys.modules[name]
        self.addCleanup(sys.modules.pop, "torch")
        self.x, self.labels = random_batch(5, 32), np.arange(5)

    def on_device(self, array):
        return FakeTensor(DeviceArray(array), array.dtype)

    def test_mix(self):
        mix, cpu = GuidedMixup(num_classes=10), GuidedMixup(num_classes=10)
        x, labels = self.on_device(self.x), self.on_device(self.labels)
        expected = cpu.explain(self.x, self.labels)
        for _ in range(3):
            mixed, targets = mix(x, labels)
            np.testing.assert_allclose(host(mixed), expected.images, atol=1e-4)
            np.testing.assert_allclose(host(targets), expected.soft_labels, atol=1e-5)
        _, _, labels_b, lam, index = mix(x, labels, return_indices=True)
        np.testing.assert_array_equal(host(index), expected.index)
        np.testing.assert_array_equal(host(labels_b), expected.labels_b)
        np.testing.assert_allclose(host(lam), expected.lam, atol=1e-5)

    def test_gradient(self):
        grad = random_batch(5, 32, seed=9)
        expected = GuidedMixup(saliency="ap").explain(self.x, grad=grad)
        got = GuidedMixup(saliency="ap").explain(self.on_device(self.x), grad=self.on_device(grad))
        np.testing.assert_array_equal(host(got.index), expected.index)
        np.testing.assert_allclose(host(got.images), expected.images, atol=1e-4)

    def test_a_call_makes_its_outputs_and_one_workspace(self):
        mix = GuidedMixup(num_classes=10)
        x, labels = self.on_device(self.x), self.on_device(self.labels)
        mix(x, labels)
        before = DeviceArray.made
        mix(x, labels)
        self.assertEqual(DeviceArray.made - before, 3, "images, targets, workspace")

    def test_the_step_in_device_memory(self):
        x = self.on_device(self.x)
        mix, plain = GuidedMixup(pairing="random", capturable=True, seed=6), GuidedMixup(pairing="random", seed=6)
        for step in range(4):
            self.assertEqual(mix.step, step)
            index = mix(x, return_indices=True)[4]
            np.testing.assert_array_equal(host(index), plain(self.x, return_indices=True)[4])
        self.assertEqual(mix.state_dict(), {"seed": 6, "step": 4})
        mix.load_state_dict({"seed": 6, "step": 1})
        plain.load_state_dict({"seed": 6, "step": 1})
        np.testing.assert_array_equal(host(mix(x, return_indices=True)[4]), plain(self.x, return_indices=True)[4])
        self.assertEqual(mix.step, 2)

    def test_captures_that_would_repeat_their_numbers(self):
        x = self.on_device(self.x)
        drawing, greedy = GuidedMixup(p=0.5), GuidedMixup()
        for mix in (drawing, greedy):
            mix(x, return_indices=True)
        self.torch.is_capturing = True
        greedy(x, return_indices=True)
        with self.assertRaisesRegex(InvalidArgumentError, "capturable"):
            drawing(x, return_indices=True)
        with self.assertRaisesRegex(InvalidArgumentError, "capturable"):
            GuidedMixup(p=0.5, capturable=True)(x, return_indices=True)

    def test_flags_of_bad_labels(self):
        labels = np.array([0, 1, 2, 10, 3])
        flags = GuidedMixup(num_classes=10).explain(self.on_device(self.x), self.on_device(labels)).flags
        self.assertTrue((host(flags) & 16).any())


if __name__ == "__main__":
    unittest.main(verbosity=2)
