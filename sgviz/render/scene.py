"""The scene and the marker: the circles in a space, projected, and the latent there."""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch

from sgviz.curves import CurveSet
from sgviz.families import hues_of, levels_of
from sgviz.frame import Floats, Marker, Scene
from sgviz.geometry.projection import Basis, Positions
from sgviz.models.generator import truncate
from sgviz.naming import row_words
from sgviz.render.desk import Desk, Drawn
from sgviz.render.many import is_many, many_scene
from sgviz.render.placing import Panel, Placing
from sgviz.render.projecting import basis_for
from sgviz.render.request import Key, Request
from sgviz.render.spaces import Inside, Whose
from sgviz.render.stage import Steps
from sgviz.space_names import space_name
from sgviz.spaces import SAMPLES, Rows, is_w, rows_in
from sgviz.state import (
    CirclesFile,
    Fan,
    InLayer,
    InP,
    InStyle,
    OneSpace,
    Pca,
    SideBySide,
    State,
)

P_N = InP(normalised=True)


@dataclass(frozen=True, eq=False)
class Placed:
    """Curves in the picture: how they come there, where they lie, in which spaces."""

    placing: Placing
    positions: Positions
    inside: tuple[Inside, ...]

    @property
    def basis(self) -> Basis:
        """Of the first panel, or of the end that is nearer."""
        first = (self.placing.share or 0.0) < 0.5
        return self.placing.panels[0 if first else -1].basis


def scene_key(request: Request, desk: Desk) -> Key:
    """What a scene depends on."""
    state = request.state
    what = (state.model, state.circles, state.psi, state.projection, state.centred)
    return Key((what, state.space, desk.class_of(state)), desk.model_key(state))


def scene(request: Request, desk: Desk) -> Steps:
    """The circles of a state, projected; P_N is shown while its samples are drawn."""
    key = scene_key(request, desk)
    try:
        if is_many(request.state):
            return (yield from many_scene(key, request.state, desk))
        curves = yield from desk.curves(request.state)
        whose = whose_are(request.state, curves, desk)
        sampled = P_N in spaces_of(request.state)
        if sampled and desk.spaces.white(whose) is None:
            yield from desk.spaces.sample(whose)
        made = yield from _drawn(key, request.state, whose, desk)
        while sampled and not _is_sampled(desk, whose):
            yield made
            yield from desk.spaces.sample(whose)
            made = yield from _drawn(key, request.state, whose, desk)
        return made
    except Exception:
        # No curves are on the screen now, so there is nothing to be marked.
        desk.drawn = None
        raise


def spaces_of(state: State) -> tuple[OneSpace, ...]:
    """The spaces that a state shows."""
    space = state.space
    return space.spaces if isinstance(space, SideBySide) else (space,)


def whose_are(state: State, curves: CurveSet, desk: Desk) -> Whose:
    """The curves and the network that made them, where that is the one that is open."""
    if not isinstance(state.circles, CirclesFile):
        model = desk.model(state)
        return Whose(curves, model.generator, model.key, model.class_of(state))
    try:
        model = desk.model(state)
    except ValueError:
        return Whose(curves)
    if curves.model_sha256 is None or curves.model_sha256 != model.sha256:
        return Whose(curves)
    return Whose(curves, model.generator, model.key, model.class_of(state))


def place(
    state: State, whose: Whose, desk: Desk, before: Basis | None = None
) -> Generator[None, None, Placed]:
    """The curves of a state in its space or spaces, projected.

    ``before`` is the basis of the frame before: components keep its signs.

    Raises
    ------
    ValueError
        One sentence: the space has no such coordinate, or these points are not in it.
    """
    space, share = state.space, None
    found: tuple[Inside, ...] = ()
    if isinstance(space, InLayer) and space.share and space.layer < whose.depth:
        share = space.share
        inside = yield from _inside(InLayer(space.layer), state, whose, desk)
        after = yield from _inside(InLayer(space.layer + 1), state, whose, desk)
        found = (inside, after)
    else:
        for each in spaces_of(state):
            inside = yield from _inside(each, state, whose, desk)
            found = (*found, inside)
    panels: tuple[Panel, ...] = ()
    for inside in found:
        basis = yield from _basis(inside, state, whose, desk, before)
        panels = (*panels, Panel(inside.space, basis))
    if isinstance(space, SideBySide):
        pairs = zip(panels, found, strict=True)
        panels = tuple(_of_size_one(panel, inside) for panel, inside in pairs)
    placing = Placing(panels, share)
    points = {inside.space: inside.points for inside in found}
    return Placed(placing, placing.apply(points.__getitem__), found)


def _inside(
    space: OneSpace, state: State, whose: Whose, desk: Desk
) -> Generator[None, None, Inside]:
    if isinstance(space, InLayer):
        space = replace(space, share=0.0)
    return (yield from desk.spaces.inside(space, whose, state.centred))


def _basis(
    inside: Inside, state: State, whose: Whose, desk: Desk, before: Basis | None
) -> Generator[None, None, Basis]:
    projection, space = state.projection, inside.space
    if isinstance(projection, Pca) and isinstance(space, InLayer):
        if not is_w(space, whose.depth):
            work = desk.spaces.turned(space.layer, whose, projection, state.centred)
            return (yield from work)
    return basis_for(inside.points, projection, inside.zero, before, inside.called)


def _of_size_one(panel: Panel, inside: Inside) -> Panel:
    """A panel whose furthest point is at distance 1 from its zero."""
    furthest = float(np.linalg.norm(panel.place(inside.points), axis=-1).max())
    return replace(panel, scale=1.0 / furthest if furthest > 0.0 else 1.0)


def _drawn(
    key: Key, state: State, whose: Whose, desk: Desk
) -> Generator[None, None, Scene]:
    before = desk.drawn.basis if desk.drawn else None
    placed = yield from place(state, whose, desk, before)
    curves, basis = whose.curves, placed.basis
    has_latents = desk.has_latents(state)
    model = desk.model(state) if has_latents else None
    # A fan has every psi: the latent lies on it where its own psi says.
    psi = state.psi if isinstance(state.circles, Fan) else curves.psi
    desk.drawn = Drawn(key, placed.placing, model, psi, whose.label)
    known = None if isinstance(state.circles, CirclesFile) else state.circles
    angles = np.broadcast_to(curves.angle.numpy(), curves.w.shape[:2])
    levels = None if known is None else levels_of(known)
    several = isinstance(state.space, SideBySide)
    panels = placed.placing.panels if several else ()
    return Scene(
        positions=placed.positions,
        angles=angles.astype(np.float32),
        circles=curves.names,
        titles=tuple(t for panel in panels for t in panel.basis.titles) or basis.titles,
        axes=("", "", "") if several else basis.axes,
        shares=() if several else basis.shares,
        note=_note(placed) or curves.note,
        has_latents=has_latents,
        of=state.circles,
        form=curves.form,
        closed=curves.closed,
        hues=None if known is None else hues_of(known),
        levels=distances(curves) if curves.form == "points" else levels,
        space=_space_words(placed, whose),
        panels=tuple(_panel_words(panel, whose) for panel in panels),
        panel_of=placed.placing.slices if several else (),
        panel_axes=tuple(panel.basis.axes for panel in panels),
        panel_radii=tuple(1.0 / panel.scale for panel in panels),
    )


def _note(placed: Placed) -> str:
    """What is to be said of the picture, a sentence each."""
    said = [inside.note for inside in placed.inside]
    said += [panel.basis.note for panel in placed.placing.panels]
    return " · ".join(dict.fromkeys(words for words in said if words))


def _space_words(placed: Placed, whose: Whose) -> str:
    names = [_space_title(panel.space, whose) for panel in placed.placing.panels]
    if placed.placing.share is not None:
        return f"{placed.placing.share:.0%} from {names[0]} to {names[1]}"
    return " | ".join(names)


def _space_title(space: OneSpace, whose: Whose) -> str:
    if isinstance(space, InStyle) and whose.network is not None:
        size, rest = row_words(whose.network.synthesis.row_names[space.row])
        return f"S {size} {rest}".strip()
    if is_w(space, whose.depth):
        return "W"
    return "Z" if space == InLayer(0) else space_name(space)


def _panel_words(panel: Panel, whose: Whose) -> str:
    """A panel's title: its space, and how far its furthest point is from zero."""
    return f"{_space_title(panel.space, whose)} · radius {1.0 / panel.scale:.3g}"


def distances(curves: CurveSet) -> Floats:
    """How far from w_avg each point of W is, [C, N], from 0 (near) to 1 (far)."""
    away = (curves.w - curves.centre).norm(dim=-1).numpy()
    low, high = np.quantile(away, (0.01, 0.99))
    scaled = (away - low) / max(float(high - low), 1e-12)
    levels: Floats = np.clip(scaled, 0.0, 1.0).astype(np.float32)
    return levels


def _is_sampled(desk: Desk, whose: Whose) -> bool:
    white = desk.spaces.white(whose)
    return white is not None and white.count >= SAMPLES


# marker: where the state's latent lies among the curves that are on the screen.


def marker_key(request: Request, desk: Desk) -> Key:
    """The picture that is on the screen, and the latent."""
    drawn = desk.drawn
    return Key((drawn and (drawn.key, drawn.placing), request.state.latent))


def marker(request: Request, desk: Desk) -> Marker:
    """Where a state's latent lies in every slice."""
    drawn = desk.drawn
    if drawn is None or drawn.model is None:
        return Marker(np.zeros((0, 3), dtype=np.float32))
    network = drawn.model.generator
    latent = request.state.latent
    w = desk.w_of(drawn.model, latent, drawn.label)
    w = truncate(w, network.mapping.w_avg, drawn.psi).cpu()
    z = on_sphere(desk.z_of(drawn.model, latent))
    rows = Rows(w, z, drawn.label)
    white = desk.spaces.white_of(drawn.model.key)
    placed = drawn.placing.apply(lambda space: rows_in(space, rows, network, white))
    return Marker(placed[:, 0])


def on_sphere(z: torch.Tensor) -> torch.Tensor:
    """Z [M, z_dim] brought to the norm of circles, sqrt(z_dim); zero stays zero."""
    norm = z.norm(dim=-1, keepdim=True).clamp(min=1e-30)
    moved: torch.Tensor = z / norm * z.shape[-1] ** 0.5
    return moved
