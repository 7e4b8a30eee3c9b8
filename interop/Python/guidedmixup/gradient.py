"""Guided-AP's saliency from a trainer's own model."""
from __future__ import annotations

import contextlib
from typing import Any, Callable, Optional

from guidedmixup.errors import InvalidArgumentError


def gradient_saliency(
    model: Any,
    loss: Callable[[Any, Any], Any],
    images: Any,
    labels: Any,
    clean_weight: float = 0.0,
    *,
    scaler: Optional[Any] = None,
    training: Optional[bool] = None,
) -> Any:
    """The loss gradient at the images, by a backward pass of the model; hand it to ``GuidedMixup.with_gradient``::

        grad = gradient_saliency(model, loss, images, labels)
        mixed, targets = mix.with_gradient(images, labels, grad)
        loss(model(mixed), targets).backward()

    The images themselves are left as they are (the pass runs on a detached view of their memory), and the gradient is handed over without
    a copy.

    ``clean_weight = 0`` (the paper's default): the pass serves the saliency alone and leaves no trace. The gradients of the parameters are
    neither computed nor touched, and the model runs in evaluation mode, so that BatchNorm's running averages and Dropout's numbers
    are spared; the modes of all modules are restored. A DistributedDataParallel model runs without its wrapper, so that nothing is reduced.

    ``clean_weight > 0`` (the paper's 1 for Guided-AP on Tiny-ImageNet): clean_weight · loss is trained on as well: the pass runs in the
    model's own mode and *adds* to the parameters' ``grad``. Zero them before this call, not between it and the mixed pass. A
    DistributedDataParallel model reduces once, in the mixed pass.

    Args:
        model: the module; or a callable without modes.
        loss: (outputs, labels) → a scalar tensor.
        images: x, [N,C,H,W], a float type, on the model's device.
        labels: what ``loss`` takes.
        clean_weight: the weight of the clean loss, at least 0.
        scaler: a ``GradScaler``, whose scale the clean loss's gradients then carry as those of the mixed loss do; only with
            ``clean_weight > 0``. The saliency does not depend on it.
        training: True or False sets the model's mode for this pass; default: evaluation for ``clean_weight = 0``, else as it is.

    Returns:
        ∂loss/∂x (times clean_weight and scale, which the maps are normalised by anyway), [N,C,H,W], of the images' type.

    Raises:
        InvalidArgumentError: a wrong argument (a ``ValueError``).
        RuntimeError: the model's output does not depend on the images.
    """
    import torch

    if not isinstance(images, torch.Tensor):
        raise TypeError(f"images is {type(images).__name__}; it is a torch.Tensor.")
    if not images.is_floating_point():
        raise InvalidArgumentError(f"images is {images.dtype}; a gradient needs a float type: normalise them first.")
    if not 0 <= clean_weight < float("inf"):
        raise InvalidArgumentError(f"clean_weight is {clean_weight}; it is at least 0 and finite.")
    is_clean = clean_weight > 0
    if not is_clean and isinstance(model, torch.nn.parallel.DistributedDataParallel):
        model = model.module  # its reducer would wait for parameters that get no gradient

    # A view of the same memory, so that the caller's tensor needs no flag set and keeps its own history.
    x = images.detach().requires_grad_()
    if training is None and not is_clean:
        training = False
    silent = model.no_sync() if is_clean and hasattr(model, "no_sync") else contextlib.nullcontext()
    with torch.enable_grad(), silent, _mode(model, training):
        value = loss(model(x), labels)
        if value.dim() != 0:
            raise InvalidArgumentError(f"loss gives shape {list(value.shape)}; it is a scalar, such as the mean over the batch.")
        if not is_clean:
            return torch.autograd.grad(value, x)[0]
        value = value * clean_weight
        (value if scaler is None else scaler.scale(value)).backward()
    if x.grad is None:
        raise RuntimeError("the loss does not depend on the images: no gradient reached them")
    return x.grad


@contextlib.contextmanager
def _mode(model: Any, training: Optional[bool]):
    """The model in a mode, and each of its modules back in its own afterwards."""
    if training is None or not hasattr(model, "modules"):
        yield
        return
    modes = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
