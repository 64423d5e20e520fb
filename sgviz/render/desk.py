"""What the stages share: the network, latents, mapped circles, and their caches."""

from collections.abc import Generator as Steps
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from sgviz.curves import CurveSet, map_circles_steps
from sgviz.families import Points, circle_at, columns_of, point_at, row_count
from sgviz.geometry.projection import Basis
from sgviz.latents import latent_z
from sgviz.models.generator import truncate
from sgviz.models.synthesis import Entering
from sgviz.naming import no_circles
from sgviz.render.elsewhere import Elsewhere
from sgviz.render.lasting import Lasting
from sgviz.render.moving import Placed
from sgviz.render.placing import Placing
from sgviz.render.recent import Recent
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model, Sources
from sgviz.render.spaces import Spaces
from sgviz.state import CirclesFile, Fan, Focus, Given, Latent, State

if TYPE_CHECKING:
    from sgviz.render.many import Many

MAX_POINTS = 262_144

CurveSteps = Steps[None, None, CurveSet]


@dataclass(frozen=True, eq=False)
class Drawn:
    """The scene that was made last: how it was projected, and whose W it was."""

    key: Key
    placing: Placing
    model: Model | None
    psi: float
    label: int = 0

    @property
    def basis(self) -> Basis:
        """Of the first panel: the only one, where there are not several spaces."""
        return self.placing.panels[0].basis


class Desk:
    """The working place of one render thread."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._w: Recent[Hashable, torch.Tensor] = Recent(512)
        self._curves: Recent[Hashable, CurveSet] = Recent(3, MAX_POINTS, _points)
        self._mapping: tuple[Hashable, Lasting[CurveSet]] | None = None
        self.spaces, self.elsewhere = Spaces(), Elsewhere()
        self.drawn: Drawn | None = None
        self.many: Many | None = None
        self.entering: tuple[Hashable, Entering] | None = None
        self.placed: Placed | None = None
        self.kept: Recent[Hashable, object] = Recent(16)  # what measures share

    def model(self, state: State) -> Model:
        """The network of a state; FileError with one sentence where there is none."""
        return self.sources.model(state.model)

    def model_key(self, state: State) -> Hashable:
        """Changes when the network does, and when it becomes available."""
        try:
            return self.model(state).key
        except ValueError as error:
            return ("no network", str(error))

    def class_of(self, state: State) -> int:
        """The class that a state asks its network for; 0 where there is no network."""
        try:
            return self.model(state).class_of(state)
        except ValueError:
            return 0

    def w_of(self, model: Model, latent: Latent, label: int = 0) -> torch.Tensor:
        """W of a latent of a class before truncation, [1, w_dim]."""
        key = (model.key, latent, label)
        w = self._w.get(key)
        if w is None:
            z = self.z_of(model, latent)
            with torch.no_grad():
                w = model.generator.mapping(z.to(self.sources.device), label)
            self._w.put(key, w)
        return w

    def z_of(self, model: Model, latent: Latent) -> torch.Tensor:
        """Z of a latent, [1, z_dim] on the CPU, of whatever norm it has."""
        return latent_z(latent, model.generator.config.z_dim, self.sources.given)

    def shown_latent(self, state: State, focus: Focus) -> Latent:
        """The latent whose image is on the screen: under the hand, else the state's.

        Raises
        ------
        ValueError
            The circles come from a file that has no network, with the reason.
        """
        if isinstance(state.circles, CirclesFile):
            return self._shown_of_file(state, state.circles, focus)
        if focus.circle is None or focus.circle >= row_count(state.circles):
            return state.latent
        return point_at(state.circles, focus.circle, focus.angle).latent

    def has_latents(self, state: State) -> bool:
        """Whether the points of a state's circles have images."""
        try:
            self.shown_latent(state, Focus(circle=0))
        except ValueError:
            return False
        return True

    def curves(self, state: State) -> CurveSteps:
        """The circles of a state in W, truncated by its global psi, chunk by chunk."""
        if isinstance(state.circles, CirclesFile):
            return self._file(state.circles)
        curves = yield from self._mapped(state, state.circles)
        if state.psi == 1.0 or isinstance(state.circles, Fan):
            return curves
        return replace(
            curves, w=truncate(curves.w, curves.centre, state.psi), psi=state.psi
        )

    def leave_gpu(self, reason: str) -> bool:
        """Forget the GPU and everything on it; False where there is none."""
        self._w.clear()
        self._curves.clear()
        self.spaces.clear()
        self.elsewhere.clear()
        self.kept.clear()
        self.many = self._mapping = self.drawn = self.entering = self.placed = None
        return self.sources.leave_gpu(reason)

    def ring_latents(self, state: State, count: int) -> tuple[int, list[Latent]]:
        """The circle on the ring, and latents at ``count`` equal angles of it."""
        circles: Points | CurveSet | CirclesFile = state.circles
        if isinstance(circles, CirclesFile):
            circles = self._file(circles)
        ring = ring_of(circles, state.ring)
        if not isinstance(circles, CurveSet) and circle_at(circles, ring) is None:
            raise ValueError(
                f"No ring here: {no_circles(circles)}. Point at it in "
                "the W view to see its images"
            )
        angles = (2 * torch.pi * k / count for k in range(count))
        return ring, [
            self.shown_latent(state, Focus(circle=ring, angle=angle))
            for angle in angles
        ]

    def _mapped(self, state: State, circles: Points) -> CurveSteps:
        rows, points = row_count(circles), len(columns_of(circles))
        total = rows * points
        if total > MAX_POINTS:
            raise ValueError(
                f"{rows:,} circles of {points} points are "
                f"{total:,} points; {MAX_POINTS:,} can be mapped at a time"
            )
        model = self.model(state)
        label = model.class_of(state)
        key = (model.key, circles, label)
        curves = self._curves.get(key)
        if curves is None:
            curves = yield from self._mapping_of(key, model, circles, label)
            self._curves.put(key, curves)
        return curves

    def _mapping_of(
        self, key: Hashable, model: Model, circles: Points, label: int
    ) -> CurveSteps:
        """Map circles, or go on where a scene that was given up has left off.

        Psi and the projection may be dragged meanwhile: each of their values is
        another scene, of the same circles.
        """
        if self._mapping is None or self._mapping[0] != key:
            self._mapping = (key, Lasting())
        work, given = self._mapping, self.sources.given
        curves = yield from work[1].steps(
            lambda: map_circles_steps(model.generator, circles, given, label=label)
        )
        if self._mapping is work:
            self._mapping = None  # what is mapped is kept among the curves
        return curves

    def _file(self, file: CirclesFile) -> CurveSet:
        curves = self._curves.get(file)
        return curves or self._curves.put(file, self.sources.circles(file))

    def _shown_of_file(self, state: State, file: CirclesFile, focus: Focus) -> Latent:
        curves = self._file(file)
        if curves.model_sha256 is None:
            raise ValueError(
                "These circles are geometry only: the file names no network"
            )
        if curves.model_sha256 != self.model(state).mark:
            raise ValueError(
                "These circles are geometry only: they come from another network "
                f"(sha256 {curves.model_sha256[:12]}…) than the one that is open"
            )
        if curves.z is None:
            raise ValueError("These circles are geometry only: the file holds no z")
        if focus.circle is None or focus.circle >= len(curves.names):
            return state.latent
        away = (curves.angle - focus.angle + torch.pi) % (2 * torch.pi) - torch.pi
        row = focus.circle * len(away) + int(away.abs().argmin())
        return Given(file.path, file.sha256, row)


def ring_of(circles: Points | CurveSet, ring: int) -> int:
    """The circle on the ring: the last one where there are fewer."""
    if isinstance(circles, CurveSet):
        return min(ring, len(circles.names) - 1)
    return min(ring, row_count(circles) - 1)


def _points(curves: CurveSet) -> int:
    return curves.w.shape[0] * curves.w.shape[1]


def request_at_rest(request: Request) -> Request:
    """The request with the state it had when the drag under way began."""
    return replace(request, state=request.settled)
