"""The scrubber: a slider over kimg that stops at records and nowhere else."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.gui.train.timeline_panels import Numbers, nearest, short

EDGE, GROOVE, RADIUS, TICK = 9.0, 4.0, 6.5, 5.0
FAR = 10  # records of a page up or down
TIP = (
    "A tick is a record, a diamond a kept checkpoint. Drag, or use the arrow keys"
    " (Page up and down: ten records), Home and End."
)
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -FAR,
    Qt.Key.Key_PageUp: FAR,
}


class MomentSlider(QWidget):
    """Shows where a run stands; ``moved(kimg)`` when it goes to another record.

    ``taken`` when a hand or a key, and not a clock, is about to move it.
    """

    moved = Signal(float)
    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Moment of the run, in kimg")
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stops: Numbers = np.zeros(0)
        self._rows: tuple[Numbers, ...] = ()
        self._kept: tuple[float, ...] = ()
        self._colours: tuple[QColor, ...] = ()
        self._at = 0.0
        self._held = False

    @property
    def stops(self) -> Numbers:
        """The kimg at which there is a record, of any run."""
        return self._stops

    @property
    def at(self) -> float:
        """Where the handle stands, in kimg."""
        return self._at

    @property
    def index(self) -> int:
        """The stop where the handle stands; -1 where there is none."""
        return nearest(self._stops, self._at)

    def set_rows(self, rows: tuple[Numbers, ...], kept: tuple[float, ...]) -> None:
        """The records of one or two runs, and the kept checkpoints of the first."""
        self._rows, self._kept = rows, kept
        self._stops = np.unique(np.concatenate([np.zeros(0), *rows]))
        self.update()

    def set_colours(self, colours: tuple[QColor, ...]) -> None:
        """The colours of the runs."""
        self._colours = colours
        self.update()

    def show_moment(self, kimg: float) -> None:
        """Put the handle there."""
        if kimg != self._at:
            self._at = kimg
            self.setAccessibleDescription(f"{short(kimg)} kimg")
            self.update()

    def step(self, by: int) -> None:
        """Go so many records on, as far as there are."""
        if len(self._stops):
            index = min(len(self._stops) - 1, max(0, self.index + by))
            self._go(float(self._stops[index]))

    def go_near(self, kimg: float) -> None:
        """Go to the record nearest to a moment."""
        if len(self._stops):
            self._go(float(self._stops[nearest(self._stops, kimg)]))

    def x_of(self, kimg: float) -> float:
        """The pixel of a moment."""
        if len(self._stops) < 2:
            return self.width() / 2
        low, high = float(self._stops[0]), float(self._stops[-1])
        share = (kimg - low) / (high - low)
        return EDGE + min(1.0, max(0.0, share)) * (self.width() - 2 * EDGE)

    def sizeHint(self) -> QSize:
        return QSize(320, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 30)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self.taken.emit()
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if self.hasFocus() and turn:
            event.accept()
            self.taken.emit()
            self.step(1 if turn > 0 else -1)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.taken.emit()
            self.step(_STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.taken.emit()
            whole = len(self._stops)
            self.step(-whole if key == Qt.Key.Key_Home else whole)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, role = self.palette(), QPalette.ColorRole
        middle = self.height() / 2
        left, right = EDGE, self.width() - EDGE
        self._bar(painter, left, right, palette.color(role.Mid))
        self._paint_records(painter, middle)
        if not len(self._stops):
            return
        tone = palette.color(role.Accent)
        faint = QColor(tone)
        faint.setAlpha(120)
        here = self.x_of(self._at)
        self._bar(painter, left, here, faint)
        self._paint_kept(painter, middle, palette.color(role.Text))
        if self.hasFocus():
            painter.setBrush(faint)
            painter.drawEllipse(QPointF(here, middle), RADIUS + 3, RADIUS + 3)
        painter.setBrush(tone)
        painter.drawEllipse(QPointF(here, middle), RADIUS, RADIUS)

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def _paint_records(self, painter: QPainter, middle: float) -> None:
        for row, kimg in enumerate(self._rows[:2]):
            known = row < len(self._colours)
            muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
            colour = QColor(self._colours[row] if known else muted)
            # Where they stand close, what is seen is how close.
            colour.setAlphaF(0.9 if len(kimg) * 3 < self.width() else 0.45)
            top = (
                middle - GROOVE / 2 - 1 - TICK if row == 0 else middle + GROOVE / 2 + 1
            )
            for each in kimg.tolist():
                painter.fillRect(QRectF(self.x_of(each) - 0.5, top, 1.0, TICK), colour)

    def _paint_kept(self, painter: QPainter, middle: float, colour: QColor) -> None:
        painter.setBrush(colour)
        for each in self._kept:
            x = self.x_of(each)
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x - 3, middle),
                        QPointF(x, middle - 3),
                        QPointF(x + 3, middle),
                        QPointF(x, middle + 3),
                    ]
                )
            )

    def _bar(self, painter: QPainter, a: float, b: float, colour: QColor) -> None:
        painter.setBrush(colour)
        box = QRectF(a, self.height() / 2 - GROOVE / 2, max(0.0, b - a), GROOVE)
        painter.drawRoundedRect(box, GROOVE / 2, GROOVE / 2)

    def _drag(self, event: QMouseEvent) -> None:
        if not len(self._stops):
            return
        travel = max(1.0, self.width() - 2 * EDGE)
        share = min(1.0, max(0.0, (event.position().x() - EDGE) / travel))
        low, high = float(self._stops[0]), float(self._stops[-1])
        self.go_near(low + share * (high - low))

    def _go(self, kimg: float) -> None:
        if kimg != self._at:
            self.show_moment(kimg)
            self.moved.emit(kimg)
