"""Geodesic polar coordinates of a 2-sphere of Z: small circles, caps, tangent grids.

Three latents span a 3-space of Z, which cuts the sphere of latents in a 2-sphere. The
first is its pole. A point of it is ``exp_pole(rho (cos phi e1 + sin phi e2))``: ``rho``
is its angular distance from the pole, ``phi`` the direction in which it lies (do
Carmo, "Riemannian Geometry" (1992), chapter 3). So one formula makes small circles
(rho constant), caps and whole spheres (rho from 0 to pi), and tangent patches.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.geometry.circle import PARALLEL
from sgviz.geometry.sphere import exp, normalised, project


@dataclass(frozen=True, eq=False)
class PolarFrame:
    """A pole and two directions at it, float64 [dim], orthonormal."""

    pole: Tensor
    first: Tensor
    second: Tensor

    def __post_init__(self) -> None:
        rows = torch.stack([self.pole, self.first, self.second])
        if not bool(((rows @ rows.T - torch.eye(3)).abs() < 1e-6).all()):
            raise ValueError("a frame needs three unit vectors at right angles")

    @property
    def dim(self) -> int:
        """The number of coordinates of Z."""
        return self.pole.shape[-1]

    @property
    def radius(self) -> float:
        """The norm of every z: sqrt(dim)."""
        return math.sqrt(self.dim)

    def exp(self, x: Tensor, y: Tensor) -> Tensor:
        """The z of ``exp_pole(x e1 + y e2)``; x, y [...] in radians -> [..., dim].

        The grid of a tangent plane, laid on the sphere without being stretched along
        the lines through the pole.
        """
        velocity = x.double()[..., None] * self.first
        velocity = velocity + y.double()[..., None] * self.second
        return (exp(self.pole, velocity) * self.radius).to(torch.float32)

    def at(self, rho: Tensor, phi: Tensor) -> Tensor:
        """The z at polar coordinates (radians) [...], float32 [..., dim].

        cos rho pole + sin rho (cos phi e1 + sin phi e2), times sqrt(dim).
        """
        rho, phi = rho.double(), phi.double()
        across = torch.cos(phi)[..., None] * self.first
        across = across + torch.sin(phi)[..., None] * self.second
        z = torch.cos(rho)[..., None] * self.pole + torch.sin(rho)[..., None] * across
        return (z * self.radius).to(torch.float32)

    @classmethod
    def through(cls, about: Tensor, towards: Tensor, beside: Tensor) -> "PolarFrame":
        """The frame whose pole is ``about`` and whose first direction leads to another.

        Gram and Schmidt: ``second`` is what is left of ``beside``. The 2-sphere goes
        through all three latents [dim].

        Raises
        ------
        ValueError
            One sentence: the three lie in one plane through the centre, or one has no
            direction.
        """
        rows = torch.stack([row.reshape(-1) for row in (about, towards, beside)])
        pole, target, third = normalised(rows.double())
        first = project(pole, target)
        if float(first.norm()) < PARALLEL:
            raise ValueError(
                "the first two latents lie on one line through the centre: a sphere "
                "needs three different directions"
            )
        first = normalised(first)
        second = project(first, project(pole, third))
        if float(second.norm()) < PARALLEL:
            raise ValueError(
                "the three latents lie in one plane through the centre: a sphere needs "
                "a third direction"
            )
        return cls(pole, first, normalised(second))


@dataclass(frozen=True, eq=False)
class SmallCircle:
    """All points of a frame's 2-sphere at the angular distance ``rho`` from its pole.

    At pi / 2 it is a great circle; at 0 and pi it is a point.
    """

    frame: PolarFrame
    rho: float

    @property
    def dim(self) -> int:
        """The number of coordinates of Z."""
        return self.frame.dim

    def at(self, angles: Tensor) -> Tensor:
        """The latents z at ``angles`` [N] (radians) -> float32 [N, dim]."""
        return self.frame.at(torch.tensor(self.rho, dtype=torch.float64), angles)


def polar(x: float, y: float) -> tuple[float, float]:
    """(rho, phi) of a place (x, y) of the tangent plane; phi in [0, 2 pi)."""
    return math.hypot(x, y), math.atan2(y, x) % math.tau
