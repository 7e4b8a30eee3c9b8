#!/usr/bin/env python3
"""A small convnet learns to tell crops of twelve photographs apart, with Guided-SR and with Guided-AP.

    python3 interop/Python/examples/train.py                        half a minute of each
    python3 interop/Python/examples/train.py --saliency ap --seconds 60 --device cuda
    python3 interop/Python/examples/train.py --steps 60             as the tests run it

Exits 1 where the loss did not fall.
"""
import argparse
import sys
import time

import torch
from torch import nn

from guidedmixup import GuidedMixup, gradient_saliency
from photographs import Crops

CLASSES = 12


def network():
    def block(inputs, outputs):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2))

    return nn.Sequential(block(3, 24), block(24, 48), block(48, 96), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(96, CLASSES))


def soft_cross_entropy(outputs, targets):
    """−mean Σ_k t_k · log softmax(y)_k; torch's own cross_entropy takes such targets as well from 1.10 on."""
    return -(targets * outputs.log_softmax(1)).sum(1).mean()


def forever(loader):
    while True:
        yield from loader


def progress(name, part, step, loss, speed):
    """One line, redrawn on a terminal; a line a quarter elsewhere."""
    filled = int(round(24 * part))
    line = f"{name} [{'#' * filled}{'.' * (24 - filled)}] {part:4.0%}  step {step:5d}  loss {loss:.3f}  {speed:5.1f} batches/s"
    if sys.stderr.isatty():
        print("\r" + line, end="" if part < 1 else "\n", file=sys.stderr, flush=True)
    elif int(4 * part) != progress.quarter:
        progress.quarter = int(4 * part)
        print(line, file=sys.stderr, flush=True)


def train(saliency, arguments, device):
    """Trains one network; (loss of the first steps, loss of the last, accuracy on clean crops)."""
    name = {"sr": "Guided-SR", "ap": "Guided-AP"}[saliency]
    torch.manual_seed(arguments.seed)
    model = network().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
    loader = torch.utils.data.DataLoader(Crops(arguments.batch * 50), arguments.batch, shuffle=True, drop_last=True, num_workers=arguments.workers)
    # The paper's probabilities; p_mode="image" is kinder to BatchNorm than whole batches that are mixed or not.
    mix = GuidedMixup(num_classes=CLASSES, saliency=saliency, p={"sr": 0.5, "ap": 0.8}[saliency], p_mode="image", seed=arguments.seed)

    losses, start, batches = [], time.monotonic(), forever(loader)
    progress.quarter = -1
    while True:
        images, labels = next(batches)
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        if saliency == "ap":
            grad = gradient_saliency(model, nn.functional.cross_entropy, images, labels)
            mixed, targets = mix.with_gradient(images, labels, grad)
        else:
            mixed, targets = mix(images, labels)
        loss = soft_cross_entropy(model(mixed), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        spent = time.monotonic() - start
        part = len(losses) / arguments.steps if arguments.steps else min(1.0, spent / arguments.seconds)
        recent = losses[-20:]
        progress(name, part, len(losses), sum(recent) / len(recent), len(losses) / max(spent, 1e-9))
        if part >= 1:
            break

    tenth = max(1, len(losses) // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    return name, len(losses), first, last, accuracy(model, device)


def accuracy(model, device):
    """On crops that were never trained on, unmixed."""
    model.eval()
    right = total = 0
    with torch.no_grad():
        for images, labels in torch.utils.data.DataLoader(Crops(240, seed=1 << 20), 120):
            right += (model(images.to(device)).argmax(1).cpu() == labels).sum().item()
            total += len(labels)
    return right / total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--saliency", choices=("sr", "ap", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=30, help="of each training")
    parser.add_argument("--steps", type=int, default=0, help="so many steps, whatever the time")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--workers", type=int, default=0, help="DataLoader processes")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    has_fallen = True
    for saliency in ("sr", "ap") if arguments.saliency == "both" else (arguments.saliency,):
        name, steps, first, last, right = train(saliency, arguments, torch.device(arguments.device))
        print(f"{name}: {steps} steps, loss {first:.3f} -> {last:.3f}, {right:.0%} of clean crops right (chance {1 / CLASSES:.0%})")
        has_fallen &= last < first
    return 0 if has_fallen else 1


if __name__ == "__main__":
    sys.exit(main())
