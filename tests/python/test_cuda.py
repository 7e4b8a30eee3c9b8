"""PyTorch's CUDA tensors: streams, graphs, devices. Skipped by name without a GPU."""
import unittest

from devices import NO_CUDA, torch
from guidedmixup import GuidedMixup, gradient_saliency, library_info, stages


@unittest.skipIf(NO_CUDA, "no CUDA: " + NO_CUDA)
class Cuda(unittest.TestCase):
    def setUp(self):
        generator = torch.Generator().manual_seed(7)
        self.x = torch.randn(16, 3, 64, 64, generator=generator).cuda()
        self.labels = (torch.arange(16) % 10).cuda()

    def same(self, results, expected):
        for a, b in zip(results, expected):
            self.assertTrue(torch.equal(a, b))

    def test_the_library_sees_the_device(self):
        self.assertIn(torch.cuda.get_device_name(0), library_info().gpus)

    def test_the_host_and_the_device_agree(self):
        gpu = GuidedMixup(num_classes=10).explain(self.x, self.labels)
        cpu = GuidedMixup(num_classes=10).explain(self.x.cpu(), self.labels.cpu())
        self.assertTrue(torch.equal(gpu.index.cpu(), cpu.index))
        for name, bound in (("images", 2e-4), ("mask", 1e-4), ("lam", 5e-6), ("soft_labels", 1e-5)):
            self.assertLess((getattr(gpu, name).cpu() - getattr(cpu, name)).abs().max().item(), bound, name)

    def test_a_call_does_not_wait(self):
        mix = GuidedMixup(num_classes=10)
        mix(self.x, self.labels)
        torch.cuda.synchronize()
        torch.cuda.set_sync_debug_mode("error")  # torch itself refuses whatever synchronises
        try:
            torch.cuda._sleep(2_000_000_000)  # a second or so of the stream
            done = torch.cuda.Event()
            mix(self.x, self.labels)
            done.record()
            self.assertFalse(done.query(), "the call came back while the stream was still asleep")
        finally:
            torch.cuda.set_sync_debug_mode("default")
        torch.cuda.synchronize()

    def test_side_streams(self):
        mix = GuidedMixup(num_classes=10)
        expected = mix(self.x, self.labels)
        torch.cuda.synchronize()
        streams = [torch.cuda.Stream() for _ in range(4)]
        results = []
        for turn in range(40):
            stream = streams[turn % 4]
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                torch.cuda._sleep(100_000)
                x = self.x.clone()  # in this stream; a mix in another would read what is not there yet
                mixed, targets = mix(x, self.labels)
                results.append((mixed, targets))
                x.zero_()  # after the mix, in the same stream
        torch.cuda.synchronize()
        for result in results:
            self.same(result, expected)

    def test_a_stage_in_a_stream_of_its_own(self):
        stream = torch.cuda.Stream()
        expected = stages.spectral_residual(self.x)
        torch.cuda.synchronize()
        with torch.cuda.stream(stream):
            torch.cuda._sleep(10_000_000)
            x = self.x * 1
            got = stages.spectral_residual(x)
        stream.synchronize()
        self.assertTrue(torch.equal(got, expected))

    def test_a_captured_graph(self):
        mix = GuidedMixup(num_classes=10)
        x, labels = self.x.clone(), self.labels.clone()
        self.warm(lambda: mix(x, labels))
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            mixed, targets = mix(x, labels)
        for seed in range(3):
            x.copy_(torch.randn(x.shape, generator=torch.Generator().manual_seed(seed)))
            labels.copy_(torch.randint(0, 10, (16,), generator=torch.Generator().manual_seed(seed)))
            graph.replay()
            self.same((mixed, targets), GuidedMixup(num_classes=10)(x, labels))

    def test_a_captured_graph_draws_anew(self):
        mix, plain = GuidedMixup(pairing="random", seed=5, capturable=True), GuidedMixup(pairing="random", seed=5)
        self.warm(lambda: mix(self.x, return_indices=True))
        drawn = mix.step
        plain.load_state_dict({"seed": 5, "step": drawn})
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            index = mix(self.x, return_indices=True)[4]
        self.assertEqual(mix.step, drawn, "capturing draws nothing")
        seen = set()
        for _ in range(5):
            graph.replay()
            self.assertTrue(torch.equal(index, plain(self.x, return_indices=True)[4]))
            seen.add(tuple(index.tolist()))
        self.assertEqual(len(seen), 5)
        mix.load_state_dict({"seed": 5, "step": drawn})
        graph.replay()
        self.assertIn(tuple(index.tolist()), seen, "a restored step reaches the graph")

    def test_captures_that_cannot_be(self):
        for mix, what in ((GuidedMixup(p=0.5), "capturable"), (GuidedMixup(p=0.5, capturable=True), "first call")):
            if what == "capturable":
                self.warm(lambda: mix(self.x, return_indices=True))
            with self.assertRaisesRegex(ValueError, what):
                with torch.cuda.graph(torch.cuda.CUDAGraph()):
                    mix(self.x, return_indices=True)
        torch.cuda.synchronize()

    def test_a_captured_training_step(self):
        torch.manual_seed(0)
        nn = torch.nn
        net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 10)).cuda()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        mix = GuidedMixup(num_classes=10, saliency="ap")
        x = self.x.clone()
        for i, k in enumerate(self.labels.tolist()):  # class k is bright in the k-th of 16 squares
            x[i, :, 16 * (k // 4):16 * (k // 4) + 16, 16 * (k % 4):16 * (k % 4) + 16] += 3
        losses = torch.zeros((), device="cuda")

        def step():
            optimizer.zero_grad(set_to_none=False)
            grad = gradient_saliency(net, nn.functional.cross_entropy, x, self.labels)
            mixed, targets = mix.with_gradient(x, self.labels, grad)
            loss = -(targets * net(mixed).log_softmax(1)).sum(1).mean()
            loss.backward()
            optimizer.step()
            losses.copy_(loss.detach())

        self.warm(step)
        first = losses.item()
        graph = torch.cuda.CUDAGraph()
        optimizer.zero_grad(set_to_none=False)
        with torch.cuda.graph(graph):
            step()
        for _ in range(60):
            graph.replay()
        self.assertLess(losses.item(), 0.9 * first)

    def test_through_dlpack(self):
        class Foreign:
            def __init__(self, tensor):
                self.tensor = tensor

            def __dlpack_device__(self):
                return self.tensor.__dlpack_device__()

            def __dlpack__(self, **options):
                return self.tensor.__dlpack__(**options)

        got = GuidedMixup(num_classes=10)(Foreign(self.x), Foreign(self.labels))
        torch.cuda.synchronize()
        self.same(got, GuidedMixup(num_classes=10)(self.x, self.labels))

    def test_pinned_host_memory(self):
        x, labels = self.x.cpu().pin_memory(), self.labels.cpu()
        self.same(GuidedMixup(num_classes=10)(x, labels), GuidedMixup(num_classes=10)(self.x.cpu(), labels))

    @unittest.skipUnless(torch is not None and torch.cuda.device_count() > 1, "one GPU")
    def test_a_second_device(self):
        got = GuidedMixup(num_classes=10)(self.x.to("cuda:1"), self.labels.to("cuda:1"))
        self.assertEqual(got[0].device.index, 1)
        self.same([g.cpu() for g in got], [g.cpu() for g in GuidedMixup(num_classes=10)(self.x, self.labels)])
        with self.assertRaises(ValueError):
            GuidedMixup(num_classes=10)(self.x, self.labels.to("cuda:1"))

    def warm(self, call):
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                call()
        torch.cuda.current_stream().wait_stream(stream)


if __name__ == "__main__":
    unittest.main()
