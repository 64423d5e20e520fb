"""The loss curves of a run: raw and faint, smooth and strong, with words."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sgviz.gui.colours import circle_colours
from sgviz.gui.loss_history import LossHistory
from sgviz.gui.theme import Theme

REDRAW_MS = 200
_NAMES = ("Generator loss", "Discriminator loss", "R1")
_WORDS = (
    "The generator wins where its images pass for real, the discriminator where it"
    " tells them apart. In a healthy run neither wins for good: the samples, not the"
    " curves, say how well it draws."
)
_WORDS_FROM = 300
_TIPS = (
    "Loss of G: low when its images pass for real ones.",
    "Loss of D: low when it tells real images from made ones.",
    "R1: how steep D is at real images (mean squared gradient); the penalty that"
    " keeps the game stable.",
)


class LossPlot(QWidget):
    """G and D above, R1 below on its own scale; x is kimg for both."""

    def __init__(self, history: LossHistory, theme: Theme) -> None:
        super().__init__()
        self._history = history
        self._theme = theme
        self._hovered: float | None = None
        self._view = pg.GraphicsLayoutWidget()
        self._view.setAccessibleName("Loss curves")
        self._view.setToolTip("Wheel or drag: closer in kimg; double click: all of it")
        self._plots = (self._add_plot(0), self._add_plot(1))
        self._plots[1].setXLink(self._plots[0])
        self._plots[0].getAxis("bottom").setStyle(showValues=False)
        layout = self._view.ci.layout
        layout.setRowStretchFactor(0, 5)
        layout.setRowStretchFactor(1, 3)
        self._raw = [self._plots[k // 2].plot(connect="finite") for k in range(3)]
        self._smooth = [self._plots[k // 2].plot(connect="finite") for k in range(3)]
        self._cursors = [pg.InfiniteLine(movable=False) for _ in self._plots]
        for plot, line in zip(self._plots, self._cursors, strict=True):
            line.hide()
            plot.addItem(line, ignoreBounds=True)
        self._view.scene().sigMouseMoved.connect(self._hover)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self.draw)
        self._keys = [self._key(k) for k in range(3)]
        self._lay_out()
        self.set_theme(theme)

    def set_history(self, history: LossHistory) -> None:
        """Another run."""
        self._history = history
        self._plots[0].enableAutoRange()
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
        kimg = history.kimg.copy()
        for curve in range(3):
            # A curve without one finite value has no bounds for pyqtgraph.
            there = bool(np.isfinite(history.raw(curve)).any())
            for item, values in (
                (self._raw[curve], history.raw(curve).copy()),
                (self._smooth[curve], history.smooth(curve)),
            ):
                item.setData(kimg if there else [], values if there else [])
        self._show_values()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._view.setBackground(theme.canvas)
        for plot in self._plots:
            for name in ("left", "bottom"):
                axis = plot.getAxis(name)
                axis.setPen(theme.line)
                axis.setTextPen(theme.muted)
            plot.showGrid(x=True, y=True, alpha=0.18)
        words = "kimg (thousands of images shown)"
        self._plots[1].setLabel("bottom", words, color=theme.muted)
        for line in self._cursors:
            line.setPen(theme.muted)
        for curve, rgba in enumerate(circle_colours(3, theme).tolist()):
            colour = QColor(*rgba)
            self._smooth[curve].setPen(pg.mkPen(colour, width=2))
            faint = QColor(colour)
            faint.setAlphaF(0.32)
            self._raw[curve].setPen(pg.mkPen(faint, width=1))
        self._show_keys()

    def _add_plot(self, row: int) -> pg.PlotItem:
        plot = self._view.addPlot(row=row, col=0)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=True, y=False)
        plot.setAutoVisible(y=True)
        plot.setLimits(xMin=0.0)
        plot.getAxis("left").setWidth(44)
        plot.getViewBox().setDefaultPadding(0.03)
        return plot

    def _key(self, curve: int) -> QToolButton:
        """One entry of the legend: shows the value, hides and shows the curve."""
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"{_TIPS[curve]}\nClick to hide or show the curve.")
        button.clicked.connect(lambda: self._toggle(curve))
        return button

    def _toggle(self, curve: int) -> None:
        shown = not self._smooth[curve].isVisible()
        self._smooth[curve].setVisible(shown)
        self._raw[curve].setVisible(shown)
        self._show_keys()

    def _show_keys(self) -> None:
        for curve, rgba in enumerate(circle_colours(3, self._theme).tolist()):
            shown = self._smooth[curve].isVisible()
            self._keys[curve].setIcon(_swatch(QColor(*rgba), shown))
            verb = "Hide" if shown else "Show"
            self._keys[curve].setAccessibleName(f"{verb} {_NAMES[curve]}")

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setContentsMargins(0, 0, 0, 0)
        self._at = QLabel()
        self._at.setProperty("role", "muted")
        self._words = QLabel(_WORDS)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "muted")
        for key in self._keys:
            keys.addWidget(key)
        keys.addStretch(1)
        keys.addWidget(self._at)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(keys)
        column.addWidget(self._words)
        column.addWidget(self._view, 1)

    def _hover(self, place: QPointF) -> None:
        inside = self._view.sceneRect().contains(place) and len(self._history) > 0
        box = self._plots[0].getViewBox()
        self._hovered = box.mapSceneToView(place).x() if inside else None
        self._show_values()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._words.setVisible(self.height() >= _WORDS_FROM)
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self._show_values()

    def _show_values(self) -> None:
        history, at = self._history, self._hovered
        count = len(history)
        row = count - 1
        if at is not None and count:
            row = int(np.argmin(np.abs(history.kimg - at)))
        for curve, key in enumerate(self._keys):
            value = history.smooth(curve)[row] if count else np.nan
            figure = f"  {value:.3g}" if np.isfinite(value) else ""
            key.setText(f"{_NAMES[curve]}{figure}")
        self._at.setText(f"at {history.kimg[row]:.2f} kimg" if count else "")
        for line in self._cursors:
            line.setVisible(at is not None and count > 0)
            if count:
                line.setValue(history.kimg[row])


def _swatch(colour: QColor, filled: bool) -> QIcon:
    pixmap = QPixmap(28, 28)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(2, 11, 24, 6, 3, 3)
    painter.end()
    return QIcon(pixmap)
