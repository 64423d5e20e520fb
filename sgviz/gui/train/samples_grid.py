"""Images in a grid: what the network makes of the same latents, again and again."""

from math import ceil

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sgviz.frame import Pixels
from sgviz.gui.pixmaps import fitted_size, scaled, to_qimage
from sgviz.gui.theme import DARK, Theme

_GAP = 4
_PLACES = 16
_RAGGED = 0.8


def fit_grid(count: int, width: float, height: float) -> tuple[int, float]:
    """Columns, and the side of a cell, that make ``count`` squares largest.

    Full rows are worth a cell a little smaller.
    """
    best, worth = (1, 0.0), 0.0
    for columns in range(1, max(1, count) + 1):
        rows = ceil(count / columns)
        across = (width - _GAP * (columns - 1)) / columns
        side = min(across, (height - _GAP * (rows - 1)) / rows)
        here = side if count % columns == 0 else _RAGGED * side
        if here > worth:
            best, worth = (columns, side), here
    return best


class SamplesGrid(QWidget):
    """Paints K images as large as they fit; empty places before there are any."""

    def __init__(self, name: str, tip: str, places: int = _PLACES) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setMinimumSize(96, 72)
        self._places = places
        self._theme = DARK
        self._images: list[QImage] = []
        self._drawn: tuple[QSize, list[QImage]] | None = None

    @property
    def count(self) -> int:
        """How many images are shown."""
        return len(self._images)

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def set_images(self, pixels: Pixels | None) -> None:
        """Show images, u8 [K, H, W, 3]; None shows empty places."""
        self._images = [] if pixels is None else [to_qimage(each) for each in pixels]
        self._drawn = None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        # In device pixels, so that a pixel of an image is a whole number of them.
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = len(self._images) or self._places
        width, height = self.width() * ratio, self.height() * ratio
        columns, side = fit_grid(count, width, height)
        cell = QSize(int(side), int(side))
        images = self._at_size(cell)
        if images:
            # Whole multiples may be smaller than the cell: no ragged gaps.
            cell = images[0].size()
        for k in range(count):
            x = (k % columns) * (cell.width() + _GAP)
            y = (k // columns) * (cell.height() + _GAP)
            if images:
                painter.drawImage(QPoint(x, y), images[k])
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.surface))
                box = QRectF(x, y, cell.width(), cell.height())
                painter.drawRoundedRect(box, 4 * ratio, 4 * ratio)

    def _at_size(self, cell: QSize) -> list[QImage]:
        if not self._images or cell.isEmpty():
            return []
        size = fitted_size(self._images[0].size(), cell, smooth=False)
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, [scaled(i, size, smooth=False) for i in self._images])
        return self._drawn[1]
