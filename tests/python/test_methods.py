"""The other methods, against references in torch's double precision and by their properties; replays, gradients, errors."""
import pickle
import unittest

from devices import NO_TORCH, torch

import guidedmixup
from guidedmixup import Draws, GuidedMixup, InvalidArgumentError, stages

N, C, H, W, K, F = 6, 3, 32, 24, 5, 7
DRAWN = ("mixup", "cutmix", "saliencymix")
ALL = DRAWN + ("snapmix", "puzzlemix", "comixup")


def one_hot(labels):
    return torch.nn.functional.one_hot(labels, K).double()


def upsample(maps):
    return torch.nn.functional.interpolate(maps[:, None], (H, W), mode="bilinear", align_corners=False)[:, 0]


def paste(x, index, boxes):
    """CutMix by slices."""
    mixed = x.clone()
    for i, (top, left, bottom, right) in enumerate(boxes.tolist()):
        mixed[i, :, top:bottom, left:right] = x[index[i], :, top:bottom, left:right]
    return mixed


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
class Methods(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.x, self.labels = torch.randn(N, C, H, W), torch.randint(0, K, (N,))
        self.features, self.weights = torch.randn(N, F, 4, 3), torch.randn(K, F)
        self.grad = torch.randn(N, C, H, W)
        self.index = torch.tensor([1, 2, 0, 3, 5, 4])

    def mixer(self, method, **options):
        return GuidedMixup(num_classes=K, method=method, seed=7, **options)

    def explain(self, mix, **given):
        more = {"features": self.features, "class_weights": self.weights} if mix._options["method"] == "snapmix" else {}
        return mix.explain(self.x, self.labels, **more, **given)

    def call(self, mix, **given):
        if mix._options["method"] == "snapmix":
            return mix.with_features(self.x, self.labels, self.features, self.weights, **given)
        return mix(self.x, self.labels, **given)

    def assertClose(self, found, expected, atol=1e-5):
        torch.testing.assert_close(found.double(), expected.double(), atol=atol, rtol=1e-5)

    def test_mixup(self):
        for mode in ("batch", "pair", "image"):
            e = self.explain(self.mixer("mixup", draw_mode=mode), index=self.index)
            lam = e.lam.double()
            moved = self.index != torch.arange(N)
            self.assertEqual(e.lam[~moved].tolist(), [1])
            self.assertEqual(len(e.lam[moved].unique()), {"batch": 1, "pair": 3, "image": 5}[mode] if mode != "pair" else len(
                {min(i, int(p)) for i, p in enumerate(self.index) if i != p}))
            shape = lam.view(-1, 1, 1, 1)
            self.assertClose(e.images, shape * self.x.double() + (1 - shape) * self.x[self.index].double())
            self.assertClose(e.soft_labels, lam[:, None] * one_hot(self.labels) + (1 - lam[:, None]) * one_hot(self.labels[self.index]))
            self.assertIsNone(e.mask)
            self.assertIsNone(e.boxes)

    def test_cutmix(self):
        e = self.explain(self.mixer("cutmix", draw_mode="image"), index=self.index)
        self.assertTrue(torch.equal(e.images, paste(self.x, self.index, e.boxes)))
        top, left, bottom, right = e.boxes.unbind(1)
        self.assertClose(e.lam, 1 - ((bottom - top) * (right - left)).double() / (H * W), 1e-7)
        self.assertEqual(int((bottom - top)[3]), 0, "image 3 is its own partner")
        self.assertClose(e.soft_labels, e.lam[:, None] * one_hot(self.labels) + (1 - e.lam[:, None]) * one_hot(self.labels[self.index]))

    def test_saliencymix_is_centred_on_the_partners_maximum(self):
        maps = torch.rand(N, H, W)
        ratios = torch.full((N,), .75)
        mix = self.mixer("saliencymix", saliency="supplied", draw_mode="image")
        e = mix.explain(self.x, self.labels, saliency=maps, index=self.index, draws=Draws(ratios=ratios))
        self.assertTrue(torch.equal(e.images, paste(self.x, self.index, e.boxes)))
        for i, p in enumerate(self.index.tolist()):
            y, x = divmod(int(maps[p].argmax()), W)
            box = [max(int(y - H / 4), 0) if y >= H / 4 else 0, max(int(x - W / 4), 0), min(int(y + H / 4), H), min(int(x + W / 4), W)]
            if i != p:
                self.assertEqual(e.boxes[i].tolist(), box)

    def test_snapmix(self):
        labels = self.labels
        labels[4] = labels[5] = 1  # partners of one class
        labels[:3] = torch.tensor([0, 2, 3])
        e = self.explain(self.mixer("snapmix", draw_mode="image"), index=self.index)
        maps = upsample((torch.relu(self.features).double() * self.weights[labels].double()[:, :, None, None]).sum(1))
        maps = maps - maps.amin((1, 2), keepdim=True)
        maps = maps / maps.sum((1, 2), keepdim=True)
        for i, p in enumerate(self.index.tolist()):
            (t, l, b, r), (pt, pl, pb, pr) = e.boxes[i].tolist(), e.partner_boxes[i].tolist()
            if i == p or (b - t) * (r - l) * (pb - pt) * (pr - pl) == 0:
                self.assertEqual((float(e.lam[i]), float(e.lam_b[i])), (1, 0))
                self.assertTrue(torch.equal(e.images[i], self.x[i]))
                continue
            own, other = 1 - maps[i, t:b, l:r].sum() / (maps[i].sum() + 1e-8), maps[p, pt:pb, pl:pr].sum() / (maps[p].sum() + 1e-8)
            if labels[i] == labels[p]:
                own = other = own + other
            self.assertAlmostEqual(float(e.lam[i]), float(own), places=4)
            self.assertAlmostEqual(float(e.lam_b[i]), float(other), places=4)
            if b - t > 1 and r - l > 1:
                patch = torch.nn.functional.interpolate(
                    self.x[p:p + 1, :, pt:pb, pl:pr].double(), (b - t, r - l), mode="bilinear", align_corners=True)
                self.assertClose(e.images[i, :, t:b, l:r], patch[0], 1e-4)
            outside = torch.ones(H, W, dtype=torch.bool)
            outside[t:b, l:r] = False
            self.assertTrue(torch.equal(e.images[i][:, outside], self.x[i][:, outside]))
        self.assertClose(e.soft_labels, e.lam[:, None] * one_hot(labels) + e.lam_b[:, None] * one_hot(labels[self.index]))
        _, _, labels_b, (lam, lam_b), index = self.call(self.mixer("snapmix", draw_mode="image"), return_indices=True, index=self.index)
        self.assertTrue(torch.equal(lam, e.lam) and torch.equal(lam_b, e.lam_b) and torch.equal(index, self.index))
        self.assertTrue(torch.equal(labels_b, labels[self.index]))

    def test_puzzlemix(self):
        mix = self.mixer("puzzlemix", saliency="ap", puzzlemix={"blocks": 4, "transport_size": 0})
        e = mix.explain(self.x, self.labels, grad=self.grad, index=self.index)
        mask = e.mask[:, None].double()
        self.assertClose(e.images, mask * self.x.double() + (1 - mask) * self.x[self.index].double())
        self.assertClose(e.lam, e.mask.double().mean((1, 2)), 1e-6)
        blocks = e.mask.view(N, 4, H // 4, 4, W // 4)
        self.assertTrue(torch.equal(blocks.amin((2, 4)), blocks.amax((2, 4))), "a block has one weight")
        self.assertTrue(set(e.mask.unique().tolist()) <= {0, .5, 1})
        moved = self.mixer("puzzlemix", saliency="ap").with_gradient(self.x, self.labels, self.grad, index=self.index)
        pixels = torch.cat([self.x, self.x[self.index]], 1).double()
        self.assertLessEqual(float(moved[0].abs().max()), float(pixels.abs().max()) + 1e-6)
        self.assertClose(moved[1].sum(1), torch.ones(N))

    def test_comixup(self):
        for options in ({}, {"comixup": {"blocks": 2, "part_size": 4, "solver": "quality"}}):
            mix = self.mixer("comixup", saliency="ap", **options)
            images, targets = mix.with_gradient(self.x, self.labels, self.grad)
            e = mix.explain(self.x, self.labels, grad=self.grad, step=0)
            self.assertTrue(torch.equal(images, e.images) and torch.equal(targets, e.soft_labels))
            self.assertIsNone(e.index)
            self.assertClose(e.weights.sum(1), torch.ones(N))
            self.assertClose(targets, e.weights.double() @ one_hot(self.labels))
        self.assertEqual(float(e.weights[:4, 4:].abs().max()), 0, "a part mixes its own images only")
        with self.assertRaisesRegex(InvalidArgumentError, "no one partner"):
            mix.with_gradient(self.x, self.labels, self.grad, return_indices=True)

    def test_draws_depend_on_seed_and_step_alone_and_are_replayed(self):
        for method in DRAWN + ("snapmix",):
            first, second = self.mixer(method, draw_mode="image"), self.mixer(method, draw_mode="image")
            batches = [self.call(first) for _ in range(3)]
            for expected in batches:
                for found, e in zip(self.call(second), expected):
                    self.assertTrue(torch.equal(found, e), method)
            self.assertFalse(torch.equal(batches[0][0], batches[1][0]), method)
            again = pickle.loads(pickle.dumps(self.mixer(method, draw_mode="image")))
            self.assertTrue(torch.equal(self.call(again, step=2)[0], batches[2][0]), method)
            e = self.explain(second, step=1)
            ratios = e.lam if e.boxes is None else None
            replayed = self.call(self.mixer(method, draw_mode="image"), index=e.index, draws=Draws(ratios, e.boxes, e.partner_boxes))
            self.assertTrue(torch.equal(replayed[0], batches[1][0]) and torch.equal(replayed[1], batches[1][1]), method)

    def test_draws_made_ahead_are_the_mixers_own(self):
        for method in ("mixup", "cutmix", "snapmix"):
            mix = self.mixer(method, draw_mode="image", alpha=.7)
            drawn = stages.draw(self.x, N, H, W, method, 7, 4, alpha=.7)
            found, expected = self.call(mix, step=4, draws=drawn), self.call(mix, step=4)
            self.assertTrue(torch.equal(found[0], expected[0]), method)

    def test_greedy_pairing_and_probability(self):
        guided = GuidedMixup(num_classes=K).explain(self.x, self.labels)
        for method in DRAWN + ("snapmix", "puzzlemix"):
            mix = self.mixer(method, pairing="greedy")
            self.assertTrue(torch.equal(self.explain(mix).index, guided.index), method)
        for method in ALL:
            images, targets = self.call(self.mixer(method, p=0))
            self.assertTrue(torch.equal(images, self.x), method)
            self.assertTrue(torch.equal(targets.double(), one_hot(self.labels)), method)

    def test_gradients(self):
        upstream = torch.randn(N, C, H, W)
        for method in DRAWN:
            x = self.x.clone().requires_grad_()
            mixed, _, _, lam, index = self.mixer(method, draw_mode="image")(x, self.labels, return_indices=True)
            mixed.backward(upstream)
            y = self.x.double().requires_grad_()
            e = self.explain(self.mixer(method, draw_mode="image"))
            shape = e.lam.double().view(-1, 1, 1, 1)
            reference = paste(y, index, e.boxes) if e.boxes is not None else shape * y + (1 - shape) * y[index]
            reference.backward(upstream.double())
            self.assertTrue(torch.equal(lam, e.lam))
            self.assertClose(x.grad, y.grad)
        for method in ("snapmix", "puzzlemix", "comixup"):
            self.x.requires_grad_()
            with self.assertRaisesRegex(InvalidArgumentError, f"no gradient flows through {method}"):
                self.call(self.mixer(method))
            self.x = self.x.detach()

    def test_uint8_numpy_and_types(self):
        pixels = (torch.rand(N, C, H, W) * 255).byte()
        for method in ALL:
            if method == "snapmix":
                mixed, targets = self.mixer(method).with_features(pixels, self.labels, self.features.bfloat16(), self.weights.bfloat16())
            else:
                mixed, targets = self.mixer(method)(pixels, self.labels)
                arrays = self.mixer(method)(pixels.numpy(), self.labels.numpy())
                self.assertTrue((arrays[0] == mixed.numpy()).all() and (arrays[1] == targets.numpy()).all(), method)
            self.assertEqual((mixed.dtype, targets.dtype), (torch.uint8, torch.float32))

    def test_stages(self):
        mixed = stages.mixup(self.features, torch.full((N,), .25), self.index)
        self.assertClose(mixed, .25 * self.features + .75 * self.features[self.index])
        flat = stages.mixup(self.features.flatten(1), torch.full((N,), .25), self.index)
        self.assertTrue(torch.equal(flat, mixed.flatten(1)))
        maps, ratios = torch.rand(N, H, W), torch.rand(N)
        boxes = stages.saliencymix_boxes(maps, ratios, self.index, draw_mode="image")
        cut = stages.cutmix(self.x, boxes, self.index)
        self.assertTrue(torch.equal(cut.mixed, paste(self.x, self.index, boxes)))
        e = self.explain(self.mixer("snapmix"), index=self.index)
        snap = stages.snapmix(self.x, e.boxes, e.partner_boxes, self.index, self.features, self.weights, self.labels)
        self.assertTrue(torch.equal(snap.mixed, e.images) and torch.equal(snap.ratio, e.lam) and torch.equal(snap.partner_ratio, e.lam_b))
        puzzle = stages.puzzlemix(self.x, maps, ratios, self.index, {"blocks": 8, "labels": 2})
        self.assertTrue(set(puzzle.mask.unique().tolist()) <= {0, 1})
        self.assertClose(puzzle.ratio, puzzle.mask.double().mean((1, 2)), 1e-6)

    def test_augmix(self):
        chains = torch.randn(3, N, C, H, W)
        weights, skip = stages.augmix_draw(self.x, N, 3, 1, 2)
        self.assertClose(weights.sum(1), torch.ones(N))
        self.assertTrue(bool(((weights >= 0) & (weights <= 1)).all()) and bool(((skip >= 0) & (skip <= 1)).all()))
        self.assertFalse(torch.equal(weights, stages.augmix_draw(self.x, N, 3, 1, 3)[0]))
        m = skip.double().view(-1, 1, 1, 1)
        expected = (1 - m) * self.x.double() + m * torch.einsum("nk,knchw->nchw", weights.double(), chains.double())
        self.assertClose(guidedmixup.augmix(self.x, chains, weights, skip), expected)
        with self.assertRaisesRegex(InvalidArgumentError, "^weights"):
            guidedmixup.augmix(self.x, chains, weights[:, :2].contiguous(), skip)

    def test_errors(self):
        boxes = torch.zeros(N, 4, dtype=torch.int32)
        refused = (
            ("method is 'snapmx'", lambda: self.mixer("snapmx")),
            ("alpha is 0", lambda: self.mixer("mixup", alpha=0)),
            ("draw_mode is 'all'", lambda: self.mixer("mixup", draw_mode="all")),
            ("puzzlemix has no constant 'block'", lambda: self.mixer("puzzlemix", puzzlemix={"block": 4})),
            ("puzzlemix_blocks is 33", lambda: self.mixer("puzzlemix", puzzlemix={"blocks": 33})),
            ("comixup_solver is 'best'", lambda: self.mixer("comixup", comixup={"solver": "best"})),
            ("method is 'snapmix'", lambda: self.mixer("snapmix")(self.x, self.labels)),
            ("method is 'mixup'", lambda: self.mixer("mixup").with_features(self.x, self.labels, self.features, self.weights)),
            ("^boxes: given", lambda: self.mixer("mixup")(self.x, self.labels, draws=Draws(boxes=boxes))),
            (r"^boxes: boxes\[0\] is", lambda: self.mixer("cutmix")(self.x, self.labels, draws=Draws(boxes=boxes - 1))),
            (r"ratios\[1\] is 2", lambda: self.mixer("mixup")(self.x, self.labels, draws=Draws(ratios=torch.arange(N).float() * 2))),
            ("^index: given", lambda: self.mixer("comixup")(self.x, self.labels, index=self.index)),
            ("^images: 32×24 pixels", lambda: self.mixer("comixup", comixup={"blocks": 5})(self.x, self.labels)),
            ("^features", lambda: self.mixer("snapmix").with_features(self.x, self.labels, self.features[:3], self.weights)),
            ("^class_weights", lambda: self.mixer("snapmix").with_features(self.x, self.labels, self.features, self.weights[:, :2])),
        )
        for says, call in refused:
            with self.subTest(says), self.assertRaisesRegex(InvalidArgumentError, says):
                call()


if __name__ == "__main__":
    unittest.main()
