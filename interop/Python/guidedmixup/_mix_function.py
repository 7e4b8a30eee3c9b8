"""Gradients through the mix."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

import torch

from guidedmixup.stages.pixel_mix import pixel_mix_backward


def mask_of(outputs: Dict[str, Any], images: torch.Tensor) -> torch.Tensor:
    """M, [N,H,W], float32: the weight of the image's own pixel, from the mask, the boxes or λ."""
    n, _, h, w = images.shape
    if "mask" in outputs:
        return outputs["mask"]
    if "boxes" not in outputs:
        return outputs["ratio"].reshape(n, 1, 1).expand(n, h, w).contiguous()
    top, left, bottom, right = (edge[:, None] for edge in outputs["boxes"].unbind(1))
    y, x = torch.arange(h, device=images.device), torch.arange(w, device=images.device)
    rows, columns = (top <= y) & (y < bottom), (left <= x) & (x < right)
    return (~(rows[:, :, None] & columns[:, None, :])).float()


class MixFunction(torch.autograd.Function):
    """y as a function of x, the mask and the partners held fixed."""

    @staticmethod
    def run(images: torch.Tensor, call: Callable[[torch.Tensor], Tuple[Tuple, torch.Tensor, torch.Tensor]]) -> Tuple:
        """The results of ``call`` with a history on the first, the mixed images."""
        others: List[Any] = []
        mixed = MixFunction.apply(images, call, others)
        return (mixed, *others)

    @staticmethod
    def forward(ctx, images, call, others):  # type: ignore[override]
        """Mixes; ``others`` receives every result but the mixed images."""
        results, mask, partners = call(images)
        ctx.save_for_backward(mask, partners)
        others.extend(results[1:])
        return results[0]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, gradient):  # type: ignore[override]
        """∂L/∂x from ∂L/∂y."""
        mask, partners = ctx.saved_tensors
        return pixel_mix_backward(gradient.detach(), mask, partners, threads=min(torch.get_num_threads(), 1024)), None, None
