"""Very many circles: mapped and projected at once, so that no W is kept.

10,000 circles of 96 points are 2 GB of W and as much of Z; in four slices of a picture
they are 46 MB. So a chunk of circles is mapped, projected and forgotten. What is kept
is the projection of w - w_avg: psi and the centre are applied to it, and dragging
psi maps nothing anew. Components (PCA) are found from the first circles alone.
"""

import time
from collections.abc import Generator, Hashable
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.curves import Clock, map_rows_steps
from sgviz.families import columns_of
from sgviz.frame import Progress, Scene
from sgviz.geometry.circle import GreatCircle, random_planes
from sgviz.geometry.projection import Basis
from sgviz.naming import row_name
from sgviz.render.desk import Desk, Drawn
from sgviz.render.placing import Panel, Placing
from sgviz.render.projecting import basis_for
from sgviz.render.request import Key
from sgviz.render.sources import Model
from sgviz.state import InW, ManyCircles, State, Triplets

MOST_PLACES = 4_194_304  # points of all slices together: 50 MB of coordinates
SAMPLE = 8_192  # points that components are found from
BLOCK = 256  # circles whose planes are drawn at a time
BLOCK = 256  # circles whose planes are drawn at a time
CHUNK = 576  # points mapped at a time: matrices large enough for full speed
FIRST_SHOWN, GROWTH = 64, 4  # circles of the first picture; then four times as many
SAID_S = 0.25  # between two words on how far it is

Steps = Generator[object | None, None, Scene]


@dataclass(eq=False)
class Many:
    """Circles as far as they are mapped: ``placed`` [S, C, N, 3] is of w - w_avg."""

    key: Hashable
    basis: Basis
    note: str
    placed: NDArray[np.float32]
    done: int = 0
    work: Generator[None, None, None] | None = field(default=None, repr=False)

    @property
    def whole(self) -> bool:
        """Whether every circle is there."""
        return self.done == int(self.placed.shape[1])


def is_many(state: State) -> bool:
    """Whether a state's circles are mapped and projected at once."""
    return isinstance(state.circles, ManyCircles)


def many_scene(key: Key, state: State, desk: Desk) -> Steps:
    """The scene of very many circles, with pictures of the first ones on the way.

    Raises
    ------
    ValueError
        One sentence with the number: too many points for the slices asked for, or
        another space than W.
    """
    circles = state.circles
    assert isinstance(circles, ManyCircles)
    if not isinstance(state.space, InW):
        raise ValueError(
            f"{circles.count:,} circles are drawn in W alone: choose a list of circles "
            "to see them in another space"
        )
    model = desk.model(state)
    many = yield from _begun(state, circles, model, desk)
    shows, said = not _was_whole(desk, many), time.monotonic()
    shown = max(FIRST_SHOWN, many.done)
    desk.many = many
    while not many.whole:
        _advance(many)
        now = time.monotonic()
        if shows and many.done >= shown and not many.whole:
            shown = many.done * GROWTH
            yield _scene(key, state, many, model, desk)
        elif now - said > SAID_S:
            said = now
            yield Progress(
                f"Mapping {circles.count:,} circles", many.done / circles.count
            )
        else:
            yield None
    return _scene(key, state, many, model, desk)


def check_size(circles: ManyCircles, slices: int) -> None:
    """ValueError with the number where the picture would hold too many points."""
    total = circles.count * circles.points * slices
    if total <= MOST_PLACES:
        return
    where = f" in {slices:,} triplets" if slices > 1 else ""
    fit = MOST_PLACES // (circles.points * slices)
    raise ValueError(
        f"{circles.count:,} circles of {circles.points:,} points{where} are {total:,} "
        f"points; {MOST_PLACES:,} can be drawn at a time: {fit:,} circles"
    )


def mapped_steps(
    circles: ManyCircles, model: Model, label: int, start: Tensor, tangent: Tensor
) -> Generator[None, None, Tensor]:
    """W [K, N, w_dim] of circles of these planes [K, z_dim], untruncated."""
    turn = torch.from_numpy(columns_of(circles))[:, None]
    z = torch.cos(turn) * start[:, None] + torch.sin(turn) * tangent[:, None]
    z = (z * z.shape[-1] ** 0.5).float()
    return (yield from map_rows_steps(model.generator, z, 1.0, label, Clock()))


def planes(z_dim: int, seed: int, first: int, count: int) -> tuple[Tensor, Tensor]:
    """Starts and tangents [count, z_dim] of ``default_circles`` from ``first`` on."""
    if first > 0:
        return random_planes(z_dim, seed, first, count)
    axes = GreatCircle.on_axes(z_dim, 0, 1)
    if count == 1:
        return axes.start[None], axes.tangent[None]
    start, tangent = random_planes(z_dim, seed, 1, count - 1)
    starts = torch.cat([axes.start[None], start])
    return starts, torch.cat([axes.tangent[None], tangent])


def _begun(
    state: State, circles: ManyCircles, model: Model, desk: Desk
) -> Generator[object | None, None, Many]:
    """The work under way for these circles, or new work."""
    label = model.class_of(state)
    key = (model.key, label, circles, state.projection)
    if desk.many is not None and desk.many.key == key:
        return desk.many
    projection = state.projection
    if isinstance(projection, Triplets):
        check_size(circles, projection.count)
    first = min(circles.count, -(-SAMPLE // circles.points))
    z_dim = model.generator.config.z_dim
    sampled = planes(z_dim, circles.seed, 0, first)
    w = yield from mapped_steps(circles, model, label, *sampled)
    w_avg = model.generator.mapping.w_avg.detach().cpu()
    before = desk.drawn.basis if desk.drawn else None
    basis = basis_for(w, projection, w_avg, before)
    slices = len(basis.titles)
    check_size(circles, slices)
    note = basis.note
    if basis.shares and first < circles.count:
        note = f"components of the first {first:,} circles"
    shape = (slices, circles.count, circles.points, 3)
    many = Many(key, basis, note, np.empty(shape, dtype=np.float32))
    many.placed[:, : len(w)] = basis.apply(w)
    many.done = len(w)
    many.work = _work(many, circles, model, label)
    return many


def _work(
    many: Many, circles: ManyCircles, model: Model, label: int
) -> Generator[None, None, None]:
    each, z_dim = max(1, CHUNK // circles.points), model.generator.config.z_dim
    while not many.whole:
        # The planes of a block are drawn together: their stream is read on from marks.
        block = min(BLOCK, circles.count - many.done)
        starts, tangents = planes(z_dim, circles.seed, many.done, block)
        for first in range(0, block, each):
            some = slice(first, first + each)
            pair = starts[some], tangents[some]
            w = yield from mapped_steps(circles, model, label, *pair)
            many.placed[:, many.done : many.done + len(w)] = many.basis.apply(w)
            many.done += len(w)
            yield


def _advance(many: Many) -> None:
    if many.work is not None:
        next(many.work, None)


def _was_whole(desk: Desk, many: Many) -> bool:
    """Whether the same circles were all there a moment ago, of an older network."""
    old = desk.many
    return old is not None and old.whole and old.placed.shape == many.placed.shape


def _scene(key: Key, state: State, many: Many, model: Model, desk: Desk) -> Scene:
    """What is mapped so far, truncated and centred."""
    circles, done = state.circles, many.done
    assert isinstance(circles, ManyCircles)
    w_avg = model.generator.mapping.w_avg.detach().cpu()
    centre = w_avg if state.centred else torch.zeros_like(w_avg)
    basis = replace(many.basis, centre=centre)
    # w = w_avg + psi (w' - w_avg), and a projection is linear.
    positions = many.placed[:, :done] * np.float32(state.psi)
    positions += basis.apply(w_avg[None])[:, None]
    placing = Placing((Panel(InW(), basis),))
    desk.drawn = Drawn(key, placing, model, state.psi, model.class_of(state))
    columns = columns_of(circles).astype(np.float32)
    return Scene(
        positions=positions,
        angles=np.broadcast_to(columns, (done, len(columns))),
        circles=tuple(row_name(circles, row) for row in range(done)),
        titles=basis.titles,
        axes=basis.axes,
        shares=basis.shares,
        note=many.note,
        of=circles,
    )
