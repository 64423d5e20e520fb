"""Distances between subspaces, as points of a Grassmann manifold.

A k-dimensional subspace of R^n is given by an orthonormal basis U [n, k]. Two of them
lie at principal angles theta_1 <= ... <= theta_k, whose cosines are the singular values
of U1^T U2 (Bjorck & Golub 1973); Choi et al. 2022 ("Do not escape from the manifold",
ICLR), section 3, ask with them whether W is flat. Basis tensors are [..., n, k].
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

# Pairs of random subspaces that a reference is the mean of.
REFERENCE_PAIRS = 32


def principal_angles(a: Tensor, b: Tensor) -> Tensor:
    """Angles [..., k] between two subspaces, rising, in [0, pi / 2]."""
    return angles_of(torch.linalg.svdvals(a.mT @ b))


def angles_of(cosines: Tensor) -> Tensor:
    """Principal angles of falling cosines, which rounding may have put above 1."""
    return torch.acos(cosines.clamp(0.0, 1.0))


def geodesic_distance(angles: Tensor) -> Tensor:
    """The length of the shortest path on the Grassmann manifold: |theta|_2, [...]."""
    distance: Tensor = angles.norm(dim=-1)
    return distance


def projection_distance(angles: Tensor) -> Tensor:
    """|U1 U1^T - U2 U2^T|_2, the spectral norm: the sine of the largest angle."""
    return angles[..., -1].sin()


def furthest(k: int) -> float:
    """The geodesic distance of subspaces at right angles: sqrt(k) pi / 2."""
    return math.sqrt(k) * math.pi / 2.0


def random_subspaces(count: int, dim: int, k: int, seed: int) -> Tensor:
    """``count`` uniform random subspaces, float64 [count, dim, k] (QR)."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(count, dim, k, generator=generator, dtype=torch.float64)
    bases: Tensor = torch.linalg.qr(drawn)[0]
    return bases


@dataclass(frozen=True)
class Reference:
    """Mean and standard deviation of the distances of random subspaces."""

    geodesic: tuple[float, float]
    projection: tuple[float, float]


@lru_cache(maxsize=64)
def reference(dim: int, k: int, seed: int = 0) -> Reference:
    """How far apart random k-dimensional subspaces of R^dim are.

    The distribution is the same whichever the first is, so that one is coordinate
    axes, and the product of the two bases the first k rows of the second. The mean of
    the sum of squared cosines is k^2 / dim exactly.
    """
    second = random_subspaces(REFERENCE_PAIRS, dim, k, seed)
    angles = angles_of(torch.linalg.svdvals(second[:, :k]))
    return Reference(
        _spread(geodesic_distance(angles)), _spread(projection_distance(angles))
    )


def _spread(values: Tensor) -> tuple[float, float]:
    return float(values.mean()), float(values.std())
