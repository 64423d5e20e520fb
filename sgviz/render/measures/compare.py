"""Stages of the comparison: two networks on the same circles, and untrained pairs."""

from collections.abc import Generator, Hashable
from dataclasses import replace
from typing import TypeVar

import torch

from sgviz.analysis.likeness import alike_steps, whole
from sgviz.analysis.null import TWINS, null_steps
from sgviz.analysis.null_figures import Circles
from sgviz.analysis.speed import FINE
from sgviz.analysis.statistics import statistics_steps
from sgviz.analysis.twins import FIRST_SEED
from sgviz.curves import CurveSet, silently
from sgviz.frame import Progress
from sgviz.measured.compare import LIKENESS, Comparison, Untrained
from sgviz.measured.null import Null, band_of
from sgviz.measured.statistics import Statistics
from sgviz.models.mapping import MappingConfig
from sgviz.render.desk import Desk
from sgviz.render.elsewhere import Other, Place, known
from sgviz.render.measures.curves import measured_curves
from sgviz.render.measures.twins import with_seed
from sgviz.render.others import twin_maker
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.state import Fan, InW, Live, ManyCircles, State

NO_SECOND = (
    "Nothing to compare with yet: choose a second network, a moment of a run or an "
    "untrained twin beside the circles."
)
NO_Z = "The file holds no z: nothing can go through a second network."
NO_FAN = "A fan is one circle at many psi: it is not compared with untrained pairs."
PAIRS = 12
MOST_ANGLES = 384  # of a circle, at which the two are compared
V = TypeVar("V")


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    second = state.beside.model
    version: Hashable = None
    if second is not None:
        try:
            version = desk.sources.network(second).key
        except ValueError as error:
            version = ("no network", str(error))
    what = (state.model, second, state.circles, state.class_index)
    return Key(what, (state.psi, desk.model_key(state), version))


# comparison: figures of both, distances, likenesses.


def _comparison(request: Request, desk: Desk) -> Steps:
    curves, second, model = yield from _both(request, desk)
    first = desk.model(request.state)
    found = yield from silently(statistics_steps(curves))
    other = yield from silently(statistics_steps(second))
    every = -(-len(curves.angle) // MOST_ANGLES)
    alike = yield from alike_steps(curves.w[:, ::every], second.w[:, ::every])
    comparison = Comparison(
        names=(first.label, model.label),
        statistics=(found, other),
        angles=curves.angle[::every].numpy(),
        alike=alike,
        facts=(first.facts, model.facts),
        note=_note(curves, second),
    )
    yield comparison
    state = request.state
    labels = first.class_of(state), model.class_of(state)
    mappings = first.generator.mapping, model.generator.mapping
    exact: list[Statistics] = []
    fine = 0 if isinstance(state.model, Live) else FINE  # as in render.measures.curves
    for each, mapping, label in zip((curves, second), mappings, labels, strict=True):
        steps = statistics_steps(each, mapping, label, fine)
        exact.append((yield from silently(steps)))
    return Comparison(
        names=comparison.names,
        statistics=(exact[0], exact[1]),
        angles=comparison.angles,
        alike=alike,
        facts=comparison.facts,
        note=comparison.note,
    )


def _both(
    request: Request, desk: Desk
) -> Generator[None, None, tuple[CurveSet, CurveSet, Model]]:
    """The circles of a state through its network and through the second one."""
    state = request.state
    if state.beside.model is None:
        raise ValueError(NO_SECOND)
    curves = yield from measured_curves(request, desk)
    if curves.z is None:
        raise ValueError(NO_Z)
    model = desk.sources.network(state.beside.model)
    network = model.generator
    other = Other(
        "model",
        ("model", model.key),
        model.label,
        network.config.depth,
        lambda: known(network),
        model.class_of(state),
    )
    place = yield from _through(other, curves, state, desk)
    second = CurveSet(
        names=curves.names,
        z=curves.z,
        w=place.points,
        centre=network.mapping.w_avg.detach().cpu(),
        angle=curves.angle,
        psi=curves.psi,
        form=curves.form,
        psis=curves.psis,
    )
    return curves, second, model


def _note(curves: CurveSet, second: CurveSet) -> str:
    one, other = curves.w.shape[-1], second.w.shape[-1]
    if one == other:
        return curves.note
    return (
        f"W has {one} coordinates here and {other} there: points have no distance, but"
        " shapes can be compared"
    )


# untrained pairs: what the figures and the likenesses are where nobody trained.


def _untrained(request: Request, desk: Desk) -> Steps:
    state = request.state
    if isinstance(state.circles, Fan):
        raise ValueError(NO_FAN)
    curves, _, model = yield from _both(request, desk)
    first = desk.model(state)
    assert curves.z is not None  # _both
    configs = first.generator.config.mapping, model.generator.config.mapping
    labels = first.class_of(state), model.class_of(state)
    start, nulls = state.beside.twin_seed, list[Null]()
    for at, (config, label) in enumerate(zip(configs, labels, strict=True)):
        circles = Circles(curves.z, curves.angle, curves.psi, label)
        steps = null_steps(config, circles, first_seed=start, shuffles=0)
        nulls.append((yield from _told(steps, at, 2 * TWINS + PAIRS)))
    values: dict[str, list[float]] = {figure.key: [] for figure in LIKENESS}
    before: torch.Tensor | None = None
    for at in range(PAIRS + 1):
        share = (2 * TWINS + at) / (2 * TWINS + PAIRS)
        yield Progress(f"Pairs of untrained twins: {at} of {PAIRS}", min(1.0, share))
        seed = FIRST_SEED + start + at
        twin = _twin(configs[1], seed, labels[1])
        here = (yield from _through(twin, curves, state, desk)).points
        if before is not None:
            for key, value in whole(before, here).items():
                values[key].append(value)
        twin = _twin(configs[0], seed, labels[0])
        before = (yield from _through(twin, curves, state, desk)).points
    bands = {key: band_of(found) for key, found in values.items() if found}
    return Untrained((nulls[0], nulls[1]), bands, PAIRS)


def _told(
    steps: Generator[int, None, Null], at: int, total: int
) -> Generator[object, None, Null]:
    """Progress of the twins of the first (0) or second (1) network."""
    last = -1
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            null: Null = end.value
            return null
        if done == last:
            yield None
        else:
            last = done
            count = at * TWINS + done
            yield Progress(f"Untrained twins: {done} of {TWINS}", count / total)


def _through(
    other: Other, curves: CurveSet, state: State, desk: Desk
) -> Generator[None, None, Place]:
    """The circles that are compared, through another network, truncated by psi."""
    assert curves.z is not None  # _both
    circles: Hashable = state.circles
    if isinstance(circles, ManyCircles):
        circles = (circles, len(curves.names))  # not all of them are measured
    work = desk.elsewhere.found(other, circles, curves.z, InW(), curves.psi)
    place = yield from work
    if not curves.psis:
        return place
    psis = torch.tensor(curves.psis)[:, None, None]  # a fan: each row has its own
    return replace(place, points=torch.lerp(place.zero, place.points, psis))


def _twin(config: MappingConfig, seed: int, label: int) -> Other:
    key, make = ("twin", config, seed), twin_maker(config, seed)
    return Other("twin", key, "", config.depth, make, label)


COMPARISON = Stage("comparison", _key, _comparison, measure=True)
UNTRAINED_PAIRS = Stage(
    "untrained_pairs", with_seed(_key), _untrained, measure=True, long=True
)
COMPARE = (COMPARISON, UNTRAINED_PAIRS)
