"""AugMix's mixing step."""
from __future__ import annotations

import ctypes
from typing import Optional, Sequence, Tuple

from guidedmixup._arrays.call import Call, family_of
from guidedmixup._native.library import library
from guidedmixup._native.options import integer, make_options
from guidedmixup._native.status import check
from guidedmixup._native.structures import CPU


def augmix(
    images: object,
    chains: object,
    weights: object,
    skip: object,
    *,
    out: Optional[object] = None,
    dtype: Optional[str] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    threads: int = 0,
):
    """y = (1 − m)·x + m·Σ_k w[k]·chain[k]; its result is the input of "Guided-SR (Aug)": mix it with ``GuidedMixup`` as any other batch.

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H, W ≥ 4.
        chains: every chain's image, [K,N,C,H,W], of the images' type, any strides; three in the paper.
        weights: w, [N,K], float32 (``augmix_draw``).
        skip: m, [N], float32: the weight of the chains.
        out: receives y, of the images' type or, for uint8, a float type, any strides without overlap.
        dtype: the type of y where ``out`` is not given.
        mean: uint8 images into a float type: (x/255 − mean)/std, a value a channel; default 0.
        std: see ``mean``; default 1.

    Returns:
        y, [N,C,H,W].
    """
    options = make_options(mean=mean, std=std)
    call = Call(images, "images", threads)
    out = call.empty_like(images, dtype) if out is None else out
    call.run(
        "augmix", call.read(images, "images"), call.read(chains, "chains"), call.read(weights, "weights"), call.read(skip, "skip"),
        call.write(out, "mixed"), ctypes.byref(options))
    return out


def augmix_draw(like: object, n: int, k: int, seed: int, step: int, rank: int = 0) -> Tuple[object, object]:
    """w ~ Dirichlet(1, …, 1) and m ~ Beta(1, 1) for N images and K chains, in memory of the host.

    Args:
        like: an array of the framework that the results are to come in, such as the images.
        n: N.
        k: K, at most 64.
        seed: 64 bits.
        step: 64 bits.
        rank: 24 bits.

    Returns:
        (weights [N,K], skip [N]), float32.
    """
    n, k = integer("n", n, 1, (1 << 31) - 1), integer("k", k, 1, 64)
    seed, step = integer("seed", seed, 0, (1 << 64) - 1), integer("step", step, 0, (1 << 64) - 1)
    family = family_of(like)
    weights, skip = family.empty((n, k), "float32", (CPU, 0)), family.empty((n,), "float32", (CPU, 0))
    call = Call(weights, "weights")
    arguments = call.write(weights, "weights"), call.write(skip, "skip")
    check(library().guidedmixup_augmix_draw(*arguments, seed, step, integer("rank", rank, 0, (1 << 24) - 1)))
    return weights, skip
