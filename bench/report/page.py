"""cpu.md from what was measured."""
import statistics
import markdown
from markdown import milliseconds, name, spread, table
from measure import LARGE, SHAPES, SMALL


def torch_facts(about, golden):
    if not about:
        return ["There is no torch on this machine: ours is measured alone, and what compares the two is not measured.", ""]
    if "error" in about:
        return [f"torch could not be asked ({about['error']}): ours is measured alone.", ""]
    blas = ", ".join(about["blas"]) or "none found"
    held = "its stages answer a golden of the released program within the specification's tolerances, partners equal" if golden == {"failed": 0} else f"**its stages do not answer the golden: {golden}**"
    settings = " ".join(f"{key}={value}" for key, value in about["allocator"].items()) or "as the system sets it"
    return [f"torch {about['torch']}, {about['threads']} threads, {' '.join(about['simd'])}; BLAS: {blas}; Fourier transform: {about['fft']}; allocator: {settings}; {held} "
            "([bench/peers](../peers)). *As released*: all differences [N,N,HW] at once, and the cover step by step on tensors. *Best rewrite*: the fastest, pair by "
            "pair, of broadcasting, `cdist` and a centred Gram matrix, with the cover in numpy. torch is warmed up, and its allocator keeps its memory, so that it is not timed "
            "at mapping pages.", ""]


def untuned_table(about, plain, results):
    rows = []
    for shape, answers in plain.items():
        if any("error" in answer for answer in answers.values()):
            rows.append((name(shape), "; ".join(answer.get("error", "") for answer in answers.values()), "", "", ""))
            continue
        ours = statistics.median([r["sr"][shape]["ours"]["total_ms"] for r in results])
        times = [answer["total_ms"] for answer in answers.values()]
        rows.append((name(shape), *(milliseconds([t]) for t in times), *(f"{t / ours:.1f}×" for t in times)))
    return ["## torch as it comes", "", "For comparison, not for the targets: the same code without the allocator settings, with the BLAS that the system gives it "
            f"({', '.join(about.get('blas', [])) or 'none found'}). Once, after the pairs.", ""] + table(["shape", "as released, ms", "centred Gram, ms", "÷ ours", "÷ ours"], rows)


def plain_table(results):
    rows = []
    for method in ("mixup", "cutmix"):
        times = [r["plain"][method]["total_ms"] for r in results if "total_ms" in r["plain"][method]]
        if times:
            rows.append((f"torch {method}", milliseconds(times), spread([t / r["sr"][LARGE]["ours"]["total_ms"] for t, r in zip(times, results)])))
    return ["## For scale", "", f"Methods without saliency in torch, {name(LARGE)}: what a batch costs that only mixes.", ""] + table(
        ["", "ms", "÷ our whole Guided-SR"], rows)


def write(facts, about, golden, results, cold, plain_about, plain, arguments, seconds):
    missed = [row for row in markdown.targets(results, cold) if row[3] is False]
    lines = ["# CPU report", "",
             f"Written by `bench/report.sh` in {seconds:.0f} s: {len(results)} pairs of runs, ours and torch in turns, {arguments.threads} threads, float32, NCHW. Each cell of a pair is a "
             "median; ratios are taken within a pair, and shown as minimum / **median** / maximum over the pairs.", ""]
    if arguments.note:
        lines += [f"**{arguments.note}**", ""]
    lines += table(["", ""], facts) + torch_facts(about, golden)
    copies = [3 * 4 * LARGE[0] * LARGE[1] * LARGE[2] * LARGE[3] / p["floor_ms"] / 1e6 for p in (r["sr"][LARGE]["ours"] for r in results)]
    ones = [3 * 4 * LARGE[0] * LARGE[1] * LARGE[2] * LARGE[3] / r["threads"][LARGE]["floor_ms"] / 1e6 for r in results]
    lines += [f"memcpy of 38.5 MB copied {spread(ones, ' GB/s')} with one thread and {spread(copies, ' GB/s')} with {arguments.threads} (bytes copied; it touches twice as many). "
              "**Floor**: 115.6 MB, the least that a batch of 64×3×224×224 moves, at that rate, measured in the same run of the command.", "",
              "![Milliseconds a batch: torch, this library, memcpy](cpu.svg)", "", "## Targets", ""]
    lines += table(["target", "bound", "measured: min / median / max", ""], [(what, bound, values, markdown.verdict(held)) for what, bound, values, held in markdown.targets(results, cold)])
    if missed:
        lines += [f"{len(missed)} missed; what profiling found is in [bench/NOTES.md](../NOTES.md).", ""]
    for shape in SHAPES:
        pairs = [r["sr"][shape] for r in results]
        lines += [f"## Guided-SR, {name(shape)}", ""] + markdown.stage_table(pairs)
        lines += [f"Ours takes {spread(markdown.floor_shares(pairs))} the floor ({milliseconds([p['ours']['floor_ms'] for p in pairs])} ms).", ""]
        if about and "error" not in about:
            lines += markdown.variant_table(pairs)
    lines += [f"## Guided-AP from the gradient on, {name(LARGE)}", ""] + markdown.stage_table([r["ap"] for r in results])
    if about and "error" not in about:
        lines += plain_table(results) + untuned_table(plain_about, plain, results)
    calls = [r["package"] for r in results if "package" in r]
    lines += ["## The Python package", ""]
    if not calls:
        lines += ["Not measured: the C library was not there (`interop/C/build.sh`).", ""]
    elif any("error" in call for call in calls):
        lines += [f"Not measured: {next(call['error'] for call in calls if 'error' in call)}", ""]
    else:
        alone, after, theirs = ([call[key] for call in calls] for key in ("package_ms", "after_torch_ms", "torch_ms"))
        lines += [f"One call `mix(images, labels)` at {name(SMALL)}, outputs allocated by torch: {milliseconds(alone)} ms in a row; the centred Gram pipeline in torch, the same way: "
                  f"{milliseconds(theirs)} ms; {spread([t / a for t, a in zip(theirs, alone)])}. Right after an operation of torch, whose OpenMP threads still spin for some "
                  f"milliseconds on the cores that our threads need: {milliseconds(after)} ms (`OMP_WAIT_POLICY=PASSIVE` lets them sleep; real-time scheduling, where it says so above, makes it "
                  "worse, because nothing preempts them).", ""]
    lines += ["## How the cost grows", "", "[scaling.md](scaling.md): N = 16 … 1024 and H = 32 … 512.", ""]
    lines += ["## Cold start", "", "Whole processes, from their start to their end.", ""] + table(["command", "seconds"], [(what, spread(values, "")) for what, values in cold.items()])
    return "\n".join(lines).rstrip() + "\n"
