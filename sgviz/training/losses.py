"""What is minimised, and the numbers around it, as small pure functions.

Goodfellow et al. 2014 (the non-saturating loss), Mescheder et al. 2018 (R1),
Karras et al. 2019 (style mixing), Karras et al. 2020 (path length, lazy
regularisation, EMA in kimg); the constants are those of the paper configurations of
stylegan2-ada-pytorch.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional


def generator_loss(fake: Tensor) -> Tensor:
    """Non-saturating loss of G: mean of -log sigmoid(D(G(z))); ``fake`` [N] logits."""
    return functional.softplus(-fake).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Logistic loss of D: -log sigmoid(D(x)) - log(1 - sigmoid(D(G(z)))), means."""
    return functional.softplus(-real).mean() + functional.softplus(fake).mean()


def r1_penalty(real: Tensor, images: Tensor) -> Tensor:
    """R1 without its weight: the mean over images of |d D(x) / dx|^2.

    ``real`` [N] are the logits of ``images`` [N, 3, R, R], which require gradients;
    the result can be differentiated again (Mescheder et al. 2018, eq. 9).
    """
    (gradient,) = torch.autograd.grad(real.sum(), images, create_graph=True)
    return gradient.float().square().sum(dim=(1, 2, 3)).mean()


def path_lengths(images: Tensor, ws: Tensor, noise: Tensor) -> Tensor:
    """How far an image moves with w, for each image: |J^T y| [N].

    ``images`` [N, 3, R, R] of ``ws`` [N, num_ws, w_dim], and ``noise`` y of the shape
    of the images, standard normal: it is divided by sqrt(R R) here, so that lengths
    do not depend on the resolution. Squares are averaged over the rows of ws. The
    result can be differentiated again (Karras et al. 2020, eq. 4, appendix B).
    """
    y = noise / math.sqrt(images.shape[2] * images.shape[3])
    (gradient,) = torch.autograd.grad((images * y).sum(), ws, create_graph=True)
    gradient = gradient.to(torch.promote_types(gradient.dtype, torch.float32))
    return gradient.square().sum(dim=2).mean(dim=1).sqrt()


def lazy_adam(
    lr: float, betas: tuple[float, float], interval: int
) -> tuple[float, tuple[float, float]]:
    """Adam's lr and betas for one extra regularising step every ``interval`` steps.

    With c = interval: lr c/(c+1) and betas^(c/(c+1)), so that c + 1 steps move as
    far, and remember as long, as c did (Karras et al. 2020, appendix B).
    """
    share = interval / (interval + 1)
    return lr * share, (betas[0] ** share, betas[1] ** share)


def ema_beta(images: int, batch: int, kimg: float, rampup: float | None) -> float:
    """How much of the average stays in a step of ``batch`` images.

    0.5^(batch / n), n the half-life in images: 1000 x ``kimg``, and in the beginning
    at most the share ``rampup`` of the ``images`` shown so far. No half-life: 0.
    """
    half_life = 1000.0 * kimg
    if rampup is not None:
        half_life = min(half_life, images * rampup)
    return 0.5 ** (batch / half_life) if half_life > 0.0 else 0.0


def draw_cutoffs(
    count: int, num_ws: int, probability: float, generator: torch.Generator
) -> Tensor:
    """Where each image changes its style: int64 [count] in 1..num_ws, on the CPU.

    With ``probability`` uniform in 1..num_ws-1, else num_ws, which is no change.
    """
    mixed = torch.rand(count, generator=generator) < probability
    cutoffs = torch.randint(1, max(num_ws, 2), (count,), generator=generator)
    return torch.where(mixed & (num_ws > 1), cutoffs, num_ws)


def mixed_ws(first: Tensor, second: Tensor, cutoffs: Tensor, num_ws: int) -> Tensor:
    """Rows below its cutoff from ``first``, the others from ``second``.

    w's [N, w_dim] and cutoffs [N] to ws [N, num_ws, w_dim].
    """
    rows = torch.arange(num_ws, device=first.device)
    below = rows[None, :, None] < cutoffs.to(first.device)[:, None, None]
    return torch.where(below, first[:, None, :], second[:, None, :])


def lerp_towards(
    average: Mapping[str, Tensor], newest: Mapping[str, Tensor], beta: float
) -> None:
    """In place: average <- beta average + (1 - beta) newest, name by name."""
    names = list(average)
    with torch.no_grad():
        torch._foreach_lerp_(
            [average[n] for n in names], [newest[n] for n in names], 1.0 - beta
        )


def all_finite(tensors: list[Tensor]) -> bool:
    """Whether no number is NaN or infinite (one pass, one answer)."""
    if not tensors:
        return True
    norms = torch._foreach_norm(tensors, 1)
    return bool(torch.isfinite(torch.stack(norms)).all())
