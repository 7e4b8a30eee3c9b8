"""Ours and the peers in turns: each pair is one run of the command and one of torch, shape by shape."""
import json, os, subprocess, sys, tempfile, time

SHAPES = [(64, 3, 224, 224), (64, 3, 64, 64), (64, 3, 32, 32), (256, 3, 32, 32)]
LARGE, SMALL = SHAPES[0], SHAPES[2]
# As released: all differences at once, the cover step by step on tensors. The rewrites: what somebody who looks for speed would try.
RELEASED = ("broadcast", "device")
REWRITES = [("broadcast", "host"), ("cdist", "host"), ("centred Gram", "host")]


def say(text):
    print(text, file=sys.stderr, flush=True)


class Ours:
    """The command guidedmixup, a process a run."""

    def __init__(self, command, threads):
        self.command, self.threads = command, threads

    def info(self):
        return json.loads(subprocess.run([*self.command, "info", "--json"], check=True, capture_output=True).stdout)

    def bench(self, shape, seconds, *options, threads=None):
        run = subprocess.run(
            [*self.command, "bench", "--backend", "cpu", "--shape", ",".join(map(str, shape)), "--threads", str(threads or self.threads),
             "--seconds", str(seconds), "--json", *options], capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return json.loads(run.stdout)["results"][0]

    def cold(self, *arguments):
        """Seconds from the start of a process to its end."""
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            subprocess.run([*self.command, *arguments, "--out", os.path.join(folder, "out")], check=True, capture_output=True)
            return time.perf_counter() - start


class Torch:
    """bench/peers/worker.py, one process that waits between its turns."""

    def __init__(self, python, worker, threads, environment):
        self.process = subprocess.Popen([python, worker, str(threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, **what):
        try:
            self.process.stdin.write(json.dumps(what) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            return {"error": f"torch's process ended with status {self.process.wait()}"}
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def torch_batches(torch, shape, method, seconds):
    found = {}
    for distance, cover in [RELEASED, *REWRITES]:
        found[f"{distance}, cover on the {cover}"] = torch.ask(do="batch", shape=shape, method=method, distance=distance, cover=cover, seconds=seconds)
    return found


def pair(ours, torch, seconds, number):
    """One turn of each at every shape."""
    # Who begins alternates too.
    def turns(shape, method, options=()):
        one = lambda: ours.bench(shape, seconds, *options)
        other = lambda: torch_batches(torch, shape, method, seconds) if torch else {}
        if number % 2:
            theirs = other()
            return {"ours": one(), "torch": theirs}
        mine = one()
        return {"ours": mine, "torch": other()}

    found = {"sr": {}, "threads": {}}
    for shape in SHAPES:
        found["sr"][shape] = turns(shape, "sr")
        found["threads"][shape] = ours.bench(shape, seconds, threads=1)
    found["ap"] = turns(LARGE, "ap", ("--saliency", "ap"))
    if torch:
        found["plain"] = {method: torch.ask(do="plain", shape=LARGE, method=method, seconds=seconds) for method in ("mixup", "cutmix")}
        if os.environ.get("GUIDEDMIXUP_LIBRARY"):
            found["package"] = torch.ask(do="package", shape=SMALL, distance="centred Gram", seconds=seconds)
    return found


def cold_starts(ours, golden, count):
    """Whole processes: the stages of a small batch, and the photographs mixed and drawn."""
    return {
        "stages of 8×3×32×32, from .npy to .npy": [ours.cold("stages", f"{golden}/input.npy") for _ in range(count)],
        "mix of the twelve photographs, PNG to PNG and contact sheet": [ours.cold("mix") for _ in range(count)],
    }
