"""The constants of the method as Python names them, made into the library's struct."""
from __future__ import annotations

import ctypes
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from guidedmixup._native.library import library
from guidedmixup._native.status import check
from guidedmixup._native.structures import Options
from guidedmixup.errors import InvalidArgumentError

METHODS = {"guidedmixup": 0, "mixup": 1, "cutmix": 2, "saliencymix": 3, "snapmix": 4, "puzzlemix": 5, "comixup": 6}
SALIENCIES = {"sr": 0, "ap": 1, "supplied": 2}
PAIRINGS = {None: -1, "greedy": 0, "random": 1}
DISTANCES = {"l2": 0, "l1": 1, "cosine": 2}
MODES = {"batch": 0, "image": 1}
DRAW_MODES = {"batch": 0, "pair": 1, "image": 2}
SOLVERS = {"parity": 0, "quality": 1}


def choice(name: str, value: object, choices: Mapping[Any, int]) -> int:
    """The code of one of a few strings."""
    try:
        return choices[value]
    except (KeyError, TypeError):
        raise InvalidArgumentError(f"{name} is {value!r}; it is one of {', '.join(map(repr, choices))}.") from None


def integer(name: str, value: object, low: int, high: int) -> int:
    """An int within its range: ctypes would cut off what does not fit."""
    try:
        number = value.__index__()  # type: ignore[attr-defined]
    except AttributeError:
        raise InvalidArgumentError(f"{name} is {value!r}; it is an int.") from None
    if not low <= number <= high:
        raise InvalidArgumentError(f"{name} is {number}; it is at least {low} and at most {high}.")
    return int(number)


def make_options(
    *,
    method: str = "guidedmixup",
    saliency: str = "sr",
    pairing: Optional[str] = None,
    distance: str = "l2",
    blur_size: int = 7,
    blur_sigma: float = 3.0,
    antialias: bool = False,
    strict: bool = False,
    p: float = 1.0,
    p_mode: str = "batch",
    seed: int = 0,
    rank: int = 0,
    gray_weights: Optional[Sequence[float]] = None,
    mean: Optional[Sequence[float]] = None,
    std: Optional[Sequence[float]] = None,
    alpha: Optional[float] = None,
    draw_mode: str = "batch",
    puzzlemix: Optional[Mapping[str, Any]] = None,
    comixup: Optional[Mapping[str, Any]] = None,
) -> Options:
    """The struct; it keeps its arrays alive. What the library itself checks is left to it."""
    scale, offset = normalisation(mean, std)
    options = Options()
    check(library().guidedmixup_options_init(ctypes.byref(options), ctypes.sizeof(options)))
    options.method = choice("method", method, METHODS)
    options.saliency = choice("saliency", saliency, SALIENCIES)
    options.pairing = choice("pairing", pairing, PAIRINGS)
    options.distance = choice("distance", distance, DISTANCES)
    options.blur_sigma = number("blur_sigma", blur_sigma)
    options.blur_size = integer("blur_size", blur_size, -(1 << 31), (1 << 31) - 1)
    options.antialias = bool(antialias)
    options.strict = bool(strict)
    options.probability_mode = choice("p_mode", p_mode, MODES)
    options.probability = number("p", p)
    options.seed = integer("seed", seed, 0, (1 << 64) - 1)
    options.rank = integer("rank", rank, 0, (1 << 24) - 1)
    options.draw_mode = choice("draw_mode", draw_mode, DRAW_MODES)
    if alpha is not None:
        options.alpha = number("alpha", alpha)
        if not options.alpha > 0:
            raise InvalidArgumentError(f"alpha is {alpha}; it is positive and finite.")
    pixel_std = _constants(options, "puzzlemix", puzzlemix)
    _constants(options, "comixup", comixup)
    for name, values in (("gray_weights", gray_weights), ("pixel_scale", scale), ("pixel_offset", offset), ("puzzlemix_pixel_std", pixel_std)):
        if values is not None:
            array = (ctypes.c_float * len(values))(*(number(name, value) for value in values))
            setattr(options, name, array)  # an assigned array is kept with the struct
            setattr(options, name + "_count", len(array))
    return options


def _constants(options: Options, method: str, constants: Optional[Mapping[str, Any]]) -> Optional[Sequence[float]]:
    """A method's own constants, by their names in the header without the method's; gives its pixel_std."""
    pixel_std = None
    known = {name[len(method) + 1:]: kind for name, kind in Options._fields_ if name.startswith(method + "_") and not name.endswith("_count")}
    for name, value in ({} if constants is None else constants).items():
        field = f"{method}_{name}"
        if name not in known:
            raise InvalidArgumentError(f"{method} has no constant {name!r}; it has {', '.join(known)}.")
        if name == "solver":
            setattr(options, field, choice(field, value, SOLVERS))
        elif name == "pixel_std":
            pixel_std = value
        else:
            setattr(options, field, number(field, value) if known[name] is ctypes.c_double else integer(field, value, -(1 << 31), (1 << 31) - 1))
    return pixel_std


def normalisation(mean: Optional[Sequence[float]], std: Optional[Sequence[float]]) -> Tuple[Optional[List[float]], Optional[List[float]]]:
    """(pixel/255 − mean)/std as pixel·scale + offset."""
    if mean is None and std is None:
        return None, None
    if mean is None or std is None or len(mean) != len(std):
        raise InvalidArgumentError(f"mean is {mean} and std is {std}; both are given, a value a channel, or neither.")
    if not all(number("std", s) > 0 for s in std):
        raise InvalidArgumentError(f"std is {std}; every value is positive.")
    return [1 / (255 * float(s)) for s in std], [-number("mean", m) / float(s) for m, s in zip(mean, std)]


def number(name: str, value: object) -> float:
    """A float."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidArgumentError(f"{name} is {value!r}; it is a number.") from None
