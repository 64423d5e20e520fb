"""The figures of a record, from its curves alone: anybody can compute them again."""

from itertools import combinations

import torch
from torch import Tensor

from sgviz.geometry.curve_measures import mean_square, participation_ratio, unevenness
from sgviz.geometry.harmonics import harmonic_shares
from sgviz.geometry.octants import negative_share
from sgviz.training.figures import HARMONICS, Figures


def figures_of(images: int, w: Tensor, w_avg: Tensor, first: Tensor) -> Figures:
    """The figures of circles ``w`` [C, N, w_dim], C >= 2, and of ``w_avg`` [w_dim].

    ``first`` [C, N, w_dim] is what the same points were in the first record.

    Raises
    ------
    ValueError
        The curves have none: numbers that are not finite, or a curve that is a point.
    """
    points, start = w.double(), first.double()
    if not bool(torch.isfinite(points).all()):
        raise ValueError("W holds numbers that are not finite: it has no figures")
    size = float(mean_square(points).mean())
    shares = harmonic_shares(points)[:, :HARMONICS].mean(dim=0)
    padded = torch.zeros(HARMONICS, dtype=torch.float64)
    padded[: len(shares)] = shares
    return Figures(
        images=images,
        displacement=displacement(points, start),
        w_mean_square=size,
        w_avg_share=float(w_avg.double().square().sum()) / size,
        mean_share=mean_share(points),
        harmonics=tuple(padded.tolist()),
        participation_ratio=float(participation_ratio(points).mean()),
        negative_share=float(negative_share(points - points.mean(dim=(0, 1)))),
        unevenness=float(unevenness(points).mean()),
    )


def displacement(w: Tensor, first: Tensor) -> float:
    """The mean of |w - w_0| over sqrt(mean |w_0|^2), of all points [C, N, w_dim]."""
    moved = (w - first).norm(dim=-1).mean()
    return float(moved / first.square().sum(dim=-1).mean().sqrt())


def mean_share(w: Tensor) -> float:
    """|E w|^2 / E |w|^2, from C >= 2 independent circles [C, N, w_dim].

    <w, w'> of points on different circles has the expectation |E w|^2, where the
    squared norm of one circle's mean would be too large by its own scatter.
    """
    means = w.mean(dim=1)
    pairs = [float(means[i] @ means[j]) for i, j in combinations(range(len(w)), 2)]
    return sum(pairs) / len(pairs) / float(w.square().sum(dim=-1).mean())
