#!/usr/bin/env python3
"""What mixing adds to a training step, beside the paper's Table 2: (T_with − T_vanilla) / T_vanilla of a ResNet-18 at batch 16, 32 and 64.

    python3 interop/Python/examples/overhead.py                     the table, on standard output: 224² on a GPU, 64² on the CPU
    python3 interop/Python/examples/overhead.py --output bench/results/overhead.md
    python3 interop/Python/examples/overhead.py --small             seconds: a sign of life for CI

One forward pass is in the denominator (the released fine-grained program runs two, which halves its percentages). Every step with a method is
followed by a vanilla step, and the table holds medians over the pairs. What the method takes of the model (a forward and backward pass for
gradients, a forward pass for SnapMix's features) is listed apart from the library's own share, which is the time inside the mixer's call; the two
are what a step has more than a vanilla step. Their difference as measured is listed as well.
"""
import argparse
import platform
import statistics
import sys
import time

import torch
from torch import nn

import guidedmixup
from guidedmixup import GuidedMixup, InvalidArgumentError, gradient_saliency

try:
    import cv2
except ImportError:
    cv2 = None

BATCHES = (16, 32, 64)
# Name, the mixer's options, what it takes of the model, and the paper's percent at 16, 32, 64.
METHODS = (
    ("Mixup", {"method": "mixup"}, "", (.9, .6, .4)),
    ("CutMix", {"method": "cutmix"}, "", (1.5, 1.0, .6)),
    ("SaliencyMix", {"method": "saliencymix"}, "", (353, 702, 923)),
    ("SaliencyMix, a map an image", {"method": "saliencymix", "draw_mode": "image"}, "", None),
    ("Guided-SR, random", {"saliency": "sr", "pairing": "random"}, "", (6.4, 4.2, 2.7)),
    ("Guided-SR, greedy", {"saliency": "sr", "pairing": "greedy"}, "", (7.7, 7.1, 7.0)),
    ("SnapMix", {"method": "snapmix"}, "features", (67, 65, 60)),
    ("PuzzleMix", {"method": "puzzlemix", "saliency": "ap"}, "gradient", (139, 140, 134)),
    ("Co-Mixup", {"method": "comixup", "saliency": "ap"}, "gradient", (292, 490, 717)),
    ("Guided-AP, random", {"saliency": "ap", "pairing": "random"}, "gradient", (88, 82, 70)),
    ("Guided-AP, greedy", {"saliency": "ap", "pairing": "greedy"}, "gradient", (89, 83, 78)),
)


class Block(nn.Module):
    """Two 3×3 convolutions and what they add to."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        same = stride == 1 and inputs == outputs
        self.beside = nn.Identity() if same else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.second(self.first(x)) + self.beside(x))


class ResNet18(nn.Module):
    """Eighteen layers: a 7×7 stem, four stages of two blocks, one linear layer (He et al., CVPR 2016)."""

    def __init__(self, classes, width=64):
        super().__init__()
        layers = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        for stage, outputs in enumerate(width * scale for scale in (1, 2, 4, 8)):
            layers += [Block(outputs if stage == 0 else outputs // 2, outputs, 1 if stage == 0 else 2), Block(outputs, outputs, 1)]
        self.features = nn.Sequential(*layers)
        self.classify = nn.Linear(8 * width, classes)

    def forward(self, x):
        return self.classify(self.features(x).mean((2, 3)))


class Clock:
    """Milliseconds, by the device's own events on a GPU."""

    def __init__(self, device):
        self.is_cuda = device.type == "cuda"

    def now(self):
        if not self.is_cuda:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def between(self, start, end):
        if not self.is_cuda:
            return 1e3 * (end - start)
        end.synchronize()
        return start.elapsed_time(end)


class OpenCVSaliencyMix:
    """The peer: SaliencyMix around the maximum of OpenCV's fine-grained saliency, of one image a batch (as released) or of each."""

    def __init__(self, classes, each):
        self.classes, self.each = classes, each
        self.detector = cv2.saliency.StaticSaliencyFineGrained_create()

    def __call__(self, images, labels):
        n, _, h, w = images.shape
        index = torch.randperm(n)
        mixed, ratio = images.clone(), float(torch.rand(()))
        root = (1 - ratio) ** .5
        pixels = (images[index[:n if self.each else 1]] * 64 + 128).clamp(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()
        weights = torch.ones(n)
        boxes = []
        for picture in pixels:
            _, saliency = self.detector.computeSaliency(picture)
            y, x = divmod(int(saliency.argmax()), w)
            boxes.append((max(int(y - root * h / 2), 0), max(int(x - root * w / 2), 0), min(int(y + root * h / 2), h), min(int(x + root * w / 2), w)))
        for i, (top, left, bottom, right) in enumerate(boxes):
            where = slice(i, i + 1) if self.each else slice(None)
            mixed[where, :, top:bottom, left:right] = images[index][where, :, top:bottom, left:right]
            weights[where] = 1 - (bottom - top) * (right - left) / (h * w)
        weights = weights.to(images.device)[:, None]
        own = nn.functional.one_hot(labels, self.classes).float()
        return mixed, weights * own + (1 - weights) * own[index]


class Trainer:
    """Training steps on one random batch, in memory before the clock starts."""

    def __init__(self, arguments, batch):
        torch.manual_seed(1)
        device = torch.device(arguments.device)
        self.model = ResNet18(arguments.classes, arguments.width).to(device)
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.01, momentum=0.9)
        self.images = torch.randn(batch, 3, arguments.size, arguments.size, device=device)
        self.labels = torch.randint(arguments.classes, (batch,), device=device)
        self.loss, self.clock = nn.functional.cross_entropy, Clock(device)

    def learn(self, images, targets):
        self.optimizer.zero_grad()
        self.loss(self.model(images), targets).backward()
        self.optimizer.step()

    def vanilla(self):
        """Milliseconds of a step without mixing."""
        start = self.clock.now()
        self.learn(self.images, self.labels)
        return self.clock.between(start, self.clock.now())

    def mixed(self, mix, takes):
        """Milliseconds of a step with mixing: all of it, what the model gave for it, the mixer's call."""
        start = self.clock.now()
        if takes == "gradient":
            given = gradient_saliency(self.model, self.loss, self.images, self.labels)
        elif takes == "features":
            with torch.no_grad():
                self.model.eval()
                given = self.model.features(self.images)
                self.model.train()
        ready = self.clock.now()
        if takes == "gradient":
            images, targets = mix.with_gradient(self.images, self.labels, given)
        elif takes == "features":
            images, targets = mix.with_features(self.images, self.labels, given, self.model.classify.weight.detach())
        else:
            images, targets = mix(self.images, self.labels)
        done = self.clock.now()
        self.learn(images, targets)
        return tuple(self.clock.between(*times) for times in ((start, self.clock.now()), (start, ready), (ready, done)))


def mixers(classes):
    """(name, mixer or why there is none, what it takes, the paper's figures)."""
    for name, options, takes, paper in METHODS:
        try:
            mix = GuidedMixup(num_classes=classes, seed=1, **options)
            if takes == "features" and not hasattr(mix, "with_features"):
                mix = None
        except InvalidArgumentError:
            mix = None
        yield name, mix, takes, paper
    if hasattr(cv2, "saliency"):
        for name, each in (("SaliencyMix by OpenCV, a map a batch", False), ("SaliencyMix by OpenCV, a map an image", True)):
            yield name, OpenCVSaliencyMix(classes, each), "", None


def measure(arguments, batch):
    """Rows of one batch size: name, paper, and (percent of a step, the model's milliseconds, the mixer's), or why there are none."""
    trainer, vanilla_all, rows = Trainer(arguments, batch), [], []
    for _ in range(arguments.warmup):
        trainer.vanilla()
    for name, mix, takes, paper in mixers(arguments.classes):
        if mix is None:
            rows.append((name, paper, "not in the installed package"))
            continue
        try:
            trainer.mixed(mix, takes)
        except InvalidArgumentError as refusal:
            rows.append((name, paper, str(refusal)))
            print(f"batch {batch}: {name}: {refusal}", file=sys.stderr, flush=True)
            continue
        pairs = [(trainer.mixed(mix, takes), trainer.vanilla()) for _ in range(arguments.steps)]
        vanilla_all += [vanilla for _, vanilla in pairs]
        added = statistics.median(100 * (times[0] - vanilla) / vanilla for times, vanilla in pairs)
        rows.append((name, paper, (added, *(statistics.median(times[k] for times, _ in pairs) for k in (1, 2)))))
        print(f"batch {batch}: {name}", file=sys.stderr, flush=True)
    return statistics.median(vanilla_all), rows


def report(arguments, results):
    """Markdown."""
    where = torch.cuda.get_device_name() if arguments.device.startswith("cuda") else f"CPU ({processor()}), {torch.get_num_threads()} threads"
    yield f"# What mixing adds to a training step\n\n{where}; ResNet-18 of width {arguments.width}, {arguments.size}×{arguments.size} pixels, float32,"
    yield f"torch {torch.__version__}, guidedmixup {guidedmixup.__version__}; medians of {arguments.steps} pairs of steps. Made by"
    yield f"`{' '.join(['python3', 'interop/Python/examples/overhead.py', *sys.argv[1:]])}`.\n"
    yield "Percent are of T_vanilla, with one forward pass in it; paper = its Table 2; model = what the method takes of the model (a forward and backward"
    yield "pass, for SnapMix a forward pass); own = the mixer's call; added = both; T_with − T_vanilla = the difference of whole steps, which is blurred by"
    yield "all that else varies between two steps.\n"
    for batch, (vanilla, rows) in results.items():
        yield f"## Batch {batch}: T_vanilla {vanilla:.1f} ms\n\n| method | paper | model | own | own | added | T_with − T_vanilla |\n|---|---:|---:|---:|---:|---:|---:|"
        for name, paper, times in rows:
            # The paper has these three sizes only.
            known = f"{paper[BATCHES.index(batch)]:g} %" if paper and batch in BATCHES else "–"
            if isinstance(times, str):
                yield f"| {name} | {known} | {times} | | | | |"
                continue
            added, model, own = times
            taken, share = f"{model:.1f} ms" if model > .05 else "–", 100 / vanilla
            yield f"| {name} | {known} | {taken} | {own:.2f} ms | {share * own:.2f} % | {share * (model + own):.2f} % | {added:.1f} % |"
        yield ""


def processor():
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, nargs="+", default=BATCHES)
    parser.add_argument("--size", type=int, help="pixels of a side; default 224 on a GPU, 64 on the CPU")
    parser.add_argument("--steps", type=int, help="pairs of steps; default 50 on a GPU, 7 on the CPU")
    parser.add_argument("--classes", type=int, default=200)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--threads", type=int, help="of torch and of the mixer, on the CPU")
    parser.add_argument("--small", action="store_true", help="a narrow network, 32 pixels, batch 16, 2 pairs")
    parser.add_argument("--output", help="a file for the table; default standard output")
    arguments = parser.parse_args()
    is_cuda = arguments.device.startswith("cuda")
    if arguments.small:
        arguments.width, arguments.batch, arguments.size, arguments.steps = 8, (16,), arguments.size or 32, arguments.steps or 2
    arguments.size = arguments.size or (224 if is_cuda else 64)
    arguments.steps = arguments.steps or (50 if is_cuda else 7)
    arguments.warmup = 10 if is_cuda else 1
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    table = "\n".join(report(arguments, {batch: measure(arguments, batch) for batch in arguments.batch}))
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(table)
    else:
        print(table)


if __name__ == "__main__":
    main()
