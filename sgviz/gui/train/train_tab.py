"""The Train tab: empty until somebody wants it, for the window comes first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from sgviz.gui.theme import Theme

if TYPE_CHECKING:
    from sgviz.gui.train.train_pages import TrainPages


class TrainTab(QWidget):
    """Makes its pages when they are first shown or asked for.

    ``opened()`` says that they are there: who works behind them connects then.
    """

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._pages: TrainPages | None = None

    @property
    def pages(self) -> "TrainPages":
        """The pages; made now where nobody has seen them before."""
        self.open()
        assert self._pages is not None
        return self._pages

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        if self._pages is not None:
            self._pages.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        self.open()
        super().showEvent(event)

    def open(self) -> None:
        """Make the pages, once."""
        if self._pages is not None:
            return
        from sgviz.gui.train.train_pages import TrainPages

        self._pages = TrainPages()
        if self._theme is not None:
            self._pages.set_theme(self._theme)
        for field in self._pages.findChildren(QLineEdit):
            # A file dropped on a field is meant for the window.
            field.setAcceptDrops(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.opened.emit()
        # Only now: whoever works behind the pages has heard of their first showing.
        column.addWidget(self._pages)
