"""A seed that is not a latent's, or a class: label, field, dice."""

import secrets

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sgviz.gui.controls import LeadLabel
from sgviz.gui.icons import IconButton
from sgviz.gui.latent_field import LARGEST_SEED
from sgviz.gui.number_field import NumberField
from sgviz.gui.session import Gesture

_DICE = 100_000


class SeedRow(QWidget):
    """``edited(seed, Gesture)`` when the user wants another seed."""

    edited = Signal(object, object)

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = NumberField(name, f"{name}: type it or drag sideways")
        self._sides = _DICE
        self.field.set_limits(0, LARGEST_SEED, 1, 0)
        self.field.edited.connect(self._typed)
        self.dice = IconButton("dice-5-outline", f"Random {name}", f"Random {name}")
        self.dice.clicked.connect(self._roll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(LeadLabel(label))
        row.addWidget(self.field, 1)
        row.addWidget(self.dice)

    def set_count(self, count: int) -> None:
        """Only 0 to ``count`` - 1 can be chosen, each as likely by the dice."""
        self._sides = count
        self.field.set_limits(0, count - 1, 1, 0)
        self.dice.setEnabled(count > 1)

    def set_seed(self, seed: int) -> None:
        """Show a seed."""
        self.field.show_value(float(seed))

    def _typed(self, value: float, gesture: Gesture) -> None:
        self.edited.emit(round(value), gesture)

    def _roll(self) -> None:
        self.edited.emit(secrets.randbelow(self._sides), Gesture.DONE)
