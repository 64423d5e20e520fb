"""One chart of the loss plot: a box with two axes, curves, a cursor.

Made of pyqtgraph's parts rather than of its PlotItem, which brings seven menus
that belong to nobody and are never deleted.
"""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from sgviz.gui.theme import Theme
from sgviz.gui.train.loss_history import Numbers

_AXIS_WIDTH = 44
_GRID = 40
_SMOOTH_POINTS = 300


class Curve:
    """A curve of a chart: faint as it came, strong where it is smoothed."""

    def __init__(self, box: pg.ViewBox) -> None:
        # Antialiasing a line that goes up and down at every pixel costs 30 ms.
        self._raw = pg.PlotCurveItem(connect="finite", antialias=False)
        self._smooth = pg.PlotCurveItem(connect="finite", antialias=True)
        # As one thick path it is stroked in twice the time, seen with seven curves.
        self._smooth.setSegmentedLineMode("on")
        box.addItem(self._raw)
        box.addItem(self._smooth)
        self.colour = QColor()
        self.points = 0
        # An item that is shown in a chart that is not says that it is hidden.
        self._on = True

    @property
    def is_visible(self) -> bool:
        """Whether it is shown."""
        return self._on

    def set_visible(self, on: bool) -> None:
        """Show or hide it."""
        self._on = on
        self._raw.setVisible(on)
        self._smooth.setVisible(on)

    def set_colour(self, colour: QColor) -> None:
        """The colour of both lines."""
        self.colour, faint = colour, QColor(colour)
        faint.setAlphaF(0.32)
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._smooth.setPen(pg.mkPen(colour, width=2))

    def set_data(self, x: Numbers, raw: Numbers, smooth: Numbers) -> None:
        """Values at x [N]; not finite leaves a gap."""
        self.points = len(x)
        # A curve without one finite value has no bounds for pyqtgraph.
        if not np.isfinite(raw).any():
            x = raw = smooth = x[:0]
        step = 1 + len(x) // _SMOOTH_POINTS
        # The last point stays: the curve ends where the run is.
        few = np.unique(np.append(np.arange(0, len(x), step), len(x) - 1)[: len(x)])
        self._raw.setData(x.copy(), raw.copy())
        self._smooth.setData(x[few], smooth[few])


class Chart:
    """A row of a graphics layout: y axis, curves over kimg, x axis below."""

    def __init__(self, view: pg.GraphicsLayoutWidget, row: int, curves: int) -> None:
        self._view = view
        self._layout = layout = view.addLayout(row=row, col=0)
        layout.setContentsMargins(0, 4, 8, 0)
        layout.setSpacing(0)
        self.row = row
        self.left, self.bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        self.left.setWidth(_AXIS_WIDTH)
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.03)
        layout.addItem(self.left, 0, 0)
        layout.addItem(self.box, 0, 1)
        layout.addItem(self.bottom, 1, 1)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.box)
            axis.setGrid(_GRID)
            # Else the first images are told in thousandths of thousands.
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-1)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setAutoVisible(y=True)
        self.box.setLimits(xMin=0.0)
        self.box.enableAutoRange(y=True)
        self.curves = [Curve(self.box) for _ in range(curves)]
        self._cursor = pg.InfiniteLine(movable=False)
        self.box.addItem(self._cursor, ignoreBounds=True)
        self.set_cursor(None)

    @property
    def is_shown(self) -> bool:
        """Whether it has a place in the plot."""
        return bool(self._layout.isVisible())

    def set_shown(self, on: bool) -> None:
        """Give it a place in the plot, or none."""
        if on == self.is_shown:
            return
        self._layout.setVisible(on)
        # A layout keeps a place for what is hidden.
        grid = self._view.ci.layout
        if on:
            grid.addItem(self._layout, self.row, 0)
        else:
            grid.removeItem(self._layout)

    def show_kimg(self, on: bool, words: str, colour: str) -> None:
        """Whether the numbers of the x axis stand below it, and the words."""
        self.bottom.setStyle(showValues=on)
        self.bottom.setLabel(words, color=colour) if on else self.bottom.showLabel(
            False
        )

    def set_cursor(self, kimg: float | None) -> None:
        """A line through the values that are read; None takes it away."""
        self._cursor.setVisible(kimg is not None)
        if kimg is not None:
            self._cursor.setValue(kimg)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        for axis in (self.left, self.bottom):
            axis.setPen(theme.line)
            axis.setTextPen(theme.muted)
        self._cursor.setPen(theme.muted)
