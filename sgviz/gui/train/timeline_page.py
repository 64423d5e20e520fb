"""The Timeline page: a run from its first image to its last."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sgviz.gui.theme import Theme
from sgviz.gui.train.empty_page import EmptyPage

TITLE = "No run to look back on yet"
WORDS = (
    "While a run learns, the same circles are recorded along the way. Here they can"
    " be wound back and played, from the random network to the trained one."
)


class TimelinePage(QWidget):
    """Shows the recorded circles of a run; before there is one, what will be here."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(EmptyPage(TITLE, WORDS))

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
