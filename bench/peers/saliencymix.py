#!/usr/bin/env python3
"""SaliencyMix beside SaliencyMix by OpenCV's detector (StaticSaliencyFineGrained, as released), in turns in one process; Markdown on standard output.

    bash bench/saliencymix.sh [--threads N] [--rounds N] [--output FILE]

A batch is taken apart into what both have to do: the detector (a map an image it is asked for) with the box around the map's maximum, and the
mix (images copied with a box of the partner's). As released one map, of the partner of image 0, serves the whole batch. Medians of rounds in which
every piece of work runs once, ours and the peer's in turns; the ratio's range is from quarter to quarter of the rounds. The peer's pixels come as
bytes, as the released program makes them; what that takes is listed apart and not counted, and numpy cuts for it, which is faster than torch here. Of ours, the
detector and the mix are the C library's calls alone; the whole batch is the package's call, labels and a new output included.
"""
import argparse
import ctypes
import statistics
import sys
import time

import cv2
import numpy
import torch

from guidedmixup import GuidedMixup, stages
from guidedmixup._arrays.call import Call
from guidedmixup._native.library import library as stages_library

SHAPES = ((64, 3, 224, 224), (64, 3, 64, 64), (64, 3, 32, 32))
CLASSES = 100


def calls_of(work):
    """The library's own calls in a piece of work, to be made again without the Python around them, and what they gave."""
    found, run = [], Call.run

    def record(call, function, *arguments, execution=None):
        execution = execution or call.execution()
        run(call, function, *arguments, execution=execution)
        native = getattr(stages_library(), "guidedmixup_" + function)
        # The call keeps what it borrowed.
        found.append((native, (*arguments, ctypes.addressof(execution)), execution, call))

    Call.run = record
    try:
        result = work()
    finally:
        Call.run = run

    def again():
        for native, arguments, *_ in found:
            if native(*arguments):
                raise RuntimeError("a call of the library failed")
    return again, result


class Batch:
    """One batch, what each side makes of it, and the pieces."""

    def __init__(self, shape, threads):
        torch.manual_seed(1)
        self.n, _, self.h, self.w = shape
        self.threads = threads
        # Smooth noise: a detector's time should not be that of a flat image.
        self.images = torch.nn.functional.avg_pool2d(torch.randn(shape), 3, 1, 1) * 2
        self.labels = torch.arange(self.n) % CLASSES
        self.partners = torch.randperm(self.n)
        self.ratios = torch.full((self.n,), .5)
        self.out = torch.empty_like(self.images)
        self.bytes = self.as_bytes()
        self.detector = cv2.saliency.StaticSaliencyFineGrained_create()
        self.ours = {False: GuidedMixup(num_classes=CLASSES, method="saliencymix", seed=1, threads=threads),
                     True: GuidedMixup(num_classes=CLASSES, method="saliencymix", draw_mode="image", seed=1, threads=threads)}
        found = {each: calls_of(lambda each=each: self.our_boxes(each)) for each in (False, True)}
        self.our_detector = {each: again for each, (again, _) in found.items()}
        self.boxes = {each: boxes for each, (_, boxes) in found.items()}
        self.their_boxes = {False: self.detected(False), True: self.detected(True)}

    def as_bytes(self):
        return numpy.ascontiguousarray((self.images * 64 + 128).clamp(0, 255).byte().permute(0, 2, 3, 1).numpy())

    def our_boxes(self, each):
        """The detector and the boxes alone."""
        if each:
            return stages.saliencymix_boxes(
                stages.spectral_residual(self.images, threads=self.threads), self.ratios, self.partners, draw_mode="image", threads=self.threads)
        partner = int(self.partners[0])
        return stages.saliencymix_boxes(
            stages.spectral_residual(self.images[partner:partner + 1], threads=self.threads), self.ratios[:1], self.partners[:1] * 0, threads=self.threads)

    def detected(self, each):
        """The peer's, as the released program: λ's side around the first maximum of the map."""
        boxes = []
        for partner in self.partners.tolist()[:self.n if each else 1]:
            _, saliency = self.detector.computeSaliency(self.bytes[partner])
            y, x = divmod(int(saliency.argmax()), self.w)
            boxes.append(self.around(y, x))
        return boxes

    def around(self, y, x):
        root = .5 ** .5
        clip = lambda v, size: int(min(max(v, 0), size))
        return (clip(y - root * self.h / 2, self.h), clip(x - root * self.w / 2, self.w), clip(y + root * self.h / 2, self.h), clip(x + root * self.w / 2, self.w))

    def our_mix(self, each):
        boxes = self.boxes[each] if each else self.boxes[False].expand(self.n, 4).contiguous()
        return calls_of(lambda: stages.cutmix(self.images, boxes, self.partners, out=self.out, threads=self.threads))[0]

    def their_mix(self, each):
        x, y, partners = self.images.numpy(), self.out.numpy(), self.partners.tolist()
        boxes = self.their_boxes[each] * (1 if each else self.n)

        def mix():
            numpy.copyto(y, x)
            for i, (top, left, bottom, right) in enumerate(boxes):
                y[i, :, top:bottom, left:right] = x[partners[i], :, top:bottom, left:right]
        return mix

    def their_batch(self, each):
        def batch():
            self.their_boxes[each] = self.detected(each)
            self.their_mix(each)()
            own = torch.nn.functional.one_hot(self.labels, CLASSES).float()
            weights = torch.tensor([1 - (b - t) * (r - l) / (self.h * self.w) for t, l, b, r in self.their_boxes[each]])[:, None]
            return weights * own + (1 - weights) * own[self.partners]
        return batch

    def copy(self):
        numpy.copyto(self.out.numpy(), self.images.numpy())

    def works(self):
        """(name, ours, the peer's)."""
        for each, name in ((False, "one map a batch (as released)"), (True, "a map an image")):
            yield f"{name}: detector and box", self.our_detector[each], lambda each=each: self.detected(each)
            yield f"{name}: mix", self.our_mix(each), self.their_mix(each)
            yield f"{name}: whole batch", lambda each=each: self.ours[each](self.images, self.labels), self.their_batch(each)


def timed(work, is_warm=False):
    if is_warm:
        work()
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def measure(shape, arguments):
    batch = Batch(shape, arguments.threads)
    works = list(batch.works())
    pairs, copies = [[] for _ in works], []
    conversion = statistics.median(timed(batch.as_bytes) for _ in range(5))
    for number in range(-arguments.warmup, arguments.rounds):
        times = [(timed(ours, arguments.warm), timed(theirs, arguments.warm)) for _, ours, theirs in works]
        copy = timed(batch.copy)
        if number >= 0:
            copies.append(copy)
            for found, pair in zip(pairs, times):
                found.append(pair)
    yield f"### {'×'.join(map(str, shape))}, {arguments.threads} thread{'s' * (arguments.threads > 1)}\n"
    yield "| | ours, ms | OpenCV, ms | times | range |\n|---|---:|---:|---:|---:|"
    for (name, _, _), found in zip(works, pairs):
        ours, theirs = (statistics.median(column) for column in zip(*found))
        quarter = max(1, len(found) // 4)
        ratios = [statistics.median(t for _, t in part) / statistics.median(o for o, _ in part)
                  for part in (found[i:i + quarter] for i in range(0, quarter * 4, quarter)) if part]
        yield f"| {name} | {ours:.3f} | {theirs:.3f} | {theirs / ours:.1f} | {min(ratios):.1f}–{max(ratios):.1f} |"
    yield f"\nA copy of the images takes {statistics.median(copies):.3f} ms (numpy, one thread); the peer's pixels as bytes, not counted, {conversion:.2f} ms a batch.\n"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as text:
        return next((line.split(":", 1)[1].strip() for line in text if line.startswith("model name")), "a CPU without a name")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--warmup", type=int, default=40, help="rounds before the clock counts")
    parser.add_argument("--warm", action="store_true", help="run each piece once more, untimed, right before: warm caches; else whatever ran before left them, as in a training step")
    parser.add_argument("--output", help="a file; default standard output")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(arguments.threads)
    lines = ["# SaliencyMix beside SaliencyMix by OpenCV's detector\n", f"{processor()}; OpenCV {cv2.__version__}, torch {torch.__version__}, numpy {numpy.__version__}; "
             f"medians of {arguments.rounds} rounds. Made by\n`{' '.join(['bash bench/saliencymix.sh', *sys.argv[1:]])}`. Detector and box: a map for each image that is asked for one, and the\n"
             "box around its first maximum. Mix: images copied, with a box of the partner's. What it means: [NOTES.md](../NOTES.md).\n"]
    for shape in SHAPES:
        lines += measure(shape, arguments)
        print("×".join(map(str, shape)), file=sys.stderr, flush=True)
    text = "\n".join(lines)
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
