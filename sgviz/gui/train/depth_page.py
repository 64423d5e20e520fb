"""The Depth laboratory: the same network with mappings of several depths."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sgviz.gui.theme import Theme
from sgviz.gui.train.empty_page import EmptyPage

TITLE = "No comparison yet"
WORDS = (
    "Small networks that differ in the depth of their mapping alone, trained on the"
    " same images from the same seeds: what depth does to the circles, side by side."
)


class DepthPage(QWidget):
    """Compares mapping depths; before there is anything, what will be here."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(EmptyPage(TITLE, WORDS))

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
