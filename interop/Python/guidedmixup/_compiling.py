"""What torch.compile sees of the mix: nothing."""
from __future__ import annotations

import sys
from typing import Any, Callable, Dict

_disabled: Dict[Any, Callable] = {}


def outside_of_graph(function: Callable) -> Callable:
    """The function as torch's compiler leaves it alone; the function itself while there is no compiler.

    Importing the compiler takes seconds, so that nobody pays for it who does not compile: whoever does has imported it before.
    """
    if "torch._dynamo" not in sys.modules:
        return function
    disabled = _disabled.get(function)
    if disabled is None:
        import torch._dynamo  # where another thread is importing it just now, this waits

        disabled = _disabled[function] = torch._dynamo.disable(function)
    return disabled
