"""Nothing is copied: the library gets the tensors' own pointers, and a call allocates its outputs and nothing else."""
import gc
import unittest

from devices import on_every_device, torch
from guidedmixup import GuidedMixup
from guidedmixup._native.structures import Inputs, Outputs, Tensor


class Spy:
    """Stands in for the library's function and notes every data pointer that it is handed."""

    def __init__(self, function):
        self.function, self.reads, self.writes = function, {}, {}

    def __call__(self, handle, inputs, outputs, execution, is_mixed):
        for struct, address, found in ((Inputs, inputs, self.reads), (Outputs, outputs, self.writes)):
            values = struct.from_address(address)
            for name in struct.TENSORS:
                if getattr(values, name):
                    tensor = Tensor.from_address(getattr(values, name))
                    found[name] = tensor.data + tensor.byte_offset
        return self.function(handle, inputs, outputs, execution, is_mixed)


class Copies:
    def batch(self, n=8, size=32):
        return torch.randn(n, 3, size, size, device=self.device), torch.arange(n, device=self.device)

    def spied(self, mix, *arguments, **options):
        mix(*self.batch(2)) if mix._options["saliency"] == "sr" else mix.explain(self.batch(2)[0], grad=self.batch(2)[0])
        spy = mix._torch_mix._mix = Spy(mix._torch_mix._mix)
        method = mix.with_gradient if len(arguments) == 3 else mix
        return spy, method(*arguments, **options)

    def test_the_library_gets_the_tensors_own_memory(self):
        whole, labels = self.batch()
        for what, x in (
            ("contiguous", whole), ("channels_last", whole.to(memory_format=torch.channels_last)), ("sliced", whole[:, :, ::2, 1:]),
            ("flipped view", whole.transpose(2, 3)),
        ):
            with self.subTest(what):
                spy, (mixed, targets) = self.spied(GuidedMixup(num_classes=10), x, labels)
                self.assertEqual(spy.reads, {"images": x.data_ptr(), "labels": labels.data_ptr()})
                self.assertEqual(spy.writes, {"images": mixed.data_ptr(), "soft_labels": targets.data_ptr()})

    def test_every_input_and_output(self):
        x, labels = self.batch()
        grad, index = torch.randn_like(x), torch.arange(8, device=self.device).flip(0)
        subset = torch.tensor([True] * 8, device=self.device)
        mix = GuidedMixup(num_classes=10, saliency="ap")
        spy, results = self.spied(mix, x, labels, grad, index=index, subset=subset, return_indices=True)
        given = {"images": x, "labels": labels, "gradient": grad, "partners": index, "subset": subset}
        self.assertEqual(spy.reads, {name: tensor.data_ptr() for name, tensor in given.items()})
        mixed, labels_a, labels_b, lam, used = results
        self.assertIs(labels_a, labels)
        made = {"images": mixed, "labels_b": labels_b, "ratio": lam, "partners": used}
        self.assertEqual(spy.writes, {name: tensor.data_ptr() for name, tensor in made.items()})

    def test_inputs_are_unchanged_and_outputs_apart(self):
        x, labels = self.batch()
        before = x.clone(), labels.clone()
        mix = GuidedMixup(num_classes=10, p=0.5)
        for _ in range(6):
            mixed, targets = mix(x, labels)
            self.assertNotEqual(mixed.data_ptr(), x.data_ptr())
            mixed.zero_()
            targets.zero_()
        self.assertTrue(torch.equal(x, before[0]) and torch.equal(labels, before[1]))


CopiesCpu, CopiesCuda = on_every_device(Copies)
del Copies


@unittest.skipIf(torch is None, "no torch")
class PeakMemory(unittest.TestCase):
    def test_host(self):
        # 77 MB in, 77 MB out: a hidden copy of either would show in the process's peak, whatever else has run before.
        x, labels = torch.rand(128, 3, 224, 224), torch.arange(128) % 10
        mix = GuidedMixup(num_classes=10)
        mix(x[:2], labels[:2])
        mix(x, labels)  # the library's own workspace is there now
        gc.collect()
        reserve = resident() + 77 * 1024 * 1024 + 24 * 1024 * 1024
        with_peak_reset()
        mixed, _ = mix(x, labels)
        self.assertLess(peak(), reserve, "more than the output was allocated")
        del mixed

    @unittest.skipUnless(torch is not None and torch.cuda.is_available(), "no CUDA")
    def test_device(self):
        x, labels = torch.rand(64, 3, 224, 224, device="cuda"), torch.arange(64, device="cuda") % 10
        mix = GuidedMixup(num_classes=10)
        workspace = mix.prepare("cuda", x.shape)
        mix(x, labels)
        torch.cuda.reset_peak_memory_stats()
        base = torch.cuda.memory_allocated()
        mixed, targets = mix(x, labels)
        torch.cuda.synchronize()
        self.assertLess(torch.cuda.max_memory_allocated() - base, mixed.nbytes + targets.nbytes + workspace + (1 << 20))


def status(field):
    with open("/proc/self/status", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith(field)).split()[1]) * 1024


def resident():
    return status("VmRSS")


def peak():
    return status("VmHWM")


def with_peak_reset():
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the peak starts again from what is resident


if __name__ == "__main__":
    unittest.main()
