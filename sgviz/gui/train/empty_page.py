"""A page with nothing to show yet: what will be here, and how it comes to be."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgviz.gui.text_size import in_text


class EmptyPage(QWidget):
    """A title and a sentence or two, in the middle of the page."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.title, self.words = QLabel(title), QLabel(words)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self.title.setFont(font)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.words.setMaximumWidth(in_text(460))
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Beside stretches a label that wraps is asked for its height; aligned it
        # is not.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.words, 20)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addLayout(middle)
        column.addStretch(1)
