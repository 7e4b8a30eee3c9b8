#!/usr/bin/env python3
"""The kit's parts, one function each; started by tests/gpu/run, which says what they are. Each writes STATE/<part>.json."""
import collections, concurrent.futures, json, os, re, shutil, subprocess, sys, time

PACK = os.path.dirname(os.path.abspath(__file__))
DRY_TESTS = "|".join((
    "(FullyQualifiedName~GoldenTests&FullyQualifiedName~Cuda&Name~8x32x32)", "(FullyQualifiedName~CycleCoverTests&FullyQualifiedName~Cuda)",
    "(FullyQualifiedName~Cuda&Name~Stored)", "FullyQualifiedName~MethodDeviceTests.Graph"))
PART_SECONDS = float(os.environ.get("GUIDEDMIXUP_GPU_PART_SECONDS", "470"))  # under 8 minutes


class Skip(Exception):
    """What this machine lacks, by name."""


class Kit:
    def __init__(self, state, is_dry, driver):
        self.state, self.is_dry = state, is_dry
        self.environment = dict(os.environ, DOTNET_BUNDLE_EXTRACT_BASE_DIR=os.path.join(state, "net"), DOTNET_CLI_TELEMETRY_OPTOUT="1")
        if is_dry:
            self.environment["GUIDEDMIXUP_CUDA_DRIVER"] = driver
        else:
            self.environment["GUIDEDMIXUP_TEST_BACKEND"] = "cuda"
            self.environment.pop("GUIDEDMIXUP_CUDA_DRIVER", None)
        self.end = time.monotonic() + PART_SECONDS

    def call(self, command, log, environment=None, folder=None):
        """Exit status (124: cut off) and output, which is also kept as STATE/<log>.log."""
        file = os.path.join(self.state, log + ".log")
        with open(file, "w") as out:
            try:
                left = max(1, self.end - time.monotonic())
                status = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                        env=environment or self.environment, cwd=folder, timeout=left).returncode
            except subprocess.TimeoutExpired:
                status = 124
        with open(file, errors="replace") as text:
            return status, text.read()


def own(name):
    return os.path.join(PACK, name)


def tool(name):
    folders = ["/usr/local/cuda/bin", "/opt/cuda/bin"] + sorted(
        "/usr/local/" + d + "/bin" for d in (os.listdir("/usr/local") if os.path.isdir("/usr/local") else []) if d.startswith("cuda-"))
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
    if not found:
        raise Skip(f"{name} is not on this machine")
    return found


def run_tests(kit, name, filter_, extra=None):
    status, text = kit.call([own("GuidedMixup.Tests"), "--filter", filter_, "--progress", "off", "--no-ansi"], name, dict(kit.environment, **(extra or {})))
    count = lambda what: int((re.findall(rf"^\s*{what}: (\d+)", text, re.M) or ["0"])[-1])
    failed = [line.strip()[:300] for line in text.splitlines() if line.startswith("failed ")]
    why = collections.Counter(re.findall(r"^skipped .*\n  (\S.*)$", text, re.M))
    result = {"status": status, "total": count("total"), "succeeded": count("succeeded"), "failed": count("failed"), "skipped": count("skipped"),
              "failures": failed[:50], "skipped_tests": [f"{times} tests: {reason[:200]}" for reason, times in why.most_common(20)]}
    if status or not result["succeeded"]:
        result["log_end"] = text[-6000:]
    return result


def tests(kit):
    return run_tests(kit, "tests", DRY_TESTS if kit.is_dry else "FullyQualifiedName~Cuda&FullyQualifiedName!~DeviceRunTests")


def python(kit):
    """The Python package against PyTorch on the device."""
    program = os.environ.get("PEERS_PYTHON") or sys.executable
    probe = subprocess.run([program, "-c", "import numpy, torch; print(torch.cuda.is_available())"], capture_output=True, text=True)
    if probe.returncode:
        raise Skip(f"{program} has no numpy and torch")
    if "True" not in probe.stdout and not kit.is_dry:
        raise Skip("torch finds no GPU")
    environment = dict(kit.environment, PYTHONPATH=own("python/interop/Python"), PYTHONDONTWRITEBYTECODE="1")
    environment.pop("GUIDEDMIXUP_LIBRARY", None)
    which = ["test_golden", "test_gradient", "test_emulated"] if kit.is_dry else ["discover", "-v", "-p", "test_*.py"]
    status, text = kit.call([program, "-m", "unittest"] + which, "python", environment, own("python/tests/python"))
    count = lambda what: int((re.findall(rf"\b{what}=(\d+)", text) or ["0"])[-1])
    total, bad, skipped = int((re.findall(r"^Ran (\d+) test", text, re.M) or ["0"])[-1]), count("failures") + count("errors"), count("skipped")
    result = {"status": status, "total": total, "succeeded": max(0, total - bad - skipped), "failed": bad, "skipped": skipped,
              "failures": re.findall(r"^(?:FAIL|ERROR): (.*)$", text, re.M)[:50]}
    if not status and not result["succeeded"]:
        result["status"] = 1
    if result["status"]:
        result["log_end"] = text[-6000:]
    return result


def repeat(kit):
    times = "2" if kit.is_dry else "250"
    return dict(run_tests(kit, "repeat", "FullyQualifiedName~DeviceRunTests", {"GUIDEDMIXUP_TEST_REPETITIONS": times}), repetitions=int(times))


def bench(kit):
    out = os.path.join(kit.state, "bench.part")
    environment = dict(kit.environment)
    timer = os.path.join(kit.state, "liblaunches.so") if kit.is_dry else own("liblaunches.so")
    if os.path.exists(timer):
        environment["GUIDEDMIXUP_CUDA_DRIVER"] = timer
    status, text = kit.call([own("GuidedMixup.Gpu"), "bench", out] + (["--dry"] if kit.is_dry else []), "bench", environment)
    if status:
        return {"status": status, "log_end": text[-4000:]}
    with open(out) as file:
        return dict(json.load(file), status=0)


def peers(kit):
    out = os.path.join(kit.state, "peers.part")
    python = os.environ.get("PEERS_PYTHON") or sys.executable
    probe = subprocess.run([python, "-c", "import torch; print(torch.cuda.is_available())"], capture_output=True, text=True)
    if probe.returncode:
        raise Skip(f"{python} has no torch")
    device = "cuda" if "True" in probe.stdout else "cpu"
    if device == "cpu" and not kit.is_dry:
        raise Skip("torch finds no GPU")
    seconds = max(30, kit.end - time.monotonic() - 60)
    status, text = kit.call([python, own("peers.py"), "--device", device, "--golden", own("golden/sr_8x32x32"), "--out", out, "--seconds", str(seconds)]
                            + (["--dry"] if kit.is_dry else []), "peers")
    result = {"status": status, "checks_failed": text.count("FAILED"), "checks_held": len(re.findall("^ok ", text, re.M))}
    if os.path.exists(out):
        with open(out) as file:
            result.update(json.load(file))
        os.remove(out)
    if status:
        result["log_end"] = text[-4000:]
    # Cut off by its time it is still an answer: what it had measured was written.
    if status == 124 and result.get("peers"):
        result["status"] = 0
        result.setdefault("left_out", []).append("the rest: no time left")
    return result


def overhead(kit):
    """The paper's Table 2 on this device; a method that the device refuses is a row that says so."""
    program = os.environ.get("PEERS_PYTHON") or sys.executable
    probe = subprocess.run([program, "-c", "import numpy, torch; print(torch.cuda.is_available())"], capture_output=True, text=True)
    if probe.returncode:
        raise Skip(f"{program} has no numpy and torch")
    if "True" not in probe.stdout and not kit.is_dry:
        raise Skip("torch finds no GPU")
    environment = dict(kit.environment, PYTHONPATH=own("python/interop/Python"), PYTHONDONTWRITEBYTECODE="1")
    environment.pop("GUIDEDMIXUP_LIBRARY", None)
    # A file a batch size, so that what was measured comes back where the time runs out.
    result = {"status": 0, "tables": []}
    for batch in ("16",) if kit.is_dry else ("64", "32", "16"):
        out = os.path.join(kit.state, "overhead.part.md")
        settings = ["--small", "--device", "cpu"] if kit.is_dry else ["--device", "cuda", "--batch", batch, "--steps", "30"]
        status, text = kit.call([program, own("python/interop/Python/examples/overhead.py"), "--output", out] + settings, "overhead-" + batch, environment)
        if status:
            result.update(status=status if status != 124 or not result["tables"] else 0, log_end=text[-4000:])
            result.setdefault("failures", []).append(f"batch {batch}: status {status}" + (", no time left" if status == 124 else ""))
            break
        with open(out) as file:
            result["tables"].append(file.read())
        os.remove(out)
    return result


def ptxas(kit):
    program = tool("ptxas")
    images = [(arch, os.path.join(PACK, "kernels/ptx", arch, file)) for arch in sorted(os.listdir(own("kernels/ptx"))) if arch.startswith("sm_")
              for file in sorted(os.listdir(os.path.join(PACK, "kernels/ptx", arch)))]

    def assemble(image):
        arch, file = image
        target = "sm_75" if arch == "sm_70" else arch  # CUDA 13 no longer knows sm_70
        done = subprocess.run([program, "-v", f"-arch={target}", file, "-o", os.devnull], capture_output=True, text=True, timeout=400)
        return arch, target, os.path.basename(file)[:-4], done.returncode, done.stderr + done.stdout

    result = {"status": 0, "ptxas": subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip().splitlines()[-2:], "kernels": []}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for arch, target, stage, status, text in pool.map(assemble, images):
            if status:
                result["status"] = 1
                result.setdefault("failures", []).append(f"{arch}/{stage}: {text[-600:]}")
            result["kernels"] += [dict(entry, image=arch, target=target, stage=stage) for entry in resources(text)]
    return result


def resources(text):
    """What ptxas -v says of each entry."""
    entries, now = [], None
    for line in text.splitlines():
        found = re.search(r"Compiling entry function '(\w+)'", line)
        if found:
            now = {"kernel": found[1], "registers": 0, "stack": 0, "spill_stores": 0, "spill_loads": 0, "shared": 0, "barriers": 0}
            entries.append(now)
        if now is None:
            continue
        found = re.search(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads", line)
        if found:
            now.update(stack=int(found[1]), spill_stores=int(found[2]), spill_loads=int(found[3]))
        for key, pattern in (("registers", r"Used (\d+) registers"), ("barriers", r"used (\d+) barriers"), ("shared", r"(\d+) bytes smem")):
            found = re.search(pattern, line)
            if found:
                now[key] = int(found[1])
    return entries


def sanitize(kit):
    program = own("GuidedMixup.Gpu")
    if kit.is_dry:
        # The same calls, so that the exercise itself is proven; the emulated driver sees stray accesses too.
        runs = [("emulated driver", "tails", 0), ("emulated driver", "small", 0), ("emulated driver", "plant", 1)]
    else:
        tool("compute-sanitizer")
        # The plants first: a tool that does not see them proves nothing with its silence.
        runs = [("memcheck", "plant", 1), ("initcheck", "unwritten", 1), ("memcheck", "tails", 0),
                ("racecheck", "small", 0), ("initcheck", "small", 0), ("synccheck", "small", 0)]
    result = {"status": 0, "runs": []}
    for name, what, is_plant in runs:
        if kit.end - time.monotonic() < 10:
            result["runs"].append({"tool": name, "exercise": what, "held": False, "summary": "no time left"})
            result["status"] = 1
            continue
        watched = [program, "exercise", what]
        command = watched if kit.is_dry else [tool("compute-sanitizer"), "--tool", name, "--error-exitcode", "9", "--print-limit", "20"] + watched
        start = time.monotonic()
        status, text = kit.call(command, f"sanitize-{name.replace(' ', '-')}-{what}")
        summary = (re.findall(r"^=+ ((?:ERROR|RACECHECK) SUMMARY.*)$", text, re.M) or ["-"])[-1]
        clean = status == 0 and (kit.is_dry or re.search(r"SUMMARY: 0 ", summary + " ") is not None)
        caught = status != 0 and (kit.is_dry or re.search(r"SUMMARY: [1-9]", summary) is not None)
        held = bool(caught if is_plant else clean)
        entry = {"tool": name, "exercise": what, "planted": bool(is_plant), "status": status, "summary": summary, "held": held, "seconds": round(time.monotonic() - start, 1)}
        if not held:
            entry["log_end"] = text[:3000] + "\n…\n" + text[-3000:] if len(text) > 6000 else text
            result["status"] = 1
        result["runs"].append(entry)
    return result


PARTS = {"ptxas": ptxas, "tests": tests, "python": python, "repeat": repeat, "bench": bench, "peers": peers, "overhead": overhead, "sanitize": sanitize}


def about(is_dry):
    """Commit, driver and tools: in every part's answer, for parts may come from several machines."""
    with open(own("COMMIT")) as file:
        commit = file.read().strip()
    answer = {"commit": commit, "time": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()), "dry": is_dry}
    smi = shutil.which("nvidia-smi")
    if smi and not is_dry:
        row = subprocess.run([smi, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"], capture_output=True, text=True).stdout.strip()
        answer["gpu"] = row.splitlines()[0] if row else "nvidia-smi shows none"
    return answer


def main(state, part, is_dry, driver):
    kit = Kit(state, is_dry, driver)
    start = time.monotonic()
    try:
        answer = PARTS[part](kit)
    except Skip as why:
        answer = {"status": 0, "skipped_because": str(why)}
    except Exception as error:
        answer = {"status": 1, "error": f"{type(error).__name__}: {error}"}
    answer = {"part": part, "about": about(is_dry), "seconds": round(time.monotonic() - start, 1), **answer}
    with open(os.path.join(state, part + ".part"), "w") as file:
        json.dump(answer, file, indent=1)
    os.replace(os.path.join(state, part + ".part"), os.path.join(state, part + ".json"))
    why = answer.get("skipped_because")
    word = "SKIPPED" if why else "ok" if answer["status"] == 0 else "FAILED"
    print(f"{word:8}{part:10}{answer['seconds']:7.1f} s  {why or ''}", flush=True)
    return 1 if word == "FAILED" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3] == "dry", sys.argv[4]))
