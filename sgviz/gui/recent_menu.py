"""The files that were opened before: small pictures, names, what they are."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QMenu,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QWidget,
)

from sgviz.gui.icons import icon
from sgviz.prefs import Prefs, RecentFile, thumbnails_path

SIDE = 40
# A thumbnail of ours is far smaller; what is larger is none.
MOST_BYTES = 256 * 1024
SYMBOLS = {
    "model": "cube-outline",
    "circles": "orbit",
    "session": "file-cog-outline",
    "picture": "image-outline",
}


class _LargeIcons(QProxyStyle):
    """Pictures in a menu as large as they are."""

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """The side of an icon, in pixels; all else as the style has it."""
        if metric == QStyle.PixelMetric.PM_SmallIconSize:
            return SIDE
        return super().pixelMetric(metric, option, widget)


class RecentMenu:
    """Fills a menu: a row a file, newest first, and at its end what clears the list."""

    def __init__(
        self, menu: QMenu, open_file: Callable[[str], None], clear: Callable[[], None]
    ) -> None:
        self.menu, self._open, self._clear = menu, open_file, clear
        menu.setToolTipsVisible(True)
        self._style = _LargeIcons("Fusion")
        menu.setStyle(self._style)
        menu.aboutToShow.connect(self._look)
        self._recent: tuple[RecentFile, ...] = ()

    def set_recent(self, prefs: Prefs) -> None:
        """The files opened before, newest first."""
        self._recent = prefs.recent
        self.menu.clear()
        for recent in prefs.recent:
            path = recent.path
            # An ampersand would make the next letter a key, a tab a second column.
            name = Path(path).name.replace("&", "&&").replace("\t", " ")
            action = self.menu.addAction(f"{name}\t{recent.about}".rstrip("\t"))
            action.setData(path)
            action.setStatusTip(path)
            action.triggered.connect(lambda _=False, p=path: self._open(p))
        if prefs.recent:
            self.menu.addSeparator()
            last = self.menu.addAction("Clear this list")
            last.setStatusTip("The files stay; their small pictures are deleted")
            last.triggered.connect(lambda: self._clear())
        self.menu.setEnabled(bool(prefs.recent))

    def _look(self) -> None:
        """Asked when the menu opens: a file may come back, a picture may be made."""
        for action, recent in zip(self.menu.actions(), self._recent, strict=False):
            action.setEnabled(os.path.isfile(recent.path))
            action.setIcon(self._icon(recent))

    def _icon(self, recent: RecentFile) -> QIcon:
        picture = thumbnail(recent.sha256)
        if picture is None:
            colour = self.menu.palette().placeholderText().color().name()
            return icon(SYMBOLS.get(recent.kind, "file-outline"), colour)
        made = QIcon(picture)
        faded = QPixmap(picture.size())
        faded.fill(Qt.GlobalColor.transparent)
        painter = QPainter(faded)
        painter.setOpacity(0.35)
        painter.drawPixmap(0, 0, picture)
        painter.end()
        made.addPixmap(faded, QIcon.Mode.Disabled)
        return made


def thumbnail_path(sha256: str) -> Path:
    """Where the small picture of a file of that hash lies, if there is one."""
    return thumbnails_path() / f"{sha256}.png"


def thumbnail(sha256: str) -> QPixmap | None:
    """The small picture of a file of that hash; None where there is none to be used."""
    path = thumbnail_path(sha256)
    try:
        if not 0 < path.stat().st_size <= MOST_BYTES:
            return None
    except OSError:
        return None
    picture = QPixmap(str(path))
    if picture.isNull() or max(picture.width(), picture.height()) > 1024:
        return None
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode
    return picture.scaled(SIDE, SIDE, keep, smooth.SmoothTransformation)
