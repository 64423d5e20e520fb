"""One image, or two beside each other: the same latent through a second network."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from sgviz.frame import ImageBeside, Problem
from sgviz.gui.fact_label import FactLabel

_SIDE_BY_SIDE = QBoxLayout.Direction.LeftToRight
_ONE_ABOVE_THE_OTHER = QBoxLayout.Direction.TopToBottom


class NamedImage(QWidget):
    """An image with its network's name above it, or why there is none."""

    def __init__(self, canvas: QWidget, name: str) -> None:
        super().__init__()
        self.canvas = canvas
        self.name = FactLabel(name)
        self._why = QLabel()
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        self._why.setMargin(12)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why.setProperty("role", "muted")
        self._stack = QStackedLayout()
        self._stack.addWidget(canvas)
        self._stack.addWidget(self._why)
        line = QVBoxLayout()
        line.setContentsMargins(8, 3, 8, 3)
        line.addWidget(self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addLayout(self._stack, 1)
        self.say("")

    @property
    def problem(self) -> str:
        """Why there is no image, where there is none."""
        return self._why.text()

    def say(self, name: str, problem: str = "") -> None:
        """Name the network; a sentence in place of its image, or the image."""
        self.name.setText(name)
        self.name.setVisible(bool(name))
        self._why.setText(problem)
        self._stack.setCurrentWidget(self._why if problem else self.canvas)


class ImagePair(QWidget):
    """The first image, and a second one beside or below it, whichever is larger."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self.first = NamedImage(first, "Network of the image")
        self.second = NamedImage(second, "Network of the second image")
        self._box = QBoxLayout(_SIDE_BY_SIDE, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._box.addWidget(self.first, 1)
        self._box.addWidget(self.second, 1)
        self.second.hide()

    def set_beside(self, beside: ImageBeside) -> bool:
        """Make room for a second image, or take it back; whether there is one."""
        there = beside.image is not None
        self.first.say(beside.first if there else "")
        self.second.say(beside.label)
        self.second.setVisible(there)
        return there

    def set_problem(self, problem: Problem) -> None:
        """A sentence in place of the second image."""
        self.second.say("", problem.what)
        self.second.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > self.height()
        direction = _SIDE_BY_SIDE if wide else _ONE_ABOVE_THE_OTHER
        if self._box.direction() != direction:
            self._box.setDirection(direction)
