"""What dims a panel while it shows what is of before."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sgviz.gui.theme import DARK, Theme

OPACITY = 0.55


class Veil(QWidget):
    """Lies over siblings, in the colour behind them; the hand reaches through."""

    def __init__(self, *below: QWidget) -> None:
        super().__init__(below[0].parentWidget())
        self._theme = DARK
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("What is shown is of before")
        for each in below:
            each.installEventFilter(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show)
        if event.type() not in kinds or not isinstance(watched, QWidget):
            return False
        if not watched.isHidden():
            self.setGeometry(watched.geometry())
            self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(self._theme.canvas)
        colour.setAlphaF(OPACITY)
        QPainter(self).fillRect(self.rect(), colour)
