"""A field for one number: typed, scrubbed by dragging, stepped, reset."""

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from sgviz.gui.session import Gesture

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_STEPS = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: 5.0,
    Qt.Key.Key_PageDown: -5.0,
}
SCRUB_START = 4


def number_text(value: float, decimals: int) -> str:
    """A value with ``decimals`` places, or three where it has finer ones."""
    if decimals == 0:
        return str(round(value))
    exact = math.isclose(value, round(value, decimals), abs_tol=1e-9)
    text = f"{value:.{decimals if exact else max(3, decimals)}f}"
    return text.replace("-", "−")


def parse_number(text: str, decimals: int) -> float | None:
    """The number in a text (a decimal point or comma), None where there is none."""
    text = text.strip().replace("−", "-").replace(",", ".").replace("≈", "")
    try:
        value = float(int(text)) if decimals == 0 else float(text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


class NumberField(QLineEdit):
    """A number with limits.

    Unfocused it is scrubbed by dragging sideways (Shift fine, Ctrl coarse); a
    click starts typing. What cannot be is refused in one sentence and stays
    there to be mended; Escape brings the value back.
    """

    edited = Signal(float, object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        # A file dropped here is meant for the window.
        self.setAcceptDrops(False)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        # A press may begin a scrub: the focus comes with the release.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._low, self._high, self._step, self._decimals = 0.0, 1.0, 1.0, 0
        self._value: float | None = 0.0
        self._prefix = ""
        self._grab: tuple[float, float | None] | None = None
        self._scrubbing = self._wrong = self._muted = False
        self._tinted: QColor | None = None
        self.textEdited.connect(self._mend)
        self.editingFinished.connect(self.commit)

    def set_limits(self, low: float, high: float, step: float, decimals: int) -> None:
        """What can be entered, the step of a key, and the places shown."""
        self._low, self._high, self._step = low, high, step
        self._decimals = decimals
        self._write()

    def set_name(self, name: str) -> None:
        """What the number is called, on a screen reader and in sentences."""
        self._name = name
        self.setAccessibleName(name)

    def set_muted(self, muted: bool) -> None:
        """Draw the number quietly, because it is inherited."""
        if muted != self._muted:
            self._muted = muted
            self._tint()

    def value(self) -> float | None:
        """The number that stands here, None where the field is empty."""
        return self._value

    def show_value(self, value: float | None, prefix: str = "") -> None:
        """Show a number (None: nothing); while it is the same, typing goes on."""
        if (value, prefix) != (self._value, self._prefix):
            self._value, self._prefix = value, prefix
            self._write()

    def commit(self) -> bool:
        """Take what was typed; False where it was refused."""
        if not self.isModified():
            return True
        value = parse_number(self.text(), self._decimals)
        if value is not None and self._low <= value <= self._high:
            self.setModified(False)
            self._put(value, Gesture.DONE)
            return True
        self._show_wrong(True)
        low, high = (number_text(x, self._decimals) for x in (self._low, self._high))
        kind = "a whole number" if self._decimals == 0 else "a number"
        self.refused.emit(f"{self._name} is {kind} from {low} to {high}.")
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.hasFocus():
            super().mousePressEvent(event)
        else:
            self._grab = (event.position().x(), self._value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is None:
            super().mouseMoveEvent(event)
            return
        x, start = self._grab
        travel = event.position().x() - x
        self._scrubbing = self._scrubbing or abs(travel) >= SCRUB_START
        if self._scrubbing and start is not None:
            value = self._clamped(start + round(travel / 2.0) * self._size(event))
            if value != self._value:
                self._put(value, Gesture.MOVING)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grabbed, self._grab = self._grab is not None, None
        if self._scrubbing:
            self._scrubbing = False
            if self._value is not None:
                self.edited.emit(self._value, Gesture.DONE)
        elif grabbed:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        event.accept()
        turn = event.angleDelta().y()
        if turn:
            self._step_by(math.copysign(1.0, turn) * self._size(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # Cut and copy of text while typing; else the menu of the row it is in.
        if self.hasFocus():
            super().contextMenuEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._escape()
        elif key in _STEPS:
            self._step_by(_STEPS[key] * self._size(event))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.deselect()
            if not self._wrong:
                self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _escape(self) -> None:
        if self._scrubbing:
            self._scrubbing, self._grab = False, None
            self.cancelled.emit()
        self._write()
        self.clearFocus()

    def _mend(self) -> None:
        self._show_wrong(False)

    def _show_wrong(self, wrong: bool) -> None:
        if wrong != self._wrong:
            self._wrong = wrong
            self._tint()

    def _tint(self) -> None:
        role, palette = QPalette.ColorRole, QPalette()
        if self._wrong or self._muted:
            ink = role.BrightText if self._wrong else role.PlaceholderText
            palette.setColor(role.Text, QGuiApplication.palette().color(ink))
        # Setting a palette is a change of palette: the same one ends the circle.
        tint = palette.color(role.Text)
        if tint != self._tinted:
            self._tinted = tint
            self.setPalette(palette)

    def _size(self, event: QMouseEvent | QKeyEvent | QWheelEvent) -> float:
        if event.modifiers() & _SHIFT:
            fine = self._step * 0.2
            return max(fine, 1.0) if self._decimals == 0 else fine
        return self._step * (5.0 if event.modifiers() & _CONTROL else 1.0)

    def _step_by(self, change: float) -> None:
        if self._value is not None:
            value = self._clamped(self._value + change)
            if value != self._value:
                self.setModified(False)
                self._put(value, Gesture.DONE)

    def _put(self, value: float, gesture: Gesture) -> None:
        self._value, self._prefix = value, ""
        self._write()
        self.edited.emit(value, gesture)

    def _clamped(self, value: float) -> float:
        return min(self._high, max(self._low, round(value, 6)))

    def _write(self) -> None:
        value = self._value
        text = "" if value is None else number_text(value, self._decimals)
        self._show_wrong(False)
        if self.text() != self._prefix + text or self.isModified():
            self.setText(self._prefix + text)
            self.setModified(False)
