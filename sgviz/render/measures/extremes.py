"""Stages: sigma_1 and the condition along the circles, and those of untrained twins."""

import math
from collections.abc import Generator

import numpy as np
from torch import Tensor

from sgviz.analysis.extremes import largest_steps, smallest_steps
from sgviz.analysis.jacobian import exact
from sgviz.frame import Progress
from sgviz.measured.beside import twins_of
from sgviz.measured.extremes import Extremes, ExtremesNull, extreme_figures
from sgviz.measured.metric import Numbers, ends_of
from sgviz.measured.null import who_of
from sgviz.models.mapping import MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.measures.metric import circles_key, circles_of_z, exact_mapping
from sgviz.render.measures.metric_null import TWINS, of_sizes
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

# Of at most so many circles so many points are measured; of twins, these.
CIRCLES, POINTS = 24, 48
TWIN_CIRCLES, TWIN_POINTS = 4, 6

Ends = Generator[None, None, tuple[Numbers, Numbers]]


def _extremes(request: Request, desk: Desk) -> Steps:
    curves, z = yield from circles_of_z(request, desk)
    model = desk.model(request.state)
    mapping = yield from exact_mapping(desk, model)
    label = model.class_of(request.state)
    every = _every(z, POINTS)
    few = z[:CIRCLES, ::every]
    found = np.full((2, *few.shape[:2]), math.nan)
    for at, rows in enumerate(few):
        words = f"Singular values along {curves.names[at]}"
        yield Progress(words, at / len(few))
        found[:, at] = yield from _ends(mapping, rows, label)
        yield Extremes(
            curves.names[: len(few)],
            curves.angle[::every].numpy(),
            found[0].copy(),
            found[1].copy(),
            request.state.circles,
        )
    angles = curves.angle[::every].numpy()
    names, of = curves.names[: len(few)], request.state.circles
    return Extremes(names, angles, found[0], found[1], of)


def _every(z: Tensor, points: int) -> int:
    """Every how many of the points [C, N, D] are measured."""
    return max(1, -(-z.shape[1] // points))


def _ends(mapping: MappingNetwork, z: Tensor, label: int) -> Ends:
    largest = yield from largest_steps(mapping, z, label)
    smallest = yield from smallest_steps(mapping, z, label)
    return largest.numpy(), smallest.numpy()


def _null_key(request: Request, desk: Desk) -> Key:
    return of_sizes(circles_key(request, desk), request)


def _null(request: Request, desk: Desk) -> Steps:
    state, first = request.state, request.state.beside.twin_seed
    curves, z = yield from circles_of_z(request, desk)
    every = _every(z, TWIN_POINTS)
    few = z[:TWIN_CIRCLES, ::every]
    angles = curves.angle[::every].numpy()
    config, label = desk.model(state).generator.mapping.config, desk.class_of(state)

    def measure(twin: MappingNetwork) -> Ends:
        ends = yield from _ends(exact(twin), few.flatten(0, 1), label)
        largest, smallest = (x.reshape(few.shape[:2]) for x in ends)
        return largest, np.asarray(np.log10(largest / smallest))

    def show(found: list[tuple[Numbers, Numbers]]) -> ExtremesNull:
        figures = [extreme_figures(*each) for each in found]
        largest, condition = (np.concatenate(x) for x in zip(*found, strict=True))
        twins = twins_of(figures, who_of(config.depth, first), total=TWINS)
        return ExtremesNull(twins, angles, ends_of(largest), ends_of(condition))

    key = ("extremes", state.circles, label)
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


EXTREMES = Stage("extremes", circles_key, _extremes, measure=True, long=True)
EXTREMES_NULL = Stage(
    "extremes_null", with_seed(_null_key), _null, measure=True, long=True
)
