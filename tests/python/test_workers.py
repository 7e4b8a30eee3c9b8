"""As a collate function in DataLoader workers: forked and spawned, distinct, and the same again for the same seeds."""
import unittest

from devices import NO_TORCH, torch
from guidedmixup import GuidedMixup

if torch is not None:

    class Pictures(torch.utils.data.Dataset):
        """48 fixed images of 10 classes."""

        def __len__(self):
            return 48

        def __getitem__(self, i):
            return torch.randn(3, 8, 8, generator=torch.Generator().manual_seed(i)), i % 10

    class Noting:
        """Collates by a mixer and says who drew what."""

        def __init__(self, mix):
            self.mix = mix

        def __call__(self, samples):
            x, labels = torch.utils.data.dataloader.default_collate(samples)
            index = self.mix(x, labels, return_indices=True)[4]
            info = torch.utils.data.get_worker_info()
            return -1 if info is None else info.id, index


def epochs(count, workers, collate, persistent=False, context=None, seed=0):
    torch.manual_seed(seed)
    loader = torch.utils.data.DataLoader(
        Pictures(), batch_size=6, num_workers=workers, collate_fn=collate, persistent_workers=persistent, multiprocessing_context=context,
        timeout=120 if workers else 0)
    return [list(loader) for _ in range(count)]


def indices(batches):
    return [tuple(index.tolist()) for _, index in batches]


@unittest.skipIf(NO_TORCH, "no torch: " + NO_TORCH)
class Workers(unittest.TestCase):
    def test_the_mixer_collates(self):
        for workers in (0, 2):
            mix = GuidedMixup(num_classes=10, seed=1)
            batches = epochs(1, workers, mix)[0]
            self.assertEqual(len(batches), 8)
            for mixed, targets in batches:
                self.assertEqual((mixed.shape, targets.shape), ((6, 3, 8, 8), (6, 10)))
                self.assertTrue(torch.allclose(targets.sum(1), torch.ones(6), atol=1e-6))
            # Greedy pairing draws nothing: what the workers give is what the main process gives.
            clean = torch.utils.data.dataloader.default_collate([Pictures()[i] for i in range(6)])
            self.assertTrue(torch.equal(batches[0][0], GuidedMixup(num_classes=10)(*clean)[0]))

    def test_two_forked_workers_of_a_parent_that_has_mixed(self):
        mix = GuidedMixup(num_classes=10, pairing="random", seed=1)
        parent = tuple(mix(torch.randn(6, 3, 8, 8), torch.arange(6), return_indices=True)[4].tolist())
        first, second = epochs(2, 2, Noting(mix), context="fork")
        self.assertEqual({worker for worker, _ in first}, {0, 1})
        self.assertGreaterEqual(len(set(indices(first))), 7, "batches and workers differ")
        self.assertNotEqual(indices(first), indices(second), "epochs differ")
        self.assertNotIn(parent, indices(first)[:2], "workers draw other numbers than their parent")
        again = epochs(2, 2, Noting(GuidedMixup(num_classes=10, pairing="random", seed=1)), context="fork")
        mix.load_state_dict({"seed": 1, "step": 0})
        once_more = epochs(2, 2, Noting(mix), context="fork")
        self.assertEqual([indices(e) for e in again], [indices(e) for e in once_more], "the same seeds, the same numbers")
        other = epochs(2, 2, Noting(GuidedMixup(num_classes=10, pairing="random", seed=2)), context="fork")
        self.assertNotEqual([indices(e) for e in again], [indices(e) for e in other], "the mixer's seed counts")

    def test_persistent_workers(self):
        first, second = epochs(2, 2, Noting(GuidedMixup(pairing="random")), persistent=True)
        self.assertNotEqual(indices(first), indices(second))

    def test_spawned_workers_draw_what_forked_ones_draw(self):
        forked = epochs(1, 2, Noting(GuidedMixup(pairing="random", rank=3)), context="fork")
        spawned = epochs(1, 2, Noting(GuidedMixup(pairing="random", rank=3)), context="spawn")
        self.assertEqual(indices(forked[0]), indices(spawned[0]))

    def test_samples_that_are_no_pairs(self):
        with self.assertRaisesRegex(ValueError, "samples"):
            GuidedMixup(num_classes=3)([(torch.zeros(3, 8, 8), 0, 0)] * 4)


if __name__ == "__main__":
    unittest.main()
