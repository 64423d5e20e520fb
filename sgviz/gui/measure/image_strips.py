"""Rows of small images, one below the other, at equal steps of two ways."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.gui.pixmaps import to_qimage
from sgviz.gui.theme import DARK, Theme
from sgviz.measured.geodesic import Strip, no_strip

GAP, ROW_GAP = 2, 6


class ImageStrips(QWidget):
    """``names`` and rows of images u8 [K, H, W, 3]; a row that is empty waits."""

    def __init__(self, names: tuple[str, ...], expected: int) -> None:
        super().__init__()
        self._names, self.expected = names, expected
        self._rows: list[Strip] = [no_strip() for _ in names]
        self._theme = DARK
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 60)
        self.setAccessibleName(" and ".join(f"images along {name}" for name in names))

    def sizeHint(self) -> QSize:
        return QSize(600, 150)

    def set_rows(self, rows: tuple[Strip, ...]) -> None:
        """Other images."""
        self._rows = list(rows)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        metrics = painter.fontMetrics()
        lead = max(metrics.horizontalAdvance(name) for name in self._names) + 12
        count = max((len(row) for row in self._rows), default=0) or self.expected
        wide = (self.width() - lead - 6 - GAP * (count - 1)) / count
        high = (self.height() - ROW_GAP * (len(self._rows) - 1)) / len(self._rows)
        side = max(8.0, min(wide, high))
        whole = len(self._rows) * side + (len(self._rows) - 1) * ROW_GAP
        top = max(0.0, (self.height() - whole) / 2.0)
        for name, row in zip(self._names, self._rows, strict=True):
            words = QRectF(6, top, lead - 8, side)
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(words, int(flags), name)
            for k in range(count):
                box = QRectF(lead + k * (side + GAP), top, side, side)
                if k < len(row):
                    painter.drawImage(box, to_qimage(np.ascontiguousarray(row[k])))
                else:
                    painter.fillRect(box, QColor(self._theme.raised))
            top += side + ROW_GAP
