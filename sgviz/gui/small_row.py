"""Small circles about latent A: how wide, how many, and the button that adds them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from sgviz.gui.controls import LeadLabel
from sgviz.gui.number_field import NumberField

MOST_RINGS = 64


class SmallRow(QWidget):
    """``asked(degrees, rings)`` when the user wants small circles about A."""

    asked = Signal(float, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.radius = NumberField(
            "Radius",
            "Radius of the small circles about A, in degrees of the sphere",
        )
        self.radius.set_limits(0.1, 179.9, 5.0, 1)
        self.radius.show_value(30.0)
        self.rings = NumberField("Rings", "How many circles within that radius")
        self.rings.set_limits(1, MOST_RINGS, 1, 0)
        self.rings.show_value(1.0)
        self.add = QPushButton("+ Small")
        self.add.setToolTip("Add small circles about A, in the plane towards B")
        self.add.setAccessibleName("+ Small")
        self.add.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(LeadLabel("About A"))
        row.addWidget(self.radius, 1)
        row.addWidget(self.rings, 1)
        row.addWidget(self.add)

    def _ask(self) -> None:
        radius, rings = self.radius.value(), self.rings.value()
        if radius is not None and rings is not None:
            self.asked.emit(radius, round(rings))
