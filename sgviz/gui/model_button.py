"""The name of the network in the status bar: a line that can be clicked."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
)

MARGIN = 8
NARROWEST = 80


class ModelButton(QAbstractButton):
    """Plain text, cut with an ellipsis where it does not fit; brighter under the hand.

    However long a file's name is, the window can be made as narrow as before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setAccessibleName("Model")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def say(self, words: str) -> None:
        """Show a line, as it is: an ampersand of a file's name makes no key."""
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(words)
            self.updateGeometry()
            self.update()

    def text(self) -> str:
        """The whole line."""
        return self._words

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._words) + 2 * MARGIN + 1
        return QSize(width, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(NARROWEST, hint.width()), hint.height())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        roles, metrics = QPalette.ColorRole, self.fontMetrics()
        under_hand = self.underMouse() or self.hasFocus()
        role = roles.WindowText if under_hand else roles.PlaceholderText
        inside = self.rect().adjusted(MARGIN, 0, -MARGIN, 0)
        right = Qt.TextElideMode.ElideRight
        painter = QPainter(self)
        painter.setPen(self.palette().color(role))
        where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        words = metrics.elidedText(self._words, right, inside.width())
        single = int(where) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(inside, single, words)
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            focus = QStyle.PrimitiveElement.PE_FrameFocusRect
            self.style().drawPrimitive(focus, option, painter, self)
        painter.end()
