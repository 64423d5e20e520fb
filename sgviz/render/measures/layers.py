"""The circles after every layer, and after those of untrained twins."""

from collections.abc import Generator
from dataclasses import replace

from sgviz.analysis.layers import closed_form, layer_figures_steps, stacked
from sgviz.measured.layers import LayerFigures, Layers
from sgviz.models.mapping import MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.measures.curves import measured_curves
from sgviz.render.measures.twins import twins_steps, with_seed
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

TWINS = 20


def _key(request: Request, desk: Desk) -> Key:
    """Of psi it does not depend: layers are measured before truncation."""
    state = request.state
    what = (state.model, state.circles, desk.class_of(state))
    return Key(what, desk.model_key(state))


def _layers(request: Request, desk: Desk) -> Steps:
    state = request.state
    if not desk.has_latents(state):
        raise ValueError("Layers need the network that made these circles.")
    whole = replace(request, state=replace(state, psi=1.0))
    curves = yield from measured_curves(whole, desk)
    if curves.z is None:
        raise ValueError("The file holds no z: nothing can go through the layers.")
    z = curves.z.cpu()
    mapping, label = desk.model(state).generator.mapping, desk.class_of(state)
    trained = yield from layer_figures_steps(mapping, curves.z, label)
    found = Layers(
        circles=curves.names,
        points=len(curves.angle),
        trained=trained,
        closed=closed_form(mapping.config),
        total=TWINS,
        note=curves.note,
        first_seed=state.beside.twin_seed,
    )

    def measure(twin: MappingNetwork) -> Generator[None, None, LayerFigures]:
        return (yield from layer_figures_steps(twin, z, label)).mean

    def show(means: list[LayerFigures]) -> Layers:
        return replace(found, twins=stacked(means))

    yield found
    # Twins depend on the sizes of a network alone, and those of a run stay.
    key, config = ("layers", state.circles, label), mapping.config
    first = state.beside.twin_seed
    steps = twins_steps(desk, key, config, TWINS, measure, show, False, first)
    return (yield from steps)


LAYERS = Stage("layers", with_seed(_key), _layers, measure=True, long=True)
