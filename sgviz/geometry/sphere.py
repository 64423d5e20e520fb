"""The unit sphere of latents, in the words of Riemannian geometry.

Points and tangent vectors are tensors [..., dim]; angles are radians. A latent z
of StyleGAN matters by its direction alone (the mapping network normalises it, see
Karras et al. 2019, arXiv 1812.04948), so distances are those of the unit sphere.
Formulas: Absil, Mahony, Sepulchre, "Optimization Algorithms on Matrix Manifolds"
(2008), section 5.4; every function is pure and keeps the type of its numbers.
"""

import math

import numpy as np
import torch
from torch import Tensor


def normalised(x: Tensor) -> Tensor:
    """The points of the unit sphere in the directions of ``x`` [..., dim].

    Raises
    ------
    ValueError
        A vector is zero or not finite: it has no direction.
    """
    largest = x.abs().amax(dim=-1, keepdim=True)
    if not bool((torch.isfinite(largest) & (largest > 0)).all()):
        raise ValueError("a vector that is zero or not finite has no direction")
    # Scaled first, so that neither huge nor tiny numbers leave the range squared.
    scaled = x / largest
    unit: Tensor = scaled / scaled.norm(dim=-1, keepdim=True)
    return unit


def inner(x: Tensor, y: Tensor) -> Tensor:
    """The inner product of ``x`` and ``y`` [..., dim] -> [...]."""
    return (x * y).sum(dim=-1)


def dist(x: Tensor, y: Tensor) -> Tensor:
    """The angle between points ``x`` and ``y`` [..., dim] -> [...] in [0, pi].

    Kahan's form 2 atan2(|x - y|, |x + y|): exact to the last digits near 0 and
    near pi, where acos of the inner product loses half of them.
    """
    return 2.0 * torch.atan2((x - y).norm(dim=-1), (x + y).norm(dim=-1))


def project(x: Tensor, v: Tensor) -> Tensor:
    """The part of ``v`` [..., dim] that is tangent to the sphere at ``x``."""
    tangent = v - inner(x, v)[..., None] * x
    # Once more: when v is nearly parallel to x, the first pass leaves a remainder.
    return tangent - inner(x, tangent)[..., None] * x


def exp(x: Tensor, v: Tensor) -> Tensor:
    """Where the geodesic from ``x`` with velocity ``v`` [..., dim] is at time 1."""
    angle = v.norm(dim=-1, keepdim=True)
    # sinc is sin(t)/t with its limit at 0: no division by zero, no branch.
    return torch.cos(angle) * x + torch.sinc(angle / math.pi) * v


def log(x: Tensor, y: Tensor) -> Tensor:
    """The velocity [..., dim] that leads from ``x`` to ``y`` in time 1.

    Raises
    ------
    ValueError
        ``x`` and ``y`` are antipodes: every direction leads there.
    """
    angle = dist(x, y)[..., None]
    tangent = project(x, y)
    sine = tangent.norm(dim=-1, keepdim=True)
    flat = sine <= torch.finfo(x.dtype).eps
    if bool((flat & (angle > 1.0)).any()):
        raise ValueError("every direction leads to the antipode: there is no one log")
    return torch.where(flat, 1.0, angle / sine.where(~flat, 1.0)) * tangent


def slerp(x: Tensor, y: Tensor, t: Tensor | float) -> Tensor:
    """The point at share ``t`` of the way along the shorter arc from ``x`` to ``y``.

    ``t`` is a number or broadcasts against [..., dim] (give it a last axis of 1).
    Shoemake 1985, "Animating rotation with quaternion curves". Raises as log.
    """
    return exp(x, log(x, y) * t)


def random_rows(dim: int, seed: int, first: int, count: int = 1) -> Tensor:
    """Rows of ``RandomState(seed).randn(first + count, dim)`` from ``first`` on.

    Float64 [count, dim]. The field's convention for latents: row 0 of seed 85 is
    the z of "seed 85".
    """
    rows = np.random.RandomState(seed).randn(first + count, dim)
    return torch.from_numpy(rows[first:].copy())


def random_point(dim: int, seed: int) -> Tensor:
    """A uniform random point of the sphere, float64 [dim]: the direction of a seed."""
    return normalised(random_rows(dim, seed, 0))[0]
