"""Guided-SR saliency."""
from __future__ import annotations

import ctypes
from typing import Optional, Sequence

from guidedmixup._arrays.call import Call
from guidedmixup._native.options import make_options


def spectral_residual(
    images: object,
    *,
    out: Optional[object] = None,
    antialias: bool = False,
    blur_size: int = 7,
    blur_sigma: float = 3.0,
    gray_weights: Optional[Sequence[float]] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    threads: int = 0,
):
    """s = |ifft2(F·exp(L − box₃(L))/A)|, A = √(|F|² + 1e-10), L = ln A, F = fft2(gray(x)); then a Gaussian blur: [N,C,H,W] → [N,H,W].

    Args:
        images: x, [N,C,H,W], float32, float16, bfloat16 or uint8, any strides; H, W ≥ 4. Images with H > 128 go through 128×128.
        out: receives [N,H,W], float32, compact.
        antialias: antialias the resize to 128×128, as newer torchvision does; off as released.
        blur_size: taps of the blur on a side, odd.
        blur_sigma: its standard deviation in pixels.
        gray_weights: a weight a channel; default 0.2989, 0.587, 0.114 for C = 3, the channel itself for C = 1.
        mean: uint8 images: (x/255 − mean)/std normalises, a value a channel; default 0.
        std: see ``mean``; default 1.

    Returns:
        s, [N,H,W], float32. An image with NaN or ±Inf pixels gives a map of NaN.
    """
    options = make_options(
        antialias=antialias, blur_size=blur_size, blur_sigma=blur_sigma, gray_weights=gray_weights, mean=mean, std=std)
    call = Call(images, "images", threads)
    n, _, h, w = call.sizes(images, "images", "N,C,H,W")
    out = call.empty((n, h, w)) if out is None else out
    execution = call.execution(call.workspace_bytes("spectral_residual", (n, h, w), options))
    call.run(
        "spectral_residual", call.read(images, "images"), call.write(out, "saliency"), ctypes.byref(options), execution=execution)
    return out
