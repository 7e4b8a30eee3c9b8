"""What a call from Python costs over the same call from C: chrt -f 10 python3 overhead.py, with GUIDEDMIXUP_LIBRARY set.

The same structs, buffers and function in one process, called by turns from Python and from a loop in C; medians. Outputs are allocated by
torch in the former: glibc is told to keep freed memory, or page faults of fresh memory (as in any torch operation) drown the difference.
"""
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import torch

from guidedmixup import GuidedMixup

SOURCE = r"""
#include <stdint.h>
#include <time.h>
typedef int32_t (*mix)(const void *, const void *, const void *, const void *, int32_t *);
int32_t nothing(const void *a, const void *b, const void *c, const void *d, int32_t *e) { (void)a; (void)b; (void)c; (void)d; *e = 1; return 0; }
int64_t nanoseconds(mix function, const void *a, const void *b, const void *c, const void *d, int32_t *e) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    int32_t status = function(a, b, c, d, e);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return status ? -1 : (to.tv_sec - from.tv_sec) * 1000000000ll + to.tv_nsec - from.tv_nsec;
}
"""


def timer():
    """The C side; ``None`` without gcc."""
    if not shutil.which("gcc"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "timer.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(SOURCE)
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", source, "-o", source + ".so"], check=True)
        loaded = ctypes.CDLL(source + ".so")
    loaded.nothing.argtypes = [ctypes.c_void_p] * 5
    loaded.nanoseconds.argtypes = [ctypes.c_void_p] * 6
    loaded.nanoseconds.restype = ctypes.c_int64
    return loaded


def median_of(count, call):
    times = []
    for _ in range(count):
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1e3


def package_alone(loaded, n=64, size=32, count=2000):
    """µs of a call whose library does nothing: checks, outputs, structs and the crossing itself."""
    x, labels = torch.randn(n, 3, size, size), torch.arange(n) % 100
    mix = GuidedMixup(num_classes=100)
    mix(x, labels)
    mix._torch_mix._mix = loaded.nothing
    return min(median_of(count, lambda: mix(x, labels)) for _ in range(3))


def whole(loaded, n=64, size=32, count=600, threads=None):
    """µs of (the call from Python, the same from C)."""
    x, labels = torch.randn(n, 3, size, size), torch.arange(n) % 100
    mix = GuidedMixup(num_classes=100, threads=threads)
    mix(x, labels)
    (frame,) = mix._torch_mix._local.frames.values()
    function = ctypes.cast(mix._torch_mix._mix, ctypes.c_void_p)
    arguments = (mix._torch_mix.handles.of(0), frame.inputs_address, frame.outputs_address, frame.execution_address, frame.is_mixed_address)
    python, c = [], []
    for _ in range(count):
        start = time.perf_counter_ns()
        results = mix(x, labels)  # kept: the call from C writes to the same outputs
        python.append(time.perf_counter_ns() - start)
        c.append(loaded.nanoseconds(function, *arguments))
        assert c[-1] > 0 and results
    return statistics.median(python) / 1e3, statistics.median(c) / 1e3


if __name__ == "__main__":
    loaded = timer() or sys.exit("no gcc")
    libc = ctypes.CDLL(None)
    libc.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD
    libc.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
    print(f"the package alone, 64x3x32x32: {package_alone(loaded):.1f} us")
    for threads in (1, 2):
        for size in (32, 64):
            python, c = whole(loaded, 64, size, threads=threads)
            print(f"64x3x{size}x{size}, {threads} threads: from Python {python:.1f} us, from C {c:.1f} us, over it {python - c:.1f} us")
