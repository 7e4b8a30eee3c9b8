"""The page: tables from the pairs, targets with their verdicts, nothing left out."""
import statistics
from measure import LARGE, RELEASED, REWRITES, SHAPES, SMALL

RELEASED_NAME = "{}, cover on the {}".format(*RELEASED)
STAGES = ["SpectralResidual", "GradientSaliency", "GaussianBlur", "PairDistance", "CycleCover", "PixelMix", "LabelMix"]
# shape: at least so many times torch as released, and so many times its best rewrite
RATIOS = {(64, 3, 224, 224): (20, 12), (64, 3, 64, 64): (12, 8), (64, 3, 32, 32): (10, 8), (256, 3, 32, 32): (30, 8)}


def name(shape):
    return "×".join(map(str, shape))


def milliseconds(values):
    value = statistics.median(values)
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 10 else f"{value:.1f}"


def spread(values, unit="×"):
    """Minimum, median and maximum."""
    show = lambda value: f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"
    return f"{show(min(values))} / **{show(statistics.median(values))}**{unit} / {show(max(values))}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows] + [""]


def good(answers):
    return {what: answer for what, answer in answers.items() if "error" not in answer}


def best(pair):
    """The rewrite whose whole batch was the fastest in this pair."""
    answers = {what: answer for what, answer in good(pair["torch"]).items() if what != RELEASED_NAME}
    return min(answers.values(), key=lambda answer: answer["total_ms"]) if answers else None


def compared(pairs):
    """(ours, torch as released, best rewrite) of each pair in which all three answered."""
    found = [(p["ours"], p["torch"].get(RELEASED_NAME, {"error": ""}), best(p)) for p in pairs]
    return [(ours, released, rewrite) for ours, released, rewrite in found if "error" not in released and rewrite]


def stage_table(pairs):
    known = compared(pairs)
    if not known:
        rows = [(stage, milliseconds([p["ours"]["stages"][stage] for p in pairs])) for stage in STAGES if stage in pairs[0]["ours"]["stages"]]
        return table(["stage", "ours, ms"], rows + [("**whole batch**", milliseconds([p["ours"]["total_ms"] for p in pairs]))])
    rows = []
    for stage in [s for s in STAGES if s in known[0][0]["stages"]] + [None]:
        time = lambda answer: answer["stages"][stage] if stage else answer["total_ms"]
        rows.append((stage or "**whole batch, one call**", milliseconds([time(o) for o, _, _ in known]), milliseconds([time(r) for _, r, _ in known]),
                     milliseconds([time(b) for _, _, b in known]), spread([time(r) / time(o) for o, r, _ in known]), spread([time(b) / time(o) for o, _, b in known])))
    return table(["stage", "ours, ms", "torch as released, ms", "its best rewrite, ms", "as released ÷ ours: min / median / max", "best rewrite ÷ ours"], rows)


def variant_table(pairs):
    names = [RELEASED_NAME, *("{}, cover on the {}".format(*rewrite) for rewrite in REWRITES)]
    rows = []
    for what in names:
        times = [good(p["torch"])[what]["total_ms"] for p in pairs if what in good(p["torch"])]
        failed = [p["torch"][what]["error"] for p in pairs if "error" in p["torch"].get(what, {})]
        rows.append((what + (" (as released)" if what == RELEASED_NAME else ""), milliseconds(times) if times else f"left out: {failed[0]}" if failed else "not asked"))
    return table(["torch: distance, cover", "whole batch, ms"], rows)


def floor_shares(pairs):
    return [p["ours"]["total_ms"] / p["ours"]["floor_ms"] for p in pairs]


def mix_shares(pairs, shape):
    """Bytes the mix touches a second over those memcpy touches: pixels read twice and written, two maps read; memcpy reads and writes."""
    n, c, h, w = shape
    touched, floor = n * h * w * (3 * c + 2) * 4, 3 * n * c * h * w * 4
    return [touched / p["ours"]["stages"]["PixelMix"] / (2 * floor / p["ours"]["floor_ms"]) for p in pairs]


def second_thread(results, shape):
    """Ours and memcpy's gain by the second thread, pair by pair."""
    ones, twos = [r["threads"][shape] for r in results], [r["sr"][shape]["ours"] for r in results]
    return [a["total_ms"] / b["total_ms"] for a, b in zip(ones, twos)], [a["floor_ms"] / b["floor_ms"] for a, b in zip(ones, twos)]


def targets(results, cold):
    """(what, bound, values, held, remark): held is None where it could not be measured."""
    rows, middle = [], statistics.median

    def add(what, bound, values, rule, unit="×"):
        rows.append((what, bound, spread(values, unit) if values else "not measured", rule(middle(values)) if values else None))

    for shape, (released, rewrite) in RATIOS.items():
        known = compared([r["sr"][shape] for r in results])
        add(f"Guided-SR {name(shape)} against torch as released", f"≥ {released}×", [r["total_ms"] / o["total_ms"] for o, r, _ in known], lambda v, at=released: v >= at)
        add(f"Guided-SR {name(shape)} against the best torch rewrite", f"≥ {rewrite}×", [b["total_ms"] / o["total_ms"] for o, _, b in known], lambda v, at=rewrite: v >= at)
    add(f"Guided-SR {name(LARGE)} against the floor", "≤ 3.5×", floor_shares([r["sr"][LARGE] for r in results]), lambda v: v <= 3.5)
    known = compared([r["ap"] for r in results])
    # The target names no peer: both are held to it.
    add(f"Guided-AP {name(LARGE)}, from the gradient on, against torch as released", "≥ 10×", [r["total_ms"] / o["total_ms"] for o, r, _ in known], lambda v: v >= 10)
    add(f"Guided-AP {name(LARGE)}, from the gradient on, against the best torch rewrite", "≥ 10×", [b["total_ms"] / o["total_ms"] for o, _, b in known], lambda v: v >= 10)
    shares = [100 * share for share in mix_shares([r["sr"][LARGE] for r in results], LARGE)]
    add(f"mix alone at {name(LARGE)}: bytes touched a second, share of memcpy's", "≥ 80 %", shares, lambda v: v >= 80, " %")
    for shape in SHAPES:
        ours, copies = second_thread(results, shape)
        share = [100 * a / b for a, b in zip(ours, copies)]
        held = middle(ours) >= 1.7 or middle(share) >= 90
        rows.append((f"second thread at {name(shape)} (memcpy's own gain {middle(copies):.2f}×)", "≥ 1.7×, or ≥ 90 % of memcpy's", spread(ours), held))
    for what, seconds in cold.items():
        add(f"cold start of the command: {what}", "< 1 s", seconds, lambda v: v < 1, " s")
    calls = [r["package"] for r in results if "error" not in r.get("package", {"error": ""})]
    add(f"one Python call at {name(SMALL)} against the best torch rewrite", "≥ 8×", [c["torch_ms"] / c["package_ms"] for c in calls], lambda v: v >= 8)
    return rows


def verdict(held):
    return "not measured" if held is None else "held" if held else "**missed**"
