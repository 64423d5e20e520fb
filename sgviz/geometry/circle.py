"""Great circles of the sphere of latents: the curves that sgviz maps into W."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from sgviz.geometry.sphere import normalised, project
from sgviz.geometry.stream import stream_of

# float32 latents are known to about 1e-7 of their size: what lies closer to one
# line than this has no plane that means anything.
PARALLEL = 1e-5


def sample_angles(count: int) -> Tensor:
    """``count`` equal angles of a closed circle, float64 [count], the first one 0."""
    return torch.arange(count, dtype=torch.float64) * (math.tau / count)


@dataclass(frozen=True, eq=False)
class GreatCircle:
    """z(t) = sqrt(dim) (start cos t + tangent sin t).

    ``start`` and ``tangent`` are float64 [dim], of unit length, at right angles. The
    radius sqrt(dim) is where latents of a normal distribution lie, and where the
    mapping network puts its input (pixel norm).
    """

    start: Tensor
    tangent: Tensor

    def __post_init__(self) -> None:
        u, v = self.start, self.tangent
        products = (float(u @ u) - 1.0, float(v @ v) - 1.0, float(u @ v))
        if not all(abs(product) < 1e-6 for product in products):
            raise ValueError("a great circle needs two unit vectors at right angles")

    @property
    def dim(self) -> int:
        """The number of coordinates of Z."""
        return self.start.shape[-1]

    @property
    def radius(self) -> float:
        """The norm of every z on the circle: sqrt(dim)."""
        return math.sqrt(self.dim)

    def at(self, angles: Tensor) -> Tensor:
        """The latents z at ``angles`` [N] (radians) -> float32 [N, dim]."""
        t = angles.to(torch.float64)
        turns = self.radius * torch.stack((torch.cos(t), torch.sin(t)), dim=-1)
        return (turns @ torch.stack((self.start, self.tangent))).to(torch.float32)

    @classmethod
    def through(cls, a: Tensor, b: Tensor) -> "GreatCircle":
        """The circle that starts at latent ``a`` [dim] and turns towards ``b``.

        Raises
        ------
        ValueError
            One sentence: the two are parallel, or one has no direction.
        """
        start, target = normalised(torch.stack([a.reshape(-1), b.reshape(-1)]).double())
        tangent = project(start, target)
        if float(tangent.norm()) < PARALLEL:
            raise ValueError(
                "the two latents lie on one line through the centre: no single great "
                "circle goes through both"
            )
        return cls(start, normalised(tangent))

    @classmethod
    def on_axes(cls, dim: int, i: int, j: int) -> "GreatCircle":
        """The circle from e_i towards e_j; ValueError where Z has no such axis."""
        if i == j or not (0 <= i < dim and 0 <= j < dim):
            raise ValueError(
                f"Z has the axes 0 to {dim - 1}: {i} and {j} are no two of them"
            )
        start, tangent = torch.zeros(2, dim, dtype=torch.float64)
        start[i] = tangent[j] = 1.0
        return cls(start, tangent)

    @classmethod
    def random(cls, dim: int, seed: int, k: int) -> "GreatCircle":
        """Circle ``k`` >= 1 of a seed (see :func:`random_circles`)."""
        return random_circles(dim, seed, (k,))[0]


def random_circles(dim: int, seed: int, ks: Sequence[int]) -> list[GreatCircle]:
    """Circles ``ks`` >= 1 of a seed's stream, drawn once for all of them.

    Circle k goes through rows 2k-2 (its start) and 2k-1 of ``RandomState(seed)
    .randn(2K, dim)``: more circles never change the first ones, and the start of
    circle 1 is the direction of Seed(seed).
    """
    if min(ks, default=1) < 1:
        raise ValueError("the random circles of a seed are counted from 1")
    return list(_drawn(dim, seed, tuple(ks)))


@lru_cache(maxsize=4)
def _drawn(dim: int, seed: int, ks: tuple[int, ...]) -> tuple[GreatCircle, ...]:
    """Drawn once: while a network trains, the same circles are mapped again."""
    stream, found = stream_of(dim, seed), []
    for k in ks:
        a, b = torch.from_numpy(stream.rows(2 * k - 2, 2))
        found.append(GreatCircle.through(a, b))
    return tuple(found)


def random_planes(dim: int, seed: int, first: int, count: int) -> tuple[Tensor, Tensor]:
    """Starts and tangents [count, dim] of circles ``first`` >= 1 to ``first + count``.

    Those of :func:`random_circles`, all at once: for very many of them.
    """
    rows = torch.from_numpy(stream_of(dim, seed).rows(2 * first - 2, 2 * count))
    rows = normalised(rows)
    start, target = rows[0::2], rows[1::2]
    return start, normalised(project(start, target))
