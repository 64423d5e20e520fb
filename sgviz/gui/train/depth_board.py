"""The board under the hand: circles are turned together, points are found in all."""

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from sgviz.gui.train.depth_paint import paint_board
from sgviz.gui.train.depth_shapes import Turn
from sgviz.gui.train.depth_sheet import (
    Board,
    Column,
    columns_of,
    least_size,
    nearest_point,
)
from sgviz.gui.train.depth_words import ROWS, cell_tip

A_TURN, A_KEY = 0.008, 0.1  # radians a pixel, a key
CIRCLE_TIP = (
    "Coloured by the angle in Z, grey: before training. Directions: the circle's own"
    " first three components.\nDrag to turn all; double-click to turn back. A ring is"
    " the angle 0."
)
SAMPLES_TIP = "Seeds 0 to 7 through this network"
_KEYS = {
    Qt.Key.Key_Left: (-A_KEY, 0.0),
    Qt.Key.Key_Right: (A_KEY, 0.0),
    Qt.Key.Key_Up: (0.0, A_KEY),
    Qt.Key.Key_Down: (0.0, -A_KEY),
}


class DepthBoard(QWidget):
    """Paints a :class:`Board`; what the hand does to it changes how it is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()
        self._grab: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Circles and figures of every depth")
        self.setToolTip(CIRCLE_TIP)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is painted, and where."""
        return columns_of(self.board, QRectF(self.rect()), self.font())

    def show_board(self, **values: object) -> None:
        """Change some fields of the board."""
        count = len(self.board.depths)
        self.board = replace(self.board, **values)  # type: ignore[arg-type]
        if count != len(self.board.depths):
            self.updateGeometry()
            self.setMinimumSize(self.minimumSizeHint())
        self.update()

    def minimumSizeHint(self) -> QSize:
        return least_size(len(self.board.depths), self.font()).toSize()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_board(painter, self.board, QRectF(self.rect()), self.font())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        over = self._column_at(event.position())
        inside = over is not None and over.circle.contains(event.position())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self._grab = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._hover(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grab is None:
            column = self._column_at(at)
            found = nearest_point(self.board, column, at) if column else None
            self._hover(found)
            return
        way, self._grab = at - self._grab, at
        self._turn(way.x() * A_TURN, way.y() * A_TURN)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None:
            self._grab = None
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_board(turn=Turn())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is not None:
            self._turn(*step)
        elif event.key() == Qt.Key.Key_Home:
            self.show_board(turn=Turn())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """A tip is about the figure or the point that the hand is over."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)

    def tip_at(self, place: QPoint) -> str:
        """What is said of a place: a figure, a point, the samples."""
        at, board = QPointF(place), self.board
        columns = self.columns
        for number, row in enumerate(ROWS, start=1):
            if columns and at.x() < columns[0].table.left():
                room = columns[0].row(number)
                if room.top() <= at.y() < room.bottom():
                    return f"{row.title}\n{row.tip}"
        column = self._column_at(at)
        if column is None:
            return ""
        facts = column.facts
        for number, row in enumerate(ROWS, start=1):
            if column.row(number).contains(at):
                return cell_tip(row, facts, board.bands.get(facts.sizes))
        if column.samples.contains(at):
            return SAMPLES_TIP
        if not column.circle.contains(at):
            return ""
        point = nearest_point(board, column, at)
        if point is None or not facts.points:
            return f"{facts.problem}\n{CIRCLE_TIP}".strip()
        return f"Angle {360 * point / facts.points:.4g}° in Z, in every circle"

    def _turn(self, yaw: float, pitch: float) -> None:
        turn = self.board.turn.by(yaw, pitch)
        wrapped = math.remainder(turn.yaw, math.tau)
        self.show_board(turn=Turn(wrapped, turn.pitch))

    def _hover(self, point: int | None) -> None:
        if point != self.board.hovered:
            self.show_board(hovered=point)

    def _column_at(self, at: QPointF) -> Column | None:
        for column in self.columns:
            if column.head.left() <= at.x() <= column.head.right():
                return column
        return None
