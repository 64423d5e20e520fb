"""The stage of flatness: tangent spaces of W all around the circle on the ring."""

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.jacobian import (
    condition,
    effective_rank,
    jacobian_steps,
    rank,
)
from sgviz.curves import Clock
from sgviz.frame import Progress
from sgviz.geometry import grassmann, wave
from sgviz.geometry.circle import sample_angles
from sgviz.measured.grassmann import Distances, Flatness
from sgviz.models.mapping import MappingNetwork
from sgviz.render.aside import aside
from sgviz.render.desk import Desk, ring_of
from sgviz.render.measures.breakpoints import ring_key
from sgviz.render.measures.metric import circles_of_z, exact_mapping
from sgviz.render.request import Request
from sgviz.render.stage import Stage, Steps

POINTS = 48
KS = (1, 2, 5, 10, 20, 50)
SHOWN_EVERY = 4
PAIRS = 32  # pairs of points in one chunk


@dataclass(frozen=True, eq=False)
class _Space:
    """The first directions [D, k] at one point, and three figures of its values.

    The effective rank, the largest value, the condition: NaN where it is not asked for.
    """

    basis: Tensor
    figures: tuple[float, float, float]


def _flatness(request: Request, desk: Desk) -> Steps:
    curves, z = yield from circles_of_z(request, desk)
    ring = min(ring_of(curves, request.state.ring), len(z) - 1)
    circle = wave.wave_of(z[ring], curves.angle)
    model = desk.model(request.state)
    mapping = yield from exact_mapping(desk, model)
    label = model.class_of(request.state)
    return (yield from flatness_steps(mapping, circle, label, curves.names[ring], ring))


def flatness_steps(
    mapping: MappingNetwork,
    circle: Tensor,
    label: int,
    name: str,
    ring: int,
    points: int = POINTS,
) -> Generator[object | None, None, Flatness]:
    """Tangent spaces at ``points`` equal angles of a wave [3, z_dim], one by one.

    ``mapping`` is in float64. Of one in float32 the condition is not known, and the
    distances are to 1e-5: enough for a band, in half the time.
    """
    single = mapping.w_avg.dtype == torch.float32
    made = _leading if single else _space
    table = yield from aside(lambda: _Table(mapping, name, ring, points))
    for at, row in enumerate(wave.at(circle, sample_angles(points))):
        space = yield from made(mapping, row, label, max(table.ks))
        yield from table.add(space)
        yield Progress(f"Tangent spaces of {table.name}", (at + 1) / points)
        if at % SHOWN_EVERY == SHOWN_EVERY - 1:
            yield table.flatness()
    return table.flatness()


def _space(
    mapping: MappingNetwork, z: Tensor, label: int, k: int
) -> Generator[None, None, _Space]:
    product = yield from jacobian_steps(mapping, z[None], label)
    u, values, _ = yield from aside(lambda: torch.linalg.svd(product[0]))
    kept = values[: rank(mapping)]
    figures = (effective_rank(kept), kept[0], condition(kept))
    first, second, third = (float(figure) for figure in figures)
    return _Space(u[:, :k].contiguous(), (first, second, third))


def _leading(
    mapping: MappingNetwork, z: Tensor, label: int, k: int
) -> Generator[None, None, _Space]:
    """:func:`_space` by the eigenvectors of J J^T, whose small values are rounding.

    The first directions and the effective rank are of the large ones.
    """
    product = yield from jacobian_steps(mapping, z[None].float(), label)
    wide = product[0].double()
    squares, u = yield from aside(lambda: torch.linalg.eigh(wide @ wide.T))
    values = squares.flip(0)[: rank(mapping)].clamp(min=0.0).sqrt()
    figures = (float(effective_rank(values)), float(values[0]), math.nan)
    return _Space(u.flip(1)[:, :k].contiguous(), figures)


class _Table:
    """Distances of all pairs, as they are made."""

    def __init__(
        self, mapping: MappingNetwork, name: str, ring: int, points: int
    ) -> None:
        self.name, self._ring, self._points = name, ring, points
        self.ks = tuple(k for k in KS if k < rank(mapping)) or (1,)
        self._spaces: list[_Space] = []
        self._references = [
            grassmann.reference(mapping.config.w_dim, k) for k in self.ks
        ]
        shape = (len(self.ks), points, points)
        self._geodesic, self._projection = np.full((2, *shape), math.nan)

    def add(self, space: _Space) -> Generator[None, None, None]:
        """One more point, against all before it and itself."""
        self._spaces.append(space)
        row, clock = len(self._spaces) - 1, Clock()
        others = torch.stack([each.basis for each in self._spaces])
        for first in range(0, row + 1, PAIRS):
            part = slice(first, min(first + PAIRS, row + 1))
            products = others[part].mT @ space.basis
            for at, k in enumerate(self.ks):
                cosines = torch.linalg.svdvals(products[:, :k, :k])
                self._put(at, row, part, grassmann.angles_of(cosines))
                if clock.is_over():
                    yield
                    clock.restart()
        for matrix in (self._geodesic, self._projection):
            matrix[:, row, row] = 0.0

    def _put(self, at: int, row: int, part: slice, angles: Tensor) -> None:
        pairs = (
            (self._geodesic, grassmann.geodesic_distance(angles)),
            (self._projection, grassmann.projection_distance(angles)),
        )
        for matrix, distances in pairs:
            matrix[at, row, part] = matrix[at, part, row] = distances.numpy()

    def flatness(self) -> Flatness:
        """What is known so far."""
        figures = np.full((3, self._points), math.nan)
        for at, space in enumerate(self._spaces):
            figures[:, at] = space.figures
        distances = tuple(
            Distances(
                k,
                self._geodesic[at].copy(),
                self._projection[at].copy(),
                reference.geodesic,
                reference.projection,
            )
            for at, (k, reference) in enumerate(
                zip(self.ks, self._references, strict=True)
            )
        )
        angles = sample_angles(self._points).numpy()
        return Flatness(self.name, self._ring, angles, distances, *figures)


FLATNESS = Stage("flatness", ring_key, _flatness, measure=True, long=True)
