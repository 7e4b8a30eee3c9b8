#!/usr/bin/env python3
"""PyTorch on the CPU as a process that waits to be asked, so that its runs can alternate with ours: a JSON object a line in, one out.

{"do": "about"}                                                              → versions, libraries, threads
{"do": "golden", "folder": DIR}                                              → {"failed": 0}
{"do": "batch", "shape": [N,C,H,W], "method": "sr" | "ap", "distance": NAME, "cover": "host" | "device", "seconds": S}
                                                                             → {"total_ms", "stages": {name: ms}, "rounds"}, medians
{"do": "plain", "shape": …, "method": "mixup" | "cutmix", "seconds": S}      → {"total_ms", "rounds"}
{"do": "package", "shape": …, "distance": NAME, "seconds": S}                → the package guidedmixup beside the torch pipeline
"""
import json, os, re, statistics, sys, time
import torch
import golden, stages

COVERS = {"host": stages.cycle_cover_host, "device": stages.cycle_cover}
WARM_UP = 2


def libraries():
    """The shared libraries that answer for BLAS and the Fourier transform, by their files."""
    x = torch.randn(64, 64)
    torch.fft.fft2(x @ x)
    with open("/proc/self/maps") as maps:
        files = {os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if line.rstrip().endswith(".so") or ".so." in line}
    blas = sorted(f for f in files if re.search("blas|mkl_rt|mkl_core", f))
    return {"blas": blas, "fft": "MKL" if torch.backends.mkl.is_available() else "pocketfft, within libtorch"}


def about(_):
    allocator = {name: os.environ[name] for name in sorted(os.environ) if name.startswith("MALLOC_")}
    return {"torch": torch.__version__, "threads": torch.get_num_threads(), "simd": re.findall(r"CPU capability usage: (\S+)", torch.__config__.show()),
            "allocator": allocator, **libraries()}


def inputs(shape, method):
    torch.manual_seed(1)
    x = torch.rand(shape) * 4 - 2
    return x, torch.arange(shape[0]) * 7 % 100, torch.rand(shape) * 4 - 2 if method == "ap" else None


def repeat(work, seconds):
    """Results of the rounds after the warm-up: at least three, and as many as the time allows."""
    for _ in range(WARM_UP):
        work()
    found, end = [], time.perf_counter() + seconds
    while len(found) < 3 or time.perf_counter() < end:
        found.append(work())
    return found


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def one_batch(ask):
    x, labels, gradient = inputs(ask["shape"], ask["method"])
    distance, cover = stages.DISTANCES[ask["distance"]], COVERS[ask["cover"]]

    def round_():
        marks = [("", time.perf_counter())]
        stages.batch(x, labels, distance, cover, gradient=gradient, done=lambda stage: marks.append((stage, time.perf_counter())))
        times = {stage: (end - marks[i][1]) * 1e3 for i, (stage, end) in enumerate(marks[1:])}
        return (marks[-1][1] - marks[0][1]) * 1e3, times

    found = repeat(round_, ask["seconds"])
    return {"total_ms": statistics.median(total for total, _ in found), "rounds": len(found),
            "stages": {stage: statistics.median(times[stage] for _, times in found) for stage in found[0][1]}}


def plain(ask):
    x, labels, _ = inputs(ask["shape"], "sr")
    mix = stages.mixup if ask["method"] == "mixup" else stages.cutmix
    found = repeat(lambda: timed(lambda: mix(x, labels)), ask["seconds"])
    return {"total_ms": statistics.median(found), "rounds": len(found)}


def package(ask):
    """The package and the torch pipeline, each in a row; and the package right after an operation of torch, whose threads may still spin."""
    from guidedmixup import GuidedMixup, library_info
    x, labels, _ = inputs(ask["shape"], "sr")
    mix = GuidedMixup(num_classes=100, threads=torch.get_num_threads())
    distance = stages.DISTANCES[ask["distance"]]

    def after_torch():
        (x @ x.transpose(-1, -2)).sum()
        return timed(lambda: mix(x, labels))

    works = {"package_ms": lambda: timed(lambda: mix(x, labels)), "after_torch_ms": after_torch,
             "torch_ms": lambda: timed(lambda: stages.batch(x, labels, distance, stages.cycle_cover_host))}
    return {**{name: statistics.median(repeat(work, ask["seconds"])) for name, work in works.items()}, "library": str(library_info())}


DO = {"about": about, "golden": lambda ask: {"failed": golden.check("cpu", ask["folder"], say=lambda text: None)}, "batch": one_batch, "plain": plain,
      "package": package}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.set_grad_enabled(False)
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = DO[ask["do"]](ask)
        except Exception as error:  # what cannot run is said, not hidden
            answer = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
