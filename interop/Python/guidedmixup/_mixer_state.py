"""What a mixer holds between batches."""
from __future__ import annotations

from typing import Any, Dict

from guidedmixup._array_mix import ArrayMix
from guidedmixup._method import Method
from guidedmixup._native.handles import Handles
from guidedmixup._native.options import integer
from guidedmixup._random import MAX_STEP, RandomState
from guidedmixup.errors import InvalidArgumentError


class MixerState:
    """Settings, options and the random state; saved, restored and pickled."""

    @property
    def step(self) -> int:
        """The next batch's step. (With ``capturable=True`` reading it waits for the GPU.)"""
        kept = self._torch_mix.kept_step() if self._torch_mix is not None else None
        return self._random.step if kept is None else kept

    def state_dict(self) -> Dict[str, int]:
        """The random state: {"seed", "step"}. The rank is not part of it, so one rank's checkpoint serves all."""
        return {"seed": self._random.seed, "step": self.step}

    def load_state_dict(self, state: Dict[str, int]) -> None:
        """Goes on where ``state_dict`` was taken."""
        try:
            seed, step = state["seed"], state["step"]
        except (KeyError, TypeError):
            raise InvalidArgumentError(f"state is {state!r}; it is a state_dict of this class, with seed and step.") from None
        seed, step = integer("seed", seed, 0, MAX_STEP), integer("step", step, 0, MAX_STEP)
        if seed != self._random.seed:
            self._random.seed = self._options["seed"] = seed
            self._renew_handles()
        self._random.step = step
        if self._torch_mix is not None:
            self._torch_mix.set_kept_step(step)

    def __getstate__(self) -> Dict[str, object]:
        self._random.step = self.step  # a captured step lives on the GPU
        return {"settings": self._settings, "options": self._options, "random": self._random}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        self._set_up(state["settings"], state["options"], state["random"])

    def __repr__(self) -> str:
        shown = {"num_classes": self._settings["num_classes"], **self._options}
        return f"GuidedMixup({', '.join(f'{name}={value!r}' for name, value in shown.items() if value is not None)})"

    def _set_up(self, settings: Dict[str, Any], options: Dict[str, Any], random: RandomState) -> None:
        self._settings, self._options, self._random = dict(settings), dict(options), random
        self._torch_mix: Any = None
        self._renew_handles()

    def _renew_handles(self) -> None:
        handles = Handles(self._options)
        self._method = Method(self._options)
        self._array_mix = ArrayMix(handles, self._settings, self._method)
        if self._torch_mix is not None:
            self._torch_mix.handles = handles
