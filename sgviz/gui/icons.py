"""Icons of Material Design (mdi6), drawn in a colour of the theme."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from qtawesome.iconic_font import IconicFont

_FONT = (
    "mdi6",
    "materialdesignicons6-webfont-6.9.96.ttf",
    "materialdesignicons6-webfont-charmap-6.9.96.json",
)


@lru_cache(maxsize=1)
def _font() -> IconicFont:
    # QtAwesome's own table loads twelve fonts before the first icon (80 ms); we
    # need one. Made at the first icon, because a font needs an application.
    return IconicFont(_FONT)


@lru_cache(maxsize=256)
def icon(name: str, colour: str, off: str = "") -> QIcon:
    """The icon ``name`` of mdi6 in a ``#rrggbb`` colour; ``off`` where disabled."""
    off = off or colour
    return QIcon(_font().icon(f"mdi6.{name}", color=colour, color_disabled=off))


class IconButton(QToolButton):
    """A flat button with an icon in the colours of the palette."""

    def __init__(
        self, symbol: str, name: str, tip: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setAutoRaise(True)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setIconSize(QSize(16, 16))
        self._draw()

    def set_symbol(self, symbol: str) -> None:
        """Another icon."""
        if symbol != self._symbol:
            self._symbol = symbol
            self._draw()

    def open_with(self, menu: QMenu) -> None:
        """Open a menu below when pressed (without the arrow that Qt would draw)."""
        below = QPoint(0, self.height())
        self.clicked.connect(lambda: menu.popup(self.mapToGlobal(below)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        ink, off = palette.color(role.ButtonText), palette.color(role.Mid)
        self.setIcon(icon(self._symbol, ink.name(), off.name()))
