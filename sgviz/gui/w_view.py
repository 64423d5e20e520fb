"""The W view: the circles of Z where the mapping network puts them, in 3-D."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from sgviz.frame import (
    Companions,
    Marker,
    ModelInfo,
    Problem,
    Progress,
    Scene,
)
from sgviz.gui.beside_button import BesideButton
from sgviz.gui.framing import Framing
from sgviz.gui.gl.surface import (
    give_own_window,
    is_opengl_available,
    renew_own_window,
)
from sgviz.gui.panel_layout import PanelGrid
from sgviz.gui.peel_bar import PeelBar
from sgviz.gui.projection_bar import ProjectionBar
from sgviz.gui.scene_colours import Tone, scene_colours, toned_words
from sgviz.gui.scene_line import SceneLine
from sgviz.gui.session import Edit
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.w_beside import WBeside
from sgviz.state import Camera, Look, State

if TYPE_CHECKING:
    from sgviz.gui.gl.scene_view import SceneView

LOADING = "Loading the 3-D view …"
NO_OPENGL = (
    "This screen offers no OpenGL 3.3, so the 3-D view cannot be drawn here. "
    "Everything else works: the image, the styles, the circle in Z, training."
)


class WView(QWidget):
    """The 3-D scene with its bar above and one quiet line of facts below.

    The scene itself comes with :meth:`open_view`.
    """

    edited = Signal(object)
    point_hovered = Signal(int, int)
    hover_left = Signal()
    point_clicked = Signal(int, int)
    frame_painted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._state, self._theme = State(), DARK
        self._scene: Scene | None = None
        self._toned: dict[str, Tone] = {}
        self._marker: Marker | None = None
        self._framing = Framing()
        self.panels = PanelGrid()
        # Where places of the scene are drawn, for whoever draws beside it.
        self.arranged = self.panels.arranged
        self.bar = ProjectionBar()
        self.bar.edited.connect(self.edited)
        self.bar.framed.connect(self._frame_all)
        self.peel = PeelBar()
        self.peel.edited.connect(self.edited)
        self.beside, self.beside_button = WBeside(), BesideButton()
        self.beside_button.edited.connect(self.edited)
        self.beside.legend.clicked.connect(self.beside_button.open)
        self.bar.add_tool(self.beside_button)
        self.view: SceneView | None = None
        self._message, self._note = _message(), SceneLine()
        self._stack = QStackedLayout()
        self._stack.addWidget(self._message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.peel)
        column.addLayout(self._stack, 1)
        column.addWidget(self.beside.legend)
        column.addWidget(self._note)

    def open_view(self) -> None:
        """Make the 3-D view. OpenGL takes a while to load: not before it must be."""
        if not is_opengl_available():
            self._message.setText(NO_OPENGL)
            return
        from sgviz.gui.gl.scene_view import SceneView

        self.view = SceneView()
        self._connect(self.view)
        # Before it is added: else the window it comes to is composed by OpenGL.
        give_own_window(self.view)
        self._stack.addWidget(self.view)
        self._stack.setCurrentWidget(self.view)
        renew_own_window(self.view)
        self.set_theme(self._theme)
        self._show_look(self.view, self._state.look)
        self.view.set_camera(self._state.look.camera)
        if self._scene is not None:
            self._show_scene()

    def _connect(self, view: "SceneView") -> None:
        view.point_hovered.connect(self.point_hovered)
        view.hover_left.connect(self.hover_left)
        view.point_clicked.connect(self.point_clicked)
        view.frame_painted.connect(self.frame_painted)
        view.camera_moved.connect(self._camera_moved)
        view.turned.connect(self._turned)
        view.detail_changed.connect(lambda: self._note.set_drawn(view.drawn_note))

    def set_state(self, state: State) -> None:
        """Show a state's look; the curves come with :meth:`set_scene`."""
        old, self._state = self._state.look, state
        self.bar.set_state(state)
        self.peel.set_state(state)
        self.beside_button.set_state(state)
        look = state.look
        if self.view is None or look == old:
            return
        if look.camera != old.camera:
            # Else it stays under the hand, which may be turning it just now.
            self.view.set_camera(look.camera)
        self._show_look(self.view, look)
        if (look.colour, look.factor) != (old.colour, old.factor):
            self._show_scene()

    def _show_look(self, view: "SceneView", look: Look) -> None:
        view.set_points(look.points)
        view.set_line_width(look.width)
        view.set_surface(look.surface)
        self._show_axes()

    def set_model(self, info: ModelInfo) -> None:
        """Limits follow the network."""
        self.bar.set_model(info)
        self.peel.set_model(info)
        self.beside.set_name(info.label)
        self._framing.set_model(info.ref)

    def set_scene(self, scene: Scene) -> None:
        """New curves; those of something else are framed anew."""
        if self._framing.is_other(scene) and self.view is not None:
            self.view.frame_next()
        self._scene = scene
        self._show_scene()
        self._show_axes()

    def set_toned(self, colour: str, measured: Tone) -> None:
        """What was measured along the circles, for the colour of that name."""
        self._toned[colour] = measured
        if self._state.look.colour == colour:
            self._show_scene()

    def set_companions(self, companions: Companions) -> None:
        """The same circles through other networks, drawn beside them."""
        self.beside.companions = companions
        self.beside_button.set_companions(companions)
        if self._stack.currentWidget() is self.view:
            self._show_scene()

    def set_progress(self, progress: Progress) -> None:
        """How far a scene is that takes a while, in the line below the view."""
        self._note.set_progress(progress)

    def set_problem(self, problem: Problem | None) -> None:
        """A sentence in place of the curves, or the curves again."""
        if self.view is None:
            return
        if problem is not None:
            self._message.setText(problem.what)
        self._stack.setCurrentWidget(self._message if problem else self.view)

    def moved_to_window(self) -> None:
        """Floating or docked again: the panel is in another window than before."""
        if self.view is not None:
            renew_own_window(self.view)

    def set_marker(self, marker: Marker | None) -> None:
        """The latent on the screen, in every slice."""
        self._marker = marker
        if self.view is not None:
            none = marker is None or not len(marker.positions)
            places = None if none or marker is None else marker.positions
            arranged = self.panels.arranged
            self.view.set_marker(None if places is None else arranged(places))

    def set_highlight(self, circle: int | None, point: int) -> None:
        """Light the same point in every slice."""
        if self.view is not None:
            self.view.set_highlight(circle, None if circle is None else point)
            self.beside.light(self.view, circle, point)

    def set_theme(self, theme: Theme) -> None:
        """New colours, the 3-D background too."""
        self._theme = theme
        self.beside.set_theme(theme)
        if self.view is not None:
            self.view.set_theme(theme)
            self._show_scene()

    def to_image(self, scale: float = 2.0, transparent: bool = False) -> QImage | None:
        """The view as a picture of its own, or None where there is no OpenGL."""
        return self.view.to_image(scale, transparent) if self.view else None

    def _show_scene(self) -> None:
        scene = self._scene
        if scene is None or self.view is None:
            return
        self.set_problem(None)
        look = self._state.look
        colours = scene_colours(scene, look, self._theme, self._toned)
        self.panels.face(self.view, scene)
        where = self.panels.arranged(scene.positions)
        self.view.set_scene(where, colours, scene.closed, scene.form)
        self.beside.show(self.view, scene, colours, look.width, self.panels.arranged)
        tones = toned_words(look, self._toned)
        self._note.set_scene(scene, self.view.drawn_note, tones)

    def _turned(self) -> None:
        scene, view = self._scene, self.view
        if scene is None or view is None or not self.panels.has_turned(view):
            return
        self._show_scene()
        self.set_marker(self._marker)

    def _show_axes(self) -> None:
        if self.view is not None and self._scene is not None:
            self.view.set_axes(self._scene.axes, self._state.look.axes)
            self.view.set_octants(self._state.look.octants)

    def _camera_moved(self, camera: Camera) -> None:
        look = replace(self._state.look, camera=camera)
        self.edited.emit(Edit(replace(self._state, look=look), "Turn the view"))

    def _frame_all(self) -> None:
        if self.view is not None:
            self.view.frame_all()


def _message() -> QLabel:
    """A sentence in the place of the view."""
    label = QLabel(LOADING)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMargin(24)
    return label
