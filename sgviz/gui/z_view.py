"""The Z view: one circle of Z as a ring, with images around and in the middle."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgviz.frame import Floats, Image, ModelInfo, Problem, Thumbnails
from sgviz.geometry.angle import wrap_angle
from sgviz.gui.choices import QuietCombo
from sgviz.gui.ring_canvas import RingCanvas
from sgviz.gui.ring_picture import Colours
from sgviz.gui.session import Edit
from sgviz.gui.theme import Theme
from sgviz.gui.transport import WITH_SLIDER, WITH_UNIT, Transport
from sgviz.state import State

# The chooser's words are whole before the speed has a slider, but for very long ones.
_LONG_NAME = 200
_GAP = 6
# How they share the room where there is enough of it.
_SHARES = (3, 4)


class ZView(QWidget):
    """The ring and what plays along it. ``circle`` is the index in the scene."""

    edited = Signal(object)
    point_hovered = Signal(int, int)
    hover_left = Signal()
    point_clicked = Signal(int, int)
    played = Signal(int, float)
    playing_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._circle = 0
        self._play_angle: float | None = None
        self.canvas = RingCanvas()
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self._leave)
        self.canvas.clicked.connect(self._click)
        self.transport = Transport()
        self.canvas.play_pressed.connect(self.transport.toggle)
        self.transport.angle_moved.connect(self._move)
        self.transport.playing_changed.connect(self._playing)
        self.chooser = QuietCombo("Circle", "The circle of Z that the ring shows")
        self.chooser.setMinimumContentsLength(3)
        self.chooser.activated.connect(self._choose)
        self.note = QLabel(wordWrap=True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self.note.setContentsMargins(8, 4, 8, 0)
        self.note.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        self._controls = controls = QHBoxLayout()
        controls.setContentsMargins(_GAP, 4, _GAP, 6)
        controls.setSpacing(_GAP)
        controls.addWidget(self.chooser)
        controls.addWidget(self.transport)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.note)
        column.addLayout(controls)

    @property
    def is_playing(self) -> bool:
        """Whether it plays along the circle."""
        return self.transport.is_playing

    # Values in.

    def set_state(self, state: State) -> None:
        """Show a state: which circle the ring is."""
        self._state = state
        # A ring beyond the circles there are is shown as the last of them.
        count = self.chooser.count()
        self._show_circle(min(state.ring, count - 1) if count else state.ring)

    def set_model(self, info: ModelInfo) -> None:
        """Nothing here depends on the network but the images."""

    def set_circles(self, names: tuple[str, ...], ring: int) -> None:
        """The names to choose from, and which of them is shown."""
        shown = tuple(self.chooser.itemText(i) for i in range(self.chooser.count()))
        if names != shown:
            with QSignalBlocker(self.chooser):
                self.chooser.clear()
                self.chooser.addItems(list(names))
            self._share_room()
        self._show_circle(ring)

    def set_scene(self, angles: Floats, colours: Colours) -> None:
        """The points of the circle: angles [N] in radians, colours u8 [N, 4]."""
        self.canvas.set_points(angles, colours)

    def set_thumbnails(self, thumbnails: Thumbnails) -> None:
        """Images around; those of another circle are not shown."""
        if thumbnails.circle == self._circle:
            self.canvas.set_thumbnails(thumbnails)

    def set_inner(self, thumbnails: Thumbnails) -> None:
        """Images within, of a second network; none where there is no such network."""
        if thumbnails.circle == self._circle or not thumbnails.total:
            self.canvas.set_inner(thumbnails)

    def set_image(self, image: Image | None) -> None:
        """The image in the middle."""
        self.canvas.set_image(image)
        self._show_note()

    def set_bends(self, layers: tuple[Floats, ...]) -> None:
        """Ticks where each layer of the mapping bends the circle; none: no ticks."""
        self.canvas.set_bends(layers)

    def set_marks(self, of: str, angles: tuple[float, ...]) -> None:
        """Further places on the circle, hollow; none: no marks."""
        self.canvas.set_marks(of, angles)

    def set_problem(self, problem: Problem | None) -> None:
        """Why there are no images: a sentence inside the ring."""
        self.canvas.set_problem(problem)
        self._show_note()

    def set_highlight(self, circle: int | None, angle: float) -> None:
        """Look at an angle of a circle; another circle's leaves the ring at rest."""
        if not self.is_playing:
            here = circle == self._circle and len(self.canvas.angles) > 0
            self.canvas.set_focus_angle(angle if here else None)

    def set_marker(self, angle: float | None) -> None:
        """The current latent's angle, where it lies on this circle."""
        self.canvas.set_marker(angle)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.canvas.set_theme(theme)
        self.transport.set_theme(theme)

    # Playing.

    def play(self) -> None:
        """Play along the circle."""
        self.transport.play()

    def pause(self) -> None:
        """Stay where it is."""
        self.transport.pause()

    def _playing(self, on: bool) -> None:
        if on:
            canvas = self.canvas
            known = (canvas.focus_angle, self._play_angle, canvas.marker, 0.0)
            self._play_angle = next(angle for angle in known if angle is not None)
        self.playing_changed.emit(on)

    def _move(self, by: float) -> None:
        self._play_angle = wrap_angle((self._play_angle or 0.0) + by)
        self.canvas.set_focus_angle(self._play_angle)
        self.played.emit(self._circle, self._play_angle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_room()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.pause()
        super().hideEvent(event)

    # The hand.

    def _hover(self, point: int) -> None:
        if not self.is_playing:
            self.canvas.set_focus_angle(float(self.canvas.angles[point]))
            self.point_hovered.emit(self._circle, point)

    def _leave(self) -> None:
        if not self.is_playing:
            self.canvas.set_focus_angle(None)
            self.hover_left.emit()

    def _click(self, point: int) -> None:
        self._play_angle = float(self.canvas.angles[point])
        self.point_clicked.emit(self._circle, point)

    def _choose(self, index: int) -> None:
        if index != self._state.ring:
            self.edited.emit(Edit(replace(self._state, ring=index), "Circle shown"))

    def _share_room(self) -> None:
        """Only where another part has room for the first time is it laid out anew."""
        name = min(_LONG_NAME, self.chooser.whole_width())
        room = self.width() - 3 * _GAP
        own = room * _SHARES[1] // sum(_SHARES)
        wide = own >= WITH_SLIDER and room - own >= name
        shares = _SHARES if wide else (1, 0)
        for place, share in enumerate(shares):
            if self._controls.stretch(place) != share:
                self._controls.setStretch(place, share)
        self.transport.fit(wide, wide or room - name >= WITH_UNIT)

    def _show_circle(self, circle: int) -> None:
        if circle != self._circle:
            self._circle, self._play_angle = circle, None
            self.canvas.forget_thumbnails()
        with QSignalBlocker(self.chooser):
            self.chooser.setCurrentIndex(self._circle)

    def _show_note(self) -> None:
        problem = self.canvas.problem
        both = problem is not None and self.canvas.image is not None
        self.note.setText(problem.what if problem is not None and both else "")
        self.note.setVisible(both)
