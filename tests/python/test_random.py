"""Seeds, steps, ranks: the draws themselves, saved and restored."""
import copy
import os
import pickle
import types
import unittest
from unittest import mock

import numpy as np

import philox
from devices import on_every_device, torch
from guidedmixup import GuidedMixup, _random
from guidedmixup._random import RandomState


class Random:
    def setUp(self):
        self.x = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(1)).to(self.device)
        self.labels = torch.arange(6, device=self.device)

    def index(self, mix, **options):
        return mix(self.x, self.labels, return_indices=True, **options)[4].tolist()

    def test_permutations_are_the_specified_draws(self):
        for seed, rank in ((0, 0), (7, 3), ((1 << 64) - 1, 65535)):
            mix = GuidedMixup(pairing="random", seed=seed, rank=rank)
            for step in range(5):
                self.assertEqual(self.index(mix), philox.permutation(seed, step, rank, 6))
        for step in (1 << 32, (1 << 64) - 1):
            self.assertEqual(self.index(GuidedMixup(pairing="random"), step=step), philox.permutation(0, step, 0, 6))

    def test_p_of_a_batch(self):
        mix = GuidedMixup(num_classes=6, p=0.5, seed=4, rank=1)
        mixed_batches = 0
        for step in range(40):
            explanation = mix.explain(self.x, self.labels)
            expected = philox.uniform(4, step, 1) < 0.5
            self.assertEqual(explanation.is_mixed, expected)
            mixed_batches += expected
            if not expected:
                self.assertTrue(torch.equal(explanation.images, self.x), "clean images")
                self.assertEqual(explanation.index.tolist(), list(range(6)))
                self.assertTrue(torch.equal(explanation.soft_labels, torch.eye(6, device=self.device)), "clean labels")
        self.assertTrue(10 < mixed_batches < 30)

    def test_p_of_an_image(self):
        mix = GuidedMixup(num_classes=6, p=0.5, p_mode="image", seed=4)
        for step in range(20):
            explanation = mix.explain(self.x, self.labels)
            members = [philox.uniform(4, step, 0, i) < 0.5 for i in range(6)]
            for i, is_member in enumerate(members):
                partner = explanation.index[i].item()
                if not is_member:
                    self.assertEqual(partner, i)
                    self.assertTrue(torch.equal(explanation.images[i], self.x[i]))
                    self.assertEqual(explanation.soft_labels[i].argmax().item(), i)
                    self.assertEqual(explanation.soft_labels[i].max().item(), 1)
                else:
                    self.assertTrue(members[partner])
                    self.assertTrue(partner != i or sum(members) == 1)

    def test_a_subset(self):
        for dtype in (torch.bool, torch.uint8):
            subset = torch.tensor([1, 0, 1, 1, 0, 1], device=self.device).to(dtype)
            mixed, _, _, _, index = GuidedMixup()(self.x, subset=subset, return_indices=True)
            self.assertEqual([index[1].item(), index[4].item()], [1, 4])
            self.assertTrue(torch.equal(mixed[1], self.x[1]))
            self.assertEqual(sorted(index.tolist()), list(range(6)))

    def test_no_global_randomness(self):
        torch.manual_seed(0)
        before = torch.get_rng_state()
        mix = GuidedMixup(pairing="random", p=0.5, p_mode="image", seed=2)
        first = [self.index(mix) for _ in range(5)]
        self.assertTrue(torch.equal(torch.get_rng_state(), before))
        torch.manual_seed(99)
        mix = GuidedMixup(pairing="random", p=0.5, p_mode="image", seed=2)
        self.assertEqual([self.index(mix) for _ in range(5)], first)
        self.assertNotEqual([self.index(GuidedMixup(pairing="random", p=0.5, p_mode="image", seed=3)) for _ in range(5)], first)

    def test_state_saved_and_restored(self):
        mix = GuidedMixup(pairing="random", seed=11)
        for _ in range(3):
            self.index(mix)
        state = mix.state_dict()
        self.assertEqual(state, {"seed": 11, "step": 3})
        ahead = [self.index(mix) for _ in range(4)]
        for other in (GuidedMixup(pairing="random"), mix, copy.deepcopy(mix)):
            other.load_state_dict(state)
            self.assertEqual([self.index(other) for _ in range(4)], ahead)
        self.assertEqual(self.index(mix, step=3), ahead[0], "a replay")
        self.assertEqual(mix.step, 7, "a replay leaves the step alone")

    def test_a_batch_of_its_own_rank(self):
        with mock.patch.dict(os.environ, {"RANK": "5"}):
            self.assertEqual(self.index(GuidedMixup(pairing="random")), philox.permutation(0, 0, 5, 6))
            self.assertEqual(self.index(GuidedMixup(pairing="random", rank=2)), philox.permutation(0, 0, 2, 6), "what is given wins")
        with mock.patch.dict(os.environ, {"RANK": "x"}):
            self.assertEqual(self.index(GuidedMixup(pairing="random")), philox.permutation(0, 0, 0, 6))


RandomCpu, RandomCuda = on_every_device(Random)


class Ranks(unittest.TestCase):
    """Who a process is: the library's 24 bits of rank, and the epoch of a worker."""

    def worker(self, number, seed):
        return mock.patch.object(torch.utils.data, "get_worker_info", return_value=types.SimpleNamespace(id=number, seed=seed + number))

    @unittest.skipIf(torch is None, "no torch")
    def test_workers(self):
        state = RandomState(0, 5)
        self.assertEqual(state.identity(), (5, None))
        with self.worker(0, 77):
            self.assertEqual(state.identity(), (1 << 16 | 5, 77))
        with self.worker(254, (9 << 32) + 77):
            self.assertEqual(state.identity(), (255 << 16 | 5, 77 ^ 9))
        with self.worker(255, 77), self.assertRaisesRegex(ValueError, "worker"):
            state.identity()

    @unittest.skipIf(torch is None, "no torch")
    def test_a_spawned_worker_takes_over_its_parents_rank_and_nobody_else_does(self):
        with mock.patch.object(_random, "_group_rank", return_value=3):
            packed = pickle.dumps(RandomState(0, None))
        state = pickle.loads(packed)
        with self.worker(1, 0):
            self.assertEqual(state.identity()[0], 2 << 16 | 3)
        self.assertEqual(state.identity()[0], 0, "a process of its own, such as torch.multiprocessing.spawn's, is not its parent")

    def test_a_step_is_given_out_once(self):
        state = RandomState(0, 0)
        self.assertEqual([state.take(None) for _ in range(3)], [0, 1, 2])
        self.assertEqual(state.take(7), 7 << 32 | 3)
        state.step = (1 << 64) - 1
        self.assertEqual([state.take(None), state.take(None)], [(1 << 64) - 1, 0])
del Random


class RandomNumpy(unittest.TestCase):
    def test_numpy_draws_what_torch_draws(self):
        x = np.random.default_rng(0).standard_normal((6, 3, 8, 8), np.float32)
        mix = GuidedMixup(pairing="random", seed=7)
        self.assertEqual([mix(x, return_indices=True)[4].tolist() for _ in range(3)], [philox.permutation(7, s, 0, 6) for s in range(3)])


if __name__ == "__main__":
    unittest.main()
