#!/usr/bin/env python3
"""The same batch in PyTorch (stages.py) on one device: eager and torch.compile, three ways to a distance.

peers.py --device cuda --out FILE.json      times at the standard shapes (medians, CUDA events), answers beside those of float64; then on the CPU
peers.py --device cpu --golden DIR [--out]  a small golden: every stage within the specification's tolerance, partners equal
"""
import argparse, json, statistics, sys, time
import torch
import golden
from stages import DISTANCES, batch, cutmix, cycle_cover, cycle_cover_host, distance_rows, gradient_saliency, label_mix, mixup, normalise, pixel_mix, spectral_residual

SHAPES = [(128, 3, 32, 32), (64, 3, 64, 64), (64, 3, 224, 224)]
COVERS = {"host": cycle_cover_host, "device": cycle_cover}


def median_us(device, work, count):
    for _ in range(3):
        work()
    times = []
    for _ in range(count):
        if device == "cuda":
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            torch.cuda.synchronize()
            start.record()
            work()
            end.record()
            torch.cuda.synchronize()
            times.append(start.elapsed_time(end) * 1e3)
        else:
            start = time.perf_counter()
            work()
            times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


def same_partners(x, labels, partners):
    """How many of the batch's partners are those of float64 from the first stage on."""
    exact = batch(x.double(), labels, distance_rows, cycle_cover_host)[2]
    return int((exact.to(partners.device) == partners).sum())


def head_of(distance):
    def head(x, gradient):
        p = normalise(spectral_residual(x) if gradient is None else gradient_saliency(gradient))
        return p, distance(p)
    return head


def in_mode(mode, x, labels, gradient, distance, cover):
    """A batch as a function without arguments that returns the partners."""
    if mode == "eager":
        return lambda: batch(x, labels, distance, cover, gradient=gradient)[2]
    if mode == "compile":
        compiled = torch.compile(batch)
        return lambda: compiled(x, labels, distance, cover, gradient=gradient)[2]
    head, mix, soft = torch.compile(head_of(distance)), torch.compile(pixel_mix), torch.compile(label_mix)

    def whole():
        p, d = head(x, gradient)
        partners = cover(d)
        _, _, ratio = mix(x, p, partners)
        soft(labels, partners, ratio, 100)
        return partners
    return whole


def cases(is_dry):
    """The likeliest to end first: what the time does not reach is named."""
    shapes = [(2, 3, 32, 32)] if is_dry else SHAPES
    for mode in ("eager", "compile, cover in eager", "compile"):
        for method in ("Guided-SR", "Guided-AP"):
            for shape in shapes:
                for distance in DISTANCES:
                    for cover in COVERS:
                        # Unrolled, the cover's steps make graphs that take minutes to compile: only as stated.
                        if mode == "compile" and (cover == "host" or distance == "broadcast" or shape[0] > 64):
                            continue
                        if mode != "eager" and (is_dry or distance == "broadcast" or not hasattr(torch, "compile")):
                            continue
                        if method == "Guided-SR" or shape == shapes[-1]:
                            yield mode, method, shape, distance, cover
    for shape in shapes:
        yield "eager", "Mixup", shape, "", ""
        yield "eager", "CutMix", shape, "", ""


def measure(device, count, mode, method, shape, distance, cover):
    torch.manual_seed(1)
    x = torch.randn(shape, device=device)
    labels = torch.randint(100, shape[:1], device=device)
    gradient = torch.randn(shape, device=device) if method == "Guided-AP" else None
    entry = {"method": method, "shape": list(shape), "mode": mode, "distance": distance, "cover": cover}
    if method in ("Mixup", "CutMix"):
        return dict(entry, us=median_us(device, lambda: (mixup if method == "Mixup" else cutmix)(x, labels), count))
    whole = in_mode(mode, x, labels, gradient, DISTANCES[distance], COVERS[cover])
    start = time.monotonic()
    partners = whole()
    entry["first_s"] = round(time.monotonic() - start, 2)
    entry["us"] = median_us(device, whole, count)
    if method == "Guided-SR":
        entry["partners_of_float64"] = f"{same_partners(x, labels, partners)} of {shape[0]}"
    return entry


def bench(device, is_dry, end, count, save):
    """The answers and what was left out, saved after each: the process may be cut off."""
    answers, left_out = [], []
    for case in cases(is_dry):
        mode, method, shape, distance, cover = case
        what = f"{device}, {method} {'x'.join(map(str, shape))} {mode}" + (f", {distance}, cover on the {cover}" if distance else "")
        if time.monotonic() > end:
            left_out.append(f"{what}: no time left")
            continue
        try:
            answers.append(measure(device, count, *case))
            print(f"{what}: {answers[-1]['us']:.0f} µs", flush=True)
        except Exception as error:  # a peer that cannot run is said, not hidden
            left_out.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")
            print(left_out[-1], flush=True)
        save(answers, left_out)
    save(answers, left_out)


def run(device, out, is_dry, seconds):
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    result = {"device": name, "torch": torch.__version__, "threads": torch.get_num_threads(), "dry": is_dry}

    def keep(key):
        def save(answers, left_out):
            result.update({key: answers, f"{key}_left_out" if key != "peers" else "left_out": left_out})
            with open(out, "w") as file:
                json.dump(result, file, indent=1)
        return save

    begin, count = time.monotonic(), 3 if is_dry else 21
    # The CPU gets the last fifth of the time: it is a number to compare, the GPU is the question.
    bench(device, is_dry, begin + (0.8 * seconds if device == "cuda" else seconds), count, keep("peers"))
    if device == "cuda":
        bench("cpu", is_dry, begin + seconds, min(count, 5), keep("cpu_peers"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--golden")
    parser.add_argument("--out")
    parser.add_argument("--dry", action="store_true")
    parser.add_argument("--seconds", type=float, default=420)
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    failures = golden.check(arguments.device, arguments.golden) if arguments.golden else 0
    if arguments.out:
        run(arguments.device, arguments.out, arguments.dry, arguments.seconds)
    sys.exit(1 if failures else 0)
