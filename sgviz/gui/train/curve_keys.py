"""The legend of the curves: names, values under the cursor, and switches."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget
from superqt import QFlowLayout

from sgviz.gui.train.loss_curves import CURVES


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
        figure = f"  {value:.3g}".replace("-", "−") if math.isfinite(value) else ""
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
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"{CURVES[curve].tip}\nClick to hide or show the curve.")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.toggled.emit(curve))
        return button


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
