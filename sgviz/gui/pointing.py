"""Pointing at circles: a hover, a click, playing along; linked in both views."""

from dataclasses import replace

from PySide6.QtCore import QObject

from sgviz.frame import Scene
from sgviz.geometry.angle import nearest_point, wrap_angle
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Edit, Session
from sgviz.naming import degrees_name, latent_name
from sgviz.state import CirclesFile, Focus, Given, Latent, OnCircle, State

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

    def set_scene(self, scene: Scene) -> None:
        """The circles on the screen."""
        self._scene = scene
        self.show()

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

    def latent_at(self, state: State, circle: int, point: int) -> Latent | None:
        """The latent of a point on the screen; None where there is only geometry."""
        scene = self._scene
        if scene is None or not scene.has_latents or circle >= len(scene.angles):
            return None
        if isinstance(state.circles, CirclesFile):
            row = circle * scene.angles.shape[1] + point
            return Given(state.circles.path, state.circles.sha256, row)
        angle = float(scene.angles[circle][point])
        return OnCircle(state.circles.circles[circle], angle)

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
        latent = self.latent_at(state, circle, point)
        if latent is None:
            self._window.notifications.say(GEOMETRY_ONLY)
            return
        edit = Edit(replace(state, latent=latent, ring=circle), "Take a point")
        self._session.apply(edit)

    def _point_of(self, focus: Focus) -> int:
        if self._scene is None or focus.circle is None:
            return 0
        return nearest_point(focus.angle, self._scene.angles.shape[1])

    def _angle_on_ring(self, state: State) -> float | None:
        """Where the current latent lies on the circle that is on the ring."""
        circles, latent = state.circles, state.latent
        if isinstance(circles, CirclesFile) or not isinstance(latent, OnCircle):
            return None
        ring = min(state.ring, len(circles.circles) - 1)
        return latent.angle if latent.circle == circles.circles[ring] else None
