"""Every factor along the circles, as read from the images.

Beside it some points of the same circles of Z through untrained mappings before the
network's own synthesis. A reader of portraits means nothing on what is none, and where
an untrained mapping has its w the synthesis makes none: so each twin is moved, its mean
to the network's w_avg, and the reader's own confidence decides for every one of them
as it does for the network.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from sgviz.analysis.factors import Verdict, read_steps, verdict
from sgviz.analysis.reader import FactorReader, Readings
from sgviz.analysis.sampling import mapped
from sgviz.analysis.twins import mapped_steps
from sgviz.curves import silently
from sgviz.frame import Progress
from sgviz.measured.factor_figures import CIRCLES, curve_twins, rows_compared
from sgviz.measured.factors import FactorCurves, FactorInfo, figures_of
from sgviz.models.mapping import MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.measures.feeling import (
    Circles,
    circles_steps,
    drawn_key,
    key_of,
    maker,
    noise_of,
    reader_of,
)
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import Live

Floats = NDArray[np.float32]

# The angles are read in passes, each between those of the one before.
PASSES = (8, 4, 2, 1)
# Images are dear: separability has as many.
TWINS = 8


def _factors_key(request: Request, desk: Desk) -> Key:
    return key_of(request, desk, drawn_key(request.state))


def _factors(request: Request, desk: Desk) -> Steps:
    found = yield from curves_steps(request, desk)
    if not found.is_read or isinstance(request.state.model, Live):
        return found  # a run's next snapshot comes before the twins of this one would
    yield found
    return (yield from _beside_twins(found, request, desk))


def curves_steps(
    request: Request, desk: Desk
) -> Generator[object | None, None, FactorCurves]:
    """The readings of all angles; kept, for the crossings need them too."""
    key = ("factors", _factors_key(request, desk))
    kept = desk.kept.get(key)
    if isinstance(kept, FactorCurves):
        return kept
    state = request.state
    model, reader = maker(desk, state), reader_of(desk)
    side = model.generator.config.resolution
    reader.readable(side)  # raises where images are too small
    yield None  # it may have been loaded
    circles = yield from circles_steps(state, desk)
    values, sure = (_nothing(circles, reader) for _ in range(2))
    done, total = 0, len(circles.names) * len(circles.angles)
    made = None
    for rows in _passes(len(circles.angles)):
        for at, z in enumerate(circles.z):
            w = mapped(model.generator, z[rows], model.class_of(state))
            steps = read_steps(model.generator, reader, w, state.psi, noise_of(state))
            read = yield from silently(steps)
            values[at, rows] = read.values.numpy()
            sure[at, rows] = read.confidence.numpy()
            done += len(rows)
            yield Progress(f"{done:,} of {total:,} images read", done / total)
        made = replace(_made(circles, reader, values, sure, side), of=state.circles)
        yield made
        if not made.is_read:
            break
    assert made is not None
    desk.kept.put(key, made)
    return made


def _passes(count: int) -> list[list[int]]:
    seen: set[int] = set()
    passes = []
    for stride in PASSES:
        rows = [row for row in range(0, count, stride) if row not in seen]
        seen |= set(rows)
        passes.append(rows)
    return [rows for rows in passes if rows]


def _nothing(circles: Circles, reader: FactorReader) -> Floats:
    shape = (len(circles.names), len(circles.angles), len(reader.names))
    return np.full(shape, np.nan, dtype=np.float32)


def _made(
    circles: Circles, reader: FactorReader, values: Floats, sure: Floats, side: int
) -> FactorCurves:
    known = np.isfinite(sure[..., 0])
    readings = Readings(
        torch.from_numpy(values[known]), torch.from_numpy(sure[known]), torch.empty(0)
    )
    said = verdict(readings, reader, side)
    order = np.argsort(circles.places)
    return FactorCurves(
        factors=factor_infos(reader, side),
        circles=tuple(circles.names[k] for k in order),
        places=tuple(circles.places[k] for k in order),
        angles=circles.angles,
        values=values[order].copy(),
        confidence=sure[order].copy(),
        is_read=said.is_read,
        sentence=said.sentence,
    )


def factor_infos(reader: FactorReader, side: int) -> tuple[FactorInfo, ...]:
    """What the reader reads in images of ``side`` pixels."""
    pairs = zip(reader.config.factors, reader.readable(side), strict=True)
    return tuple(
        FactorInfo(f.name, f.low, f.high, f.chance is not None, readable)
        for f, readable in pairs
    )


# The same circles through twins.


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the images behind one twin show, and whether the reader knows them."""

    figures: dict[str, float]
    verdict: Verdict


def _beside_twins(found: FactorCurves, request: Request, desk: Desk) -> Steps:
    state, model, reader = request.state, desk.model(request.state), reader_of(desk)
    network, label = model.generator, model.class_of(state)
    config, side = network.mapping.config, network.config.resolution
    circles = yield from circles_steps(state, desk)
    z = circles.z[list(np.argsort(circles.places)[:CIRCLES])]
    z = z[:, rows_compared(z.shape[1])]

    def measure(twin: MappingNetwork) -> Generator[object, None, _Seen]:
        w = (yield from mapped_steps(twin, z, label)) - twin.w_avg
        w = (w + network.mapping.w_avg.cpu()).flatten(0, 1)
        read = yield from read_steps(network, reader, w, state.psi, noise_of(state))
        values = read.values.reshape(*z.shape[:2], -1).numpy()
        return _Seen(figures_of(found.factors, values), verdict(read, reader, side))

    def show(seen: list[_Seen]) -> FactorCurves:
        strange = [each.verdict for each in seen if not each.verdict.is_read]
        if strange:
            return replace(found, note=_not_known(strange[0]))
        figures = [each.figures for each in seen]
        twins = curve_twins(figures, config.depth, len(z), TWINS)
        return replace(found, twins=twins)

    key = ("factors", model.key, drawn_key(state), label, noise_of(state))
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, first=first)
    return (yield from steps)


def _not_known(said: Verdict) -> str:
    return (
        "Behind untrained mappings, moved to w_avg, the synthesis makes images that "
        f"the reader takes for none (confidence {said.confidence:.2f}, of portraits "
        f"{said.usual:.2f}): nothing is compared."
    )


FACTORS = Stage("factors", with_seed(_factors_key), _factors, measure=True, long=True)
