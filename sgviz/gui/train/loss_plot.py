"""The curves of a run: raw and faint, smooth and strong, with words."""

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sgviz.gui.colours import circle_colours
from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.curve_keys import CurveKeys
from sgviz.gui.train.loss_canvas import LossCanvas
from sgviz.gui.train.loss_chart import Chart, Curve
from sgviz.gui.train.loss_curves import ALWAYS, CURVES
from sgviz.gui.train.loss_history import LossHistory

REDRAW_MS = 334
_AT_WIDTH = 104  # any usual number of kimg: the legend beside it stays


class LossPlot(QWidget):
    """Charts one above the other, each on its own scale; x is kimg for all."""

    def __init__(self, history: LossHistory, theme: Theme) -> None:
        super().__init__()
        self._history = history
        self._hovered: float | None = None
        self.canvas = LossCanvas(theme)
        self.canvas.hovered.connect(self._hover)
        # In the order of CURVES, which is that of the charts.
        self._curves: list[Curve] = [c for chart in self.charts for c in chart.curves]
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
    def charts(self) -> list[Chart]:
        """One for each scale."""
        return self.canvas.charts

    @property
    def is_due(self) -> bool:
        """Whether something is still to be drawn."""
        return self._timer.isActive()

    def curve_points(self, curve: int) -> int:
        """How many values of a curve are shown."""
        return len(self._curves[curve].raw)

    def set_history(self, history: LossHistory) -> None:
        """Another run."""
        self._history = history
        self.show_all()
        self.draw()

    def refresh(self) -> None:
        """The history has grown; drawn soon, at most three times a second."""
        if not self._timer.isActive():
            self._timer.start()

    def draw(self) -> None:
        """Draw the history as it is now, if anybody can see it."""
        history = self._history
        if not self.isVisible():
            return
        # What is painted must not change below the painter: copies.
        for number, curve in enumerate(self._curves):
            curve.raw, curve.smooth = history.raw(number).copy(), history.smooth(number)
        self._place_charts()
        self.canvas.set_kimg(history.kimg.copy())
        self._show_values()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        colours = circle_colours(len(CURVES), theme)
        for curve, rgba in zip(self._curves, colours, strict=True):
            curve.colour = QColor(*rgba.tolist())
        self.canvas.set_theme(theme)
        self._show_keys()

    def show_all(self) -> None:
        """The whole run, as far as it has come."""
        self.canvas.show_all()

    def _toggle(self, curve: int) -> None:
        self._curves[curve].is_visible = not self._curves[curve].is_visible
        self._show_keys()
        self._place_charts()
        self.canvas.repaint_all()

    def _place_charts(self) -> None:
        """A place for each chart with something in it; the first always has one."""
        offered = [self._is_offered(curve) for curve in range(len(CURVES))]
        for number, chart in enumerate(self.charts):
            within = [k for k, about in enumerate(CURVES) if about.chart == number]
            drawn = any(offered[k] and self._curves[k].is_visible for k in within)
            chart.is_shown = drawn or number == 0
        for curve, on in enumerate(offered):
            self.keys.set_offered(curve, on)

    def _is_offered(self, curve: int) -> bool:
        if CURVES[curve].chart in ALWAYS:
            return True
        values = self._history.raw(curve)
        return bool(np.any(np.isfinite(values) & (values != 0)))

    def _show_keys(self) -> None:
        for number, curve in enumerate(self._curves):
            self.keys.show_curve(number, curve.colour, curve.is_visible)

    def _lay_out(self) -> None:
        self._at = QLabel()
        self._at.setProperty("role", "muted")
        self._at.setAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self._at.setMinimumWidth(in_text(_AT_WIDTH))
        self.reset_button = QPushButton("Reset zoom")
        self.reset_button.setToolTip("Show the whole run again")
        self.reset_button.setAccessibleName("Reset zoom")
        self.reset_button.clicked.connect(self.show_all)
        self.reset_button.hide()
        self.canvas.zoomed.connect(self.reset_button.setVisible)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.keys, 1)
        head.addWidget(self._at)
        head.addWidget(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def _hover(self, kimg: float | None) -> None:
        self._hovered = kimg
        self._show_values()

    def _show_values(self) -> None:
        kimg, at = self._history.kimg, self._hovered
        shown = min(len(kimg), self.curve_points(0))
        row = shown - 1
        if at is not None and shown:
            row = int(np.argmin(np.abs(kimg[:shown] - at)))
        for number, curve in enumerate(self._curves):
            value = float(curve.smooth[row]) if shown else np.nan
            self.keys.show_value(number, value)
        self._at.setText(f"at {kimg[row]:.2f} kimg" if shown else "")
        hovered = at is not None and shown > 0
        self.canvas.set_cursor(float(kimg[row]) if hovered else None)
