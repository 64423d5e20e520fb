"""Latents, circles and frames of a state as tensors: values in, z out; no network."""

import math
from collections.abc import Callable, Generator, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from sgviz.families import Points, columns_of
from sgviz.geometry import polar as geometry
from sgviz.geometry.circle import GreatCircle, random_circles
from sgviz.geometry.polar import PolarFrame
from sgviz.geometry.sphere import (
    exp,
    normalised,
    project,
    random_point,
    random_rows,
)
from sgviz.state import (
    AxisPlane,
    Circle,
    CircleSet,
    Cloud,
    Fan,
    Frame,
    Given,
    Latent,
    ManyCircles,
    Moved,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    SmallCircle,
    Sphere,
    TangentPatch,
    ThroughLatents,
    default_circles,
)

PIECE = 288  # points of a circle made at a time
FEW = 2048  # points that are kept

GivenReader = Callable[[Given], Tensor]
LatentReader = Callable[[Latent], Tensor]
CircleOfZ = GreatCircle | geometry.SmallCircle
Rest = Callable[[], Generator[None, None, None]]


def latent_z(latent: Latent, z_dim: int, given: GivenReader) -> Tensor:
    """The z of a latent, float32 [1, z_dim]; ``given`` reads those that lie in files.

    Raises
    ------
    ValueError
        One sentence: the latent has another length than the network takes.
    """
    match latent:
        case Seed(n=n):
            z = random_rows(z_dim, n, 0)
        case OnCircle(circle=circle, angle=angle):
            at = torch.tensor([angle], dtype=torch.float64)
            z = circle_of(circle, z_dim, reader(z_dim, given)).at(at)
        case Pasted(numbers=numbers):
            z = torch.tensor([numbers], dtype=torch.float64)
        case Moved(of=of, by=by):
            z = moved(latent_z(of, z_dim, given), torch.tensor([by]).double())
        case Given():
            z = given(latent).reshape(1, -1)
    if z.shape[-1] != z_dim:
        raise ValueError(
            f"this latent has {z.shape[-1]} numbers, and the network takes {z_dim}"
        )
    return z.to(torch.float32)


def moved(z: Tensor, by: Tensor) -> Tensor:
    """Where a walk from z [1, z_dim] along ``by`` ends, float64 of norm sqrt(z_dim).

    Raises
    ------
    ValueError
        One sentence: the walk is of another length than z, or z has no direction.
    """
    if by.shape != z.shape:
        raise ValueError(
            f"this latent has {by.shape[-1]} numbers, and the network takes "
            f"{z.shape[-1]}"
        )
    start = normalised(z.double())
    return exp(start, project(start, by)) * math.sqrt(z.shape[-1])


def reader(z_dim: int, given: GivenReader) -> LatentReader:
    """:func:`latent_z` for one network: latent -> z [1, z_dim]."""
    return lambda latent: latent_z(latent, z_dim, given)


def circle_of(circle: Circle, z_dim: int, latents: LatentReader) -> CircleOfZ:
    """What a state's circle means in a Z of ``z_dim`` axes.

    Raises
    ------
    ValueError
        One sentence: Z has no such axis, or the latents lie on one line or plane.
    """
    match circle:
        case AxisPlane(i=i, j=j):
            return GreatCircle.on_axes(z_dim, i, j)
        case RandomCircle(seed=seed, k=k):
            return GreatCircle.random(z_dim, seed, k)
        case ThroughLatents(a=a, b=b):
            return GreatCircle.through(latents(a), latents(b))
        case SmallCircle(frame=frame, radius=radius):
            return geometry.SmallCircle(frame_of(frame, latents), radius)


def frame_of(frame: Frame, latents: LatentReader) -> PolarFrame:
    """The pole and the directions that a state's frame means; ValueError as above."""
    three = (frame.about, frame.towards, frame.beside)
    return PolarFrame.through(*(latents(latent) for latent in three))


def circles_of(
    circles: Sequence[Circle], z_dim: int, latents: LatentReader
) -> list[CircleOfZ]:
    """:func:`circle_of` of each; a seed's stream is drawn once for all of it."""
    drawn: dict[Circle, CircleOfZ] = {}
    random = [circle for circle in circles if isinstance(circle, RandomCircle)]
    for seed in {circle.seed for circle in random}:
        ks = sorted({circle.k for circle in random if circle.seed == seed})
        found = random_circles(z_dim, seed, ks)
        drawn |= {RandomCircle(seed, k): g for k, g in zip(ks, found, strict=True)}
    return [
        drawn[circle] if circle in drawn else circle_of(circle, z_dim, latents)
        for circle in circles
    ]


def points_steps(
    points: Points, z_dim: int, given: GivenReader, rest: Rest
) -> Generator[None, None, Tensor]:
    """The z of every place of a family, float32 [R, N, z_dim], resting between pieces.

    The rows of a fan are one circle, and share its memory.

    Raises
    ------
    ValueError
        One sentence: a circle or a frame that this Z does not have.
    """
    latents, along = reader(z_dim, given), torch.from_numpy(columns_of(points))
    match points:
        case CircleSet(circles=circles):
            return (yield from _circles_steps(circles, along, latents, z_dim, rest))
        case ManyCircles(seed=seed, count=count):
            circles = default_circles(count, seed)
            return (yield from _circles_steps(circles, along, latents, z_dim, rest))
        case Sphere(frame=frame, reach=reach, rows=rows):
            rho = torch.linspace(0.0, reach, rows, dtype=torch.float64)
            return frame_of(frame, latents).at(rho[:, None], along[None, :])
        case TangentPatch(frame=frame):
            return frame_of(frame, latents).exp(along[None, :], along[:, None])
        case Fan(circle=circle, rows=rows):
            z = circle_of(circle, z_dim, latents).at(along)
            return z.expand(rows, *z.shape)
        case Cloud(first=first, count=count):
            return (yield from _seeds_steps(first, count, z_dim, rest))


def _circles_steps(
    circles: Sequence[Circle],
    angles: Tensor,
    latents: LatentReader,
    z_dim: int,
    rest: Rest,
) -> Generator[None, None, Tensor]:
    """All points of circles, [C, N, z_dim]."""
    known = all(isinstance(circle, AxisPlane | RandomCircle) for circle in circles)
    if known and len(circles) * len(angles) <= FEW:
        return _few(tuple(circles), tuple(angles.tolist()), z_dim)
    found = circles_of(circles, z_dim, latents)
    z = torch.empty(len(found), len(angles), z_dim)
    for index, circle in enumerate(found):
        for first in range(0, len(angles), PIECE):
            points = slice(first, first + PIECE)
            z[index, points] = circle.at(angles[points])
            yield from rest()
    return z


@lru_cache(maxsize=2)
def _few(circles: tuple[Circle, ...], angles: tuple[float, ...], z_dim: int) -> Tensor:
    """A few circles that no file has a part in, made once: never write into it.

    While a network trains, the same z are mapped twice a second.
    """
    at = torch.tensor(angles, dtype=torch.float64)
    found = circles_of(circles, z_dim, _no_latent)
    return torch.stack([circle.at(at) for circle in found])


def _no_latent(latent: Latent) -> Tensor:
    raise ValueError("an axis plane or a random circle goes through no latent")


def _seeds_steps(
    first: int, count: int, z_dim: int, rest: Rest
) -> Generator[None, None, Tensor]:
    """The latents of seeds, [1, count, z_dim], of norm sqrt(z_dim) as on circles."""
    z = torch.empty(1, count, z_dim)
    for index in range(count):
        z[0, index] = random_point(z_dim, first + index) * math.sqrt(z_dim)
        yield from rest()
    return z
