"""GuidedMixup in PyTorch, written from the specification as a trainer would write it: every stage, three ways to a distance, two to a
cover; Mixup and CutMix for scale. Needs torch alone, 1.13 or newer; numpy makes the cover on the host faster."""
import math
import torch
import torch.nn.functional as F

try:
    import numpy
except ImportError:
    numpy = None

WORKING, SIZE, SIGMA = 128, 7, 3.0


def taps(like):
    i = torch.arange(SIZE, dtype=torch.float64) - SIZE // 2
    w = torch.exp(-0.5 * (i / SIGMA) ** 2)
    return (w / w.sum()).to(like)


def blur(maps):
    """[N,H,W] → [N,H,W]: separable 7×7 Gaussian, reflect padding."""
    k, r = taps(maps), SIZE // 2
    x = F.pad(maps[:, None], (r, r, r, r), mode="reflect")
    x = F.conv2d(x, k.view(1, 1, 1, -1))
    return F.conv2d(x, k.view(1, 1, -1, 1))[:, 0]


def resize(maps, h, w):
    return F.interpolate(maps[:, None], size=(h, w), mode="bilinear", align_corners=False)[:, 0]


def spectral_residual(x):
    """[N,3,H,W] → [N,H,W]"""
    h, w = x.shape[-2:]
    gray = 0.2989 * x[:, 0] + 0.587 * x[:, 1] + 0.114 * x[:, 2]
    if h > WORKING:
        gray = resize(gray, WORKING, WORKING)
    f = torch.fft.fft2(gray)
    amplitude = torch.sqrt(f.real ** 2 + f.imag ** 2 + 1e-10)
    log = torch.log(amplitude)
    mean = F.avg_pool2d(F.pad(log[:, None], (1, 1, 1, 1), mode="replicate"), 3, stride=1)[:, 0]
    s = blur(torch.abs(torch.fft.ifft2(f * (torch.exp(log - mean) / amplitude))))
    return resize(s, h, w) if h > WORKING else s


def gradient_saliency(g):
    return torch.sqrt((g * g).mean(1))


def normalise(s):
    s = blur(s)
    return s / s.sum((1, 2), keepdim=True)


def distance_broadcast(p):
    """As released: all differences at once, [N,N,HW], 0.8 GB at 64 images of 224×224."""
    f = p.flatten(1)
    return torch.sqrt(((f[:, None] - f[None]) ** 2).sum(-1))


def distance_rows(p):
    """The same a row at a time, where [N,N,HW] would not fit."""
    f = p.flatten(1)
    return torch.stack([torch.sqrt(((f[i] - f) ** 2).sum(1)) for i in range(f.shape[0])])


def distance_cdist(p):
    return torch.cdist(p.flatten(1), p.flatten(1), compute_mode="donot_use_mm_for_euclid_dist")


def distance_gram(p):
    """Centred: a plain float32 Gram loses partners."""
    f = p.flatten(1)
    f = f - 1.0 / f.shape[1]
    gram = f @ f.t()
    square = gram.diagonal()
    d = torch.sqrt((square[:, None] + square[None, :] - 2 * gram).clamp_min(0))
    return d - torch.diag_embed(d.diagonal())


DISTANCES = {"broadcast": distance_broadcast, "cdist": distance_cdist, "centred Gram": distance_gram}


def cycle_cover(d):
    """[N,N] → [N], on the device: no host round trip, a handful of small kernels a step."""
    n = d.shape[0]
    if n == 1:
        return torch.zeros(1, dtype=torch.long, device=d.device)
    open_ = d.clone()
    open_.fill_diagonal_(-math.inf)
    at = open_.argmax()
    first, c = torch.div(at, n, rounding_mode="floor"), at % n
    partners = torch.zeros(n, dtype=torch.long, device=d.device)
    visited = torch.zeros(n, dtype=torch.bool, device=d.device)
    partners[first] = c
    visited[first] = True
    for _ in range(n - 2):
        r = c
        visited[r] = True
        c = torch.where(visited, torch.full_like(d[0], -math.inf), d[r]).argmax()
        partners[r] = c
    partners[c] = first
    return partners


def cycle_cover_host(d):
    """The same with one round trip, in numpy where it is there: the fastest known in Python."""
    n = d.shape[0]
    if n == 1:
        return torch.zeros(1, dtype=torch.long, device=d.device)
    partners = [0] * n
    if numpy is None:
        rows = d.tolist()
        visited = [False] * n
        _, r, c = max(((rows[i][j], -i, -j) for i in range(n) for j in range(n) if i != j))
        first, c = -r, -c
        partners[first], visited[first] = c, True
        for _ in range(n - 2):
            r = c
            visited[r] = True
            c = max((j for j in range(n) if not visited[j]), key=lambda j: (rows[r][j], -j))
            partners[r] = c
    else:
        rows = d.cpu().numpy().copy()
        numpy.fill_diagonal(rows, -numpy.inf)
        first, c = divmod(int(rows.argmax()), n)
        partners[first] = c
        rows[:, first] = -numpy.inf
        for _ in range(n - 2):
            r = c
            rows[:, r] = -numpy.inf
            c = int(rows[r].argmax())
            partners[r] = c
    partners[c] = first
    return torch.tensor(partners, device=d.device)


def pixel_mix(x, p, partners):
    other = p[partners]
    total = p + other
    mask = torch.where(total > 0, p / total, torch.full_like(p, 0.5))
    mixed = mask[:, None] * x + (1 - mask[:, None]) * x[partners]
    return mixed, mask, mask.mean((1, 2))


def label_mix(labels, partners, ratio, classes):
    hot = F.one_hot(labels, classes).to(ratio)
    return ratio[:, None] * hot + (1 - ratio[:, None]) * hot[partners]


def batch(x, labels, distance, cover, classes=100, gradient=None, done=None):
    """The whole batch; done, where given, is called with the name of each stage when it ends."""
    done = done or (lambda stage: None)
    if gradient is None:
        s = spectral_residual(x)
        done("SpectralResidual")
    else:
        s = gradient_saliency(gradient)
        done("GradientSaliency")
    p = normalise(s)
    done("GaussianBlur")
    d = distance(p)
    done("PairDistance")
    partners = cover(d)
    done("CycleCover")
    mixed, _, ratio = pixel_mix(x, p, partners)
    done("PixelMix")
    soft = label_mix(labels, partners, ratio, classes)
    done("LabelMix")
    return mixed, soft, partners


def mixup(x, labels, classes=100):
    """Zhang et al. 2018, λ ~ Beta(1,1) for the batch; for scale."""
    ratio, partners = torch.rand(()).item(), torch.randperm(x.shape[0], device=x.device)
    hot = F.one_hot(labels, classes).to(x)
    return ratio * x + (1 - ratio) * x[partners], ratio * hot + (1 - ratio) * hot[partners]


def cutmix(x, labels, classes=100):
    """Yun et al. 2019, one box for the batch; for scale."""
    h, w = x.shape[-2:]
    side, partners = math.sqrt(1 - torch.rand(()).item()), torch.randperm(x.shape[0], device=x.device)
    top, left = int(torch.randint(h, ())), int(torch.randint(w, ()))
    y0, y1 = max(top - int(h * side) // 2, 0), min(top + int(h * side) // 2, h)
    x0, x1 = max(left - int(w * side) // 2, 0), min(left + int(w * side) // 2, w)
    mixed = x.clone()
    mixed[..., y0:y1, x0:x1] = x[partners][..., y0:y1, x0:x1]
    ratio = 1 - (y1 - y0) * (x1 - x0) / (h * w)
    hot = F.one_hot(labels, classes).to(x)
    return mixed, ratio * hot + (1 - ratio) * hot[partners]
