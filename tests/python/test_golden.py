"""Every pipeline golden of the released program, through Python."""
import unittest

import numpy as np

from devices import on_every_device, torch
from goldens import (
    CHAINED_DISTANCE, LABEL, MAP, MASK, MIXED, RATIO, Answer, all_goldens, assert_close, golden, greedy, of_maximum, pipelines)
from guidedmixup import GuidedMixup, stages


def check(explanation, case, what):
    """Every intermediate of a batch against the golden."""
    answer = Answer(case)
    got = explanation._replace(**{
        name: np.asarray(value.cpu() if hasattr(value, "cpu") else value) for name, value in explanation._asdict().items()
        if value is not None and name != "is_mixed"})
    np.testing.assert_array_equal(got.index, answer.partners, f"{what}: partners")
    np.testing.assert_array_equal(got.flags & 1, answer.is_degenerate.astype(np.int32), f"{what}: flags")
    assert_close(got.saliency, answer.saliency, of_maximum(answer.saliency, MAP), f"{what}: saliency")
    assert_close(got.normalised, answer.normalised, of_maximum(answer.normalised, MAP), f"{what}: normalised")
    assert_close(got.distance, answer.distance, CHAINED_DISTANCE * np.abs(answer.distance), f"{what}: distance")
    assert_close(got.mask, answer.mask, MASK, f"{what}: mask")
    assert_close(got.lam, answer.ratio, RATIO, f"{what}: ratio")
    assert_close(got.images, answer.mixed, MIXED, f"{what}: mixed")


class Golden:
    def mixer(self, case, **options):
        return GuidedMixup(saliency="supplied" if case.is_gradient else "sr", **options)

    def to(self, array):
        return torch.from_numpy(array).to(self.device)

    def test_every_pipeline_golden(self):
        cases = pipelines()
        self.assertGreater(len(cases), 10)
        for case in cases:
            with self.subTest(case.name):
                maps = self.to(case["saliency"]) if case.is_gradient else None
                x = self.to(case["input"])
                check(self.mixer(case).explain(x, saliency=maps), case, f"{case.name} on {self.device}")
                np.testing.assert_array_equal(x.cpu(), case["input"], f"{case.name}: the images are as they were")

    def test_channels_last(self):
        case = golden("sr_8x32x32")
        x = self.to(case["input"]).to(memory_format=torch.channels_last)
        explanation = self.mixer(case).explain(x)
        self.assertTrue(explanation.images.is_contiguous(memory_format=torch.channels_last))
        check(explanation, case, "channels_last")

    def test_given_permutation_and_labels(self):
        case = golden("sr_8x32x32")
        mix = self.mixer(case, num_classes=10)
        x, labels = self.to(case["input"]), self.to(case["targets"])
        mixed, targets = mix(x, labels)
        assert_close(targets.cpu(), case["mixed_targets"], RATIO + LABEL, "soft labels")
        assert_close(mixed.cpu(), case["mixed"], MIXED, "mixed")
        index = self.to(case["idx_random"])
        mixed, labels_a, labels_b, lam, used = mix(x, labels, index=index, return_indices=True)
        np.testing.assert_array_equal(used.cpu(), case["idx_random"])
        np.testing.assert_array_equal(labels_a.cpu(), case["targets"])
        np.testing.assert_array_equal(labels_b.cpu(), case["targets"][case["idx_random"]])
        assert_close(mixed.cpu(), case["mixed_random"], MIXED, "mixed, random")
        assert_close(lam.cpu(), case["ratio_random"], RATIO, "ratio, random")

    def test_half_types_follow_the_float_maps(self):
        case = golden("sr_16x64x64") if any(g.name == "sr_16x64x64" for g in all_goldens()) else golden("sr_8x32x32")
        for dtype in (torch.float16, torch.bfloat16):
            with self.subTest(str(dtype)):
                x = self.to(case["input"]).to(dtype)
                mixed, _, _, lam, index = self.mixer(case)(x, return_indices=True)
                self.assertIs(mixed.dtype, dtype)
                # The same batch widened first: what is computed from it is the same, bit for bit, but for the rounding of y.
                wide, _, _, wide_lam, wide_index = self.mixer(case)(x.float(), return_indices=True)
                self.assertTrue(torch.equal(index, wide_index))
                self.assertTrue(torch.equal(lam, wide_lam))
                self.assertTrue(torch.equal(mixed, wide.to(dtype)))

    def test_uint8_with_mean_and_std(self):
        rng = np.random.default_rng(3)
        x = self.to(rng.integers(0, 256, (6, 3, 32, 32), dtype=np.uint8))
        mean, std = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)
        scale = (x.float() / 255 - torch.tensor(mean, device=self.device).view(3, 1, 1)) / torch.tensor(std, device=self.device).view(3, 1, 1)
        wide, _, _, lam, index = GuidedMixup()(scale, return_indices=True)
        as_float, _, _, float_lam, float_index = GuidedMixup(mean=mean, std=std, dtype=torch.float32)(x, return_indices=True)
        self.assertTrue(torch.equal(index, float_index))
        assert_close(float_lam.cpu(), lam.cpu(), 1e-5, "λ of uint8")
        assert_close(as_float.cpu(), wide.cpu(), 1e-3, "uint8 into float32")
        as_bytes = GuidedMixup(mean=mean, std=std).explain(x)
        self.assertIs(as_bytes.images.dtype, torch.uint8)
        m = as_bytes.mask[:, None]
        exact = m.double() * x + (1 - m.double()) * x[as_bytes.index]
        self.assertLessEqual((as_bytes.images - exact).abs().max().item(), 0.5 + 1e-4)


GoldenCpu, GoldenCuda = on_every_device(Golden)


class GoldenNumpy(unittest.TestCase):
    def test_every_pipeline_golden(self):
        for case in pipelines():
            with self.subTest(case.name):
                mix = GuidedMixup(saliency="supplied" if case.is_gradient else "sr")
                explanation = mix.explain(case["input"], saliency=case["saliency"] if case.is_gradient else None)
                self.assertIsInstance(explanation.images, np.ndarray)
                check(explanation, case, f"{case.name}, NumPy")

    def test_pairing_goldens(self):
        for case in (g for g in all_goldens() if g.kind == "pairing"):
            for tag in case.tags:
                with self.subTest(tag):
                    distance = case["D_" + tag]
                    expected = greedy(distance) if "nan" in tag else case["idx_" + tag]
                    np.testing.assert_array_equal(stages.cycle_cover_greedy(distance), expected)


del Golden

if __name__ == "__main__":
    unittest.main()
