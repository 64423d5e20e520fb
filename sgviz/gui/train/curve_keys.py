"""The legend of the curves: names, values under the cursor, and switches."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget
from superqt import QFlowLayout

from sgviz.gui.train.loss_curves import CURVES, CurveAbout

_WIDEST = "−0.888"


class CurveKeys(QWidget):
    """A button a curve; ``toggled(curve)`` asks to hide or show it."""

    toggled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        row = QFlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(2)
        row.setVerticalSpacing(0)
        self.buttons = [self._button(curve) for curve in range(len(CURVES))]
        for button in self.buttons:
            row.addWidget(button)

    def show_value(self, curve: int, value: float) -> None:
        """The value of a curve where the cursor is; not finite shows none."""
        figure = f"  {value_words(value)}" if math.isfinite(value) else ""
        self.buttons[curve].setText(f"{CURVES[curve].name}{figure}")

    def show_curve(self, curve: int, colour: QColor, visible: bool) -> None:
        """The colour of a curve, and whether it is drawn."""
        button, verb = self.buttons[curve], "Hide" if visible else "Show"
        button.setIcon(_swatch(colour, visible))
        button.setAccessibleName(f"{verb} {CURVES[curve].name}")

    def set_offered(self, curve: int, offered: bool) -> None:
        """Whether there is such a curve in this run."""
        self.buttons[curve].setVisible(offered)

    def _button(self, curve: int) -> QToolButton:
        button = _Key(CURVES[curve])
        button.clicked.connect(lambda: self.toggled.emit(curve))
        return button


class _Key(QToolButton):
    """As wide as its name with any usual value: what is beside and below it stays."""

    def __init__(self, about: CurveAbout) -> None:
        super().__init__()
        self._sample = f"{about.name}  {_WIDEST}"
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(f"{about.tip}\nClick to hide or show the curve.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        hint, width = super().sizeHint(), self.fontMetrics().horizontalAdvance
        spare = max(0, width(self._sample) - width(self.text()))
        return QSize(hint.width() + spare, hint.height())


def value_words(value: float) -> str:
    """Three digits, or thousandths where that is fewer; six characters at most.

    Values that so few do not hold are written with a power of ten.
    """
    value, size = value + 0.0, abs(value)  # no minus before a zero
    if size >= 99_999.5 or 0 < size < 0.0005:
        words = f"{value:.0e}"
    else:
        words = f"{value:.{0 if size >= 99.95 else 1 if size >= 9.995 else 2}f}"
        words = f"{value:.3f}" if size < 0.9995 else words
    return words.replace("-", "−")


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
