"""One of two processes that train together: python3 distributed_process.py RANK FILE OUT. Writes what it drew and its losses as JSON to OUT."""
import json
import sys
from datetime import timedelta

import torch
import torch.distributed as dist

from guidedmixup import GuidedMixup, gradient_saliency


def shard(rank, size=32):
    """This rank's images: in class k a bright block in the k-th place."""
    generator = torch.Generator().manual_seed(100 + rank)
    labels = torch.arange(size) % 4
    x = 0.3 * torch.randn(size, 3, 16, 16, generator=generator)
    for i, k in enumerate(labels.tolist()):
        x[i, :, 8 * (k // 2):8 * (k // 2) + 8, 8 * (k % 2):8 * (k % 2) + 8] += 1.5
    return x, labels


def train(rank, saliency, clean_weight):
    torch.manual_seed(0)
    nn = torch.nn
    net = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(128, 4))
    model = nn.parallel.DistributedDataParallel(net)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    x, labels = shard(rank)
    mix = GuidedMixup(num_classes=4, saliency=saliency, seed=3)
    drawn = GuidedMixup(pairing="random", seed=3)
    losses, draws, pairings = [], [], []
    for step in range(25):
        optimizer.zero_grad()
        if saliency == "ap":
            grad = gradient_saliency(model, nn.functional.cross_entropy, x, labels, clean_weight)
            mixed, targets = mix.with_gradient(x, labels, grad)
        else:
            mixed, targets = mix(x, labels)
        loss = -(targets * model(mixed).log_softmax(1)).sum(1).mean()
        loss.backward()
        if step == 0:
            gradient = net[0].weight.grad.clone()
            mean = gradient.clone()
            dist.all_reduce(mean)
            assert torch.allclose(gradient, mean / 2, atol=1e-6), "the gradients are reduced once, over both ranks"
        optimizer.step()
        losses.append(loss.item())
        draws.append(drawn(x, return_indices=True)[4].tolist())
    pairings.append(GuidedMixup()(x, return_indices=True)[4].tolist())
    weights = torch.cat([p.detach().flatten() for p in net.parameters()])
    return {"losses": losses, "draws": draws, "pairing": pairings, "weights": weights.double().sum().item(), "rank_drawn": mix._random.identity()[0]}


if __name__ == "__main__":
    rank, file, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method="file://" + file, rank=rank, world_size=2, timeout=timedelta(seconds=120))
    runs = {f"{saliency} {clean}": train(rank, saliency, clean) for saliency, clean in (("sr", 0), ("ap", 0), ("ap", 1))}
    with open(out, "w", encoding="utf-8") as answer:
        json.dump(runs, answer)
    dist.barrier()
    dist.destroy_process_group()
