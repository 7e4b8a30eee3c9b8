"""What torch.compile sees of the mix: nothing."""
from __future__ import annotations

import sys
from typing import Any, Callable, Dict


def compiling_test() -> Callable[[], bool]:
    """torch's own test for being compiled; a constant no for a torch without one, or no torch."""
    compiler = getattr(sys.modules.get("torch"), "compiler", None)
    return getattr(compiler, "is_compiling", None) or _never


def outside_of_graph(function: Callable) -> Callable:
    """The function as torch.compile leaves it alone. Reached only while something is compiled: it imports torch's compiler."""
    if function not in _disabled:
        _disabled[function] = sys.modules["torch"].compiler.disable(function)
    return _disabled[function]


def _never() -> bool:
    return False


_disabled: Dict[Any, Callable] = {}
