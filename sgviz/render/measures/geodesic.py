"""The stage of the geodesic: from A to B by descent, and the images along both ways."""

from collections.abc import Generator, Hashable
from dataclasses import replace

import numpy as np
import torch

from sgviz.analysis.geodesic import Descent, Path, descend_steps
from sgviz.curves import Clock
from sgviz.frame import Progress
from sgviz.measured.geodesic import Geodesic, Strip, Way
from sgviz.models.generator import styled, to_pixels
from sgviz.models.mapping import MappingNetwork
from sgviz.naming import latent_name
from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.render.styling import rows_of, synthesize_steps
from sgviz.state import State

IMAGES = 9
SIDE = 128


def _key(request: Request, desk: Desk) -> Key:
    state = request.settled
    return Key((way_key(state, desk), _look(state)), desk.model_key(state))


def way_key(state: State, desk: Desk) -> Hashable:
    """What both ways depend on, beside the version of the network."""
    return (state.model, state.latent, state.latent_b, desk.class_of(state))


def _look(state: State) -> Hashable:
    """What the images depend on beside the ways."""
    noise = (state.noise, state.noise_seed)
    return (state.psi, state.cutoff, state.styles.psi, state.styles.noise, *noise)


def _geodesic(request: Request, desk: Desk) -> Steps:
    state = request.settled
    model = desk.model(state)
    found = yield from _ways(state, model, desk)
    yield found
    if not model.generator.num_ws or model.generator.config.family == "geometry":
        return found
    strips: list[Strip] = []
    for way in (found.great, found.best):
        strip = yield from _strip(way, model, state)
        strips.append(strip)
        if len(strips) == 1:
            yield replace(found, great=replace(way, images=strip))
    great, best = strips
    return replace(
        found,
        great=replace(found.great, images=great),
        best=replace(found.best, images=best),
    )


def _ways(
    state: State, model: Model, desk: Desk
) -> Generator[object | None, None, Geodesic]:
    """Both ways, shown while the descent goes on; the newest ones are kept."""
    kept = way_kept(state, desk)
    if kept is not None and kept.is_whole:
        return kept
    key = _kept_key(state, desk)
    names = (latent_name(state.latent), latent_name(state.latent_b))
    a, b = (desk.z_of(model, each) for each in (state.latent, state.latent_b))
    label = model.class_of(state)
    mapping: MappingNetwork = model.generator.mapping
    steps = descend_steps(mapping, a, b, label)
    while True:
        try:
            descent = next(steps)
        except StopIteration as end:
            found = measured(end.value, names)
            desk.kept.put(key, found)
            return found
        if descent is None:
            yield None
            continue
        share = (len(descent.energies) - 1) / descent.total
        yield Progress("The geodesic from A to B", share)
        so_far = measured(descent, names)
        desk.kept.put(key, so_far)
        yield so_far


def way_kept(state: State, desk: Desk) -> Geodesic | None:
    """The ways from A to B, as far as they are known already."""
    kept = desk.kept.get(_kept_key(state, desk))
    return kept if isinstance(kept, Geodesic) else None


def _kept_key(state: State, desk: Desk) -> Hashable:
    return ("geodesic", desk.model_key(state), way_key(state, desk))


def measured(descent: Descent, names: tuple[str, str]) -> Geodesic:
    """Both ways as numbers."""
    return Geodesic(
        names=names,
        great=_way(descent.great),
        best=_way(descent.best),
        energies=np.array(descent.energies),
        total=descent.total,
        images=IMAGES,
    )


def _way(path: Path) -> Way:
    return Way(path.z.numpy(), path.w.numpy())


def _strip(way: Way, model: Model, state: State) -> Generator[None, None, Strip]:
    """Images at equal steps of a way's parameter, with the styles of the state."""
    generator, clock = model.generator, Clock()
    at = np.linspace(0, len(way.w) - 1, IMAGES).round().astype(int)
    device = generator.mapping.w_avg.device
    rows = rows_of(model, state)
    psi = torch.tensor(rows.psi, device=device)
    made = []
    for place in at:
        w = torch.from_numpy(way.w[place][None]).to(device)
        ws = styled(w, w, generator.mapping.w_avg, psi, torch.zeros_like(psi))
        img = yield from synthesize_steps(model, state, ws, clock)
        factor = max(1, img.shape[-1] // SIDE)
        small = torch.nn.functional.avg_pool2d(img, factor) if factor > 1 else img
        made.append(to_pixels(small)[0].cpu().numpy())
        yield
    return np.stack(made)


GEODESIC = Stage("geodesic", _key, _geodesic, measure=True, long=True)
