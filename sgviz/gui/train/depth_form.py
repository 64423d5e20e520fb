"""What a depth laboratory is to be: its depths, how long each, from which seed."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.controls import Sentence
from sgviz.gui.number_field import NumberField

USUAL, DEEPEST = (1, 2, 4, 8), 16
MAX_SEED = 2.0**32 - 1.0
KIMG, KIMG_LOW, KIMG_HIGH = 3.0, 0.1, 1000.0
NO_DEPTH = "Choose at least one depth."
WHAT = (
    "The tiny network (32×32, z and w of 128 numbers) on portraits, once a depth, one"
    " after the other. The images, the seed, the start of the synthesis and of the"
    " discriminator are the same: only the mapping's depth differs."
)


@dataclass(frozen=True)
class LabRequest:
    """What Start asks for: depths, thousands of images each, and the seed."""

    depths: tuple[int, ...]
    kimg: float
    seed: int


class DepthForm(QWidget):
    """Values in and out; ``edited`` after every change, right or wrong."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {depth: _box(depth) for depth in USUAL}
        self.others = QLineEdit()
        self.others.setPlaceholderText("such as 3, 16")
        self.others.setAccessibleName("Other depths")
        self.others.setToolTip(f"Further depths from 1 to {DEEPEST}, between commas")
        self.others.setAcceptDrops(False)
        self.kimg = NumberField("Length", "Thousands of images shown to each depth")
        self.kimg.set_limits(KIMG_LOW, KIMG_HIGH, 0.5, 1)
        self.seed = NumberField("Seed", "Start of every random draw of every depth")
        self.seed.set_limits(0.0, MAX_SEED, 1.0, 0)
        self.what = QLabel(WHAT, wordWrap=True)
        self.what.setProperty("role", "muted")
        self.wrong = Sentence()
        self.kimg.show_value(KIMG)
        self.seed.show_value(0.0)
        self._lay_out()
        for box in self.boxes.values():
            box.toggled.connect(self._edited)
        self.others.textChanged.connect(self._edited)
        for field in (self.kimg, self.seed):
            field.edited.connect(self._edited)
            field.refused.connect(self.wrong.say)

    @property
    def problem(self) -> str:
        """Why there can be no such laboratory; empty where there can."""
        try:
            return "" if self._depths() else NO_DEPTH
        except ValueError as error:
            return str(error)

    def request(self) -> LabRequest:
        """What stands here; ValueError where :attr:`problem` says why not."""
        kimg, seed = self.kimg.value(), self.seed.value()
        return LabRequest(
            self._depths(), KIMG if kimg is None else kimg, int(seed or 0)
        )

    def show_request(self, request: LabRequest) -> None:
        """Show the values of a laboratory; nothing is emitted."""
        blocked = self.blockSignals(True)
        for depth, box in self.boxes.items():
            box.setChecked(depth in request.depths)
        more = [str(depth) for depth in request.depths if depth not in USUAL]
        self.others.setText(", ".join(more))
        self.kimg.show_value(request.kimg)
        self.seed.show_value(float(request.seed))
        self.blockSignals(blocked)

    def commit(self) -> bool:
        """Take what was typed; False where a number was refused."""
        return all([self.kimg.commit(), self.seed.commit()])

    def _depths(self) -> tuple[int, ...]:
        chosen = {depth for depth, box in self.boxes.items() if box.isChecked()}
        return tuple(sorted(chosen | set(parse_depths(self.others.text()))))

    def _edited(self) -> None:
        self.wrong.say(self.problem)
        self.edited.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        for box in self.boxes.values():
            row.addWidget(box)
        row.addStretch(1)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        form.addRow("Depths", row)
        form.addRow("Others", self.others)
        form.addRow("kimg each", self.kimg)
        form.addRow("Seed", self.seed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.what)
        column.addLayout(form)
        column.addWidget(self.wrong)


def parse_depths(text: str) -> tuple[int, ...]:
    """The depths in a text such as ``3, 16``.

    Raises
    ------
    ValueError
        One sentence: a word that is no depth.
    """
    found = []
    for word in text.replace(",", " ").split():
        if not (word.isascii() and word.isdigit() and 1 <= int(word) <= DEEPEST):
            shown = word if len(word) <= 12 else f"{word[:12]}…"
            raise ValueError(f"A depth is a whole number from 1 to 16, not {shown}.")
        found.append(int(word))
    return tuple(found)


def _box(depth: int) -> QCheckBox:
    box = QCheckBox(str(depth))
    layers = "one layer" if depth == 1 else f"{depth} layers"
    box.setToolTip(f"Train a mapping of {layers}")
    box.setAccessibleName(f"Depth {depth}")
    box.setChecked(True)
    return box
