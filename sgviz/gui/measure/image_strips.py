"""Rows of small images, one below the other, at equal steps of two ways."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.gui.measure.saving import Rows
from sgviz.gui.pixmaps import to_qimage
from sgviz.gui.theme import DARK, LIGHT, Theme
from sgviz.measured.geodesic import Strip, no_strip

GAP, ROW_GAP = 2, 6
PAPER_SIDE = 96  # of an image on paper


class ImageStrips(QWidget):
    """``names`` and rows of images u8 [K, H, W, 3]; a row that is empty waits.

    ``inks`` are the colours of the names. ``pointed(share)``: the hand is on the image
    at that share of the way, 0 to 1; ``left``: it is gone.
    """

    pointed = Signal(float)
    left = Signal()

    def __init__(
        self, names: tuple[str, ...], inks: tuple[str, ...], expected: int, file: str
    ) -> None:
        super().__init__()
        self._names, self._inks, self.expected = names, inks, expected
        self.file_name = file
        self._rows: list[Strip] = [no_strip() for _ in names]
        self._share: float | None = None
        self._theme = DARK
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 60)
        self.setMouseTracking(True)
        self.setAccessibleName(" and ".join(f"images along {name}" for name in names))

    def sizeHint(self) -> QSize:
        return QSize(600, 150)

    def set_rows(self, rows: tuple[Strip, ...]) -> None:
        """Other images."""
        self._rows = list(rows)
        self.update()

    def set_share(self, share: float | None) -> None:
        """Frame the images nearest to a share of the way; None: none."""
        if share != self._share:
            self._share = share
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    @property
    def count(self) -> int:
        """How many images a row has, or will have."""
        return max((len(row) for row in self._rows), default=0) or self.expected

    def rows(self) -> Rows:
        """Where on its way each image lies."""
        last = max(1, self.count - 1)
        places = [[str(k + 1), f"{k / last:.9g}"] for k in range(self.count)]
        return [["image", "share of the way"], *places]

    def paper_size(self) -> QSize:
        """How large the picture for a paper is."""
        wide = 110 + self.count * (PAPER_SIDE + GAP)
        return QSize(wide, len(self._rows) * (PAPER_SIDE + ROW_GAP) + ROW_GAP)

    def paint_on(self, painter: QPainter, size: QSize) -> None:
        """Draw the names and the images on white."""
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor("white"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint(painter, size, LIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint(painter, self.size(), self._theme, self._share)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        lead, side, _ = self._layout(self.size(), self.fontMetrics().horizontalAdvance)
        k = math.floor((event.position().x() - lead) / (side + GAP))
        if 0 <= k < self.count:
            self.pointed.emit(k / max(1, self.count - 1))
        else:
            self.left.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def _layout(self, size: QSize, advance: object) -> tuple[float, float, float]:
        """Where images begin, the side of one, where the first row begins."""
        assert callable(advance)
        lead = max(advance(name) for name in self._names) + 12
        wide = (size.width() - lead - 6 - GAP * (self.count - 1)) / self.count
        high = (size.height() - ROW_GAP * (len(self._rows) - 1)) / len(self._rows)
        side = max(8.0, min(wide, high))
        whole = len(self._rows) * side + (len(self._rows) - 1) * ROW_GAP
        return lead, side, max(0.0, (size.height() - whole) / 2.0)

    def _paint(
        self,
        painter: QPainter,
        size: QSize,
        theme: Theme,
        share: float | None = None,
    ) -> None:
        advance = painter.fontMetrics().horizontalAdvance
        lead, side, top = self._layout(size, advance)
        lit = None if share is None else round(share * (self.count - 1))
        for name, ink, row in zip(self._names, self._inks, self._rows, strict=True):
            words = QRectF(6, top, lead - 8, side)
            painter.setPen(QColor(getattr(theme, ink)))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(words, int(flags), name)
            for k in range(self.count):
                box = QRectF(lead + k * (side + GAP), top, side, side)
                if k < len(row):
                    painter.drawImage(box, to_qimage(np.ascontiguousarray(row[k])))
                else:
                    painter.fillRect(box, QColor(theme.raised))
                if k == lit:
                    painter.setPen(QPen(QColor(getattr(theme, ink)), 3.0))
                    painter.drawRect(box.adjusted(1.5, 1.5, -1.5, -1.5))
            top += side + ROW_GAP
