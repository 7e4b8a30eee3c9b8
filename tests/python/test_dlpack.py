"""The stages, and the mix, over anything with ``__dlpack__``."""
import gc
import unittest

import numpy as np

import guidedmixup
from devices import NO_TORCH, torch
from guidedmixup import GuidedMixup, InvalidArgumentError, stages
from producers import Producer, random_batch


def chain(x, labels, num_classes=10, wrap=lambda a: a):
    """Every stage, each from the one before."""
    saliency = stages.spectral_residual(wrap(x))
    blurred = stages.gaussian_blur(wrap(saliency))
    normalised, map_flags = stages.normalise(wrap(saliency))
    distance = stages.pair_distance(wrap(normalised))
    partners = stages.cycle_cover_greedy(wrap(distance))
    mixed = stages.pixel_mix(wrap(x), wrap(normalised), wrap(partners))
    soft = stages.label_mix_soft(wrap(labels), wrap(partners), wrap(mixed.ratio), num_classes)
    pair = stages.label_mix_pair(wrap(labels), wrap(partners))
    back = stages.pixel_mix_backward(wrap(x), wrap(mixed.mask), wrap(partners))
    norm = stages.gradient_saliency(wrap(x))
    drawn = stages.cycle_cover_random(np.zeros(len(x), np.int64), 3, 4, 5)
    return saliency, blurred, normalised, map_flags, distance, partners, *mixed, soft, pair[1], back, norm, drawn


def arrays(results):
    return [r.numpy() if hasattr(r, "numpy") else r.array if isinstance(r, Producer) else np.asarray(r) for r in results]


class Stages(unittest.TestCase):
    def setUp(self):
        self.x, self.labels = random_batch(), np.arange(6)
        self.expected = arrays(chain(self.x, self.labels))

    def same(self, results):
        for i, (a, b) in enumerate(zip(arrays(results), self.expected)):
            np.testing.assert_array_equal(a, b, f"result {i}")

    def test_the_stages_are_the_mix(self):
        explanation = GuidedMixup(num_classes=10).explain(self.x, self.labels)
        names = ("saliency", None, "normalised", None, "distance", "index", "images", "mask", "lam", None, "soft_labels", "labels_b")
        for name, value in zip(names, self.expected):
            if name:
                np.testing.assert_array_equal(getattr(explanation, name), value, name)

    @unittest.skipIf(NO_TORCH, "no torch")
    def test_torch(self):
        results = chain(torch.from_numpy(self.x), torch.from_numpy(self.labels))
        self.assertTrue(all(isinstance(r, torch.Tensor) for r in results[:-1]))
        self.same(results)

    def test_capsules_of_both_versions(self):
        for versioned in (False, True):
            for options in ({}, {"null_strides": True}, {"offset": 64}, {"knows_versions": False}):
                with self.subTest(f"versioned {versioned} {options}"):
                    made = []

                    def wrap(array):
                        made.append(Producer(array, versioned, **options))
                        return made[-1]

                    self.same(chain(self.x, self.labels, wrap=wrap))
                    gc.collect()
                    for producer in made:
                        self.assertGreater(producer.capsules, 0)
                        self.assertEqual(producer.deleted, producer.capsules, "every capsule's deleter ran, once")
                        self.assertEqual(set(producer.streams), {None}, "no stream on the host")

    def test_strides(self):
        wide = np.zeros((6, 16, 16, 4), np.float32)
        wide[..., :3] = self.x.transpose(0, 2, 3, 1)
        view = wide[..., :3].transpose(0, 3, 1, 2)
        for x in (view, Producer(view)):
            np.testing.assert_array_equal(stages.spectral_residual(x), self.expected[0])
        np.testing.assert_array_equal(stages.spectral_residual(self.x[:, :, ::-1].copy()[:, :, ::-1]), self.expected[0], "negative strides")

    def test_outputs_of_the_callers(self):
        out = np.full((6, 16, 16), np.nan, np.float32)
        self.assertIs(stages.spectral_residual(self.x, out=out), out)
        np.testing.assert_array_equal(out, self.expected[0])
        held = np.full((6, 16, 16), np.nan, np.float32)
        stages.spectral_residual(Producer(self.x), out=Producer(held, versioned=False))
        np.testing.assert_array_equal(held, self.expected[0])
        for kind in (np.int32, np.int64):
            np.testing.assert_array_equal(stages.cycle_cover_greedy(self.expected[4], out=np.zeros(6, kind)), self.expected[5])

    def test_read_only(self):
        x = self.x.copy()
        x.flags.writeable = False
        np.testing.assert_array_equal(stages.spectral_residual(x), self.expected[0])
        np.testing.assert_array_equal(stages.spectral_residual(Producer(self.x, flags=1)), self.expected[0])
        out = np.zeros((6, 16, 16), np.float32)
        with self.assertRaisesRegex(InvalidArgumentError, "read-only"):
            stages.spectral_residual(x, out=Producer(out, flags=1))
        out.flags.writeable = False
        with self.assertRaisesRegex(InvalidArgumentError, "read-only"):
            stages.spectral_residual(x, out=out)

    def test_capsules_that_are_none(self):
        newer = Producer(self.x, major=2)
        with self.assertRaisesRegex(InvalidArgumentError, "version 2"):
            stages.spectral_residual(newer)
        gc.collect()
        self.assertEqual(newer.deleted, newer.capsules, "an unknown version is deleted and not looked at")

        class Strange:
            def __init__(self, answer):
                self.answer = answer

            def __dlpack_device__(self):
                return 1, 0

            def __dlpack__(self, **options):
                if isinstance(self.answer, Exception):
                    raise self.answer
                return self.answer

        for answer in (None, 3, "dltensor", BufferError("no"), ValueError("no"), RuntimeError("no")):
            with self.subTest(repr(answer)), self.assertRaises((InvalidArgumentError, ValueError, TypeError)):
                stages.spectral_residual(Strange(answer))
        for device in ((8, 0), (10, 0), (99, 1)):
            with self.subTest(device), self.assertRaises((guidedmixup.GuidedMixupError, TypeError)):
                stages.spectral_residual(Producer(self.x, device=device))

    def test_wrong_arrays(self):
        x = self.x
        for wrong in (x.astype(np.float64), x.astype(">f4"), x.astype(object), x[0], x[..., :3], x.view([("a", np.float32)]), x.astype("U4")):
            with self.subTest(f"{wrong.dtype} {wrong.shape}"), self.assertRaises(InvalidArgumentError):
                stages.spectral_residual(wrong)
        packed = np.zeros((6, 16, 16), [("a", np.uint8), ("b", np.float32)])["b"]
        with self.assertRaisesRegex(InvalidArgumentError, "byte strides"):
            stages.gaussian_blur(packed)

    def test_the_whole_mix(self):
        mix = GuidedMixup(num_classes=10)
        mixed, targets = mix(Producer(self.x, False), Producer(self.labels))
        np.testing.assert_array_equal(mixed, self.expected[6])
        np.testing.assert_array_equal(targets, self.expected[10])
        as_bytes = np.random.default_rng(1).integers(0, 256, (4, 3, 16, 16), np.uint8)
        self.assertEqual(mix(as_bytes, return_indices=True)[0].dtype, np.uint8)
        self.assertEqual(GuidedMixup(dtype="float32")(as_bytes, return_indices=True)[0].dtype, np.float32)
        grad = GuidedMixup(saliency="ap").explain(self.x, grad=self.x)
        np.testing.assert_array_equal(grad.saliency, self.expected[13])


if __name__ == "__main__":
    unittest.main()
