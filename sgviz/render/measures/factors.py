"""Every factor along the circles, and the hyperplanes that circles cross."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.factors import (
    Plane,
    Samples,
    crossings,
    labels_of,
    matched,
    middles,
    plane_steps,
    read_steps,
    verdict,
)
from sgviz.analysis.reader import FactorReader, Readings
from sgviz.analysis.sampling import mapped
from sgviz.curves import silently
from sgviz.frame import Progress
from sgviz.measured.factors import Crossing, Crossings, FactorCurves, FactorInfo
from sgviz.models.generator import truncate
from sgviz.render.desk import Desk
from sgviz.render.measures.feeling import (
    Circles,
    circles_steps,
    drawn_key,
    key_of,
    maker,
    noise_of,
    reader_of,
    samples_steps,
)
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.state import State

Floats = NDArray[np.float32]

# The angles are read in passes, each between those of the one before.
PASSES = (8, 4, 2, 1)


def _factors_key(request: Request, desk: Desk) -> Key:
    return key_of(request, desk, drawn_key(request.state))


def _factors(request: Request, desk: Desk) -> Steps:
    """The readings of all angles; kept for the crossings, which need them too."""
    state = request.state
    model, reader = maker(desk, state), reader_of(desk)
    side = model.generator.config.resolution
    reader.readable(side)  # raises where images are too small
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
    desk.kept.put(("factors", _factors_key(request, desk)), made)
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


# Crossings: the blog's inference, tested.


def _crossings_key(request: Request, desk: Desk) -> Key:
    state = request.state
    return key_of(request, desk, drawn_key(state), state.feel.samples)


def _crossings(request: Request, desk: Desk) -> Steps:
    state, reader = request.state, reader_of(desk)
    model = maker(desk, state)
    side, count = model.generator.config.resolution, state.feel.samples
    curves = desk.kept.get(("factors", _factors_key(request, desk)))
    if not isinstance(curves, FactorCurves):
        curves = yield from _factors(request, desk)
    assert isinstance(curves, FactorCurves)
    if not curves.is_read:
        raise ValueError(curves.sentence)
    samples = yield from samples_steps(state, desk, count, "Samples")
    assert samples.readings is not None
    labels = labels_of(samples.readings, reader, side)
    drawn = yield from circles_steps(state, desk)
    tested = _Tested(samples, drawn, curves, model, state)
    rows: list[Crossing] = []
    readable = [k for k, info in enumerate(curves.factors) if info.readable]
    # Yes and no first: those are what the blog meant.
    order = sorted(readable, key=lambda k: not curves.factors[k].binary)
    for done, column in enumerate(order):
        place = readable.index(column)
        name = labels.names[place]
        yield Progress(f"Planes: {name}", done / len(order))
        positive = labels.positive[:, place]
        middle = float(middles(reader)[column])
        for space in ("z", "w"):
            rows.append((yield from tested.of(name, space, positive, column, middle)))
        yield Crossings(count, curves.circles, tuple(rows))
    return Crossings(count, curves.circles, tuple(rows))


class _Tested:
    """Planes of factors held against circles whose images are read."""

    def __init__(
        self,
        samples: Samples,
        drawn: Circles,
        curves: FactorCurves,
        model: Model,
        state: State,
    ) -> None:
        self._samples, self._curves = samples, curves
        z = drawn.z[list(np.argsort(drawn.places))]
        network = model.generator
        label = model.class_of(state)
        w = torch.stack([mapped(network, c, label) for c in z])
        with torch.no_grad():
            w = truncate(w, network.mapping.w_avg, state.psi).cpu()
        self._points = {"z": z, "w": w}

    def of(
        self, name: str, space: str, positive: Tensor, column: int, middle: float
    ) -> Generator[None, None, Crossing]:
        """One factor in one space."""
        x = self._samples.z if space == "z" else self._samples.w
        try:
            plane = yield from plane_steps(x, name, space, positive)
        except ValueError as error:
            note = f"{str(error)[0].upper()}{str(error)[1:]}."
            return Crossing(
                name, space, np.nan, np.nan, (), (), 0, np.nan, np.nan, note
            )
        return self._compared(plane, column, middle)

    def _compared(self, plane: Plane, column: int, middle: float) -> Crossing:
        angles = self._curves.angles
        heights = plane.plane.decide(self._points[plane.space]).numpy()
        read = self._curves.values[..., column].astype(np.float64) - middle
        said = tuple(crossings(row, angles) for row in heights)
        seen = tuple(crossings(row, angles) for row in read)
        pairs = zip(said, seen, strict=True)
        yes = float((read > 0).mean())
        return Crossing(
            name=plane.name,
            space=plane.space,
            accuracy=plane.accuracy,
            chance=plane.chance,
            said=said,
            seen=seen,
            found=sum(matched(a, b) for a, b in pairs),
            agreement=float(((heights > 0) == (read > 0)).mean()),
            usual=max(yes, 1.0 - yes),
        )


FACTORS = Stage("factors", _factors_key, _factors, measure=True, long=True)
CROSSINGS = Stage("crossings", _crossings_key, _crossings, measure=True, long=True)
