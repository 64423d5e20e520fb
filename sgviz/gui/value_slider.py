"""A slider for one float that is dragged, typed over, stepped and reset."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from superqt import QDoubleSlider

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
_RADIUS, _GROOVE = 6.0, 4.0
FINE, COARSE = 0.2, 5.0


class ValueSlider(QDoubleSlider):
    """A horizontal slider with exact floats.

    Press anywhere to take the handle there; Shift moves it ten times slower, Ctrl
    snaps to coarse steps; a double click asks for the default; Escape takes a drag
    back. The wheel turns it only where it has the focus, else the panel scrolls.
    """

    dragged = Signal(float)
    settled = Signal(float)
    cancelled = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)  # type: ignore[no-untyped-call]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(48)
        self._default, self._step = 0.0, 0.05
        self._own, self._span = False, (0.0, 0.0)
        self._colour: QColor | None = None
        self._grab: tuple[float, float, bool] | None = None
        self._moved = self._repeating = False
        self._wheel = 0

    def value(self) -> float:  # type: ignore[override]
        """Where the handle is."""
        return float(super().value())

    def set_scale(self, low: float, high: float, default: float, step: float) -> None:
        """The range, the mark of the default, and the step of a key or the wheel."""
        self._default, self._step = default, step
        self.setRange(low, high)
        self.update()

    def show_value(
        self, value: float, own: bool, span: tuple[float, float] | None = None
    ) -> None:
        """Put the handle at ``value``; hollow where it is inherited (not ``own``).

        ``span`` is the range of the values that a group handle stands for.
        """
        look = (value, own, span or (value, value))
        if look != (self.value(), self._own, self._span):
            self._own, self._span = look[1], look[2]
            self.setValue(value)
            self.update()

    def set_colour(self, colour: QColor | None) -> None:
        """The colour of an edited value; None is the accent of the palette."""
        self._colour = colour
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 20)

    @property
    def held(self) -> bool:
        """Whether the hand is on the handle."""
        return self._grab is not None

    def x_of(self, value: float) -> float:
        """The pixel (from the left) of a value."""
        share = (value - self.minimum()) / ((self.maximum() - self.minimum()) or 1.0)
        return _RADIUS + 1 + min(1.0, max(0.0, share)) * self._travel()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        self._moved = False
        on_handle = abs(x - self.x_of(self.value())) <= _RADIUS + 2
        share = (x - _RADIUS - 1) / self._travel()
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
        self._drag_to(value0 + travel / self._travel() * span, event)

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

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, middle = self.palette(), self.height() / 2.0
        ends = self.x_of(self.minimum()), self.x_of(self.maximum())
        self._bar(painter, *ends, palette.color(QPalette.ColorRole.Mid))
        tick = QRectF(self.x_of(self._default) - 0.75, middle - 5, 1.5, 10)
        painter.fillRect(tick, palette.color(QPalette.ColorRole.PlaceholderText))
        if not self.isEnabled():
            return
        tone = self._tone()
        faint = QColor(tone)
        faint.setAlpha(110)
        origin = min(max(0.0, self.minimum()), self.maximum())
        self._bar(painter, self.x_of(origin), self.x_of(self.value()), faint)
        if self._span[0] != self._span[1]:
            self._bar(painter, self.x_of(self._span[0]), self.x_of(self._span[1]), tone)
        self._handle(painter, QPointF(self.x_of(self.value()), middle), tone)

    def _handle(self, painter: QPainter, centre: QPointF, tone: QColor) -> None:
        if self.hasFocus():
            ring = QColor(self.palette().color(QPalette.ColorRole.Accent))
            ring.setAlpha(90)
            painter.setBrush(ring)
            painter.drawEllipse(centre, _RADIUS + 3, _RADIUS + 3)
        surface = self.palette().color(QPalette.ColorRole.Base)
        painter.setBrush(tone if self._own else surface)
        painter.setPen(QPen(tone, 1.6))
        painter.drawEllipse(centre, _RADIUS - 0.8, _RADIUS - 0.8)

    def _tone(self) -> QColor:
        palette = self.palette()
        if not self._own:
            return palette.color(QPalette.ColorRole.PlaceholderText)
        return self._colour or palette.color(QPalette.ColorRole.Accent)

    def _bar(self, painter: QPainter, a: float, b: float, colour: QColor) -> None:
        top = (self.height() - _GROOVE) / 2.0
        painter.setBrush(colour)
        bar = QRectF(min(a, b), top, abs(b - a), _GROOVE)
        painter.drawRoundedRect(bar, _GROOVE / 2, _GROOVE / 2)

    def _travel(self) -> float:
        return max(1.0, self.width() - 2 * (_RADIUS + 1))

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
