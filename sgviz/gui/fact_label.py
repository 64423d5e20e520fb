"""A line of plain text that may change with every frame."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget


class FactLabel(QWidget):
    """One quiet line, cut with an ellipsis where it does not fit.

    Other words are painted and nothing else: a QLabel would ask for a new layout of
    the whole window, which costs more than the image that the line is about. So the
    width is what the layout gives, and at least that of ``sample``.
    """

    def __init__(
        self, name: str, sample: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text, self._sample = "", sample
        self.setAccessibleName(name)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Fixed if sample else policy.Ignored, policy.Fixed)

    def text(self) -> str:
        """The whole line."""
        return self._text

    def setText(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._sample), metrics.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        right, metrics = Qt.TextElideMode.ElideRight, self.fontMetrics()
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        text = metrics.elidedText(self._text, right, self.width())
        painter.drawText(self.rect(), int(where), text)
        painter.end()
