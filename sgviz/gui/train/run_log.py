"""What happened in a run, the newest last: a short list of sentences."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from sgviz.gui.theme import DARK, Theme

LIMIT = 300


class RunLog(QListWidget):
    """Sentences with the kimg they belong to; what is wrong is in another colour."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self.setAccessibleName("What happened")
        self.setToolTip("What happened in this run, the newest last")
        self.setWordWrap(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def lines(self) -> list[str]:
        """Every sentence, oldest first."""
        return [self.item(row).text() for row in range(self.count())]

    def say(
        self,
        what: str,
        kimg: float | None = None,
        bad: bool = False,
        each: bool = False,
    ) -> None:
        """Add a sentence; the same one again only counts on.

        With ``each`` it has a line every time, and its kimg to the image.
        """
        text = what if kimg is None else f"{kimg:.{3 if each else 1}f} kimg  {what}"
        last = self.item(self.count() - 1) if self.count() else None
        repeated = last is not None and last.data(Qt.ItemDataRole.UserRole) == what
        if repeated and last is not None and not each:
            last.setText(text)
            return
        at_end = self._is_at_end()
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, what)
        item.setData(Qt.ItemDataRole.UserRole + 1, bad)
        self._colour(item)
        self.addItem(item)
        if self.count() > LIMIT:
            self.takeItem(0)
        if at_end:
            self.scrollToBottom()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        for row in range(self.count()):
            self._colour(self.item(row))

    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 4

    def _colour(self, item: QListWidgetItem) -> None:
        bad = item.data(Qt.ItemDataRole.UserRole + 1)
        item.setForeground(QColor(self._theme.warning if bad else self._theme.text))
