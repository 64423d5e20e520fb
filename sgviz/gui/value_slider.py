"""A slider for one float that is dragged, typed over, stepped and reset."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from sgviz.gui.slider_face import RADIUS, SliderFace

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_KEY_STEPS = {
    Qt.Key.Key_Left: -1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_Right: 1.0,
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_PageDown: -5.0,
    Qt.Key.Key_PageUp: 5.0,
}
FINE, COARSE = 0.2, 5.0


class ValueSlider(SliderFace):
    """A slider under the hand.

    Press anywhere to take the handle there; Shift moves it ten times slower, Ctrl
    snaps to coarse steps; a double click asks for the default; Escape takes a drag
    back. The wheel turns it only where it has the focus, else the panel scrolls.
    """

    dragged = Signal(float)
    settled = Signal(float)
    cancelled = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._grab: tuple[float, float, bool] | None = None
        self._moved = self._repeating = False
        self._wheel = 0

    @property
    def held(self) -> bool:
        """Whether the hand is on the handle."""
        return self._grab is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        self._moved = False
        on_handle = abs(x - self.x_of(self.value())) <= RADIUS + 2
        share = (x - RADIUS - 1) / self.travel()
        there = self.minimum() + share * (self.maximum() - self.minimum())
        self._take_hold(event, self.value() if on_handle else there)
        if not on_handle:
            self._drag_to(there, event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is None:
            super().mouseMoveEvent(event)
            return
        x0, value0, fine = self._grab
        if fine != bool(event.modifiers() & _SHIFT):
            self._take_hold(event, self.value())
            return
        travel = (event.position().x() - x0) * (0.1 if fine else 1.0)
        span = self.maximum() - self.minimum()
        self._drag_to(value0 + travel / self.travel() * span, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or self.held:
            event.ignore()
            return
        event.accept()
        turn = event.angleDelta()
        self._wheel += turn.y() or turn.x()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        if notches:
            self._step_by(notches, event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.held:
            self._grab, self._moved = None, False
            self.cancelled.emit()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.reset_requested.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            home = key == Qt.Key.Key_Home
            self._put(self.minimum() if home else self.maximum())
        elif key in _KEY_STEPS:
            self._repeating = event.isAutoRepeat()
            self._step_by(_KEY_STEPS[key], event.modifiers())
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        # A key held down is one gesture: it ends when the key goes up.
        if self._repeating and not event.isAutoRepeat():
            self._repeating = False
            self.settled.emit(self.value())

    def hideEvent(self, event: QHideEvent) -> None:
        self._let_go()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._let_go()
        super().changeEvent(event)

    def _take_hold(self, event: QMouseEvent, value: float) -> None:
        fine = bool(event.modifiers() & _SHIFT)
        self._grab = (event.position().x(), value, fine)

    def _drag_to(self, value: float, event: QMouseEvent) -> None:
        keys = event.modifiers()
        grid = self._step * FINE * (0.1 if keys & _SHIFT else 1.0)
        value = self._rounded(value, self._step * COARSE if keys & _CONTROL else grid)
        if value != self.value():
            self._moved = True
            self._own = True
            self.setValue(value)
            self.dragged.emit(value)

    def _let_go(self) -> None:
        held, self._grab = self._grab is not None, None
        if held and self._moved:
            self._moved = False
            self.settled.emit(self.value())
        self.update()

    def _step_by(self, steps: float, keys: Qt.KeyboardModifier) -> None:
        size = FINE if keys & _SHIFT else COARSE if keys & _CONTROL else 1.0
        step = self._step * size
        self._put(self._rounded(self.value() + steps * step, self._step * FINE))

    def _put(self, value: float) -> None:
        if value == self.value():
            return
        self._own = True
        self.setValue(value)
        (self.dragged if self._repeating else self.settled).emit(value)

    def _rounded(self, value: float, grid: float) -> float:
        value = round(round(value / grid) * grid, 6)
        return float(min(self.maximum(), max(self.minimum(), value)))
