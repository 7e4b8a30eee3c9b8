#!/usr/bin/env python3
"""report.py table FOLDER           the answers in FOLDER as Markdown
report.py merge RESULTS FOLDER…     the newest answer of each part, FOLDERs and what RESULTS already holds, into RESULTS/gpu-<device>.{json,md}"""
import json, os, re, sys

ORDER = ["tests", "python", "repeat", "bench", "overhead", "peers", "ptxas", "sanitize"]
BATCH_TIMES = ("stream_cold_us", "stream_warm_us", "graph_cold_us", "graph_warm_us")
HERE = os.path.dirname(os.path.abspath(__file__))


def read(folder):
    answers = {}
    for part in ORDER:
        file = os.path.join(folder, part + ".json")
        if os.path.exists(file):
            with open(file) as text:
                answers[part] = json.load(text)
    return answers


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def us(value):
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def predictions():
    """bench/KERNELS.md's last column, by (shape, kernel)."""
    file, found, shape = os.path.join(HERE, "../../bench/KERNELS.md"), {}, None
    if not os.path.exists(file):
        return found
    with open(file) as text:
        for line in text:
            title = re.match(r"## \((\d+), (\d+), (\d+), (\d+)\) float32", line)
            if line.startswith("## "):
                shape = "x".join(title.groups()) + " Float32 NCHW" if title else None
            cells = [c.strip() for c in line.strip().strip("|").split("|")]
            # A table of another title names its shape in the head of the column.
            stated = re.match(r"predicted µs, \((\d+), (\d+), (\d+), (\d+)\)", cells[-1])
            if stated:
                shape = "x".join(stated.groups()) + " Float32 NCHW"
            name = re.match(r"`(\w+)`", cells[0])
            value = re.match(r"[\d.]+", cells[-1].lstrip("*").replace(",", ""))
            if shape and name and value and len(cells) > 3:
                found[shape, name[1]] = value[0]
    return found


def outcome(answer):
    if "skipped_because" in answer:
        return "skipped: " + answer["skipped_because"]
    if answer["status"] or "error" in answer:
        return "**FAILED** " + answer.get("error", "")
    return "held"


def bench_tables(answer, expected):
    rate, copy = answer["clear_gb_per_s"], answer.get("memcpy_gb_per_s")
    lines = ["", "## Whole batches, µs", "", f"Medians by CUDA events; cold: L2 driven out before each call; warm: 20 calls back to back. Floor: what the batch must read and "
             f"write (Guided-SR and -AP: pixels read twice and written once) at the {rate:.0f} GB/s at which the driver clears memory here"
             + (f"; its memcpy reads and writes {copy:.0f} GB/s" if copy else "") + f". Two events with nothing between them: {us(answer['empty_us'])} µs.", ""]
    lines += head("method", "shape", "floor", "stream cold", "stream warm", "graph cold", "graph warm")
    for b in answer["batches"]:
        lines.append(row(b["method"], b["shape"], us(b["floor_bytes"] / (rate * 1e3)), *(us(b[k]) if k in b else "–" for k in BATCH_TIMES)))
    lines += [""] + [f"- {b['method']}, {b['shape']}: refused{what}: {b[key]}" for b in answer["batches"]
                     for key, what in (("refused", ""), ("graph_refused", " under capture")) if key in b]
    for b in answer["batches"]:
        if not b.get("kernels"):
            continue
        lines += ["", f"### {b['method']}, {b['shape']}, kernel by kernel, µs", ""]
        lines += head("kernel", "grid", "block", "registers", "shared", "local", "cold", "warm", "predicted", "of memcpy's rate, cold")
        for k in b["kernels"]:
            predicted = expected.get((b["shape"], k["kernel"]), "") if is_predicted(b["method"]) else ""
            share = f"{k['least_bytes'] / (k['cold_us'] * 1e3 * copy):.0%}" if copy and k.get("least_bytes") and k["cold_us"] else ""
            lines.append(row(f"`{k['kernel']}`", k["grid"], k["block"], k["registers"], k["shared"], k["local"], us(k["cold_us"]), us(k["warm_us"]), predicted, share))
    return lines


def is_predicted(method):
    """Where bench/KERNELS.md's kernel is the one of this batch: the same name at other blocks, or a whole batch of gradients, is not."""
    return method != "Guided-AP" and (not method.startswith("PuzzleMix") or method == "PuzzleMix, 16×16")


def ours(bench, method, shape):
    for b in (bench or {}).get("batches", []):
        if b["method"] == method and b["shape"] == f"{shape} Float32 NCHW":
            return b
    return None


def cpu_peer_table(answer):
    lines = ["", f"## PyTorch on this machine's CPU, {answer.get('threads')} threads, µs", ""] + head("method", "shape", "mode", "distance", "cover", "µs")
    lines += [row(p["method"], "x".join(map(str, p["shape"])), p["mode"], p["distance"], p["cover"], us(p["us"])) for p in answer["cpu_peers"]]
    return lines + [""] + [f"- left out: {why}" for why in answer.get("cpu_peers_left_out", [])]


def peer_table(answer, bench):
    lines = ["", "## PyTorch, the same batch, µs", "", f"torch {answer.get('torch')} on {answer.get('device')}; stages against a golden: "
             f"{answer.get('checks_held')} held, {answer.get('checks_failed')} failed.", ""]
    lines += head("method", "shape", "mode", "distance", "cover", "µs", "times ours", "partners of float64")
    for p in answer.get("peers", []):
        shape = "x".join(map(str, p["shape"]))
        own = ours(bench, p["method"], shape)
        ratio = f"{p['us'] / own['stream_warm_us']:.1f}" if own else ""
        lines.append(row(p["method"], shape, p["mode"], p["distance"], p["cover"], us(p["us"]), ratio, p.get("partners_of_float64", "")))
    return lines + [""] * bool(answer.get("left_out")) + [f"- left out: {why}" for why in answer.get("left_out", [])]


def targets(answers):
    bench, peers = answers.get("bench", {}), answers.get("peers", {})
    large, small = ours(bench, "Guided-SR", "64x3x224x224"), ours(bench, "Guided-SR", "128x3x32x32")
    if not large or not small:
        return []
    rows = [("(64,3,224,224) float32 Guided-SR ≤ 100 µs (stretch 70)", large["stream_warm_us"], large["stream_warm_us"] <= 100),
            ("(128,3,32,32) by graph replay ≤ 25 µs", small["graph_warm_us"], small["graph_warm_us"] <= 25)]
    puzzle, parts = ours(bench, "PuzzleMix, 16×16", "64x3x224x224"), ours(bench, "Co-Mixup, 4×4", "64x3x224x224")
    if puzzle and puzzle.get("kernels"):
        own = sum(k["warm_us"] for k in puzzle["kernels"] if k["kernel"].startswith("puzzle_mix"))
        rows.append(("PuzzleMix batch 64, 16×16 blocks, its own three kernels ≤ 150 µs", own, own <= 150))
    if parts and "stream_warm_us" in parts:
        rows.append(("Co-Mixup batch 64, 4×4 blocks, from maps ≤ 3 ms", parts["stream_warm_us"], parts["stream_warm_us"] <= 3000))
    cover = [k["warm_us"] for k in large["kernels"] if k["kernel"] == "cycle_cover_greedy"]
    if cover:
        rows.append(("cycle cover N = 64 ≤ 8 µs", cover[0], cover[0] <= 8))
    for what, wanted, least in (("PyTorch eager", lambda m: m == "eager", 30), ("torch.compile", lambda m: m != "eager", 5)):
        best = [p["us"] for p in peers.get("peers", []) if wanted(p["mode"]) and p["method"] == "Guided-SR" and p["shape"] == [64, 3, 224, 224]]
        if best:
            times = min(best) / large["stream_warm_us"]
            rows.append((f"≥ {least}× the fastest {what} at (64,3,224,224)", times, times >= least))
    return ["", "## Targets (stated for an H100)", ""] + head("target", "measured", "") + [row(t, us(v), "held" if ok else "**missed**") for t, v, ok in rows]


def table(answers, expected):
    device = answers.get("bench", {}).get("device", {}) if "status" in answers.get("bench", {}) else {}
    dry = any(a["about"].get("dry") for a in answers.values())
    lines = [f"# GPU report: {device.get('name', 'device unknown')}" + (" (dry run: nothing here was measured on a GPU)" if dry else ""), ""]
    if device:
        lines += [f"Compute capability {device['compute_capability'] / 10}, {device['multiprocessors']} multiprocessors, {device['shared_memory_per_block']} B of shared memory a "
                  f"block, driver for CUDA {device['driver_cuda'] / 1000:g}; the images that run: {device['image']}.", ""]
    lines += head("part", "outcome", "", "seconds", "GPU, driver", "time", "commit")
    for part, a in answers.items():
        detail = ""
        if "succeeded" in a:
            detail = f"{a['succeeded']} passed, {a['failed']} failed, {a['skipped']} skipped" + (f", {a['repetitions']} repetitions" if "repetitions" in a else "")
        if "runs" in a:
            detail = f"{sum(r['held'] for r in a['runs'])} of {len(a['runs'])} as they must"
        lines.append(row(part, outcome(a), detail, a["seconds"], a["about"].get("gpu", ""), a["about"]["time"], a["about"]["commit"]))
    for part, a in answers.items():
        lines += [f"- {part}: {why}" for why in a.get("failures", [])]
        lines += [f"- {part}, skipped: {why}" for why in a.get("skipped_tests", [])]
    if not dry:
        lines += targets(answers)
    bench = answers.get("bench", {})
    if "batches" in bench:
        lines += bench_tables(bench, {} if dry else expected)
    for overhead in answers.get("overhead", {}).get("tables", []):
        # One level down.
        lines += ["", re.sub(r"^#", "##", overhead.rstrip(), flags=re.M)]
    if "peers" in answers.get("peers", {}):
        lines += peer_table(answers["peers"], bench)
    if answers.get("peers", {}).get("cpu_peers"):
        lines += cpu_peer_table(answers["peers"])
    if answers.get("ptxas", {}).get("kernels"):
        lines += ["", "## ptxas -v", ""] + head("image", "for", "kernel", "registers", "stack", "spill stores", "spill loads", "shared", "barriers")
        lines += [row(k["image"], k["target"], f"`{k['kernel']}`", k["registers"], k["stack"], k["spill_stores"], k["spill_loads"], k["shared"], k["barriers"])
                  for k in answers["ptxas"]["kernels"]]
    if answers.get("sanitize", {}).get("runs"):
        lines += ["", "## compute-sanitizer", ""] + head("tool", "calls", "answer", "as it must be", "seconds")
        lines += [row(r["tool"], r["exercise"] + (" (must be caught)" if r.get("planted") else ""), r["summary"], "yes" if r["held"] else "**no**", r.get("seconds", ""))
                  for r in answers["sanitize"]["runs"]]
    return "\n".join(lines) + "\n"


def merge(results, folders):
    found = {}
    for folder in folders:
        for part, answer in read(folder).items():
            if answer["about"].get("dry"):
                print(f"{folder}: {part} is of a dry run: left out")
            elif part not in found or answer["about"]["time"] >= found[part]["about"]["time"]:
                found[part] = answer
    if not found:
        sys.exit("no answers of a device in " + " ".join(folders))
    names = [a["device"] if isinstance(a.get("device"), str) else a.get("device", {}).get("name") for a in found.values()]
    names = [n for n in names if n] or [a["about"]["gpu"].split(",")[0] for a in found.values() if "gpu" in a["about"]] or ["unknown"]
    name = re.sub(r"[^a-z0-9]+", "-", names[0].lower()).strip("-")
    file = os.path.join(results, f"gpu-{name}.json")
    known = {}
    if os.path.exists(file):
        with open(file) as text:
            known = json.load(text)
    for part, answer in found.items():
        # A part that a later machine could not run does not undo what an earlier one answered.
        if part not in known or ("skipped_because" not in answer and answer["about"]["time"] >= known[part]["about"]["time"]):
            known[part] = answer
    known = {part: known[part] for part in ORDER if part in known}
    with open(file, "w") as text:
        json.dump(known, text, indent=1)
        text.write("\n")
    with open(file[:-4] + "md", "w") as text:
        text.write(table(known, predictions()))
    print(f"{file}: {', '.join(known)}; and {os.path.basename(file)[:-4]}md")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "table":
        print(table(read(sys.argv[2]), predictions()), end="")
    elif len(sys.argv) > 3 and sys.argv[1] == "merge":
        merge(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)
