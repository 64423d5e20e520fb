"""Words that keep within their room: the sentences of a panel, the title of a plot."""

from PySide6.QtCore import QMargins, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QSizePolicy

LINES = 3  # of a sentence that are shown before it is opened
NARROW = 320
# Not the widget's own, which a style sheet of the application may take away.
EDGES = QMargins(8, 2, 8, 2)
OPEN, CLOSE = "Click to read all of it.", "Click to make it short again."


class Sentence(QLabel):
    """Some lines of a text, the last one elided; a click shows all of it, and back.

    ``text()`` is all of it, and so is the tip where not all is shown.
    """

    def __init__(self, role: str = "muted", lines: int = LINES) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._most, self._is_open = lines, False

    def setText(self, text: str) -> None:
        """Another text; the one before may have been opened, this one is not."""
        if text != self.text():
            self._is_open = False
            super().setText(text)
            self._mark()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is shown at this width."""
        return self._is_open or len(self._lines(self.width())) <= self._most

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        count = len(self._lines(width))
        shown = count if self._is_open else min(count, self._most)
        return shown * self.fontMetrics().lineSpacing() + EDGES.top() + EDGES.bottom()

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 60)))

    def minimumSizeHint(self) -> QSize:
        # As high as in a narrow panel: a window that is as low as it may be then
        # shows whole lines at any width.
        return QSize(60, self.heightForWidth(min(max(self.width(), 60), NARROW)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setPen(self.palette().color(self.foregroundRole()))
        lines = self._lines(self.width())
        room = QRectF(self.rect().marginsRemoved(EDGES))
        high = metrics.lineSpacing()
        most = len(lines) if self._is_open else min(len(lines), self._most)
        for k, line in enumerate(lines[:most]):
            if k == most - 1 < len(lines) - 1:
                rest = " ".join(lines[k:])
                end = Qt.TextElideMode.ElideRight
                line = metrics.elidedText(rest, end, int(room.width()))
            at = QRectF(room.left(), room.top() + k * high, room.width() + 2.0, high)
            painter.drawText(at, int(Qt.AlignmentFlag.AlignVCenter), line)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_short = len(self._lines(self.width())) <= self._most
        if event.button() != Qt.MouseButton.LeftButton or is_short:
            super().mousePressEvent(event)
            return
        self._is_open = not self._is_open
        self.updateGeometry()
        self._mark()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._mark()

    def _mark(self) -> None:
        """A tip and a hand where there is more to read."""
        is_short = len(self._lines(self.width())) <= self._most
        hint = CLOSE if self._is_open else f"{self.text()}\n\n{OPEN}"
        self.setToolTip("" if is_short else hint)
        shape = Qt.CursorShape
        self.setCursor(shape.ArrowCursor if is_short else shape.PointingHandCursor)

    def _lines(self, width: int) -> list[str]:
        room = max(width - EDGES.left() - EDGES.right(), 1)
        return lines_of(self.text(), room, self.fontMetrics())


class Title(QLabel):
    """A line that ends in three dots where it has no room; its tip is the panel's."""

    def __init__(self, text: str, tip: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "title")
        self.setToolTip(tip or text)
        self.setMinimumWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setPen(self.palette().color(self.foregroundRole()))
        end = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(self.text(), end, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), words)


def lines_of(text: str, width: int, metrics: QFontMetrics) -> list[str]:
    """A text in lines that are no longer than a width in pixels, broken at words."""
    found: list[str] = []
    for part in text.split("\n") if text else ():
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and metrics.horizontalAdvance(longer) > width:
                found.append(line)
                line = word
            else:
                line = longer
        found.append(line)
    return found
