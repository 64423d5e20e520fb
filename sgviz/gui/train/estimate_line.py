"""What a run needs, before it begins: memory at once, time where it was measured."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sgviz.frame import Problem
from sgviz.gui.train.machine import Need, need_words, warning_words

_TIP = "Take a few steps of this run here and count the seconds; nothing is kept"


class EstimateLine(QWidget):
    """Value in; ``measure_requested`` and ``cancel_requested`` out."""

    measure_requested = Signal()
    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._busy, self._possible = False, True
        self.label, self.warning = QLabel(wordWrap=True), QLabel(wordWrap=True)
        for each in (self.label, self.warning):
            each.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setProperty("role", "muted")
        self.warning.setForegroundRole(QPalette.ColorRole.BrightText)
        self.button = QPushButton("Measure")
        self.button.setToolTip(_TIP)
        self.button.setAccessibleName("Measure how long this run takes here")
        self.button.clicked.connect(self._pressed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.warning)
        self.show_need(None, 0.0)

    @property
    def words(self) -> str:
        """What is said."""
        return f"{self.label.text()} {self.warning.text()}".strip()

    def show_need(self, need: Need | None, kimg: float) -> None:
        """What a run of ``kimg`` needs; None where that is not known."""
        self._set_busy(False)
        words = "How long a run takes here is measured on a few steps."
        if need is not None:
            words = need_words(need, kimg)
        self.label.setText(words)
        self._warn("" if need is None else warning_words(need))

    def show_busy(self) -> None:
        """It is being measured."""
        self._set_busy(True)
        self.label.setText("Taking a few steps …")

    def show_problem(self, problem: Problem) -> None:
        """Why it could not be measured."""
        self._set_busy(False)
        self.label.setText("")
        self._warn(problem.what)

    def set_possible(self, possible: bool) -> None:
        """Whether there is anything to measure just now."""
        self._possible = possible
        self.button.setEnabled(possible or self._busy)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.button.setText("Cancel" if busy else "Measure")
        self.button.setEnabled(self._possible or busy)

    def _warn(self, words: str) -> None:
        self.warning.setText(words)
        self.warning.setVisible(bool(words))

    def _pressed(self) -> None:
        (self.cancel_requested if self._busy else self.measure_requested).emit()
