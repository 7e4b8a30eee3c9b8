"""Which build of the library this processor runs."""
from __future__ import annotations

import platform
import sys
from typing import FrozenSet, List, Optional

from guidedmixup.errors import UnsupportedProcessorError

# Linux's names of what the psABI's levels demand beyond the level below. Linux lists only what the system also saves and restores.
_V3 = frozenset("avx avx2 bmi1 bmi2 f16c fma abm movbe".split())
_V4 = frozenset("avx512f avx512bw avx512cd avx512dq avx512vl".split())


def flags(file: str = "/proc/cpuinfo") -> Optional[FrozenSet[str]]:
    """The processor's features as Linux names them; ``None`` where that cannot be told."""
    try:
        with open(file, encoding="ascii", errors="replace") as lines:
            for line in lines:  # the first processor speaks for all
                name, _, value = line.partition(":")
                if name.strip() == "flags":
                    return frozenset(value.split())
    except OSError:
        pass
    return None


def builds() -> List[str]:
    """The builds that run here, the best first.

    Raises:
        UnsupportedProcessorError: none does. The library must not even be loaded then: it would end the process.
    """
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        raise UnsupportedProcessorError(
            f"guidedmixup has builds for Linux on x86-64 only; this is {sys.platform} on {platform.machine()}.")
    has = flags()
    if has is None:
        raise UnsupportedProcessorError("guidedmixup cannot tell what this processor can do: /proc/cpuinfo does not say.")
    missing = sorted(_V3 - has)
    if missing:
        raise UnsupportedProcessorError(
            f"guidedmixup needs a processor of level x86-64-v3 (Intel since 2013, AMD since 2015); this one lacks {', '.join(missing)}.")
    return ["x86-64-v4", "x86-64-v3"] if _V4 <= has else ["x86-64-v3"]
