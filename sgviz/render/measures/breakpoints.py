"""The stage of the bends: where the circle on the ring bends in W, layer by layer."""

import math

from sgviz.analysis.breakpoints import Bends, bends_steps
from sgviz.frame import Progress
from sgviz.geometry import null_model, wave
from sgviz.measured.breakpoints import Breakpoints
from sgviz.models.mapping import MappingConfig
from sgviz.render.desk import Desk, ring_of
from sgviz.render.measures.metric import circles_key, circles_of_z, exact_mapping
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

SHOWN_EVERY = 3  # sectors


def ring_key(request: Request, desk: Desk) -> Key:
    """The circles, and which of them is on the ring."""
    key = circles_key(request, desk)
    return Key((key.what, request.state.ring), key.version)


def _breakpoints(request: Request, desk: Desk) -> Steps:
    curves, z = yield from circles_of_z(request, desk)
    ring = min(ring_of(curves, request.state.ring), len(z) - 1)
    circle = wave.wave_of(z[ring], curves.angle)
    if float(circle[:2].norm()) < 1e-6:
        raise ValueError(f"{curves.names[ring]} is a single point: nothing bends.")
    model = desk.model(request.state)
    mapping = yield from exact_mapping(desk, model)
    label = model.class_of(request.state)

    def measured(bends: Bends) -> Breakpoints:
        return Breakpoints(
            name=curves.names[ring],
            circle=ring,
            angles=tuple(angles.numpy() for angles in bends.angles),
            width=mapping.config.w_dim,
            untrained=rice(mapping.config, float(circle[2].norm() / z[ring, 0].norm())),
            until=bends.until,
            of=request.state.circles,
        )

    steps, sector = bends_steps(mapping, circle, label), 0
    while True:
        try:
            bends = next(steps)
        except StopIteration as end:
            return measured(end.value)
        if bends is None:
            yield None
            continue
        sector += 1
        yield Progress(f"Bends of {curves.names[ring]}", bends.until / math.tau)
        if sector % SHOWN_EVERY == 0:
            yield measured(bends)


def rice(config: MappingConfig, still: float) -> float:
    """Bends a layer of an untrained network: 2 width sqrt(-rho''(0)).

    -rho''(0) is the share of what enters the first layer that moves: without the
    label's embedding, and without the centre of a small circle (``still``: its share of
    the norm).
    """
    moves = 1.0 - still * still
    if config.c_dim:
        moves *= config.z_dim / (config.z_dim + config.embed_dim)
    return null_model.flips(config.w_dim) * math.sqrt(moves)


BREAKPOINTS = Stage("breakpoints", ring_key, _breakpoints, measure=True, long=True)
