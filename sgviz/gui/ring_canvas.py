"""The ring of the Z view under the mouse and the keyboard."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent

from sgviz.gui.ring import nearest, point_at
from sgviz.gui.ring_picture import RingPicture


class RingCanvas(RingPicture):
    """Says which point is hovered, left, taken; points are indices of the circle."""

    hovered = Signal(int)
    left = Signal()
    clicked = Signal(int)
    play_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._under_hand: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def step_point(self, step: int) -> int | None:
        """The point ``step`` further along the circle than the one in focus."""
        if not len(self.angles):
            return None
        start = self.focus_angle if self.focus_angle is not None else self.marker
        if start is None:
            return 0
        return (nearest(self.angles, start) + step) % len(self.angles)

    def point_under(self, x: float, y: float) -> int | None:
        """The point that a place on the canvas means."""
        slots = self.slot_angles() if self.problem is None else self.angles[:0]
        return point_at(self.layout_now(), self.angles, slots, self.focus_angle, x, y)

    def event(self, event: QEvent) -> bool:
        """No tip while a point is looked at: it would lie on its picture."""
        if event.type() == QEvent.Type.ToolTip and self._under_hand is not None:
            event.ignore()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look_at(self.point_under(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._look_at(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = self.point_under(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and point is not None:
            self.clicked.emit(point)

    def _look_at(self, point: int | None) -> None:
        if point == self._under_hand:
            return
        self._under_hand = point
        hand = Qt.CursorShape.PointingHandCursor
        if point is None:
            self.unsetCursor()
            self.left.emit()
        else:
            self.setCursor(hand)
            self.hovered.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key == Qt.Key.Key_Space:
            self.play_pressed.emit()
        elif key in steps:
            point = self.step_point(steps[Qt.Key(key)])
            if point is not None:
                self.hovered.emit(point)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            point = self.step_point(0)
            if point is not None:
                self.clicked.emit(point)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._shows_focus = event.reason() in keys
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
