"""The layer peel: a slider from z through every layer of the mapping to w, and play."""

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from sgviz.frame import ModelInfo
from sgviz.gui.controls import Drags
from sgviz.gui.icons import IconButton
from sgviz.gui.session import Gesture
from sgviz.gui.value_slider import ValueSlider
from sgviz.state import InLayer, State

SECONDS_A_LAYER = 1.1
FRAME_MS = 33
FINEST = 0.01  # of a layer
EDIT = "Layer of the mapping"


class PeelSlider(ValueSlider):
    """A slider that goes smoothly under the hand, and by whole layers otherwise."""

    def _rounded(self, value: float, grid: float) -> float:
        return super()._rounded(value, min(grid, FINEST) if self.held else 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tone = self.palette().color(QPalette.ColorRole.PlaceholderText)
        middle = self.height() / 2.0
        for layer in range(round(self.maximum()) + 1):
            x = round(self.x_of(layer))
            painter.fillRect(x, round(middle) - 6, 1, 12, tone)
        painter.end()
        super().paintEvent(event)


class PeelBar(QWidget):
    """Value in, value out: edits ``State.space`` while that is a layer."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._depth, self._at = 8, 0.0
        self._drags = Drags(self.edited.emit)
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self.play_button = IconButton(
            "play", "Play", "Play the circle through the layers, from z to w"
        )
        self.play_button.clicked.connect(self.toggle)
        self.slider = PeelSlider()
        self.slider.setAccessibleName("Layer of the mapping")
        self.slider.setToolTip(
            "From z to w, layer by layer. Between two layers the points are on their "
            "way in a straight line; let go, and it rests on the nearest.\n"
            "Arrow keys: one layer. Double click: w."
        )
        self.slider.dragged.connect(lambda at: self._go(at, Gesture.MOVING))
        self.slider.settled.connect(lambda at: self._go(at, Gesture.DONE))
        self.slider.cancelled.connect(lambda: self._drags.cancel(EDIT))
        self.slider.reset_requested.connect(lambda: self._go(self._depth, Gesture.DONE))
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        bold = self._name.font()
        bold.setBold(True)
        self._name.setFont(bold)
        self._name.setMinimumWidth(self.fontMetrics().horizontalAdvance("h88 → h88 "))
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 8, 4)
        row.setSpacing(6)
        row.addWidget(self.play_button)
        for end in ("z", "w"):
            label = QLabel(end)
            label.setProperty("role", "muted")
            row.addWidget(label)
            if end == "z":
                row.addWidget(self.slider, 1)
        row.addSpacing(6)
        row.addWidget(self._name)

    @property
    def is_playing(self) -> bool:
        """Whether the circle is on its way by itself."""
        return self._timer.isActive()

    def set_state(self, state: State) -> None:
        """Show the layer of a state; hidden where its space is no layer."""
        self._state = state
        space = state.space
        if not isinstance(space, InLayer):
            self._stop()
            self.hide()
            return
        self._show(min(space.layer + space.share, float(self._depth)))
        self.show()

    def set_model(self, info: ModelInfo) -> None:
        """The slider ends where the mapping does."""
        if info.depth != self._depth:
            self._depth = info.depth
            self.set_state(self._state)

    def toggle(self) -> None:
        """Play, from z where it is at the end; or stay where it is."""
        if self.is_playing:
            self._pause()
            return
        if self._at >= self._depth:
            self._at = 0.0
        self._clock.start()
        self._timer.start()
        self.play_button.set_symbol("pause")
        self.play_button.setAccessibleName("Pause")

    def hideEvent(self, event: QHideEvent) -> None:
        if self.is_playing:
            self._pause()
        super().hideEvent(event)

    def _tick(self) -> None:
        step = min(250, self._clock.restart()) / 1000.0 / SECONDS_A_LAYER
        if self._at + step >= self._depth:
            self._at = float(self._depth)
            self._pause()
            return
        self._go(self._at + step, Gesture.MOVING)

    def _pause(self) -> None:
        self._stop()
        self._go(self._at, Gesture.DONE)

    def _stop(self) -> None:
        self._timer.stop()
        self.play_button.set_symbol("play")
        self.play_button.setAccessibleName("Play")

    def _go(self, at: float, gesture: Gesture) -> None:
        if gesture is Gesture.DONE:
            if self.slider.held:
                self._stop()
            at = float(round(at))
        self._show(at)
        space = space_at(at, self._depth)
        new = replace(self._state, space=space)
        self._drags.edit(self._state, new, EDIT, gesture, None)

    def _show(self, at: float) -> None:
        self._at = at
        self.slider.set_scale(0.0, float(self._depth), float(self._depth), 1.0)
        if not self.slider.held:
            self.slider.show_value(at, own=True)
        self._name.setText(layer_words(at, self._depth))


def space_at(at: float, depth: int) -> InLayer:
    """The state's layer for a place on the slider."""
    layer = min(int(at), depth)
    share = round(at - layer, 4) if layer < depth else 0.0
    return InLayer(layer, share)


def layer_words(at: float, depth: int) -> str:
    """Where the slider is: "z", "h3", "w", or "h3 → h4" on the way."""
    layer = min(int(at), depth)
    if layer == at or layer == depth:
        return _name_of(layer, depth)
    return f"{_name_of(layer, depth)} → {_name_of(layer + 1, depth)}"


def _name_of(layer: int, depth: int) -> str:
    if layer == 0:
        return "z"
    return "w" if layer == depth else f"h{layer}"
