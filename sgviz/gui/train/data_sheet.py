"""The contact sheet: some images of the data set, how many, and which are bad."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Pixels, Problem
from sgviz.gui.problem_card import ProblemCard
from sgviz.gui.theme import Theme
from sgviz.gui.train.samples_grid import SamplesGrid
from sgviz.gui.train.section import Section

SHEET = 40
_BAD_HEIGHT = 120
_HINT = (
    "Start trains the same generator on these, in a thread of this window. Explore"
    " follows its newest snapshot: the circles in W and the image move while it learns."
)


@dataclass(frozen=True)
class DataLook:
    """What a look at a data set found.

    ``pixels`` u8 [K, H, W, 3] are some of its images; ``count`` is None where there
    is no end of them; ``bad`` the files that are left out, with the reason for each;
    ``notices`` are sentences to know before training.
    """

    pixels: Pixels | None
    count: int | None = None
    bad: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()


def look_words(look: DataLook) -> str:
    """What was found, in a line: ``1,204 images · 3 files are left out``."""
    if look.count is None:
        return "Drawn as they are needed: no end of them, and no two alike."
    words = f"{look.count:,} image{'' if look.count == 1 else 's'}"
    if look.bad:
        files = "1 file is" if len(look.bad) == 1 else f"{len(look.bad):,} files are"
        words += f" · {files} left out"
    return "\n".join((words, *(f"{n[:1].upper()}{n[1:]}." for n in look.notices)))


class DataSheet(QWidget):
    """Value in; ``cancel_requested`` while it is being looked at."""

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel("What it learns from")
        self._title.setProperty("role", "title")
        self._words = QLabel(wordWrap=True)
        self._words.setProperty("role", "muted")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self.grid = SamplesGrid("Data", "Images of the data set as they are learned")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Do not look at these images any further")
        self.cancel_button.setAccessibleName("Cancel looking at the images")
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.card = ProblemCard()
        self.bad = Section("Files left out", "Show the name and the reason of each")
        self.names = QListWidget()
        self.names.setAccessibleName("Files left out")
        self.names.setToolTip("Files that cannot be used, and why")
        self.names.setFixedHeight(_BAD_HEIGHT)
        self.names.setWordWrap(True)
        self.bad.column.addWidget(self.names)
        hint = QLabel(_HINT, wordWrap=True)
        hint.setProperty("role", "muted")
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 14, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addWidget(self.grid, 1)
        column.addWidget(self.card, 1)
        column.addWidget(self.bad)
        column.addWidget(hint)
        self.show_look(DataLook(None))

    @property
    def words(self) -> str:
        """The line above the sheet."""
        return self._words.text()

    def show_busy(self, found: int = 0) -> None:
        """Images are being looked at; ``found`` so far."""
        self._words.setText(
            f"Looking at the images: {found:,} so far …" if found else "Looking …"
        )
        self.cancel_button.show()
        self._show_card(None)

    def show_look(self, look: DataLook) -> None:
        """What was found."""
        self.cancel_button.hide()
        self._show_card(None)
        self.grid.set_images(look.pixels)
        self._words.setText("" if look.pixels is None else look_words(look))
        self.names.clear()
        self.names.addItems([f"{name} {why}" for name, why in look.bad])
        self.bad.setVisible(bool(look.bad))
        self.bad.set_note(f"{len(look.bad):,}" if look.bad else "")

    def show_problem(self, problem: Problem) -> None:
        """Why there is nothing to show."""
        self.show_look(DataLook(None))
        self.card.show_problem(problem)
        self._show_card(problem)

    def show_words(self, words: str) -> None:
        """A quiet sentence, and no images."""
        self.show_look(DataLook(None))
        self._words.setText(words)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        for part in (self.grid, self.card, self.bad):
            part.set_theme(theme)

    def _show_card(self, problem: Problem | None) -> None:
        self.card.setVisible(problem is not None)
        self.grid.setVisible(problem is None)
