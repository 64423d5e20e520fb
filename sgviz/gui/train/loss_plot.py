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
from sgviz.gui.theme import Theme
from sgviz.gui.train.loss_chart import Chart
from sgviz.gui.train.loss_history import LossHistory

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
        self._view.setToolTip("Wheel or drag: closer in kimg. Double click: all of it.")
        upper, lower = Chart(self._view, 0, 2), Chart(self._view, 1, 1)
        self._charts = (upper, lower)
        self._curves = (*upper.curves, *lower.curves)
        lower.box.setXLink(upper.box)
        upper.bottom.setStyle(showValues=False)
        self._view.ci.layout.setRowStretchFactor(0, 5)
        self._view.ci.layout.setRowStretchFactor(1, 3)
        self._view.scene().sigMouseMoved.connect(self._hover)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self.draw)
        self.keys = [self._key(curve) for curve in range(3)]
        self._lay_out()
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
        self._show_all()
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
        for number, curve in enumerate(self._curves):
            curve.set_data(history.kimg, history.raw(number), history.smooth(number))
        self._show_values()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._view.setBackground(theme.canvas)
        for chart in self._charts:
            chart.set_theme(theme)
        words = "kimg (thousands of images shown)"
        self._charts[1].bottom.setLabel(words, color=theme.muted)
        for curve, rgba in zip(self._curves, circle_colours(3, theme), strict=True):
            curve.set_colour(QColor(*rgba.tolist()))
        self._show_keys()

    def _key(self, curve: int) -> QToolButton:
        """One entry of the legend: shows the value, hides and shows the curve."""
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"{_TIPS[curve]}\nClick to hide or show the curve.")
        button.clicked.connect(lambda: self._toggle(curve))
        return button

    def _toggle(self, curve: int) -> None:
        self._curves[curve].set_visible(not self._curves[curve].is_visible)
        self._show_keys()

    def _show_keys(self) -> None:
        for curve, key, name in zip(self._curves, self.keys, _NAMES, strict=True):
            key.setIcon(_swatch(curve.colour, curve.is_visible))
            key.setAccessibleName(f"{'Hide' if curve.is_visible else 'Show'} {name}")

    def _lay_out(self) -> None:
        self._at = QLabel()
        self._at.setProperty("role", "muted")
        self._words = QLabel(_WORDS)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "muted")
        keys = QHBoxLayout()
        keys.setContentsMargins(0, 0, 0, 0)
        for key in self.keys:
            keys.addWidget(key)
        keys.addStretch(1)
        keys.addWidget(self._at)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(keys)
        column.addWidget(self._words)
        column.addWidget(self._view, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._words.setVisible(self.height() >= _WORDS_FROM)
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self._show_values()

    def _hover(self, place: QPointF) -> None:
        inside = self._view.sceneRect().contains(place) and len(self._history) > 0
        box = self._charts[0].box
        self._hovered = box.mapSceneToView(place).x() if inside else None
        self._show_values()

    def _clicked(self, event: object) -> None:
        if getattr(event, "double", bool)():
            self._show_all()

    def _show_all(self) -> None:
        for chart in self._charts:
            chart.box.enableAutoRange()

    def _show_values(self) -> None:
        history, at = self._history, self._hovered
        count = len(history)
        row = count - 1
        if at is not None and count:
            row = int(np.argmin(np.abs(history.kimg - at)))
        for curve, key in enumerate(self.keys):
            value = history.smooth(curve)[row] if count else np.nan
            figure = f"  {value:.3g}" if np.isfinite(value) else ""
            key.setText(f"{_NAMES[curve]}{figure}")
        self._at.setText(f"at {history.kimg[row]:.2f} kimg" if count else "")
        for chart in self._charts:
            hovered = at is not None and count > 0
            chart.set_cursor(float(history.kimg[row]) if hovered else None)


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
