"""How much of each factor of the portraits the network draws: a bar a factor."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sgviz.gui.theme import DARK, Theme

BAR = 0.5
MOST = 1.25
_ROW, _NAME_SHARE, _FIGURE = 17, 0.42, 36
_TIP = (
    "Coverage: the spread of a factor in samples, as a share of its spread in the"
    " data.\n1 is all of it; below 0.5 (the line) much is missing."
)


class CoverageBars(QWidget):
    """Factors and their shares, the least covered first; scrolled by who holds it."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self.rows: list[tuple[str, float]] = []
        self.setAccessibleName("Coverage of the factors")
        self.setToolTip(_TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def covered(self) -> int:
        """How many factors reach 0.5."""
        return sum(share >= BAR for _, share in self.rows)

    def set_coverage(self, coverage: tuple[tuple[str, float], ...]) -> None:
        """Show factors with the share of their spread that is drawn."""
        self.rows = sorted(coverage, key=lambda row: row[1])
        least = ", ".join(f"{_words(n)} {s:.2f}" for n, s in self.rows[:5])
        self.setAccessibleDescription(f"Least covered: {least}" if least else "")
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, max(1, len(self.rows)) * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """The tip of a bar names its factor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // _ROW
            if 0 <= row < len(self.rows):
                name, share = self.rows[row]
                words = f"{_words(name)}: {share:.2f}\n{_TIP}"
                QToolTip.showText(event.globalPos() + QPoint(8, 8), words, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self.width() * _NAME_SHARE
        room = max(10.0, self.width() - left - _FIGURE - 6)
        first = max(0, event.rect().top() // _ROW)
        last = min(len(self.rows), event.rect().bottom() // _ROW + 1)
        for row in range(first, last):
            self._paint_row(painter, row, left, room)
        if self.rows:
            x = left + room * BAR / MOST
            painter.setPen(QColor(theme.muted))
            painter.drawLine(int(x), 0, int(x), len(self.rows) * _ROW)

    def _paint_row(self, painter: QPainter, row: int, left: float, room: float) -> None:
        name, share = self.rows[row]
        theme, y = self._theme, row * _ROW
        metrics = self.fontMetrics()
        right = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(_words(name), right, int(left) - 8)
        painter.setPen(QColor(theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y, left - 8, _ROW), int(middle), words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(left, y + 5, room, _ROW - 10), 3, 3)
        painter.setBrush(QColor(theme.good if share >= BAR else theme.warning))
        length = max(2.0, room * min(MOST, share) / MOST)
        painter.drawRoundedRect(QRectF(left, y + 5, length, _ROW - 10), 3, 3)
        painter.setPen(QColor(theme.muted))
        box = QRectF(left + room + 4, y, _FIGURE, _ROW)
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), f"{share:.2f}")


def _words(name: str) -> str:
    return name.replace("_", " ")
