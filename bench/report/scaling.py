#!/usr/bin/env python3
"""Started by bench/scaling.sh: how the cost grows with the images N and with the side H = W; writes scaling.md and scaling.svg."""
import argparse, math, os
import chart, machine, markdown, measure
from measure import say

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
IMAGES, SIDES = [16, 32, 64, 128, 256, 512, 1024], [32, 64, 96, 128, 192, 256, 384, 512]
SIDE_OF_IMAGES, IMAGES_OF_SIDES = 32, 16
COLOURS = {"SpectralResidual": 1, "GaussianBlur": 3, "PairDistance": 6, "CycleCover": 5, "PixelMix": 4, "whole batch": 2}


def times(result):
    return {**{stage: time for stage, time in result["stages"].items() if stage in COLOURS}, "whole batch": result["total_ms"]}


def slopes(xs, found):
    """The power of x by which each stage grows, between neighbours: 1 is linear."""
    rows = []
    for stage in COLOURS:
        ys = [times(result)[stage] for result in found]
        rows.append((stage, *(f"{math.log(ys[i + 1] / ys[i]) / math.log(xs[i + 1] / xs[i]):.2f}" for i in range(len(xs) - 1))))
    return rows


def section(title, xs, found, expected):
    names = [f"{x}" for x in xs]
    lines = [f"## {title}", ""] + markdown.table(["ms", *names], [(stage, *(markdown.milliseconds([times(r)[stage]]) for r in found)) for stage in COLOURS])
    lines += [expected, ""] + markdown.table(["grows by the power", *(f"{a} → {b}" for a, b in zip(names, names[1:]))], slopes(xs, found))
    return lines


def panel(title, axis, xs, found, guides):
    lines = [(stage, [times(r)[stage] for r in found], colour, False) for stage, colour in COLOURS.items()]
    for name, stage, power in guides:
        last = times(found[-1])[stage]
        lines.append((name, [last * (x / xs[-1]) ** power for x in xs], 0, True))
    return title, axis, xs, lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.5)
    arguments = parser.parse_args()
    ours = measure.Ours([arguments.command], arguments.threads)
    facts = machine.describe(ROOT, ours.info())

    def run(n, side):
        say(f"{n}×3×{side}×{side}")
        return ours.bench((n, 3, side, side), arguments.seconds)

    by_images = [run(n, SIDE_OF_IMAGES) for n in IMAGES]
    by_side = [run(IMAGES_OF_SIDES, side) for side in SIDES]
    panels = [
        panel(f"N images of 3×{SIDE_OF_IMAGES}×{SIDE_OF_IMAGES}", "N", IMAGES, by_images, [("N²", "PairDistance", 2), ("N", "SpectralResidual", 1)]),
        panel(f"{IMAGES_OF_SIDES} images of 3×H×H", "H", SIDES, by_side, [("H²", "PixelMix", 2)]),
    ]
    lines = ["# How the cost grows", "", f"Written by `bench/scaling.sh`: `guidedmixup bench` at each shape, {arguments.threads} threads, float32, NCHW, medians.", ""]
    lines += markdown.table(["", ""], facts) + ["![Milliseconds against N and against H, both logarithmic](scaling.svg)", ""]
    lines += section(f"N images of 3×{SIDE_OF_IMAGES}×{SIDE_OF_IMAGES}", IMAGES, by_images,
                     "Linear (1) in what is done for each image; towards quadratic (2) in `PairDistance` and `CycleCover` alone, and in the whole as far as they weigh.")
    lines += section(f"{IMAGES_OF_SIDES} images of 3×H×H", SIDES, by_side,
                     "Linear in the pixels is the power 2 of H. Above H = 128 the spectral residual's transforms stay at 128×128, so that it grows by less; powers above 2 are where a batch leaves "
                     "a cache.")
    os.makedirs(arguments.out, exist_ok=True)
    for name, text in (("scaling.svg", chart.curves("Milliseconds a batch", panels)), ("scaling.md", "\n".join(lines).rstrip() + "\n")):
        path = os.path.join(arguments.out, name)
        with open(path + ".part", "w") as file:
            file.write(text)
        os.replace(path + ".part", path)
        say(f"written: {path}")


if __name__ == "__main__":
    main()
