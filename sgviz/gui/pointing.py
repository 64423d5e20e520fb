"""Pointing at circles: a hover, a click, playing along; linked in both views."""

from dataclasses import replace

from PySide6.QtCore import QObject

from sgviz.frame import Scene
from sgviz.geometry.angle import wrap_angle
from sgviz.gui.main_window import MainWindow
from sgviz.gui.ring import nearest
from sgviz.gui.session import Edit, Session
from sgviz.naming import degrees_name, latent_name
from sgviz.state import CircleSet, CirclesFile, Focus, Given, Latent, OnCircle, State

GEOMETRY_ONLY = "These circles are geometry only: there is no latent to take."


class Pointing(QObject):
    """Turns hands on the W view and the Z view into Focus and edits, and lights it."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._scene: Scene | None = None
        for view in (window.w_view, window.z_view):
            view.point_hovered.connect(self._hover)
            view.hover_left.connect(self._leave)
            view.point_clicked.connect(self._click)
        window.z_view.played.connect(self._play)

    def set_scene(self, scene: Scene | None) -> None:
        """The circles on the screen; None while there are none."""
        self._scene = scene
        self.show()

    def let_go(self, edit: Edit) -> None:
        """Look at the latent that an edit chooses, and no longer at a point played to.

        A click on a point chooses the latent under the hand, where it stays.
        """
        if edit.state.latent != self._session.state.latent:
            self._leave()

    def show(self) -> None:
        """Light the point under the hand, and mark the current latent, everywhere."""
        focus, state = self._session.focus, self._session.state
        point = self._point_of(focus)
        self._window.w_view.set_highlight(focus.circle, point)
        on_ring = focus.circle is not None and focus.circle == state.ring
        self._window.z_view.set_highlight(
            focus.circle if on_ring else None, point if on_ring else None
        )
        self._window.z_view.set_marker(self._angle_on_ring(state))

    def shown_name(self) -> str:
        """The latent on the screen in a few words."""
        focus, scene = self._session.focus, self._scene
        if focus.circle is None or scene is None:
            return latent_name(self._session.state.latent)
        circle = scene.circles[min(focus.circle, len(scene.circles) - 1)]
        return f"{circle} at {degrees_name(focus.angle)}"

    def shown_state(self) -> State:
        """The settled state, with the latent whose image is on the screen."""
        focus, state = self._session.focus, self._session.settled
        circles, at = state.circles, focus.circle
        if at is None or isinstance(circles, CirclesFile):
            return state
        if at >= len(circles.circles):
            return state
        return replace(state, latent=OnCircle(circles.circles[at], focus.angle))

    def latent_at(self, circle: int, point: int) -> Latent | None:
        """The latent of a point on the screen; None where there is only geometry."""
        scene = self._scene
        if scene is None or not scene.has_latents or circle >= len(scene.angles):
            return None
        # Of the circles that are seen: newer ones may be on their way.
        if isinstance(scene.of, CircleSet):
            return OnCircle(
                scene.of.circles[circle], float(scene.angles[circle][point])
            )
        if scene.of is None:
            return None
        row = circle * scene.angles.shape[1] + point
        return Given(scene.of.path, scene.of.sha256, row)

    def _hover(self, circle: int, point: int) -> None:
        if self._scene is None or circle >= len(self._scene.angles):
            return
        self._point_to(circle, float(self._scene.angles[circle][point]))

    def _leave(self) -> None:
        self._point_to(None, 0.0)

    def _play(self, circle: int, angle: float) -> None:
        self._point_to(circle, wrap_angle(angle))

    def _point_to(self, circle: int | None, angle: float) -> None:
        focus = replace(self._session.focus, circle=circle, angle=angle)
        self._session.set_focus(focus)

    def _click(self, circle: int, point: int) -> None:
        state = self._session.state
        latent = self.latent_at(circle, point)
        if latent is None:
            self._window.notifications.say(GEOMETRY_ONLY)
            return
        edit = Edit(replace(state, latent=latent, ring=circle), "Take a point")
        self._session.apply(edit)

    def _point_of(self, focus: Focus) -> int:
        if self._scene is None or focus.circle is None:
            return 0
        return nearest(self._scene.angles[0], focus.angle)

    def _angle_on_ring(self, state: State) -> float | None:
        """Where the current latent lies on the circle that is on the ring."""
        if self._scene is None:
            return None
        ring = min(state.ring, len(self._scene.angles) - 1)
        return _angle_of(state.latent, self._scene, ring)


def _angle_of(latent: Latent, scene: Scene, ring: int) -> float | None:
    """The angle of a latent on a circle of a scene; None where it lies elsewhere."""
    if isinstance(scene.of, CircleSet) and isinstance(latent, OnCircle):
        return latent.angle if latent.circle == scene.of.circles[ring] else None
    if isinstance(scene.of, CirclesFile) and isinstance(latent, Given):
        circle, point = divmod(latent.row, scene.angles.shape[1])
        same = latent.sha256 == scene.of.sha256 and circle == ring
        return float(scene.angles[ring][point]) if same else None
    return None
