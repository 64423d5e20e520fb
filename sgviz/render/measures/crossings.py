"""Hyperplanes of factors in Z and in W, and where circles cross them: a blog's guess.

A label is a function of z, what the image of the network itself shows. So planes in the
W of untrained mappings are asked about the same samples and held against the same
images along the same circles, as separability does it: no image of a twin is made.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.factors import labels_of, met, plane_steps
from sgviz.analysis.sampling import mapped
from sgviz.analysis.twins import mapped_steps
from sgviz.frame import Progress
from sgviz.measured.factor_figures import plane_twins
from sgviz.measured.factors import Crossing, Crossings, FactorCurves, plane_figures
from sgviz.models.generator import truncate
from sgviz.models.mapping import MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.measures.factors import curves_steps
from sgviz.render.measures.feeling import (
    circles_steps,
    drawn_key,
    key_of,
    maker,
    noise_of,
    reader_of,
    samples_steps,
)
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import Live

# A twin takes as long as the network's own W.
TWINS = 8
SPACES = ("z", "w")


@dataclass(frozen=True, eq=False)
class _Factor:
    """A factor: its label of every sample, and its heights along the circles.

    ``positive`` bool [S]; ``read`` [C, N], above its middle; ``angles`` [N].
    """

    name: str
    positive: Tensor
    read: np.ndarray
    angles: np.ndarray

    def crossed(
        self, space: str, x: Tensor, points: Tensor
    ) -> Generator[None, None, Crossing]:
        """Its plane between samples x [S, D]; circles of points [C, N, D] cross it."""
        try:
            plane = yield from plane_steps(x, self.name, space, self.positive)
        except ValueError as error:
            nan, note = np.nan, f"{str(error)[0].upper()}{str(error)[1:]}."
            return Crossing(self.name, space, nan, nan, (), (), 0, nan, nan, note)
        heights = plane.plane.decide(points).numpy()
        there = met(heights, self.read, self.angles)
        return Crossing(
            self.name,
            space,
            plane.accuracy,
            plane.chance,
            there.said,
            there.seen,
            there.found,
            there.agreement,
            there.usual,
        )


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    return key_of(request, desk, drawn_key(state), state.feel.samples)


def _crossings(request: Request, desk: Desk) -> Steps:
    state, reader = request.state, reader_of(desk)
    network, label = maker(desk, state).generator, desk.class_of(state)
    curves = yield from curves_steps(request, desk)
    if not curves.is_read:
        raise ValueError(curves.sentence)
    samples = yield from samples_steps(state, desk, state.feel.samples, "Samples")
    assert samples.readings is not None
    labels = labels_of(samples.readings, reader, network.config.resolution)
    factors = _factors_of(curves, labels.names, labels.positive)
    drawn = yield from circles_steps(state, desk)
    z = drawn.z[list(np.argsort(drawn.places))]
    along = []
    for circle in z:
        yield None
        along.append(mapped(network, circle, label))
    w = truncate(torch.stack(along), network.mapping.w_avg, state.psi).cpu()
    places = {"z": (samples.z, z), "w": (samples.w, w)}
    found = Crossings(
        len(samples.z), curves.circles, (), total=len(SPACES) * len(factors)
    )
    for done, factor in enumerate(factors):
        yield Progress(f"Planes: {factor.name}", done / len(factors))
        for space in SPACES:
            row = yield from factor.crossed(space, *places[space])
            found = replace(found, rows=(*found.rows, row))
        yield found
    if isinstance(state.model, Live):
        return found  # the next snapshot comes before the twins of this one would
    return (yield from _beside_twins(found, factors, samples.z, z, request, desk))


def _factors_of(
    curves: FactorCurves, names: tuple[str, ...], positive: Tensor
) -> list[_Factor]:
    """The readable factors: yes and no first, for those are what the blog meant."""
    readable = curves.readable
    order = sorted(
        range(len(readable)), key=lambda k: not curves.factors[readable[k]].binary
    )
    found = []
    for place in order:
        column = readable[place]
        read = curves.values[..., column].astype(np.float64)
        read -= curves.factors[column].middle
        found.append(_Factor(names[place], positive[:, place], read, curves.angles))
    return found


def _beside_twins(
    found: Crossings,
    factors: list[_Factor],
    samples: Tensor,
    circles: Tensor,
    request: Request,
    desk: Desk,
) -> Steps:
    """The same planes in the W of untrained mappings; samples and circles are z."""
    state, model = request.state, desk.model(request.state)
    config, label = model.generator.mapping.config, desk.class_of(state)
    changes = {row.name: row.changes for row in found.of("w") if not row.note}

    def measure(twin: MappingNetwork) -> Generator[object, None, dict[str, float]]:
        w = yield from mapped_steps(twin, samples, label)
        points = yield from mapped_steps(twin, circles, label)
        points = truncate(points, twin.w_avg, state.psi)
        rows: list[Crossing] = []
        for factor in factors:
            rows.append((yield from factor.crossed("w", w, points)))
        return plane_figures(tuple(rows))

    def show(figures: list[dict[str, float]]) -> Crossings:
        twins = plane_twins(figures, config.depth, changes, TWINS)
        return replace(found, twins=twins)

    drawn = (drawn_key(state), state.feel.samples)
    key = ("crossings", model.key, label, noise_of(state), *drawn)
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, first=first)
    return (yield from steps)


CROSSINGS = Stage("crossings", with_seed(_key), _crossings, measure=True, long=True)
