"""A plot one would put into a paper: drawn from values, linked, saved, themed."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sgviz.gui.measure.canvas import Canvas
from sgviz.gui.measure.drawing import Paper, all_renewed, fit, items_of
from sgviz.gui.measure.legend import Legend, LegendLine, named, paint_heading
from sgviz.gui.measure.saving import PAPER, Rows, SaveButton
from sgviz.gui.measure.sentence import Title
from sgviz.gui.measure.series import Axes, Series, as_rows, columns, ink_colour
from sgviz.gui.measure.under_hand import point_of, spots_of
from sgviz.gui.theme import DARK, Theme

PAPER_SIZE = QSize(640, 400)
ROOMY = 190  # pixels of height that leave room for the legend below the title
MOST_OF_IT = 0.25  # of the height that the legend may take there


class Plot(QWidget):
    """Title, legend, axes; the cursor of the point under the hand, wherever it is.

    Over an angle (``axes.is_angle``) a hand emits ``hovered(circle, angle)`` in
    radians, of the series with a ``circle`` that is nearest, and ``hover_left()``;
    :meth:`set_highlight` draws the cursor. On any plot ``pointed(x, y)`` says where the
    mouse is and ``clicked(x, y)`` where it was pressed.
    """

    hovered = Signal(int, float)
    hover_left = Signal()
    pointed = Signal(float, float)
    clicked = Signal(float, float)

    def __init__(self, title: str, axes: Axes, file_name: str, tip: str = "") -> None:
        super().__init__()
        self.axes, self.file_name = axes, file_name
        self.series: tuple[Series, ...] = ()
        self._theme = DARK
        self._items: list[list[Any]] = []  # of each series
        self._is_zoomed = False
        self._highlight: tuple[int, float] | None = None
        self.title = Title(title, tip)
        self.legend, self.line = Legend(self._theme), LegendLine(self._theme)
        self.canvas = Canvas(axes, self._theme)
        self.canvas.setAccessibleName(title)
        if tip:
            self.canvas.setToolTip(tip)
        self.save_button = SaveButton(self, self)
        self.canvas.pointed.connect(self._pointed)
        self.canvas.left.connect(self._left)
        self.canvas.clicked.connect(self._clicked)
        self.canvas.all_asked.connect(self.show_all)
        self.canvas.plotItem.vb.sigRangeChangedManually.connect(self._zoomed)
        self.canvas.menu_asked.connect(self.save_button.open_at)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._spot = pg.ScatterPlotItem(size=9)
        for item in (self._cursor, self._spot):
            self.canvas.add_cursor(item)
        self._lay_out()
        self.set_theme(self._theme)

    def set_series(self, series: Sequence[Series]) -> None:
        """Show other values; what was zoomed stays so."""
        before, self.series = self.series, tuple(series)
        if all_renewed(self.series, before, self._items, self.axes):
            self._frame()
        else:
            self._draw()

    def set_title(self, title: str) -> None:
        """Other words above it."""
        self.title.setText(title)

    def set_axes(self, axes: Axes) -> None:
        """Other names of the axes, or places of words."""
        self.axes = self.canvas.axes_meant = axes
        self.canvas.plotItem.setLogMode(x=axes.log_x, y=axes.log_y)
        self.canvas.set_theme(self._theme)
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.legend.set_theme(theme)
        self.line.set_theme(theme)
        self._dress()

    def set_highlight(self, circle: int | None, angle: float) -> None:
        """The cursor at an angle (radians) with a spot on that circle; None: away."""
        self._highlight = None if circle is None else (circle, angle)
        self._show_highlight()

    def show_all(self) -> None:
        """The whole plot again after a zoom."""
        self._is_zoomed = False
        fit(self.canvas, self.axes, self.series)

    def rows(self) -> Rows:
        """The numbers that are shown."""
        return as_rows(columns(self.series, self.axes))

    def paper_size(self) -> QSize:
        """How large the picture for a paper is."""
        return PAPER_SIZE

    def paint_on(self, painter: QPainter, size: QSize) -> None:
        """Draw title, legend and plot on white."""
        painter.fillRect(QRectF(QPointF(), size.toSizeF()), QColor(PAPER.canvas))
        font = QFont(self.font())
        font.setPixelSize(13)
        words, shown = self.title.text(), named(self.series)
        top = paint_heading(painter, size.width(), words, font, shown)
        room = QRectF(4, top, size.width() - 8.0, size.height() - top - 4.0)
        theme, self._theme = self._theme, PAPER
        thick = painter.device().devicePixelRatio()
        self._dress()  # axes are as wide as on paper before a pixel is measured
        self.canvas.paint_resized(painter, room, lambda: self._draw(thick))
        self._theme = theme
        self._dress()

    def _dress(self) -> None:
        """Axes and series in the colours of the theme."""
        self.canvas.set_theme(self._theme)
        self._cursor.setPen(QPen(QColor(self._theme.text), 1.0))
        self._draw()

    def hasHeightForWidth(self) -> bool:
        return False  # plots in a grid are as high as each other, whatever names need

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_series()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(6, 2, 2, 0)
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.line, 1)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.legend)
        column.addWidget(self.canvas, 1)

    def _draw(self, thick: float = 0.0) -> None:
        """The series anew; on paper (``thick`` > 0) with pens so much thicker."""
        paper = Paper(self.canvas.pixel(), thick) if thick else None
        for item in chain.from_iterable(self._items):
            self.canvas.removeItem(item)
        self._items = [
            items_of(one, self._theme, self.axes, paper) for one in self.series
        ]
        for item in chain.from_iterable(self._items):
            self.canvas.addItem(item)
        self.legend.set_series(self.series)
        self._name_series()
        self._frame()

    def _name_series(self) -> None:
        """Names below the title, or in one line beside it where the plot is low."""
        rows, tall = self.legend.heightForWidth(self.width()), self.height()
        is_roomy = tall >= ROOMY and rows <= MOST_OF_IT * tall
        self.legend.offer_room(is_roomy)
        self.line.set_series(() if is_roomy else self.series)

    def _frame(self) -> None:
        """Show all of it, unless the hand has zoomed, and the cursor."""
        if not self._is_zoomed:
            self.show_all()
        self._show_highlight()

    def _show_highlight(self) -> None:
        """The cursor where the hand is, a spot on each curve of its circle."""
        is_shown = bool(self.axes.is_angle and self.series and self._highlight)
        self._cursor.setVisible(is_shown)
        self._spot.setVisible(False)
        if not is_shown or self._highlight is None:
            return
        circle, angle = self._highlight
        x = float(np.degrees(angle) % 360.0)
        self._cursor.setPos(x)
        y, one = spots_of(self.series, circle, x, self.axes.log_y)
        y = y[np.isfinite(y)]
        if one is not None and len(y):
            ink = pg.mkBrush(ink_colour(one.ink, self._theme))
            edge = pg.mkPen(self._theme.text)
            self._spot.setData(np.full(len(y), x), y, brush=ink, pen=edge)
            self._spot.setVisible(True)

    def _value(self, at: QPointF) -> QPointF:
        """A place on the axes as numbers."""
        x = 10.0 ** at.x() if self.axes.log_x else at.x()
        return QPointF(x, 10.0 ** at.y() if self.axes.log_y else at.y())

    def _pointed(self, place: QPointF) -> None:
        at = self._value(place)
        self.pointed.emit(at.x(), at.y())
        if not self.axes.is_angle:
            return
        axes, pixel = self.axes, self.canvas.pixel()
        if (found := point_of(self.series, place, pixel, axes.log_y)) is not None:
            self.hovered.emit(found[0], float(np.radians(found[1])))

    def _clicked(self, place: QPointF) -> None:
        at = self._value(place)
        self.clicked.emit(at.x(), at.y())

    def _zoomed(self) -> None:
        self._is_zoomed = True

    def _left(self) -> None:
        if self.axes.is_angle:
            self.hover_left.emit()
