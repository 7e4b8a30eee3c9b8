"""Whatever is handed in: an error that names it, never a crash, and nothing written."""
import ctypes
import unittest

import numpy as np

import guidedmixup
from devices import on_every_device, torch
from guidedmixup import GuidedMixup, InvalidArgumentError, stages
from guidedmixup._native.library import FUNCTIONS, library


class Errors:
    def setUp(self):
        torch.manual_seed(0)
        self.x = torch.randn(4, 3, 16, 16, device=self.device)
        self.labels = torch.arange(4, device=self.device)
        self.mix = GuidedMixup(num_classes=10)

    def refused(self, pattern, call, *arguments, error=InvalidArgumentError, **options):
        with self.assertRaisesRegex(error, pattern):
            call(*arguments, **options)
        mixed, targets = self.mix(self.x, self.labels)  # the mixer is as good as before
        self.assertTrue(torch.isfinite(mixed).all() and torch.isfinite(targets).all())

    def test_types(self):
        for dtype in (torch.float64, torch.int64, torch.bool, torch.int16, torch.complex64):
            self.refused("images", self.mix, self.x.to(dtype), self.labels)
        for dtype in (torch.float32, torch.float16, torch.int16, torch.uint8, torch.bool):
            self.refused("labels", self.mix, self.x, self.labels.to(dtype))
        for dtype in (torch.float64, torch.float16, torch.int64):
            self.refused("labels", self.mix, self.x, torch.ones(4, 10, device=self.device).to(dtype))
        self.refused("partners|index", self.mix, self.x, self.labels, index=self.labels.float())
        self.refused("subset", self.mix, self.x, self.labels, subset=self.labels)
        ap = GuidedMixup(num_classes=10, saliency="ap")
        self.refused("gradient|grad", ap.with_gradient, self.x, self.labels, self.x.double())
        self.refused("gradient|grad", ap.with_gradient, self.x, self.labels, (self.x * 9).to(torch.uint8))

    def test_shapes(self):
        x, labels = self.x, self.labels
        for images in (x[0], x[None], x.flatten(), x[:, :, :3], x[..., :3], x[:0], x[:, :0], torch.empty(0, device=self.device), x[:, :2]):
            self.refused("images|shape", self.mix, images, labels)
        for wrong in (labels[:3], labels[None, None], labels[0], labels[:0], torch.ones(3, 10, device=self.device), torch.ones(4, 0, device=self.device)):
            self.refused("labels", self.mix, x, wrong)
        self.refused("labels has 7 classes", self.mix, x, torch.ones(4, 7, device=self.device))
        self.refused("partners|index", self.mix, x, labels, index=labels[:2])
        self.refused("subset", self.mix, x, labels, subset=torch.ones(3, dtype=torch.bool, device=self.device))
        ap = GuidedMixup(num_classes=10, saliency="ap")
        for grad in (x[:2], x[:, :1], x[..., :8], x[0]):
            self.refused("gradient|grad", ap.with_gradient, x, labels, grad)
        supplied = GuidedMixup(num_classes=10, saliency="supplied")
        self.refused("saliency", supplied.with_saliency, x, labels, x)

    def test_strides(self):
        self.refused("labels", self.mix, self.x, torch.arange(8, device=self.device)[::2])
        self.refused("labels", self.mix, self.x, torch.ones(10, 4, device=self.device).t())
        # Images of any strides are taken: a stride of 0 reads the same memory again.
        mixed, _ = self.mix(self.x[:1].expand(4, 3, 16, 16), self.labels)
        self.assertTrue(torch.allclose(mixed, self.x[:1].expand(4, 3, 16, 16), atol=1e-6))
        distance = torch.randn(4, 8, device=self.device)[:, ::2]
        self.refused("distance", stages.cycle_cover_greedy, distance)
        overlapping = torch.zeros(16 * 16, device=self.device).expand(4, 256).reshape(-1)[:1].expand(4, 16, 16)
        self.refused("saliency|overlap|twice", stages.spectral_residual, self.x, out=overlapping)

    def test_shared_memory(self):
        normalised, _ = stages.normalise(stages.spectral_residual(self.x))
        partners = torch.tensor([1, 2, 3, 0], device=self.device)
        self.refused("memory", stages.pixel_mix, self.x, normalised, partners, out=self.x)
        self.refused("memory", stages.gaussian_blur, normalised, out=normalised)
        both = torch.zeros(8, 16, 16, device=self.device)
        self.refused("memory", stages.gaussian_blur, both[:4], out=both[2:6])

    def test_devices(self):
        meta = torch.empty(4, 3, 16, 16, device="meta")
        self.refused("images is on meta", self.mix, meta, self.labels)
        self.refused("labels is on meta", self.mix, self.x, torch.empty(4, dtype=torch.int64, device="meta"))
        if self.device == "cuda":
            self.refused("labels|device", self.mix, self.x, self.labels.cpu())
            self.refused("images|device|memory", self.mix, self.x.cpu(), self.labels)

    def test_values(self):
        if self.device == "cpu":  # on a GPU the kernels flag them
            self.refused("labels", self.mix, self.x, torch.tensor([0, 1, 2, 10]))
            self.refused("labels", self.mix, self.x, torch.tensor([0, -1, 2, 3]))
            self.refused(r"index\[3\] is 4", self.mix, self.x, self.labels, index=torch.tensor([0, 1, 2, 4]))
            self.refused(r"index\[3\] is -1", self.mix, self.x, self.labels, index=torch.tensor([0, 1, 2, -1]))
        else:
            explanation = self.mix.explain(self.x, torch.tensor([0, 1, 2, 10], device="cuda"))
            self.assertTrue((explanation.flags & 16).any())
            explanation = self.mix.explain(self.x, self.labels, index=torch.tensor([1, 0, 3, 9], device="cuda"))
            self.assertEqual((explanation.flags & 32).tolist(), [0, 0, 0, 32])

    def test_kinds_of_tensors(self):
        self.refused("sparse", self.mix, self.x.to_sparse(), self.labels)
        imaginary = torch.view_as_complex(torch.randn(4, 3, 16, 16, 2, device=self.device)).conj().imag
        self.assertTrue(imaginary.is_neg())
        self.refused("negative", self.mix, imaginary, self.labels)
        parameter = torch.nn.Parameter(self.x.clone())
        mixed, _ = self.mix(parameter, self.labels)
        self.assertTrue(mixed.requires_grad)
        with torch.no_grad():
            self.assertTrue(torch.equal(mixed, self.mix(self.x, self.labels)[0]))

    def test_deleted_memory(self):
        x = self.x.clone()
        (x.untyped_storage() if hasattr(x, "untyped_storage") else x.storage()).resize_(0)
        self.refused("images", self.mix, x, self.labels)
        labels = self.labels.clone()
        (labels.untyped_storage() if hasattr(labels, "untyped_storage") else labels.storage()).resize_(0)
        self.refused("labels", self.mix, self.x, labels)

    def test_requires_grad_in_stages(self):
        self.refused("requires grad", stages.spectral_residual, self.x.clone().requires_grad_())
        self.refused("requires grad", stages.spectral_residual, self.x, out=torch.zeros(4, 16, 16, device=self.device, requires_grad=True))

    def test_no_tensors_at_all(self):
        for nothing in ("images", 3, [1, 2], object(), {}):
            with self.assertRaises((TypeError, InvalidArgumentError)):
                self.mix(nothing, self.labels)
            with self.assertRaises((TypeError, InvalidArgumentError)):
                self.mix(self.x, nothing)
            with self.assertRaises((TypeError, InvalidArgumentError)):
                stages.spectral_residual(nothing)
        self.refused("labels is None", self.mix, self.x, None)
        self.refused("grad is None", self.mix.with_gradient, self.x, self.labels, None)
        self.refused("saliency is None", self.mix.with_saliency, self.x, self.labels, None)
        with self.assertRaises((TypeError, InvalidArgumentError)):
            self.mix(None, self.labels)

    def test_the_wrong_method_for_a_mixer(self):
        self.refused("with_gradient", self.mix.with_gradient, self.x, self.labels, self.x)
        self.refused("with_saliency", self.mix.with_saliency, self.x, self.labels, self.x[:, 0])
        self.refused("with_gradient", GuidedMixup(saliency="ap", num_classes=10), self.x, self.labels)
        self.refused("num_classes", GuidedMixup(), self.x, self.labels)

    def test_strict(self):
        x = self.x.clone()
        x[2] = 0
        strict = GuidedMixup(num_classes=10, strict=True)
        if self.device == "cpu":
            self.refused("2", strict, x, self.labels, error=guidedmixup.DegenerateImageError)
        else:
            self.refused("[Ss]trict", strict, x, self.labels)


ErrorsCpu, ErrorsCuda = on_every_device(Errors)
del Errors


class Options(unittest.TestCase):
    def test_out_of_range(self):
        nan, inf = float("nan"), float("inf")
        for options in (
            {"saliency": "x"}, {"saliency": None}, {"saliency": []}, {"pairing": "x"}, {"distance": "l3"}, {"p_mode": "x"}, {"method": "x"},
            {"p": -0.1}, {"p": 1.1}, {"p": nan}, {"p": "x"}, {"seed": -1}, {"seed": 1 << 64}, {"seed": 0.5}, {"seed": None}, {"rank": -1},
            {"rank": 1 << 16}, {"blur_size": 4}, {"blur_size": 0}, {"blur_size": 257}, {"blur_size": (1 << 32) + 7}, {"blur_size": 7.0},
            {"blur_sigma": 0}, {"blur_sigma": nan}, {"blur_sigma": inf}, {"gray_weights": [nan]}, {"gray_weights": ["x"]}, {"mean": [0.5]},
            {"std": [1]}, {"mean": [0], "std": [0]}, {"mean": [0, 0], "std": [1]}, {"mean": [inf], "std": [1]}, {"num_classes": 0},
            {"num_classes": 1.5}, {"threads": -1}, {"threads": 2000},
        ):
            with self.subTest(options), self.assertRaises(InvalidArgumentError):
                GuidedMixup(**options)

    def test_state(self):
        mix = GuidedMixup()
        for state in ({}, {"seed": 1}, None, [], {"seed": -1, "step": 0}, {"seed": 0, "step": 1 << 64}, {"seed": 0, "step": "x"}):
            with self.subTest(state), self.assertRaises(InvalidArgumentError):
                mix.load_state_dict(state)
        x = np.zeros((2, 3, 8, 8), np.float32)
        for step in (-1, 1 << 64, 0.5, "x"):
            with self.subTest(step), self.assertRaises(InvalidArgumentError):
                mix(x, return_indices=True, step=step)


class Nulls(unittest.TestCase):
    def test_every_function_with_nothing(self):
        # The library's own boundary, past all checks of this package: NULL everywhere is an error or, for what may be NULL, no error.
        for name, arguments in FUNCTIONS.items():
            nothing = [kind() if isinstance(kind, type) and issubclass(kind, ctypes.Structure) else 0 if kind in _INTEGERS else None
                       for kind in arguments]
            with self.subTest(name):
                status = getattr(library(), "guidedmixup_" + name)(*nothing)
                self.assertIn(status, {"trim": (0,), "release": (0,), "mixer_destroy": (0,), "device_count": (1,)}.get(name, (1, 3)))
                if status:
                    self.assertTrue(library().guidedmixup_last_error())

    def test_handles_that_are_none(self):
        for handle in (1, 0xDEADBEEF, (1 << 64) - 1):
            self.assertEqual(library().guidedmixup_mixer_destroy(handle), 1)
            self.assertEqual(library().guidedmixup_mix(handle, None, None, None, None), 1)

    def test_a_handle_destroyed_twice(self):
        made = ctypes.c_void_p()
        self.assertEqual(library().guidedmixup_mixer_create(None, ctypes.byref(made)), 0)
        self.assertEqual(library().guidedmixup_mixer_destroy(made), 0)
        self.assertEqual(library().guidedmixup_mixer_destroy(made), 1)


_INTEGERS = (ctypes.c_int32, ctypes.c_int64, ctypes.c_uint64, ctypes.c_size_t)

if __name__ == "__main__":
    unittest.main()
