"""Bends, flatness and the geodesic of untrained twins: one circle, one way."""

from collections.abc import Callable, Generator

from torch import Tensor

from sgviz.analysis.breakpoints import bends_steps
from sgviz.analysis.geodesic import descend_steps
from sgviz.analysis.jacobian import exact
from sgviz.geometry import wave
from sgviz.measured.beside import Twins, twins_of
from sgviz.measured.breakpoints import Breakpoints, bend_figures
from sgviz.measured.geodesic import way_figures
from sgviz.measured.grassmann import COMPARED_EVERY, flat_figures
from sgviz.measured.null import who_of
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.render.desk import Desk, ring_of
from sgviz.render.measures.breakpoints import ring_key
from sgviz.render.measures.flatness import POINTS, flatness_steps
from sgviz.render.measures.geodesic import measured, way_key
from sgviz.render.measures.metric import circles_of_z
from sgviz.render.measures.metric_null import of_sizes
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

TWINS = 20

Figures = Generator[object | None, None, dict[str, float]]
OfCircle = Callable[[MappingNetwork, Tensor, int], Figures]


def _bends(mapping: MappingNetwork, circle: Tensor, label: int) -> Figures:
    bends = yield from bends_steps(exact(mapping), circle, label)
    angles = tuple(layer.numpy() for layer in bends.angles)
    return bend_figures(Breakpoints("", 0, angles, mapping.config.w_dim, 0.0))


def _flatness(mapping: MappingNetwork, circle: Tensor, label: int) -> Figures:
    points = POINTS // COMPARED_EVERY
    found = yield from flatness_steps(mapping, circle, label, "", 0, points)
    return flat_figures(found)


def _along_the_ring(name: str, of_circle: OfCircle) -> Callable[..., Steps]:
    """Figures of the circle on the ring, through twins."""

    def run(request: Request, desk: Desk) -> Steps:
        curves, z = yield from circles_of_z(request, desk)
        ring = min(ring_of(curves, request.state.ring), len(z) - 1)
        circle = wave.wave_of(z[ring], curves.angle)
        label = desk.class_of(request.state)
        config = desk.model(request.state).generator.mapping.config

        def measure(twin: MappingNetwork) -> Figures:
            return (yield from of_circle(twin, circle, label))

        key = (name, request.state.circles, ring, label)
        first = request.state.beside.twin_seed
        return (yield from _twins(desk, key, config, measure, first))

    return run


def _ring_key(request: Request, desk: Desk) -> Key:
    return of_sizes(ring_key(request, desk), request)


def _geodesic_key(request: Request, desk: Desk) -> Key:
    state = request.settled
    return of_sizes(Key(way_key(state, desk), desk.model_key(state)), request)


def _geodesic(request: Request, desk: Desk) -> Steps:
    state = request.settled
    model = desk.model(state)
    a, b = (desk.z_of(model, each) for each in (state.latent, state.latent_b))
    label = model.class_of(state)

    def measure(twin: MappingNetwork) -> Figures:
        descent = yield from descend_steps(twin, a, b, label)
        return way_figures(measured(descent, ("", "")))

    key = ("geodesic", state.latent, state.latent_b, label)
    config, first = model.generator.mapping.config, request.state.beside.twin_seed
    return (yield from _twins(desk, key, config, measure, first))


def _twins(
    desk: Desk,
    key: tuple[object, ...],
    config: MappingConfig,
    measure: Callable[[MappingNetwork], Figures],
    first: int,
) -> Steps:
    def show(found: list[dict[str, float]]) -> Twins:
        return twins_of(found, who_of(config.depth, first), total=TWINS)

    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


BENDS_NULL = Stage(
    "breakpoints_null",
    with_seed(_ring_key),
    _along_the_ring("bends", _bends),
    measure=True,
    long=True,
)
FLATNESS_NULL = Stage(
    "flatness_null",
    with_seed(_ring_key),
    _along_the_ring("flatness", _flatness),
    measure=True,
    long=True,
)
GEODESIC_NULL = Stage(
    "geodesic_null", with_seed(_geodesic_key), _geodesic, measure=True, long=True
)
BENDING_NULL = (BENDS_NULL, FLATNESS_NULL, GEODESIC_NULL)
