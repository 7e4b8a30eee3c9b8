"""Many calls, many threads, many shapes: flat memory, the same bits."""
import gc
import pickle
import threading
import unittest

from devices import on_every_device, torch
from guidedmixup import GuidedMixup


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


class Lifetime:
    def batch(self, n=8, size=16):
        generator = torch.Generator().manual_seed(n * size)
        return torch.randn(n, 3, size, size, generator=generator).to(self.device), torch.arange(n, device=self.device)

    def test_ten_thousand_calls_in_flat_memory(self):
        x, labels = self.batch()
        leaf = x.clone().requires_grad_()
        mix = GuidedMixup(num_classes=10, p=0.7, p_mode="image", pairing="random")

        def calls(count):
            for i in range(count):
                mix(x, labels)
                if i % 10 == 0:
                    mix(x, labels, return_indices=True)
                    mix(leaf, labels)[0].sum().backward()
                    leaf.grad = None
            gc.collect()

        calls(1500)
        before = resident()
        calls(10_000)
        grown = resident() - before
        self.assertLess(grown, 2 << 20, f"{grown} bytes more after 10,000 calls")
        self.assertEqual(mix.step, 1500 + 10_000 + 2 * (150 + 1000))

    def test_many_mixers_and_shapes_in_flat_memory(self):
        x, labels = self.batch()

        def rounds(count):
            for i in range(count):
                mix = GuidedMixup(num_classes=10, seed=i)
                for n in range(1, 5):
                    for w in range(4, 16):
                        mix(x[:n, :, :, :w].clone(), labels[:n])
            gc.collect()

        rounds(20)
        before = resident()
        rounds(200)
        grown = resident() - before
        self.assertLess(grown, 4 << 20, f"{grown} bytes more after 200 mixers")

    def test_four_threads_share_a_mixer(self):
        shared = GuidedMixup(num_classes=10, p=0.5, pairing="random", seed=9)
        alone = GuidedMixup(num_classes=10, p=0.5, pairing="random", seed=9)
        steps, failures, lock = [], [], threading.Lock()

        def work(number):
            try:
                x, labels = self.batch(4 + number, 16 + 4 * number)
                for step in range(200):
                    mixed, targets = shared(x, labels, step=step)
                    expected, soft = alone(x, labels, step=step) if number == 0 else (None, None)
                    if number == 0 and not (torch.equal(mixed, expected) and torch.equal(targets, soft)):
                        raise AssertionError(f"step {step} differs")
                    shared(x, labels)
                with lock:
                    steps.append(200)
            except BaseException as error:  # noqa: B902 - reported below, in the main thread
                with lock:
                    failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        self.assertEqual(failures, [])
        self.assertEqual(len(steps), 4, "every thread came back")
        self.assertEqual(shared.step, 800, "no step was given out twice")

    def test_threads_give_the_bits_of_one(self):
        x, labels = self.batch(16, 32)
        expected = GuidedMixup(num_classes=16, threads=1)(x, labels)
        for threads in (0, 2, 3, 7):
            for a, b in zip(GuidedMixup(num_classes=16, threads=threads)(x, labels), expected):
                self.assertTrue(torch.equal(a, b), f"{threads} threads")

    def test_a_pickled_mixer_goes_on(self):
        x, labels = self.batch()
        mix = GuidedMixup(num_classes=10, p=0.5, pairing="random", seed=3)
        mix(x, labels)
        copy = pickle.loads(pickle.dumps(mix))
        for _ in range(5):
            for a, b in zip(copy(x, labels), mix(x, labels)):
                self.assertTrue(torch.equal(a, b))


LifetimeCpu, LifetimeCuda = on_every_device(Lifetime)
del Lifetime

if __name__ == "__main__":
    unittest.main()
