"""The curves of a run: raw and faint, smooth and strong, with words."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QTimer
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sgviz.gui.colours import circle_colours
from sgviz.gui.theme import Theme
from sgviz.gui.train.curve_keys import CurveKeys
from sgviz.gui.train.loss_chart import Chart, Curve
from sgviz.gui.train.loss_curves import ALWAYS, CHARTS, CURVES
from sgviz.gui.train.loss_history import LossHistory

REDRAW_MS = 200
_KIMG = "kimg (thousands of images shown)"


class LossPlot(QWidget):
    """Charts one above the other, each on its own scale; x is kimg for all."""

    def __init__(self, history: LossHistory, theme: Theme) -> None:
        super().__init__()
        self._history = history
        self._theme = theme
        self._hovered: float | None = None
        self._is_zoomed = False
        self._view = pg.GraphicsLayoutWidget()
        self._view.setAccessibleName("Curves of the run")
        self._view.setToolTip("Wheel or drag: closer in kimg. Double click: all of it.")
        counts = [sum(c.chart == n for c in CURVES) for n in range(len(CHARTS))]
        self.charts = [Chart(self._view, n, count) for n, count in enumerate(counts)]
        # In the order of CURVES, which is that of the charts.
        self._curves: list[Curve] = [c for chart in self.charts for c in chart.curves]
        for chart, stretch in zip(self.charts, CHARTS, strict=True):
            self._view.ci.layout.setRowStretchFactor(chart.row, stretch)
        for chart in self.charts[1:]:
            chart.box.setXLink(self.charts[0].box)
        self._view.scene().sigMouseMoved.connect(self._hover)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        self.charts[0].box.sigRangeChangedManually.connect(self._zoomed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self.draw)
        self.keys = CurveKeys()
        self.keys.toggled.connect(self._toggle)
        self._lay_out()
        self._place_charts()
        self.set_theme(theme)

    @property
    def is_due(self) -> bool:
        """Whether something is still to be drawn."""
        return self._timer.isActive()

    def curve_points(self, curve: int) -> int:
        """How many points of a curve are drawn."""
        return self._curves[curve].points

    def set_history(self, history: LossHistory) -> None:
        """Another run."""
        self._history = history
        self.show_all()
        self._place_charts()
        self.draw()

    def refresh(self) -> None:
        """The history has grown; drawn soon, at most five times a second."""
        if not self._timer.isActive():
            self._timer.start()

    def draw(self) -> None:
        """Draw the history as it is now, if anybody can see it."""
        history = self._history
        if not self.isVisible():
            return
        self._place_charts()
        for number, curve in enumerate(self._curves):
            curve.set_data(history.kimg, history.raw(number), history.smooth(number))
        if not self._is_zoomed:
            self._fit()
        self._show_values()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._view.setBackground(theme.canvas)
        for chart in self.charts:
            chart.set_theme(theme)
        colours = circle_colours(len(CURVES), theme)
        for curve, rgba in zip(self._curves, colours, strict=True):
            curve.set_colour(QColor(*rgba.tolist()))
        self._show_keys()
        self._show_axis()

    def show_all(self) -> None:
        """The whole run, as far as it has come."""
        self._is_zoomed = False
        for chart in self.charts:
            chart.box.enableAutoRange(y=True)
        self._fit()
        self.reset_button.hide()

    def _fit(self) -> None:
        """All of the run from left to right; the other charts follow the first."""
        kimg = self._history.kimg
        last = float(kimg[-1]) if len(kimg) else 1.0
        self.charts[0].box.setXRange(0.0, max(last, 1e-3), padding=0.01)

    def _toggle(self, curve: int) -> None:
        self._curves[curve].set_visible(not self._curves[curve].is_visible)
        self._show_keys()
        self._place_charts()

    def _place_charts(self) -> None:
        """A place for each chart with something in it; the first always has one."""
        offered = [self._is_offered(curve) for curve in range(len(CURVES))]
        before = [chart.is_shown for chart in self.charts]
        for number, chart in enumerate(self.charts):
            within = [k for k, about in enumerate(CURVES) if about.chart == number]
            drawn = any(offered[k] and self._curves[k].is_visible for k in within)
            chart.set_shown(drawn or number == 0)
            stretch = CHARTS[number] if chart.is_shown else 0
            self._view.ci.layout.setRowStretchFactor(chart.row, stretch)
        for curve, on in enumerate(offered):
            self.keys.set_offered(curve, on)
        if before != [chart.is_shown for chart in self.charts]:
            self._show_axis()

    def _is_offered(self, curve: int) -> bool:
        if CURVES[curve].chart in ALWAYS:
            return True
        values = self._history.raw(curve)
        return bool(np.any(np.isfinite(values) & (values != 0)))

    def _show_axis(self) -> None:
        """The kimg stand below the last chart alone."""
        last = [chart for chart in self.charts if chart.is_shown][-1]
        for chart in self.charts:
            chart.show_kimg(chart is last, _KIMG, self._theme.muted)

    def _show_keys(self) -> None:
        for number, curve in enumerate(self._curves):
            self.keys.show_curve(number, curve.colour, curve.is_visible)

    def _lay_out(self) -> None:
        self._at = QLabel()
        self._at.setProperty("role", "muted")
        self.reset_button = QPushButton("Reset zoom")
        self.reset_button.setToolTip("Show the whole run again")
        self.reset_button.setAccessibleName("Reset zoom")
        self.reset_button.clicked.connect(self.show_all)
        self.reset_button.hide()
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.keys, 1)
        head.addWidget(self._at)
        head.addWidget(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._view, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self._show_values()

    def _hover(self, place: QPointF) -> None:
        inside = self._view.sceneRect().contains(place) and len(self._history) > 0
        box = self.charts[0].box
        self._hovered = box.mapSceneToView(place).x() if inside else None
        self._show_values()

    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self.show_all()

    def _zoomed(self) -> None:
        self._is_zoomed = True
        self.reset_button.show()

    def _show_values(self) -> None:
        history, at = self._history, self._hovered
        count = len(history)
        row = count - 1
        if at is not None and count:
            row = int(np.argmin(np.abs(history.kimg - at)))
        for curve in range(len(CURVES)):
            value = history.smooth(curve)[row] if count else np.nan
            self.keys.show_value(curve, float(value))
        self._at.setText(f"at {history.kimg[row]:.2f} kimg" if count else "")
        for chart in self.charts:
            hovered = at is not None and count > 0
            chart.set_cursor(float(history.kimg[row]) if hovered else None)
