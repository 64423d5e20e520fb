"""Circles and what they became: the one place where a network meets a circle."""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor

from sgviz.families import (
    Points,
    columns_of,
    form_of,
    has_closed_rows,
    row_count,
)
from sgviz.latents import GivenReader, points_steps
from sgviz.models.generator import Generator as Network
from sgviz.models.generator import truncate
from sgviz.models.mapping import Label
from sgviz.naming import row_name
from sgviz.state import CirclesFile, Fan, Form, ModelRef

V = TypeVar("V")
S = TypeVar("S")

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
        self._seen = time.perf_counter()
        self._end = self._seen + PIECE_S

    def is_over(self) -> bool:
        """Whether something else may come now: one more such step would be too long."""
        before, self._seen = self._seen, time.perf_counter()
        return self._seen + (self._seen - before) > self._end

    def rests(self) -> Generator[None, None, None]:
        """Yield once if something else may come now."""
        if self.is_over():
            yield
            self.restart()


def with_fewer_pauses(work: Generator[object, None, V]) -> Generator[None, None, V]:
    """The same work, pausing once a piece and not at every chance."""
    clock = Clock()
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: V = end.value
            return found
        yield from clock.rests()


def silently(work: Generator[object, None, V]) -> Generator[None, None, V]:
    """The same work, whose pauses say nothing of what is made before its end."""
    return saying(None, work)


def saying(what: S, work: Generator[object, None, V]) -> Generator[S, None, V]:
    """The same work, whose pauses all say ``what``."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: V = end.value
            return found
        yield what


def in_one_go(work: Generator[object, None, V]) -> V:
    """What work that was cut into pieces returns, without a pause."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: V = end.value
            return found


@dataclass(frozen=True, eq=False)
class CurveSet:
    """C closed curves of N points: circles of Z and their images in W.

    ``w`` float32 [C, N, w_dim] is truncated by ``psi``; ``z`` float32 [C, N, z_dim]
    has norm sqrt(z_dim), or is None where only W is known; ``centre`` [w_dim] is
    w_avg; ``angle`` float64 [N] (radians) begins with 0. ``ref`` says where the
    curves come from, ``model_sha256`` which file of weights made them, and ``note``
    is one sentence about what a file left out. ``form`` says whether the rows are
    curves, together a surface, or a heap of points; ``closed`` whether a row comes
    back to its first point (a row of a surface may be a line). ``states_psi`` is
    False where a file does not say its psi: it may be any, and 1 is a guess. ``psis``
    are those of the rows where each has its own, as in a fan; else there are none.

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
    form: Form = "curves"
    closed: bool = True
    states_psi: bool = True
    psis: tuple[float, ...] = ()

    @property
    def psi_of_rows(self) -> tuple[float, ...]:
        """What each row was truncated by."""
        return self.psis or (self.psi,) * len(self.names)

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
        if len(self.psis) not in (0, count):
            raise ValueError(f"{count} circles need as many psi")
        if self.z is not None and self.z.shape[:-1] != self.w.shape[:-1]:
            raise ValueError(f"z is {_sides(self.z)}, but w is {_sides(self.w)}")


def map_circles_steps(
    network: Network,
    circles: Points,
    given: GivenReader,
    psi: float = 1.0,
    label: Label = 0,
) -> Generator[None, None, CurveSet]:
    """Map all points of all rows, a chunk between two yields; returns the curves.

    The curves come back on the CPU, truncated by ``psi``; a fan has its own. ``label``
    is the class that a network with classes is asked for.

    Raises
    ------
    ValueError
        One sentence: a circle that this network's Z does not have.
    """
    clock = Clock()
    z = yield from points_steps(circles, network.config.z_dim, given, clock.rests)
    fan = circles if isinstance(circles, Fan) else None
    mapped = z[:1] if fan else z
    w = yield from map_rows_steps(network, mapped, 1.0 if fan else psi, label, clock)
    centre = network.mapping.w_avg.detach().cpu().clone()
    psis = psis_of(fan) if fan else torch.empty(0)
    return CurveSet(
        names=tuple(row_name(circles, row) for row in range(row_count(circles))),
        z=z,
        w=ruled(w[0], centre, psis) if fan else w,
        centre=centre,
        angle=torch.from_numpy(columns_of(circles)),
        psi=1.0 if fan else psi,
        form=form_of(circles),
        closed=has_closed_rows(circles),
        psis=tuple(psis.tolist()),
    )


def map_rows_steps(
    network: Network, z: Tensor, psi: float, label: Label, clock: Clock
) -> Generator[None, None, Tensor]:
    """W [C, N, w_dim] of z [C, N, z_dim] on the CPU, a chunk between two yields."""
    w = torch.empty(*z.shape[:-1], network.config.w_dim)
    flat_z, flat_w = z.flatten(0, 1), w.flatten(0, 1)
    for rows in _chunks(len(flat_z)):
        flat_w[rows] = yield from _mapped_steps(
            network, flat_z[rows], psi, label, clock
        )
        yield
        clock.restart()
    return w


def ruled(w: Tensor, centre: Tensor, psis: Tensor) -> Tensor:
    """The fan w_avg + psi (w(t) - w_avg): [N, D] and [R] -> [R, N, D].

    Karras et al. 2019, appendix B: the truncation trick, for many psi at once.
    """
    return torch.lerp(centre, w, psis.to(w)[:, None, None])


def psis_of(fan: Fan) -> Tensor:
    """The psi of every row, float32 [R]."""
    return torch.linspace(fan.low, fan.high, fan.rows)


def map_circles(
    network: Network,
    circles: Points,
    given: GivenReader,
    psi: float = 1.0,
    label: Label = 0,
) -> CurveSet:
    """:func:`map_circles_steps` in one go."""
    return in_one_go(map_circles_steps(network, circles, given, psi, label))


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
        if clock.is_over():
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
