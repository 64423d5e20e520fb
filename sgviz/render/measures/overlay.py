"""The stage of what measures draw among the curves: arrows, and ways from A to B."""

from collections.abc import Generator, Hashable

import numpy as np
import torch
from torch import Tensor

from sgviz.curves import CurveSet
from sgviz.measured.geodesic import Geodesic, Way
from sgviz.measured.metric import LocalBasis
from sgviz.measured.overlay import Floats, Kind, Overlay, Stroke
from sgviz.models.generator import truncate
from sgviz.render.desk import Desk, Drawn
from sgviz.render.measures.geodesic import way_kept
from sgviz.render.measures.metric import basis_kept
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.spaces import Rows, is_w, rows_in
from sgviz.state import OneSpace

# The longest arrow is this share of how far the curves are from their mean.
REACH = 0.8
HEAD = 0.16
NONE = Overlay()


def _shown(request: Request, desk: Desk) -> tuple[LocalBasis | None, Geodesic | None]:
    """What is known of what somebody looks at."""
    wanted, state = request.measures, request.state
    basis = basis_kept(state, desk) if "local_basis" in wanted else None
    way = way_kept(request.settled, desk) if "geodesic" in wanted else None
    return basis, way


def _key(request: Request, desk: Desk) -> Key:
    drawn = desk.drawn
    shown: Hashable = _shown(request, desk)
    return Key((drawn and (drawn.key, drawn.placing), shown))


def _overlay(request: Request, desk: Desk) -> Steps:
    basis, way = _shown(request, desk)
    drawn = desk.drawn
    if drawn is None or drawn.model is None or (basis is None and way is None):
        return NONE
    curves = yield from desk.curves(request.state)
    strokes: list[Stroke] = []
    if basis is not None:
        strokes += yield from _arrows(basis, drawn, curves)
    if way is not None:
        for kind, one in _ways(way):
            strokes.append(Stroke(kind, _way(one, drawn, desk)))
            yield None
    return Overlay(tuple(strokes), request.state.circles)


def _ways(found: Geodesic) -> tuple[tuple[Kind, Way], ...]:
    return (("great", found.great), ("geodesic", found.best))


def _way(way: Way, drawn: Drawn, desk: Desk) -> Floats:
    """A way in the slices of the scene, whatever space that is in: [S, n, 3]."""
    assert drawn.model is not None  # _overlay
    network = drawn.model.generator
    w_avg = network.mapping.w_avg.cpu()
    w = truncate(torch.from_numpy(way.w), w_avg, drawn.psi)
    rows = Rows(w, torch.from_numpy(way.z), drawn.label)
    white = desk.spaces.white_of(drawn.model.key)
    return drawn.placing.apply(lambda space: rows_in(space, rows, network, white))


def _arrows(
    basis: LocalBasis, drawn: Drawn, curves: CurveSet
) -> Generator[None, None, list[Stroke]]:
    """An arrow for each direction, as long as it is stretched; in W alone."""
    assert drawn.model is not None  # _overlay
    network = drawn.model.generator
    w_avg, depth = network.mapping.w_avg.cpu(), network.config.depth
    flat = curves.w.reshape(-1, curves.w.shape[-1])
    spread = float((flat - flat.mean(dim=0)).square().sum(dim=1).mean().sqrt())
    pushed = torch.from_numpy(basis.pushed)
    longest = max(float(pushed.norm(dim=1).max()), 1e-30) * abs(drawn.psi or 1.0)
    ends = torch.from_numpy(basis.w) + pushed * (REACH * spread / longest)
    points = truncate(
        torch.cat([torch.from_numpy(basis.w)[None], ends]), w_avg, drawn.psi
    )
    yield

    def points_in(space: OneSpace) -> Tensor:
        if is_w(space, depth):
            return points
        # Tangents of W are nothing in other spaces.
        dim = _dimension(drawn, space)
        return torch.full((len(points), dim), torch.nan)

    placed = drawn.placing.apply(points_in)
    begin = placed[:, 0]
    return [
        Stroke("arrow", arrow(begin, placed[:, k]), k)
        for k in range(1, placed.shape[1])
    ]


def _dimension(drawn: Drawn, space: OneSpace) -> int:
    panel = next(each for each in drawn.placing.panels if each.space == space)
    return len(panel.basis.centre)


def arrow(begin: Floats, end: Floats) -> Floats:
    """A shaft and a head in one stroke: [S, 3], [S, 3] -> [S, 5, 3].

    The head lies in the plane of the shaft and the axis that it is farthest from.
    """
    shaft = end - begin
    length = np.linalg.norm(shaft, axis=1, keepdims=True)
    along = shaft / np.maximum(length, 1e-30)
    axis = np.eye(3, dtype=np.float32)[np.argmin(np.abs(along), axis=1)]
    side = np.cross(along, axis)
    side = side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-30)
    neck = end - HEAD * shaft
    barbs = [neck + sign * 0.5 * HEAD * length * side for sign in (1.0, -1.0)]
    found = np.stack([begin, end, barbs[0], end, barbs[1]], axis=1)
    return found.astype(np.float32)


OVERLAY = Stage("overlay", _key, _overlay, measure=True)
