"""Circles and what they became: the one place where a network meets a circle."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from sgviz.geometry.circle import GreatCircle, random_circles, sample_angles
from sgviz.geometry.sphere import random_rows
from sgviz.models.generator import Generator as Network
from sgviz.models.generator import truncate
from sgviz.models.mapping import Label
from sgviz.naming import circle_name
from sgviz.state import (
    AxisPlane,
    Circle,
    CircleSet,
    CirclesFile,
    Given,
    Latent,
    ModelRef,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    ThroughLatents,
)

GivenReader = Callable[[Given], Tensor]
LatentReader = Callable[[Latent], Tensor]

# Rows of one chunk: large enough for matrix products at full speed (half as many rows
# take a tenth longer in all).
CHUNK = 288

# A piece of work that can wait: what is dearer waits for it no longer than that.
PIECE_S = 0.004


class Clock:
    """Says when a piece of work has lasted long enough: ``PIECE_S`` since a restart."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The next piece begins."""
        self._end = time.perf_counter() + PIECE_S

    @property
    def is_over(self) -> bool:
        """Whether something else may come now."""
        return time.perf_counter() > self._end


@dataclass(frozen=True, eq=False)
class CurveSet:
    """C closed curves of N points: circles of Z and their images in W.

    ``w`` float32 [C, N, w_dim] is truncated by ``psi``; ``z`` float32 [C, N, z_dim]
    has norm sqrt(z_dim), or is None where only W is known; ``centre`` [w_dim] is
    w_avg; ``angle`` float64 [N] (radians) begins with 0. ``ref`` says where the
    curves come from, ``model_sha256`` which file of weights made them, and ``note``
    is one sentence about what a file left out.

    Raises
    ------
    ValueError
        The shapes do not fit each other.
    """

    names: tuple[str, ...]
    z: Tensor | None
    w: Tensor
    centre: Tensor
    angle: Tensor
    psi: float = 1.0
    model_sha256: str | None = None
    ref: ModelRef | CirclesFile | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.w.dim() != 3 or 0 in self.w.shape:
            raise ValueError(f"w is [circles, points, w_dim], not {_sides(self.w)}")
        count, points, w_dim = self.w.shape
        if self.centre.shape != (w_dim,):
            raise ValueError(f"w_avg is {_sides(self.centre)}, but w has {w_dim}")
        if self.angle.shape != (points,):
            raise ValueError(f"{points} points need as many angles")
        if len(self.names) != count:
            raise ValueError(f"{count} circles need as many names")
        if self.z is not None and self.z.shape[:-1] != self.w.shape[:-1]:
            raise ValueError(f"z is {_sides(self.z)}, but w is {_sides(self.w)}")


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
            z = great_circle(circle, z_dim, reader(z_dim, given)).at(at)
        case Pasted(numbers=numbers):
            z = torch.tensor([numbers], dtype=torch.float64)
        case Given():
            z = given(latent).reshape(1, -1)
    if z.shape[-1] != z_dim:
        raise ValueError(
            f"this latent has {z.shape[-1]} numbers, and the network takes {z_dim}"
        )
    return z.to(torch.float32)


def reader(z_dim: int, given: GivenReader) -> LatentReader:
    """:func:`latent_z` for one network: latent -> z [1, z_dim]."""
    return lambda latent: latent_z(latent, z_dim, given)


def great_circle(circle: Circle, z_dim: int, latents: LatentReader) -> GreatCircle:
    """The great circle that a state's circle means in a Z of ``z_dim`` axes.

    Raises
    ------
    ValueError
        One sentence: Z has no such axis, or the latents lie on one line.
    """
    match circle:
        case AxisPlane(i=i, j=j):
            return GreatCircle.on_axes(z_dim, i, j)
        case RandomCircle(seed=seed, k=k):
            return GreatCircle.random(z_dim, seed, k)
        case ThroughLatents(a=a, b=b):
            return GreatCircle.through(latents(a), latents(b))


def great_circles(
    circles: Sequence[Circle], z_dim: int, latents: LatentReader
) -> list[GreatCircle]:
    """:func:`great_circle` of each; a seed's stream is drawn once for all of it."""
    drawn: dict[Circle, GreatCircle] = {}
    random = [circle for circle in circles if isinstance(circle, RandomCircle)]
    for seed in {circle.seed for circle in random}:
        ks = sorted({circle.k for circle in random if circle.seed == seed})
        found = random_circles(z_dim, seed, ks)
        drawn |= {RandomCircle(seed, k): g for k, g in zip(ks, found, strict=True)}
    return [
        drawn[circle] if circle in drawn else great_circle(circle, z_dim, latents)
        for circle in circles
    ]


def map_circles_steps(
    network: Network,
    circles: CircleSet,
    given: GivenReader,
    psi: float = 1.0,
    label: Label = 0,
) -> Generator[None, None, CurveSet]:
    """Map all points of all circles, a chunk between two yields; returns the curves.

    The curves come back on the CPU, truncated by ``psi``. ``label`` is the class that
    a network with classes is asked for.

    Raises
    ------
    ValueError
        One sentence: a circle that this network's Z does not have.
    """
    z_dim = network.config.z_dim
    found = great_circles(circles.circles, z_dim, reader(z_dim, given))
    angle = sample_angles(circles.points)
    z = torch.empty(len(found), len(angle), z_dim)
    w = torch.empty(*z.shape[:-1], network.config.w_dim)
    flat_z, flat_w, clock = z.flatten(0, 1), w.flatten(0, 1), Clock()
    for index, circle in enumerate(found):
        for points in _chunks(len(angle)):
            z[index, points] = circle.at(angle[points])
            if clock.is_over:
                yield
                clock.restart()
    for rows in _chunks(len(flat_z)):
        flat_w[rows] = yield from _mapped_steps(
            network, flat_z[rows], psi, label, clock
        )
        yield
        clock.restart()
    return CurveSet(
        names=tuple(circle_name(circle) for circle in circles.circles),
        z=z,
        w=w,
        centre=network.mapping.w_avg.detach().cpu().clone(),
        angle=angle,
        psi=psi,
    )


def map_circles(
    network: Network,
    circles: CircleSet,
    given: GivenReader,
    psi: float = 1.0,
    label: Label = 0,
) -> CurveSet:
    """:func:`map_circles_steps` in one go."""
    steps = map_circles_steps(network, circles, given, psi, label)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            curves: CurveSet = end.value
            return curves


def _mapped_steps(
    network: Network, z: Tensor, psi: float, label: Label, clock: Clock
) -> Generator[None, None, Tensor]:
    """W on the CPU, resting between layers; grad mode is never off across a yield."""
    on_device = z.to(network.mapping.w_avg.device)
    layers = network.mapping.activations(on_device, label)
    w = _next_layer(layers)
    # None but the last is kept: a layer then writes into memory that is still warm,
    # which takes a sixth less time than keeping them all.
    while (following := _next_layer(layers)) is not None:
        w = following
        if clock.is_over:
            yield
            clock.restart()
    assert w is not None  # z itself, normalised, comes before the layers
    with torch.no_grad():
        return truncate(w, network.mapping.w_avg, psi).cpu()


@torch.no_grad()
def _next_layer(layers: Iterator[Tensor]) -> Tensor | None:
    return next(layers, None)


def _chunks(count: int) -> list[slice]:
    """Slices of nearly equal length, none above ``CHUNK``."""
    pieces = -(-count // CHUNK)
    edges = [count * i // pieces for i in range(pieces + 1)]
    return [slice(a, b) for a, b in pairwise(edges)]


def _sides(tensor: Tensor) -> str:
    return "x".join(str(side) for side in tensor.shape)
