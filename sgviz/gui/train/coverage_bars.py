"""How much of each factor of the portraits the network draws: a bar a factor."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sgviz.gui.text_size import in_text
from sgviz.gui.theme import DARK, Theme

BAR = 0.5
MOST = 1.25
_NAME_SHARE = 0.42
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
        self._row, self._figure = in_text(17), in_text(36)

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
        return QSize(220, max(1, len(self.rows)) * self._row + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """The tip of a bar names its factor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // self._row
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
        room = max(10.0, self.width() - left - self._figure - 6)
        first = max(0, event.rect().top() // self._row)
        last = min(len(self.rows), event.rect().bottom() // self._row + 1)
        for row in range(first, last):
            self._paint_row(painter, row, left, room)
        if self.rows:
            x = left + room * BAR / MOST
            painter.setPen(QColor(theme.muted))
            painter.drawLine(int(x), 0, int(x), len(self.rows) * self._row)

    def _paint_row(self, painter: QPainter, row: int, left: float, room: float) -> None:
        name, share = self.rows[row]
        theme, y = self._theme, row * self._row
        metrics = self.fontMetrics()
        right = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(_words(name), right, int(left) - 8)
        painter.setPen(QColor(theme.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, y, left - 8, self._row), int(middle), words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(QRectF(left, y + 5, room, self._row - 10), 3, 3)
        painter.setBrush(QColor(theme.good if share >= BAR else theme.warning))
        length = max(2.0, room * min(MOST, share) / MOST)
        painter.drawRoundedRect(QRectF(left, y + 5, length, self._row - 10), 3, 3)
        painter.setPen(QColor(theme.muted))
        box = QRectF(left + room + 4, y, self._figure, self._row)
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), f"{share:.2f}")


def _words(name: str) -> str:
    return name.replace("_", " ")
