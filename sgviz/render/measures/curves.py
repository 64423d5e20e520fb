"""Stages of the curves: their statistics, untrained networks, distances within one.

The statistics come first and at once; the exact speed follows them, and the band of
untrained twins, which takes seconds: stages of their own, which rest under a hand.
"""

from collections.abc import Generator
from dataclasses import replace

from sgviz.analysis.null import SHUFFLES, TWINS, null_steps
from sgviz.analysis.speed import speeds_steps
from sgviz.analysis.stand_ins import compared_with
from sgviz.analysis.statistics import (
    circles_steps,
    self_distances,
    together_steps,
    truncated_steps,
)
from sgviz.curves import CurveSet, with_fewer_pauses
from sgviz.families import circle_at, has_closed_rows
from sgviz.frame import Progress
from sgviz.measured.curves import SelfDistances
from sgviz.measured.null import Band, Null
from sgviz.measured.speeds import Speeds
from sgviz.measured.statistics import Circle
from sgviz.models.mapping import MappingNetwork
from sgviz.naming import no_circles
from sgviz.render.desk import Desk, ring_of
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import (
    CircleSet,
    CirclesFile,
    Live,
    ManyCircles,
    SmallCircle,
    State,
)

# Circles that a table can show; the others are drawn, and not measured.
MOST = 32
MOST_DISTANCES = 1024


def measured_curves(request: Request, desk: Desk) -> Generator[None, None, CurveSet]:
    """The closed curves of a state in W, at most :data:`MOST` of them.

    Raises
    ------
    ValueError
        One sentence: what is drawn are no closed curves.
    """
    circles = request.state.circles
    if not isinstance(circles, CirclesFile) and not has_closed_rows(circles):
        raise ValueError(f"Nothing to measure: {no_circles(circles)}.")
    state, total = request.state, 0
    if isinstance(circles, ManyCircles):
        # Of so many only what is drawn is kept: the first are mapped once more.
        total, few = circles.count, range(min(MOST, circles.count))
        found = tuple(c for k in few if (c := circle_at(circles, k)) is not None)
        state = replace(state, circles=CircleSet(found, circles.points))
    curves = yield from desk.curves(state)
    total = total or len(curves.names)
    if total <= MOST:
        return curves
    return replace(
        curves,
        names=curves.names[:MOST],
        z=None if curves.z is None else curves.z[:MOST],
        w=curves.w[:MOST],
        psis=curves.psis[:MOST],
        note=f"The first {MOST} of {total:,} circles are measured",
    )


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    what = (state.model, state.circles, desk.class_of(state))
    # While psi is dragged, work goes on to its end: else none would ever be shown.
    return Key(what, (state.psi, desk.model_key(state)))


def _mapping_of(state: State, desk: Desk) -> MappingNetwork | None:
    """The network that made a state's circles; None where they are geometry only."""
    if not desk.has_latents(state):
        return None
    return desk.model(state).generator.mapping


# statistics: every figure of every circle but those of the speed.


def _statistics(request: Request, desk: Desk) -> Steps:
    state, of = request.state, _speeds_key(request, desk)
    curves = yield from measured_curves(request, desk)
    whole = yield from measured_curves(_at_psi_1(request), desk)
    circles = yield from _circles(whole, of, desk)
    steps = truncated_steps(curves, whole, circles)
    circles = yield from with_fewer_pauses(steps)
    found = yield from with_fewer_pauses(together_steps(curves, circles))
    has_speed = curves.z is not None and _mapping_of(state, desk) is not None
    return replace(found, of=of, awaits_speed=has_speed)


def _circles(
    whole: CurveSet, of: Key, desk: Desk
) -> Generator[None, None, tuple[Circle, ...]]:
    """Those of psi 1, kept: while psi is dragged there are no others."""
    kept = desk.kept.get("circles")
    if isinstance(kept, tuple) and kept[0] == of:
        known: tuple[Circle, ...] = kept[1]
        return known
    found = yield from with_fewer_pauses(circles_steps(whole))
    desk.kept.put("circles", (of, found))
    return found


def _at_psi_1(request: Request) -> Request:
    return replace(request, state=replace(request.state, psi=1.0))


# speeds: how fast each circle is run through, whatever psi is.


def _speeds_key(request: Request, desk: Desk) -> Key:
    state = request.state
    return Key(_key(request, desk).what, desk.model_key(state))


def _speeds(request: Request, desk: Desk) -> Steps:
    state, of = request.state, _speeds_key(request, desk)
    mapping, label = _mapping_of(state, desk), desk.class_of(state)
    curves = yield from measured_curves(_at_psi_1(request), desk)
    if mapping is None or curves.z is None:
        return Speeds(of=of)
    found = yield from speeds_steps(curves, mapping, label, fine=0)
    if isinstance(state.model, Live):
        return replace(found, of=of)  # a snapshot comes before a finer length would
    yield replace(found, of=of)
    return replace((yield from speeds_steps(curves, mapping, label)), of=of)


# null: the same circles through untrained twins and shuffled weights.


def _null_key(request: Request, desk: Desk) -> Key:
    state, key = request.state, _key(request, desk)
    what = (key.what, state.beside.twin_seed)
    if isinstance(state.model, Live):
        # Twins depend on the sizes of a network alone, and those of a run stay.
        return Key(what, (state.psi, "live"))
    return Key(what, key.version)


def _null(request: Request, desk: Desk) -> Steps:
    state = request.state
    mapping = _mapping_of(state, desk)
    curves = yield from measured_curves(request, desk)
    config = None if mapping is None else mapping.config
    given = compared_with(curves, config, len(curves.w), label=desk.class_of(state))
    circles = replace(given.circles, fan=curves.psis)
    # A network that learns just now is another one before its shuffles are measured.
    trained = None if isinstance(state.model, Live) else mapping
    total = TWINS + (SHUFFLES if trained is not None else 0)
    seed = state.beside.twin_seed
    steps = null_steps(given.config, circles, trained, first_seed=seed)
    last = -1
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            null: Null = replace(end.value, note=_together(end.value.note, given.note))
            return null if _are_great(state) else _without_closed_form(null)
        if done == last:
            yield None
        else:
            last = done
            yield Progress(f"Untrained networks: {done} of {total}", done / total)


def _together(*notes: str) -> str:
    return " ".join(filter(None, notes))


def _are_great(state: State) -> bool:
    """Whether all circles are great ones: only these have a closed form."""
    circles = state.circles
    if isinstance(circles, CircleSet):
        return not any(isinstance(each, SmallCircle) for each in circles.circles)
    return isinstance(circles, CirclesFile | ManyCircles)


def _without_closed_form(null: Null) -> Null:
    def open_band(band: Band) -> Band:
        return replace(band, closed_form=None)

    return replace(
        null,
        closed={},
        circle={key: open_band(band) for key, band in null.circle.items()},
        mean={key: open_band(band) for key, band in null.mean.items()},
    )


# distances: between all points of the circle on the ring.


def _distances_key(request: Request, desk: Desk) -> Key:
    key = _key(request, desk)
    return Key((key.what, request.state.ring), key.version)


def _distances(
    request: Request, desk: Desk
) -> Generator[object | None, None, SelfDistances]:
    curves = yield from measured_curves(request, desk)
    ring = min(ring_of(curves, request.state.ring), len(curves.names) - 1)
    every = -(-curves.w.shape[1] // MOST_DISTANCES)
    w, angle = curves.w[ring, ::every], curves.angle[::every]
    return self_distances(curves.names[ring], w, angle)


STATISTICS = Stage("statistics", _key, _statistics, measure=True)
SPEEDS = Stage("speeds", _speeds_key, _speeds, measure=True, long=True)
DISTANCES = Stage("distances", _distances_key, _distances, measure=True)
NULL = Stage("null", _null_key, _null, measure=True, long=True)
CURVES = (STATISTICS, DISTANCES, SPEEDS, NULL)
