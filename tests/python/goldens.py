"""What the released program answered, and this library's definition wherever that is NaN or hangs on one (the specification's edge table)."""
import json
import os

import numpy as np

FOLDER = os.environ.get("GUIDEDMIXUP_GOLDEN") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Golden")

# The specification's bounds.
MAP, CHAINED_DISTANCE, MASK, RATIO, MIXED, LABEL = 5e-5, 5e-5, 1e-4, 5e-6, 2e-4, 1e-6


class Golden:
    """One case of the manifest."""

    def __init__(self, case):
        self.name, self.kind, self.shape = case["name"], case["kind"], case.get("shape")
        self._files = {name: array["file"] for name, array in case["arrays"].items()}
        self.tags = case.get("tags", [])

    @property
    def is_gradient(self):
        """True where the maps come from a gradient and not from the images."""
        return self.kind == "ap" or self.name.startswith("edge_ap")

    def __contains__(self, field):
        return field in self._files

    def __getitem__(self, field):
        return np.load(os.path.join(FOLDER, self._files[field]))


def all_goldens():
    with open(os.path.join(FOLDER, "manifest.json"), encoding="utf-8") as file:
        return [Golden(case) for case in json.load(file)["cases"]]


def golden(name):
    return next(g for g in all_goldens() if g.name == name)


def pipelines():
    """The cases that are whole batches."""
    return [g for g in all_goldens() if g.kind in ("sr", "ap", "edge")]


class Answer:
    """What a whole batch must give."""

    def __init__(self, case):
        x, n = case["input"].astype(np.float64), case.shape[0]
        pixels = case.shape[2] * case.shape[3]
        self.saliency, normalised = case["saliency"], case["norm"].astype(np.float64)
        self.is_degenerate = np.isnan(normalised).reshape(n, -1).any(1)
        normalised[self.is_degenerate] = 1 / pixels
        flat = normalised.reshape(n, -1)
        self.normalised = normalised
        defined = np.sqrt(((flat[:, None] - flat[None]) ** 2).sum(2))
        released = case["dist"].astype(np.float64)
        self.distance = np.where(np.isfinite(released), released, defined)
        self.partners = greedy(self.distance) if self.is_degenerate.any() else case["idx"].astype(np.int64)

        # A released mask counts only where the partner and both maps are still the released ones.
        pi = self.partners
        holds = (pi == case["idx"]) & ~self.is_degenerate & ~self.is_degenerate[pi]
        total = normalised + normalised[pi]
        mask = np.where(total > 0, normalised / np.where(total > 0, total, 1), 0.5)
        self.mask = _released(case["mask"], mask, holds)
        ratio = self.mask.reshape(n, -1).mean(1)
        self.ratio = _released(case["ratio"], ratio, holds)
        mixed = self.mask[:, None] * x + (1 - self.mask[:, None]) * x[pi]
        # For one channel the released program gives three equal ones, this library one.
        self.mixed = _released(case["mixed"][:, : case.shape[1]], mixed, holds) if "mixed" in case else mixed


def _released(answer, defined, holds):
    use = holds.reshape((-1,) + (1,) * (answer.ndim - 1)) & np.isfinite(answer)
    return np.where(use, answer, defined)


def greedy(distance):
    """The paper's Algorithm 1, written for reading; NaN counts as −∞."""
    n = len(distance)
    if n == 1:
        return np.zeros(1, np.int64)
    d = np.where(np.isnan(distance), -np.inf, distance)
    pairs = [(r, c) for r in range(n) for c in range(n) if r != c]
    first, c = max(pairs, key=lambda p: (d[p], -p[0] * n - p[1]))
    partners, visited = np.zeros(n, np.int64), {first}
    partners[first] = c
    for _ in range(n - 2):
        r = c
        visited.add(r)
        c = max((j for j in range(n) if j not in visited), key=lambda j: (d[r, j], -j))
        partners[r] = c
    partners[c] = first
    return partners


def assert_close(actual, expected, bound, what):
    """|actual − expected| ≤ bound (a number, or one an element); not finite in the same places."""
    actual, expected = np.asarray(actual, np.float64), np.asarray(expected, np.float64)
    assert actual.shape == expected.shape, f"{what}: shape {actual.shape}, expected {expected.shape}"
    finite = np.isfinite(expected)
    assert (np.isfinite(actual) == finite).all(), f"{what}: not finite in other places"
    error = np.where(finite, np.abs(np.where(finite, actual, 0) - np.where(finite, expected, 0)), 0)
    worst = (error - bound).max() if error.size else -1
    assert worst <= 0, f"{what}: off by {error.max():.3g} (bound {np.max(bound):.3g})"


def of_maximum(expected, bound):
    """bound · that image's maximum."""
    e = np.abs(np.where(np.isfinite(expected), expected, 0)).reshape(len(expected), -1).max(1)
    return (bound * e).reshape((-1,) + (1,) * (np.ndim(expected) - 1))
