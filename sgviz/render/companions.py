"""What is drawn beside the scene: what nobody trained, the shuffled network, a second.

They follow the scene: the same circles, the same space, the same projection, each
about its own mean w. So it is a stage of its own behind it, which delays neither the
scene nor the image.
"""

from collections.abc import Generator as Finding
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.stand_ins import random_z
from sgviz.curves import CurveSet
from sgviz.frame import Companion, Companions
from sgviz.geometry.projection import Basis, turned_onto
from sgviz.render.desk import MAX_POINTS, Desk
from sgviz.render.elsewhere import WHITE_OF, Other, Place
from sgviz.render.others import (
    has_greys,
    is_anything,
    is_still,
    others_of,
    second_key,
)
from sgviz.render.placing import Panel, Placing
from sgviz.render.projecting import basis_for
from sgviz.render.request import Key, Request
from sgviz.render.scene import P_N, whose_are
from sgviz.render.spaces import Inside
from sgviz.render.stage import Steps as StageSteps
from sgviz.state import (
    CircleSet,
    CirclesFile,
    InZ,
    ManyCircles,
    OneSpace,
    Pca,
    SideBySide,
    State,
)

ONLY_CIRCLES = "Beside: only circles are drawn of other networks"
ALL_THE_SAME = "Beside: Z is the same for all networks"
RANDOM = "Beside: random great circles, for the file holds no z"
NO_Z = "The file of circles holds no z to give to a second network"
OWN_P_N = f"each in its own P_N, of {WHITE_OF:,} samples of w"
OWN_COMPONENTS = "each along its own components, turned to meet the first"
FEW_POINTS = 160
NOTHING = Companions()


def companions_key(request: Request, desk: Desk) -> Key:
    """What is drawn beside, and the scene beside which it is drawn."""
    beside, drawn = request.state.beside, desk.drawn
    if not is_anything(beside) or drawn is None:
        return Key(None)
    what = (beside, drawn.key.what, is_still(request))
    return Key(what, (drawn.key, drawn.placing, second_key(beside, desk)))


def companions(request: Request, desk: Desk) -> StageSteps:
    """Every network beside, one after another: the second network comes first."""
    state, drawn = request.state, desk.drawn
    if not is_anything(state.beside) or drawn is None:
        return NOTHING
    curves = yield from desk.curves(replace(state, psi=1.0))
    waiting = has_greys(state.beside) and not is_still(request)
    titles = _titles(state, drawn.placing)
    note = RANDOM if curves.z is None else ""
    made = Companions(of=state.circles, titles=titles, waiting=waiting, note=note)
    if problem := _why_none(state, drawn.placing):
        return replace(made, note=problem, waiting=False)
    main = yield from _Main.of(state, curves, drawn.placing, desk)
    others = list(others_of(request, desk))
    room = max(0, MAX_POINTS // max(1, curves.w[..., 0].numel()))
    if len(others) > room:
        said = (note, _too_many(len(others), room, curves))
        made = replace(made, note=" · ".join(filter(None, said)))
        others = others[:room]
    made = replace(made, total=len(others))
    for other in others:
        found = yield from _companion(other, main, desk)
        made = replace(made, items=(*made.items, found))
        if len(made.items) < len(others):
            yield made
    return made


@dataclass(frozen=True, eq=False)
class _Main:
    """The circles of the scene: by value, in Z, and in the spaces of the picture.

    ``z`` is what goes through the other networks: that of the ``curves``, or (where
    ``is_random``) of as many random great circles, which to a network that nobody
    trained are as good as any.
    """

    state: State
    curves: CurveSet
    z: Tensor
    placing: Placing
    inside: dict[OneSpace, Inside]

    @property
    def is_random(self) -> bool:
        """Whether the circles on the screen come without z."""
        return self.curves.z is None

    @classmethod
    def of(
        cls, state: State, curves: CurveSet, placing: Placing, desk: Desk
    ) -> Finding[None, None, "_Main"]:
        """The spaces of a picture, and where the curves lie in them."""
        shown = yield from desk.curves(state)
        whose = whose_are(state, shown, desk)
        inside: dict[OneSpace, Inside] = {}
        for panel in placing.panels:
            work = desk.spaces.inside(panel.space, whose, state.centred)
            inside[panel.space] = yield from work
        z = curves.z
        if z is None:
            z_dim = desk.model(state).generator.config.z_dim
            z = random_z(z_dim, curves.angle.double(), len(curves.w)).float()
        return cls(state, curves, z, placing, inside)


def _companion(other: Other, main: _Main, desk: Desk) -> Finding[None, None, Companion]:
    """One network beside, in the slices of the scene; a sentence where it is not."""
    nowhere = np.zeros((0, *main.curves.w.shape[:2], 3), dtype=np.float32)
    try:
        if main.is_random and other.kind == "model":
            raise ValueError(NO_Z)
        places = yield from _places(other, main, desk)
        scales = {
            space: spread(main.inside[space].points) / max(spread(place.points), 1e-30)
            if main.state.beside.same_scale
            else 1.0
            for space, place in places.items()
        }
        placing, note = _placing_for(places, other, main)
        positions = placing.apply(
            lambda space: _moved(places[space], scales[space], placing, space)
        )
    except ValueError as error:
        said = str(error)
        return Companion(other.kind, other.title, nowhere, 1.0, said, other.facts)
    first = next(iter(scales.values()))
    return Companion(other.kind, other.title, positions, first, note, other.facts)


def _places(
    other: Other, main: _Main, desk: Desk
) -> Finding[None, None, dict[OneSpace, Place]]:
    state, z = main.state, main.z
    circles: Hashable = state.circles
    found: dict[OneSpace, Place] = {}
    for panel in main.placing.panels:
        if isinstance(panel.space, InZ):
            found[panel.space] = Place(z, torch.zeros(z.shape[-1]))
            continue
        work = desk.elsewhere.found(other, circles, z, panel.space, state.psi)
        place = yield from work
        if not state.centred:
            place = replace(place, zero=torch.zeros_like(place.zero))
        found[panel.space] = place
    return found


def _placing_for(
    places: dict[OneSpace, Place], other: Other, main: _Main
) -> tuple[Placing, str]:
    """The scene's directions; own ones of the same kind where W has another size."""
    panels, said = [], []
    own_components = isinstance(main.state.projection, Pca) and other.kind != "model"
    if own_components:
        said.append(OWN_COMPONENTS)
    if P_N in places and other.kind != "infinite":
        said.append(OWN_P_N)
    for panel in main.placing.panels:
        place = places[panel.space]
        if place.points.shape[-1] != len(panel.basis.centre):
            own = basis_for(place.points, main.state.projection, place.zero)
            panel = replace(panel, basis=own)
            said.append(f"{place.points.shape[-1]} coordinates: drawn along its own")
        elif own_components:
            panel = replace(panel, basis=_own_components(place, panel, main))
        panels.append(panel)
    note = " · ".join(dict.fromkeys(said))
    return replace(main.placing, panels=tuple(panels)), note


def _own_components(place: Place, panel: Panel, main: _Main) -> Basis:
    """A network's own components, turned within what they span onto the scene's.

    Those of another network are no directions of its own: nothing would be seen there.
    Few points are enough to find them.
    """
    points = place.points.flatten(0, 1)
    step = -(-len(points) // FEW_POINTS)
    basis = basis_for(points[::step], main.state.projection, place.zero)
    target = panel.basis.apply(main.inside[panel.space].points.flatten(0, 1)[::step])
    return turned_onto(basis, points[::step], torch.from_numpy(target[0]))


def _moved(place: Place, scale: float, placing: Placing, space: OneSpace) -> Tensor:
    """Points about their own zero, times ``scale``, now about the zero of the basis."""
    panel: Panel = next(each for each in placing.panels if each.space == space)
    return panel.basis.centre + scale * (place.points - place.zero)


def spread(points: Tensor) -> float:
    """Root mean square distance of points [..., D] from their mean."""
    flat = points.reshape(-1, points.shape[-1])
    return float((flat - flat.mean(dim=0)).square().sum(dim=1).mean().sqrt())


def _titles(state: State, placing: Placing) -> tuple[str, ...]:
    """The titles of the scene's slices."""
    if isinstance(state.space, SideBySide):
        return tuple(t for panel in placing.panels for t in panel.basis.titles)
    nearer = 0 if (placing.share or 0.0) < 0.5 else -1
    return placing.panels[nearer].basis.titles


def _why_none(state: State, placing: Placing) -> str:
    """Why nothing at all is drawn beside, in one sentence; mostly nothing."""
    if not isinstance(state.circles, CircleSet | CirclesFile | ManyCircles):
        return ONLY_CIRCLES
    if all(isinstance(panel.space, InZ) for panel in placing.panels):
        return ALL_THE_SAME
    return ""


def _too_many(count: int, room: int, curves: CurveSet) -> str:
    points = curves.w[..., 0].numel()
    return (
        f"Beside: {room} of {count} networks: {MAX_POINTS:,} points can be mapped at "
        f"a time, and each has {points:,}"
    )
