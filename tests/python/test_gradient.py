"""Guided-AP through a real backward pass: from stored weights to stored maps, partners and masks; and what the helper leaves behind."""
import unittest

import numpy as np

from devices import on_every_device, torch
from goldens import Answer, MASK, MIXED, RATIO, assert_close, golden, of_maximum
from guidedmixup import GuidedMixup, InvalidArgumentError, gradient_saliency, stages


def golden_net(case, device):
    """conv3×3(3→8)-relu-conv3×3(8→16, stride 2)-relu-mean-fc(16→10), with the golden's weights."""
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(16, 10))
    with torch.no_grad():
        for module, name in ((net[0], "conv1"), (net[2], "conv2"), (net[6], "fc")):
            module.weight.copy_(torch.from_numpy(case[name + "_w"]))
            module.bias.copy_(torch.from_numpy(case[name + "_b"]))
    return net.to(device)


def small_net(device):
    nn = torch.nn
    torch.manual_seed(5)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 10)).to(device)


class Gradient:
    def setUp(self):
        torch.manual_seed(1)
        self.loss = torch.nn.functional.cross_entropy
        self.x = torch.randn(6, 3, 16, 16, device=self.device)
        self.labels = torch.arange(6, device=self.device)

    def test_the_golden_from_its_weights(self):
        case = golden("ap_convnet_8x32x32")
        net = golden_net(case, self.device)
        x = torch.from_numpy(case["input"]).to(self.device)
        labels = torch.from_numpy(case["targets"]).long().to(self.device)
        assert_close(net(x).detach().cpu(), case["logits"], 1e-4, "logits")
        for clean_weight in (0, 1):
            with self.subTest(clean_weight=clean_weight):
                net.zero_grad()
                grad = gradient_saliency(net, self.loss, x, labels, clean_weight)
                assert_close(grad.cpu(), case["grad"], 1e-5 * np.abs(case["grad"]).max(), "gradient")
                answer = Answer(case)
                assert_close(stages.gradient_saliency(grad).cpu(), answer.saliency, of_maximum(answer.saliency, 5e-5), "maps")
                got = GuidedMixup(saliency="ap").explain(x, grad=grad)
                np.testing.assert_array_equal(got.index.cpu(), answer.partners)
                assert_close(got.mask.cpu(), answer.mask, MASK, "mask")
                assert_close(got.lam.cpu(), answer.ratio, RATIO, "ratio")
                mixed, _, _, lam, index = GuidedMixup(saliency="ap").with_gradient(x, labels, grad, return_indices=True)
                assert_close(mixed.cpu(), answer.mixed, MIXED, "mixed")
                self.assertTrue(torch.equal(mixed, got.images) and torch.equal(lam, got.lam) and torch.equal(index, got.index))

    def test_without_clean_loss_nothing_is_left_behind(self):
        net = small_net(self.device).train()
        net[3].eval()
        for parameter in net.parameters():
            parameter.grad = torch.full_like(parameter, 7.0)
        net[0].bias.requires_grad_(False)
        state = {name: value.clone() for name, value in net.state_dict().items()}
        random = torch.get_rng_state()
        x = self.x.clone()
        grad = gradient_saliency(net, self.loss, x, self.labels)
        self.assertEqual(grad.shape, x.shape)
        self.assertGreater(grad.abs().sum().item(), 0)
        self.assertFalse(x.requires_grad)
        self.assertIsNone(x.grad)
        self.assertTrue(all((p.grad == 7).all() for p in net.parameters()), "gradients of the parameters are untouched")
        self.assertEqual([m.training for m in net], [True, True, True, False, True, True, True])
        self.assertFalse(net[0].bias.requires_grad)
        for name, value in net.state_dict().items():
            self.assertTrue(torch.equal(value, state[name]), f"{name} is as it was")
        self.assertTrue(torch.equal(torch.get_rng_state(), random), "Dropout drew nothing")

    def test_the_clean_loss_adds_to_the_gradients(self):
        net = small_net(self.device)
        net[3] = torch.nn.Identity()
        expected_net = small_net(self.device)
        expected_net[3] = torch.nn.Identity()
        for part in (net, expected_net):
            part.zero_grad()
            part[0].weight.grad = torch.ones_like(part[0].weight)
        x = self.x.clone().requires_grad_()
        (0.5 * self.loss(expected_net(x), self.labels)).backward()
        grad = gradient_saliency(net, self.loss, self.x, self.labels, 0.5)
        self.assertTrue(torch.allclose(grad, x.grad, rtol=1e-4, atol=1e-8))
        for got, expected in zip(net.parameters(), expected_net.parameters()):
            self.assertTrue(torch.allclose(got.grad, expected.grad, rtol=1e-4, atol=1e-6))
        self.assertTrue(torch.equal(net[1].running_mean, expected_net[1].running_mean), "trained on, so BatchNorm saw it")

    def test_the_gradient_is_handed_over_without_a_copy(self):
        handed = []

        class Keep(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x.view_as(x)

            @staticmethod
            def backward(ctx, gradient):
                result = gradient.contiguous()
                handed.append(result.data_ptr())
                return result

        model = lambda x: Keep.apply(x).mean((2, 3))  # noqa: E731
        grad = gradient_saliency(model, lambda y, t: (y ** 2).sum(), self.x, self.labels)
        self.assertEqual(grad.data_ptr(), handed[-1])

    def test_under_no_grad_and_with_images_of_a_graph(self):
        net = small_net(self.device)
        with torch.no_grad():
            self.assertGreater(gradient_saliency(net, self.loss, self.x, self.labels).abs().sum().item(), 0)
        leaf = self.x.clone().requires_grad_()
        gradient_saliency(net, self.loss, leaf * 1, self.labels, 1.0)
        self.assertIsNone(leaf.grad)
        self.assertTrue(leaf.requires_grad)

    def test_half_precision(self):
        net = small_net(self.device).to(torch.bfloat16)
        x = self.x.to(torch.bfloat16).to(memory_format=torch.channels_last)
        grad = gradient_saliency(net, lambda y, t: self.loss(y.float(), t), x, self.labels)
        self.assertIs(grad.dtype, torch.bfloat16)
        mixed, _, _, lam, _ = GuidedMixup(saliency="ap").with_gradient(x, self.labels, grad, return_indices=True)
        self.assertTrue(torch.isfinite(mixed.float()).all() and ((lam > 0) & (lam < 1)).all())

    def test_a_scaler_scales_the_clean_loss(self):
        class Scaler:
            def scale(self, value):
                return value * 1024

        plain, scaled = small_net(self.device).eval(), small_net(self.device).eval()
        gradient_saliency(plain, self.loss, self.x, self.labels, 1.0)
        gradient_saliency(scaled, self.loss, self.x, self.labels, 1.0, scaler=Scaler())
        for a, b in zip(plain.parameters(), scaled.parameters()):
            self.assertTrue(torch.allclose(a.grad * 1024, b.grad, rtol=1e-4))

    def test_wrong_arguments(self):
        net = small_net(self.device)
        with self.assertRaisesRegex(InvalidArgumentError, "uint8"):
            gradient_saliency(net, self.loss, self.x.to(torch.uint8), self.labels)
        with self.assertRaisesRegex(InvalidArgumentError, "clean_weight"):
            gradient_saliency(net, self.loss, self.x, self.labels, -1)
        with self.assertRaisesRegex(InvalidArgumentError, "scalar"):
            gradient_saliency(net, lambda y, t: y, self.x, self.labels)
        with self.assertRaises(TypeError):
            gradient_saliency(net, self.loss, self.x.cpu().numpy(), self.labels)
        with self.assertRaises(RuntimeError):
            gradient_saliency(lambda x: torch.ones(6, 10, device=self.device, requires_grad=True), self.loss, self.x, self.labels, 1.0)
        modes = [m.training for m in net.modules()]
        with self.assertRaises(ZeroDivisionError):
            gradient_saliency(net, lambda y, t: 1 / 0, self.x, self.labels)
        self.assertEqual([m.training for m in net.modules()], modes)


GradientCpu, GradientCuda = on_every_device(Gradient)
del Gradient

if __name__ == "__main__":
    unittest.main()
