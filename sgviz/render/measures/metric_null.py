"""The pulled-back metric of untrained twins: at the latent, and along the circles."""

from collections.abc import Generator

import numpy as np
import torch

from sgviz.analysis.jacobian import exact, jacobian_steps, on_sphere, rank
from sgviz.analysis.volume import log_volume_steps
from sgviz.geometry import wave
from sgviz.measured.beside import twins_of
from sgviz.measured.metric import (
    BasisNull,
    Numbers,
    StretchNull,
    basis_figures,
    ends_of,
    stretch_figures,
)
from sgviz.measured.null import who_of
from sgviz.models.mapping import MappingNetwork
from sgviz.render.aside import aside
from sgviz.render.desk import Desk
from sgviz.render.measures.metric import (
    along_steps,
    based_on,
    basis_key,
    circles_key,
    circles_of_z,
    exact_values,
)
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.state import Live

TWINS = 20
# Of every twin so many circles, at most so many points of each.
CIRCLES, POINTS = 6, 24

Curves = tuple[Numbers, Numbers]


def of_sizes(key: Key, request: Request) -> Key:
    """Twins depend on the sizes of a network alone, and those of a run stay."""
    return Key(key.what, "live") if isinstance(request.state.model, Live) else key


def _stretch_key(request: Request, desk: Desk) -> Key:
    return of_sizes(circles_key(request, desk), request)


def _stretch(request: Request, desk: Desk) -> Steps:
    state, first = request.state, request.state.beside.twin_seed
    curves, z = yield from circles_of_z(request, desk)
    every = max(1, z.shape[1] // POINTS)
    angles = curves.angle[::every]
    rows, toward = [], []
    for points in z[:CIRCLES]:
        try:
            circle = wave.wave_of(points, curves.angle)
        except ValueError:
            continue  # what is no circle has no direction; its own stage says so
        rows.append(points[::every])
        toward.append(wave.velocity(circle, angles))
    if not rows:
        raise ValueError("Nothing here is a circle of Z: no untrained twin has it.")
    mapping, label = desk.model(state).generator.mapping, desk.class_of(state)

    def measure(twin: MappingNetwork) -> Generator[None, None, Curves]:
        network, along = exact(twin), []
        for points, v in zip(rows, toward, strict=True):
            along.append((yield from along_steps(network, points, v, label)))
        flat = yield from log_volume_steps(network, torch.cat(rows), label)
        logs = flat.reshape(len(rows), -1).numpy() / rank(network)
        return np.stack(along), logs

    def show(found: list[Curves]) -> StretchNull:
        figures = [stretch_figures(*each) for each in found]
        along, logs = (np.concatenate(part) for part in zip(*found, strict=True))
        return StretchNull(
            twins_of(figures, who_of(mapping.config.depth, first), total=TWINS),
            angles.numpy(),
            ends_of(along),
            ends_of(np.exp(logs)),
        )

    key = ("stretch", state.circles, label)
    config = mapping.config
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


def _basis_key(request: Request, desk: Desk) -> Key:
    return of_sizes(basis_key(request, desk), request)


def _basis(request: Request, desk: Desk) -> Steps:
    state, first = request.state, request.state.beside.twin_seed
    model, latent = desk.model(state), based_on(state.latent)
    config, label = model.generator.mapping.config, model.class_of(state)
    z = on_sphere(desk.z_of(model, latent))

    def measure(twin: MappingNetwork) -> Generator[None, None, Numbers]:
        network = exact(twin)
        product = yield from jacobian_steps(network, z, label)
        upper = yield from aside(lambda: torch.linalg.svdvals(product[0]))
        found: Numbers = (yield from exact_values(network, z, label, upper)).numpy()
        return found

    def show(found: list[Numbers]) -> BasisNull:
        figures = [basis_figures(values) for values in found]
        who = who_of(config.depth, first)
        return BasisNull(twins_of(figures, who, total=TWINS), ends_of(np.stack(found)))

    key = ("local basis", latent, label)
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


STRETCH_NULL = Stage(
    "stretch_null", with_seed(_stretch_key), _stretch, measure=True, long=True
)
BASIS_NULL = Stage(
    "local_basis_null", with_seed(_basis_key), _basis, measure=True, long=True
)
METRIC_NULL = (STRETCH_NULL, BASIS_NULL)
