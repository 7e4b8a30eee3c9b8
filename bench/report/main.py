#!/usr/bin/env python3
"""Started by bench/report.sh: measures in turns and writes cpu.md and cpu.svg."""
import argparse, json, os, statistics, sys, time
import chart, machine, markdown, measure, page
from measure import LARGE, SHAPES, SMALL, say

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GOLDEN = os.path.join(ROOT, "tests/Golden/sr_8x32x32")


def start_torch(python, threads, is_tuned):
    """None where there is no torch. Tuned: the allocator keeps what it has, and BLAS is the fastest that report.sh found."""
    if not python:
        return None
    environment = dict(os.environ)
    if is_tuned:
        # Without them each large tensor is mapped and unmapped: torch would be timed at clearing pages.
        environment.update(MALLOC_MMAP_MAX_="0", MALLOC_TRIM_THRESHOLD_="17179869184", MALLOC_TOP_PAD_="268435456")
        if os.environ.get("PEERS_BLAS"):
            environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [os.environ["PEERS_BLAS"], environment.get("LD_LIBRARY_PATH")]))
    return measure.Torch(python, os.path.join(HERE, "../peers/worker.py"), threads, environment)


def untuned(python, threads, seconds):
    """Torch as it comes, for comparison: the system's allocator settings and BLAS."""
    torch = start_torch(python, threads, is_tuned=False)
    if not torch:
        return None, {}
    about = torch.ask(do="about")
    found = {shape: {what: torch.ask(do="batch", shape=shape, method="sr", distance=distance, cover=cover, seconds=seconds)
                     for what, (distance, cover) in (("as released", measure.RELEASED), ("centred Gram", measure.REWRITES[-1]))} for shape in SHAPES}
    torch.close()
    return about, found


def panels(results):
    """One for each shape, one for Guided-AP, one with Mixup and CutMix for scale."""
    middle, found = statistics.median, []

    def panel(title, pairs):
        known = markdown.compared(pairs)
        ours = middle([p["ours"]["total_ms"] for p in pairs])
        rows = [("this library", ours, 2, ""), ("memcpy of the bytes", middle([p["ours"]["floor_ms"] for p in pairs]), 0, "")]
        if known:
            for label, which in (("torch, best rewrite", 2), ("torch, as released", 1)):
                times = [answers[which]["total_ms"] for answers in known]
                ratio = middle([answers[which]["total_ms"] / answers[0]["total_ms"] for answers in known])
                rows.insert(0, (label, middle(times), 1, f"{ratio:.1f}×"))
        found.append((title, f"{results[0]['sr'][LARGE]['ours']['threads']} threads, float32, one batch", rows))

    for shape in SHAPES:
        panel(f"Guided-SR, {markdown.name(shape)}", [r["sr"][shape] for r in results])
    panel(f"Guided-AP from the gradient on, {markdown.name(LARGE)}", [r["ap"] for r in results])
    plain = [(method, [r["plain"][key]["total_ms"] for r in results if "total_ms" in r.get("plain", {}).get(key, {})]) for method, key in (("Mixup", "mixup"), ("CutMix", "cutmix"))]
    rows = [(f"torch, {method}", middle(times), 1, "") for method, times in plain if times]
    rows.append(("our Guided-SR", middle([r["sr"][LARGE]["ours"]["total_ms"] for r in results]), 2, ""))
    found.append((f"For scale, {markdown.name(LARGE)}", "methods without saliency, beside Guided-SR", rows))
    return found


def write(path, text):
    with open(path + ".part", "w") as file:
        file.write(text)
    os.replace(path + ".part", path)
    say(f"written: {path}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True)
    parser.add_argument("--python", default="", help="a python3 with torch; none: ours alone")
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--note", default="")
    arguments = parser.parse_args()
    begin = time.monotonic()
    os.makedirs(arguments.out, exist_ok=True)
    ours = measure.Ours([arguments.command], arguments.threads)
    facts = machine.describe(ROOT, ours.info())
    torch = start_torch(arguments.python, arguments.threads, is_tuned=True)
    about = torch.ask(do="about") if torch else None
    if about and "error" in about:
        say(f"torch: {about['error']}: the report goes on without it")
        torch, about = None, about
    golden = torch.ask(do="golden", folder=GOLDEN) if torch else None
    results = []
    for number in range(arguments.pairs):
        say(f"pair {number + 1} of {arguments.pairs}, {time.monotonic() - begin:.0f} s")
        results.append(measure.pair(ours, torch, arguments.seconds, number))
    if torch:
        torch.close()
    say("cold starts, and torch as it comes")
    cold = measure.cold_starts(ours, GOLDEN, max(arguments.pairs, 3))
    plain_about, plain = untuned(arguments.python if torch else "", arguments.threads, arguments.seconds)
    text = page.write(facts, about, golden, results, cold, plain_about, plain, arguments, time.monotonic() - begin)
    write(os.path.join(arguments.out, "cpu.svg"), chart.bars("Milliseconds a batch, and how many times ours", panels(results)))
    write(os.path.join(arguments.out, "cpu.md"), text)
    for what, bound, values, held in markdown.targets(results, cold):
        print(f"{markdown.verdict(held).strip('*'):12} {what}: {values.replace('**', '')} (target {bound})")


if __name__ == "__main__":
    main()
