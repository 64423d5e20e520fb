"""Pointing at circles: a hover, a click, playing along; linked in both views."""

from dataclasses import replace

from PySide6.QtCore import QObject

from sgviz.families import circle_at, point_at, psi_at, row_count, seen
from sgviz.frame import Problem, Scene
from sgviz.geometry.angle import wrap_angle
from sgviz.gui.main_window import MainWindow
from sgviz.gui.ring import nearest
from sgviz.gui.session import Edit, Session
from sgviz.naming import degrees_name, latent_name, point_name
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
        # The very angle: between two points, where playing was paused.
        ring = focus.circle if on_ring else None
        self._window.z_view.set_highlight(ring, focus.angle)
        # Of another circle the ring shows the same angle, hollow: no point of its own.
        away = focus.circle is not None and not on_ring
        self._window.z_view.set_marks("elsewhere", (focus.angle,) if away else ())
        self._window.z_view.set_marker(self._angle_on_ring(state))

    def shown_name(self) -> str:
        """The latent on the screen in a few words."""
        focus, scene = self._session.focus, self._scene
        if focus.circle is None or scene is None:
            return latent_name(self._session.state.latent)
        circle = scene.circles[min(focus.circle, len(scene.circles) - 1)]
        if scene.of is None or isinstance(scene.of, CircleSet | CirclesFile):
            return f"{circle} at {degrees_name(focus.angle)}"
        return point_name(point_at(scene.of, focus.circle, focus.angle))

    def shown_state(self) -> State:
        """The settled state, with the latent whose image is on the screen."""
        focus, state = self._session.focus, self._session.settled
        circles, at = state.circles, focus.circle
        if at is None or isinstance(circles, CirclesFile):
            return state
        if at >= row_count(circles):
            return state
        latent = point_at(circles, at, focus.angle).latent
        return replace(seen(state, focus), latent=latent)

    def latent_at(self, circle: int, point: int) -> Latent | None:
        """The latent of a point on the screen; None where there is only geometry."""
        scene = self._scene
        if scene is None or not scene.has_latents or circle >= len(scene.angles):
            return None
        # Of the circles that are seen: newer ones may be on their way.
        if isinstance(scene.of, CirclesFile):
            row = circle * scene.angles.shape[1] + point
            return Given(scene.of.path, scene.of.sha256, row)
        if scene.of is None:
            return None
        return point_at(scene.of, circle, float(scene.angles[circle][point])).latent

    def point_to(self, circle: int, angle: float) -> None:
        """A hand elsewhere is on the point of a circle at an angle (radians)."""
        if self._scene is not None and circle < len(self._scene.angles):
            self._point_to(circle, angle)

    def point_away(self) -> None:
        """The hand has left: no point is lit."""
        self._leave()

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
            self._window.notifications.show_problem(Problem(GEOMETRY_ONLY))
            return
        of = self._scene.of if self._scene else None
        psi = None if isinstance(of, CirclesFile | None) else psi_at(of, circle)
        taken = replace(state, latent=latent, ring=circle)
        taken = taken if psi is None else replace(taken, psi=psi)
        edit = Edit(taken, "Take a point")
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
    if isinstance(scene.of, CirclesFile) and isinstance(latent, Given):
        circle, point = divmod(latent.row, scene.angles.shape[1])
        same = latent.sha256 == scene.of.sha256 and circle == ring
        return float(scene.angles[ring][point]) if same else None
    if isinstance(scene.of, CirclesFile | None) or not isinstance(latent, OnCircle):
        return None
    return latent.angle if latent.circle == circle_at(scene.of, ring) else None
