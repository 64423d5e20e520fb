"""A sentence over the panel, right by what it is about: nothing moves for it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, QTimer
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from sgviz.gui.controls import Sentence

SHOWN_MS = 9000
_WIDEST = 320
_PAD, _EDGE = 6, 6


class Hint(Sentence):
    """What cannot be and why, for a while, or until it is pressed or put right."""

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor)
        self._first = self._anchor = anchor
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setMargin(_PAD)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(lambda: self.say(""))

    def say(self, sentence: str) -> None:
        """Show a sentence below its own widget, or nothing."""
        self.say_at(self._first, sentence)

    def say_at(self, anchor: QWidget, sentence: str) -> None:
        """Show a sentence below another widget: a button that was pressed."""
        self._anchor.removeEventFilter(self)
        self._timer.stop()
        if not sentence:
            super().say("")
            return
        self._anchor, ground = anchor, _ground(anchor)
        anchor.installEventFilter(self)
        self.setParent(ground)
        super().say(sentence)
        self._place(ground, anchor)
        self.raise_()
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Another panel lies there now.
        if event.type() == QEvent.Type.Hide:
            self.say("")
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.say("")

    def _place(self, ground: QWidget, anchor: QWidget) -> None:
        """Below the anchor; above it where there is no more room to be seen."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        pad = 2 * (_PAD + self.frameWidth()) + 2
        width = min(words + pad, _WIDEST, ground.width() - 2 * _EDGE)
        size = QSize(width, self.heightForWidth(width))
        corner = anchor.mapTo(ground, QPoint(0, 0))
        seen = ground.visibleRegion().boundingRect()
        y = corner.y() + anchor.height() + 2
        if y + size.height() > seen.bottom():
            y = max(seen.top(), corner.y() - size.height() - 2)
        x = max(_EDGE, min(corner.x(), ground.width() - size.width() - _EDGE))
        self.setGeometry(x, y, size.width(), size.height())


def _ground(widget: QWidget) -> QWidget:
    """What scrolls with the widget, else its window."""
    while not widget.isWindow() and (above := widget.parentWidget()) is not None:
        if isinstance(above.parentWidget(), QScrollArea):
            return widget
        widget = above
    return widget
