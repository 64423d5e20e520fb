"""Start, pause, stop of a depth laboratory, and how far each depth has come."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.controls import Sentence
from sgviz.gui.icons import icon
from sgviz.gui.parts import text_button
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.runs import RunState

START_TIP = "Train every depth, one after the other"


class DepthControls(QWidget):
    """Buttons in, wishes out; which can be pressed follows the state."""

    start_requested = Signal()
    continue_requested = Signal()
    pause_requested = Signal(bool)
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme, self._state, self._why = DARK, RunState.IDLE, ""
        self._unfinished = False
        self.start_button = text_button("Start", START_TIP)
        self.continue_button = text_button(
            "Continue", "Go on with the laboratory that is shown, where it was stopped"
        )
        self.pause_button = text_button("Pause", "Wait between two steps")
        self.stop_button = text_button(
            "Stop", "End after this step, saved; continue later"
        )
        self.start_button.clicked.connect(self.start_requested)
        self.continue_button.clicked.connect(self.continue_requested)
        self.pause_button.clicked.connect(self._pause)
        self.stop_button.clicked.connect(self.stop_requested)
        self.why = Sentence()
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.start_button, self.pause_button, self.stop_button):
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.continue_button)
        column.addWidget(self.why)
        self.set_state(RunState.IDLE)

    @property
    def state(self) -> RunState:
        """Where the laboratory stands, as shown."""
        return self._state

    def set_state(self, state: RunState) -> None:
        """Where the laboratory stands; decides what can be pressed."""
        self._state = state
        busy, paused = state.is_busy, state is RunState.PAUSED
        self.start_button.setEnabled(not busy and not self._why)
        self.continue_button.setVisible(self._unfinished and not busy)
        self.pause_button.setEnabled(paused or state is RunState.RUNNING)
        self.stop_button.setEnabled(busy and state is not RunState.STOPPING)
        self.pause_button.setText("Resume" if paused else "Pause")
        self.why.say("" if busy else self._why)
        self._draw()

    def set_why_not(self, start: str, go_on: str) -> None:
        """Why none can be begun, and why none can go on; empty where it can."""
        self._why = start
        self.start_button.setToolTip(start or START_TIP)
        self.continue_button.setEnabled(not go_on)
        self.set_state(self._state)

    def set_unfinished(self, unfinished: bool) -> None:
        """Whether the laboratory that is shown has not come to its end."""
        self._unfinished = unfinished
        self.set_state(self._state)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._draw()

    def _pause(self) -> None:
        self.pause_requested.emit(self._state is not RunState.PAUSED)

    def _draw(self) -> None:
        theme, paused = self._theme, self._state is RunState.PAUSED
        palette = QPalette(self.palette())
        if self.start_button.isEnabled():
            palette.setColor(QPalette.ColorRole.Button, theme.accent)
            palette.setColor(QPalette.ColorRole.ButtonText, theme.on_accent)
        self.start_button.setPalette(palette)
        for button, name, colour in (
            (self.start_button, "play", theme.on_accent),
            (self.continue_button, "play", theme.text),
            (self.pause_button, "play" if paused else "pause", theme.text),
            (self.stop_button, "stop", theme.text),
        ):
            button.setIcon(icon(name, colour, theme.muted))


class DepthProgress(QWidget):
    """A bar a depth, and a line about the whole."""

    def __init__(self) -> None:
        super().__init__()
        self.bars: dict[int, QProgressBar] = {}
        self._labels: list[QLabel] = []
        self.line = QLabel(wordWrap=True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setProperty("role", "muted")
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._grid)
        column.addWidget(self.line)

    def show_shares(self, shares: Mapping[int, float]) -> None:
        """How much of the run of each depth is made, 0 to 1."""
        if tuple(shares) != tuple(self.bars):
            self._make(tuple(shares))
        for depth, share in shares.items():
            self.bars[depth].setValue(int(1000 * share))

    def say(self, words: str) -> None:
        """A line about the whole."""
        self.line.setText(words)
        self.line.setVisible(bool(words))

    def _make(self, depths: tuple[int, ...]) -> None:
        for widget in (*self._labels, *self.bars.values()):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._labels, self.bars = [], {}
        for row, depth in enumerate(depths):
            label, bar = QLabel(f"Depth {depth}"), QProgressBar()
            label.setProperty("role", "muted")
            bar.setRange(0, 1000)
            bar.setTextVisible(False)
            bar.setFixedHeight(8)
            bar.setAccessibleName(f"Progress of depth {depth}")
            bar.setToolTip(f"How much of the run of depth {depth} is made")
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(bar, row, 1)
            self._labels.append(label)
            self.bars[depth] = bar
