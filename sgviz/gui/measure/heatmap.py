"""A matrix as colours: one value for each pair of points, linked with the views."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgviz.gui.measure.canvas import FONT_PIXELS, Canvas
from sgviz.gui.measure.saving import PAPER, Rows, SaveButton
from sgviz.gui.measure.sentence import Title
from sgviz.gui.measure.series import Axes
from sgviz.gui.measure.ticks import of_angles
from sgviz.gui.theme import DARK, Theme
from sgviz.measured.figure import signed

Matrix = NDArray[np.floating[Any]]
MAP = "viridis"
PAPER_SIZE = QSize(520, 500)
_TURN = QRectF(0.0, 0.0, 360.0, 360.0)


@dataclass(frozen=True, eq=False)
class Cells:
    """``values`` [N, M]: rows go up, columns to the right, at ``y`` [N] and ``x`` [M].

    Angles in degrees where the axes are angles, evenly apart from 0. ``circle`` says
    whose points the columns are. ``low`` and ``high`` hold the ends of the colours.
    """

    values: Matrix
    x: Matrix
    y: Matrix
    circle: int | None = None
    low: float | None = None
    high: float | None = None

    def ends(self) -> tuple[float, float]:
        """The values of the first and the last colour."""
        finite = self.values[np.isfinite(self.values)]
        low = float(finite.min()) if self.low is None and len(finite) else self.low
        high = float(finite.max()) if self.high is None and len(finite) else self.high
        low, high = low or 0.0, 1.0 if high is None else high
        return low, high if high > low else low + 1.0


class Heatmap(QWidget):
    """Title, matrix, colour bar with ``what`` it shows; a cross where the hand is.

    Signals as those of a plot; ``pair_pointed(row, column)`` says which cell the mouse
    is on, (-1, -1) none. :meth:`set_highlight` draws the cross at that angle of the
    column; of the row where the mouse is.
    """

    hovered = Signal(int, float)
    hover_left = Signal()
    pair_pointed = Signal(int, int)
    clicked = Signal(float, float)

    def __init__(
        self, title: str, axes: Axes, what: str, file_name: str, tip: str = ""
    ) -> None:
        super().__init__()
        self.axes, self.what, self.file_name = axes, what, file_name
        self.cells: Cells | None = None
        self._theme = DARK
        self._angle: float | None = None
        self._row: float | None = None
        self.title = Title(title, tip)
        self.value = QLabel()
        self.value.setProperty("role", "muted")
        self.canvas = Canvas(axes, self._theme)
        self.canvas.setAccessibleName(title)
        if tip:
            self.canvas.setToolTip(tip)
        self.save_button = SaveButton(self, self)
        self._image, self._bar = _furnish(self.canvas, what)
        self._across, self._along = (
            pg.InfiniteLine(angle=a, movable=False) for a in (90, 0)
        )
        for line in (self._across, self._along):
            self.canvas.add_cursor(line)
        self.canvas.pointed.connect(self._pointed)
        self.canvas.left.connect(self._left)
        self.canvas.clicked.connect(lambda at: self.clicked.emit(at.x(), at.y()))
        self.canvas.menu_asked.connect(self.save_button.open_at)
        self.canvas.all_asked.connect(self.show_all)
        self._lay_out()
        self.set_theme(self._theme)

    def set_cells(self, cells: Cells | None) -> None:
        """Show another matrix; None: nothing."""
        self.cells = cells
        if cells is None:
            self._image.clear()
        else:
            _fill(self._image, self._bar, cells)
        self.show_all()
        self._show_cross()

    def set_title(self, title: str) -> None:
        """Other words above it."""
        self.title.setText(title)

    def set_theme(self, theme: Theme) -> None:
        """New colours; those of the values are for both themes."""
        self._theme = theme
        self._dress(theme)
        for line in (self._across, self._along):
            line.setPen(QPen(QColor("#ffffff"), 1.0))

    def set_highlight(self, circle: int | None, angle: float) -> None:
        """The cross at an angle (radians); None, or another circle: away."""
        own = self.cells.circle if self.cells is not None else None
        shown = circle is not None and (own is None or own == circle)
        self._angle = float(np.degrees(angle) % 360.0) if shown else None
        self._show_cross()

    def show_all(self) -> None:
        """The whole matrix again after a zoom."""
        if self.cells is not None:
            room = _room(self.cells)
            # The last cell ends just before the mark of the whole turn.
            room = room.united(_TURN) if self.axes.is_angle else room
            self.canvas.plotItem.vb.setRange(room, padding=0.0)

    def rows(self) -> Rows:
        """The matrix with its places as head and first column."""
        cells = self.cells
        if cells is None:
            return [[self.axes.y]]
        head = [f"{self.axes.y} \\ {self.axes.x}", *(f"{x:.9g}" for x in cells.x)]
        return [head] + [
            [f"{y:.9g}", *(f"{float(v):.9g}" for v in row)]
            for y, row in zip(cells.y, cells.values, strict=True)
        ]

    def paper_size(self) -> QSize:
        """How large the picture for a paper is."""
        return PAPER_SIZE

    def paint_on(self, painter: QPainter, size: QSize) -> None:
        """Draw title and matrix on white."""
        font = QFont(self.font())
        font.setPixelSize(13)
        font.setBold(True)
        painter.fillRect(QRectF(QPointF(), size.toSizeF()), QColor(PAPER.canvas))
        painter.setPen(QColor(PAPER.text))
        painter.setFont(font)
        line = QFontMetricsF(font).height()
        painter.drawText(QRectF(12, 8, size.width(), line), 0, self.title.text())
        room = QRectF(4, line + 12, size.width() - 8, size.height() - line - 16)
        self.canvas.paint_resized(painter, room, lambda: self._dress(PAPER))
        self._dress(self._theme)

    def _dress(self, theme: Theme) -> None:
        self.canvas.set_theme(theme)
        _dress_bar(self._bar, theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 2, 2, 0)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.value)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)

    def _show_cross(self) -> None:
        for line, at in ((self._across, self._angle), (self._along, self._row)):
            line.setVisible(at is not None and self.cells is not None)
            if at is not None:
                line.setPos(at)

    def _pointed(self, at: QPointF) -> None:
        cells = self.cells
        if cells is None:
            return
        row, column = _nearest(cells.y, at.y()), _nearest(cells.x, at.x())
        self.value.setText(signed(f"{float(cells.values[row, column]):.4g}"))
        self.pair_pointed.emit(row, column)
        self._row = float(cells.y[row])
        if self.axes.is_angle:
            if cells.circle is not None:
                angle = float(np.radians(cells.x[column]))
                self.hovered.emit(cells.circle, angle)
        else:
            self._angle = float(cells.x[column])
        self._show_cross()

    def _left(self) -> None:
        self.value.setText("")
        if self._row is None:
            return
        self._row = None
        if not self.axes.is_angle:
            self._angle = None
        self._show_cross()
        self.pair_pointed.emit(-1, -1)
        if self.axes.is_angle:
            self.hover_left.emit()


def _furnish(canvas: Canvas, what: str) -> tuple[pg.ImageItem, pg.ColorBarItem]:
    """A canvas with an image and its colour bar."""
    image = pg.ImageItem(axisOrder="row-major")
    canvas.addItem(image)
    colours = pg.colormap.get(MAP)
    bar = pg.ColorBarItem(
        colorMap=colours, width=12, interactive=False, label=what, colorMapMenu=False
    )
    bar.setImageItem(image, insert_in=canvas.plotItem)
    # As the plot's own: it shall go when the canvas goes.
    bar.ctrlMenu.setParent(canvas, bar.ctrlMenu.windowFlags())
    if canvas.axes_meant.is_angle:
        canvas.axis("left").offer(of_angles((90, 180, 360)))
        canvas.setAspectLocked(True)
    canvas.plotItem.vb.setMouseEnabled(x=True, y=True)
    return image, bar


def _fill(image: pg.ImageItem, bar: pg.ColorBarItem, cells: Cells) -> None:
    image.setImage(np.asarray(cells.values, dtype=np.float32), autoLevels=False)
    image.setRect(_room(cells))
    bar.setLevels(cells.ends())


def _dress_bar(bar: pg.ColorBarItem, theme: Theme) -> None:
    font = QFont()
    font.setPixelSize(FONT_PIXELS)
    axis = bar.getAxis("right")
    axis.setPen(QPen(QColor(theme.line), 1.0))
    axis.setTextPen(QColor(theme.muted))
    axis.setStyle(tickFont=font)
    axis.enableAutoSIPrefix(False)
    axis.setLabel(axis.labelText, color=theme.muted, **{"font-size": "11px"})


def _room(cells: Cells) -> QRectF:
    """What the cells fill: each is centred at its place."""
    x, y = cells.x, cells.y
    dx = float(x[1] - x[0]) if len(x) > 1 else 1.0
    dy = float(y[1] - y[0]) if len(y) > 1 else 1.0
    return QRectF(x[0] - dx / 2, y[0] - dy / 2, dx * len(x), dy * len(y))


def _nearest(places: Matrix, at: float) -> int:
    return int(np.argmin(np.abs(np.asarray(places) - at)))
