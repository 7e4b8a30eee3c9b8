"""Gradients through the mix, against finite differences and the formula."""
import unittest

from devices import on_every_device, torch
from guidedmixup import GuidedMixup, InvalidArgumentError


class Autograd:
    def setUp(self):
        generator = torch.Generator().manual_seed(2)
        self.x = torch.randn(5, 3, 8, 12, generator=generator).to(self.device)
        self.labels = torch.arange(5, device=self.device)
        self.weights = torch.randn(5, 3, 8, 12, generator=generator).to(self.device)

    def mix(self, x, maps, **options):
        return GuidedMixup(num_classes=5, saliency="supplied", **options).with_saliency(x, self.labels, maps, step=0)[0]

    def test_finite_differences(self):
        # With supplied maps the mask does not depend on x, so y is linear in x and a difference quotient is exact but for rounding.
        maps = self.x.abs().mean(1)
        x = self.x.clone().requires_grad_()
        (self.mix(x, maps) * self.weights).sum().backward()
        value = lambda x: (self.mix(x, maps).double() * self.weights).sum().item()  # noqa: E731
        generator = torch.Generator().manual_seed(4)
        for _ in range(40):
            place = tuple(int(torch.randint(size, (1,), generator=generator)) for size in x.shape)
            high, low = self.x.clone(), self.x.clone()
            high[place] += 0.5
            low[place] -= 0.5
            step = (high[place] - low[place]).item()
            self.assertAlmostEqual((value(high) - value(low)) / step, x.grad[place].item(), delta=2e-5, msg=f"at {place}")

    def test_the_formula_in_every_layout_and_type(self):
        last = torch.channels_last
        for dtype in (torch.float32, torch.float16, torch.bfloat16):
            for layout in (torch.contiguous_format, last):
                for options in ({}, {"pairing": "random"}, {"p": 0.5, "p_mode": "image"}, {"p": 0.0}):
                    with self.subTest(f"{dtype} {layout} {options}"):
                        mix = GuidedMixup(**options)
                        x = self.x.clone().to(dtype).to(memory_format=layout).requires_grad_()
                        mixed, _, _, lam, index = mix(x, return_indices=True, step=3)
                        weights = self.weights.to(dtype)
                        (mixed * weights).sum().backward()
                        mask = mix.explain(x, step=3).mask[:, None]
                        own = (index == torch.arange(5, device=self.device)).view(-1, 1, 1, 1)
                        mask = torch.where(own, torch.ones_like(mask), mask)
                        w = weights.float()
                        expected = (mask * w).index_add(0, index, (1 - mask) * w)
                        bound = {torch.float32: 1e-5, torch.float16: 4e-3, torch.bfloat16: 4e-2}[dtype]
                        self.assertLess((x.grad.float() - expected).abs().max().item(), bound)
                        self.assertIs(x.grad.dtype, dtype)

    def test_expanded_and_sliced_gradients(self):
        x = self.x.clone().requires_grad_()
        mixed = GuidedMixup(num_classes=5)(x, self.labels)[0]
        mixed.sum().backward()  # the gradient is one number, expanded: strides of 0
        self.assertAlmostEqual(x.grad.sum().item(), x.numel(), delta=1e-1)
        x = self.x.clone().requires_grad_()
        mixed = GuidedMixup(num_classes=5)(x, self.labels)[0]
        (gradient,) = torch.autograd.grad(mixed, x, torch.ones(5, 3, 16, 24, device=self.device)[..., ::2, ::2])
        self.assertAlmostEqual(gradient.sum().item(), x.numel(), delta=1e-1)

    def test_through_a_graph_and_mixed_in_place(self):
        leaf = torch.ones(3, 1, 1, device=self.device, requires_grad=True)
        mixed, targets = GuidedMixup(num_classes=5)(self.x * leaf, self.labels)
        self.assertTrue(mixed.requires_grad)
        self.assertFalse(targets.requires_grad)
        mixed.mul_(2)  # the output is no view and may be written to
        mixed.sum().backward()
        self.assertIsNotNone(leaf.grad)

    def test_without_recording(self):
        x = self.x.clone().requires_grad_()
        with torch.no_grad():
            mixed, _ = GuidedMixup(num_classes=5)(x, self.labels)
        self.assertFalse(mixed.requires_grad)
        self.assertFalse(GuidedMixup(num_classes=5)(self.x, self.labels)[0].requires_grad)
        self.assertFalse(GuidedMixup().explain(x).images.requires_grad)

    def test_twice_is_refused(self):
        x = self.x.clone().requires_grad_()
        mixed = GuidedMixup(num_classes=5)(x, self.labels)[0]
        (gradient,) = torch.autograd.grad((mixed ** 2).sum(), x, create_graph=True)
        with self.assertRaises(RuntimeError):
            gradient.sum().backward()

    def test_a_batch_freed_before_its_backward(self):
        x = self.x.clone().requires_grad_()
        mixed = GuidedMixup(num_classes=5)(x * 1, self.labels.clone())[0]
        mixed.sum().backward()
        with self.assertRaises(RuntimeError):
            mixed.sum().backward()  # its mask is gone

    def test_other_inputs_that_require_grad(self):
        soft = torch.ones(5, 5, device=self.device, requires_grad=True)
        with self.assertRaisesRegex(InvalidArgumentError, "labels requires grad"):
            GuidedMixup()(self.x, soft)
        with torch.no_grad():
            GuidedMixup()(self.x, soft)
        with self.assertRaisesRegex(InvalidArgumentError, "grad requires grad"):
            GuidedMixup(saliency="ap", num_classes=5).with_gradient(self.x, self.labels, self.x.clone().requires_grad_())


AutogradCpu, AutogradCuda = on_every_device(Autograd)
del Autograd

if __name__ == "__main__":
    unittest.main()
