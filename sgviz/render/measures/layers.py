"""The circles after every layer, and after those of untrained twins."""

from dataclasses import replace

from sgviz.analysis.layers import closed_form, layer_figures_steps, stacked
from sgviz.frame import Progress
from sgviz.measured.layers import Layers
from sgviz.models.untrained import untrained_mapping
from sgviz.render.desk import Desk
from sgviz.render.measures.curves import measured_curves
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps

TWINS = 20
# No network is compared with its own start: a run of seed n begins as the twin of n.
FIRST_SEED = 1_000_000
SHOWN_TOGETHER = 5


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
    mapping, label = desk.model(state).generator.mapping, desk.class_of(state)
    trained = yield from layer_figures_steps(mapping, curves.z, label)
    found = Layers(
        circles=curves.names,
        points=len(curves.angle),
        trained=trained,
        closed=closed_form(mapping.config),
        total=TWINS,
        note=curves.note,
    )
    # Twins depend on the sizes of a network alone, and those of a run stay.
    key = ("layers", mapping.config, state.circles, label)
    means = desk.spaces.twins.get(key)
    means = desk.spaces.twins.put(key, []) if means is None else means
    while len(means) < TWINS:
        if len(means) % SHOWN_TOGETHER == 0:
            yield replace(found, twins=stacked(means)) if means else found
        twin = untrained_mapping(mapping.config, FIRST_SEED + len(means), centred=False)
        yield Progress(f"Untrained twins: {len(means)} of {TWINS}", len(means) / TWINS)
        figures = yield from layer_figures_steps(twin, curves.z.cpu(), label)
        means.append(figures.mean)
    return replace(found, twins=stacked(means))


LAYERS = Stage("layers", _key, _layers, measure=True, long=True)
