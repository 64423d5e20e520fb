"""The names beside the style sliders: what a row feeds, and which group it is in."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from sgviz.gui.colours import OKABE_ITO
from sgviz.gui.theme import Theme
from sgviz.naming import GROUPS, Group

_BAR = 3
_ROW_HEIGHT = 26
NARROW, WIDE = 92, 172


def group_colour(group: Group, theme: Theme) -> QColor:
    """The quiet mark of a group: sky, green, orange of Okabe and Ito (2008)."""
    red, green, blue = OKABE_ITO[(0, 2, 1)[GROUPS.index(group)]]
    scale = 0.9 if theme.dark else 0.8
    return QColor(int(red * scale), int(green * scale), int(blue * scale))


class StyleLabel(QWidget):
    """A group's mark, a name in two parts, and the other kinds edited here."""

    def __init__(
        self, name: tuple[str, str] = ("", ""), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._others = name, ""
        self._colour: QColor | None = None
        self.setFixedWidth(NARROW)
        height = max(_ROW_HEIGHT, round(1.8 * self.fontMetrics().height()))
        self.setFixedHeight(height)

    def set_name(self, name: tuple[str, str]) -> None:
        """What a row feeds, and what it feeds besides."""
        if name != self._name:
            self._name = name
            self.update()

    def set_colour(self, colour: QColor | None) -> None:
        """The mark of the group; None for no group."""
        self._colour = colour
        self.update()

    def set_others(self, others: str) -> None:
        """Letters of the other kinds of value that are edited in this row."""
        if others != self._others:
            self._others = others
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(NARROW, _ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.rect().adjusted(_BAR + 6, 0, 0, 0)
        if self._colour is not None:
            painter.fillRect(QRectF(0, 0, _BAR, self.height()), self._colour)
        first, second = self._name
        small = QFont(self.font())
        small.setPointSizeF(max(6.5, self.font().pointSizeF() * 0.8))
        if self._others:
            box.setRight(box.right() - self._paint_others(painter, box, small))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        if not second:
            painter.drawText(box, align, first)
            return
        lead = painter.fontMetrics().horizontalAdvance(first + " ")
        if self.width() >= WIDE:
            painter.drawText(box, align, first)
            rest = box.adjusted(lead, 0, 0, 0)
        else:
            second = second.replace("and ", "+ ", 1)
            middle = box.center().y()
            upper = QRect(box.left(), box.top(), box.width(), middle - box.top() + 2)
            bottom = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
            painter.drawText(upper, bottom, first)
            rest = QRect(
                box.left(), middle + 1, box.width() + 20, box.bottom() - middle
            )
            align = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.setFont(small)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        elide = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(second, elide, rest.width())
        painter.drawText(rest, align, text)

    def _paint_others(self, painter: QPainter, box: QRect, small: QFont) -> int:
        painter.save()
        small = QFont(small)
        small.setBold(True)
        painter.setFont(small)
        painter.setPen(self.palette().color(QPalette.ColorRole.Accent))
        align = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(0, 2, 0, 0), align, self._others)
        width = painter.fontMetrics().horizontalAdvance(self._others) + 4
        painter.restore()
        return width
