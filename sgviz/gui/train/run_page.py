"""The Run page: begin a run, watch its losses and its images, end it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from superqt import QToggleSwitch

from sgviz.frame import Pixels, Problem
from sgviz.gui.icons import icon
from sgviz.gui.problem_card import ProblemCard
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.form import TrainForm
from sgviz.gui.train.run_board import RunBoard
from sgviz.gui.train.runs import STATE_WORDS, RunRequest, RunState, duration_words
from sgviz.gui.train.samples_grid import SamplesGrid
from sgviz.training.events import Losses

_LEFT_WIDTH = 290


class RunPage(QWidget):
    """Says what the user wants of a run, shows what becomes of it."""

    start_requested = Signal(object)
    pause_requested = Signal(bool)
    stop_requested = Signal()
    follow_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self._run_state = RunState.IDLE
        self._total = 0.0
        self._last: Losses | None = None
        self.form = TrainForm()
        self.start_button = _button("Start", "Begin a run with these settings")
        self.pause_button = _button("Pause", "Wait between two steps; resume later")
        self.stop_button = _button("Stop", "End the run; what it learned is saved")
        self.start_button.clicked.connect(
            lambda: self.start_requested.emit(self.form.request())
        )
        self.pause_button.clicked.connect(
            lambda: self.pause_requested.emit(self._run_state is not RunState.PAUSED)
        )
        self.stop_button.clicked.connect(self.stop_requested)
        self.follow_switch = QToggleSwitch("Explore follows this run")
        self.follow_switch.setToolTip(
            "Explore shows the newest snapshot while the run learns"
        )
        self.follow_switch.setAccessibleName("Explore follows this run")
        self.follow_switch.setChecked(True)
        self.follow_switch.toggled.connect(self.follow_toggled)
        self._state_words, self._figures = QLabel(), QLabel(wordWrap=True)
        self._figures.setProperty("role", "muted")
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setToolTip("Images shown, of all this run will show")
        self.card = ProblemCard()
        self.board = RunBoard()
        self._data_title = _title("What it learns from")
        self.data = SamplesGrid(
            "Data", "Images of the data set, never twice the same", 9
        )
        self.data.setFixedHeight(_LEFT_WIDTH - 24)
        self._lay_out()
        self.set_problem(None)
        self.set_data_samples(None)
        self.set_running(RunState.IDLE)

    @property
    def run_state(self) -> RunState:
        """Where the run stands, as shown."""
        return self._run_state

    @property
    def status(self) -> str:
        """The words below the buttons."""
        return f"{self._state_words.text()} {self._figures.text()}".strip()

    # Values in.

    def begin(self, request: RunRequest) -> None:
        """A new run: empty curves, its settings shown."""
        self.form.show_request(request)
        self._total = request.kimg
        self._last = None
        self._show_figures()
        self.set_problem(None)
        self.board.begin()

    def set_running(self, state: RunState) -> None:
        """Where the run stands; decides which buttons can be pressed."""
        self._run_state = state
        busy = state.is_busy
        self.form.setEnabled(not busy)
        self.start_button.setEnabled(not busy)
        self.pause_button.setEnabled(state in (RunState.RUNNING, RunState.PAUSED))
        self.stop_button.setEnabled(busy and state is not RunState.STOPPING)
        paused = state is RunState.PAUSED
        self.pause_button.setText("Resume" if paused else "Pause")
        self.pause_button.setAccessibleName("Resume" if paused else "Pause")
        self._state_words.setText(STATE_WORDS[state])
        self._show_figures()
        self._show_icons()

    def add_stats(self, rows: Sequence[Losses]) -> None:
        """Figures of the run, oldest first; at most ten calls a second."""
        if rows:
            self.board.add_stats(rows)
            self._last = rows[-1]
            self._show_figures()

    def set_samples(self, pixels: Pixels, kimg: float) -> None:
        """Images of the fixed latents, u8 [K, H, W, 3], after ``kimg``."""
        self.board.set_samples(pixels, kimg)

    def set_data_samples(self, pixels: Pixels | None) -> None:
        """Images of the data set, u8 [K, H, W, 3]; None hides the place for them."""
        self.data.set_images(pixels)
        for widget in (self._data_title, self.data):
            widget.setVisible(pixels is not None)

    def set_follow(self, on: bool) -> None:
        """Whether Explore follows, as it is now."""
        blocked = self.follow_switch.blockSignals(True)
        self.follow_switch.setChecked(on)
        self.follow_switch.blockSignals(blocked)

    def set_problem(self, problem: Problem | None) -> None:
        """What went wrong with the run, or None."""
        if problem is not None:
            self.card.show_problem(problem)
        self.card.setVisible(problem is not None)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.form.set_theme(theme)
        self.board.set_theme(theme)
        self.data.set_theme(theme)
        self.card.set_theme(theme)
        self.follow_switch.onColor = theme.accent
        self.follow_switch.offColor = theme.line
        self.follow_switch.handleColor = _handle_colour(theme)
        self._show_icons()

    def showEvent(self, event: QShowEvent) -> None:
        self.board.prepare()
        super().showEvent(event)

    def _show_figures(self) -> None:
        last = self._last
        if last is None:
            self._bar.setValue(0)
            self._figures.setText("")
            return
        kimg, rate = last.stats.images / 1000.0, last.images_per_second
        words = [f"{kimg:.1f} of {self._total:g} kimg"]
        if self._run_state is RunState.RUNNING and rate > 0:
            words.append(f"{rate:.{0 if rate >= 10 else 1}f} images/s")
            left = max(0.0, 1000.0 * self._total - last.stats.images) / rate
            words.append(f"{duration_words(left)} left")
        if self._total:
            self._bar.setValue(round(1000.0 * min(1.0, kimg / self._total)))
        self._figures.setText(" · ".join(words))

    def _show_icons(self) -> None:
        theme = self._theme
        paused = self._run_state is RunState.PAUSED
        palette = QPalette(self.palette())
        if self.start_button.isEnabled():
            palette.setColor(QPalette.ColorRole.Button, theme.accent)
            palette.setColor(QPalette.ColorRole.ButtonText, theme.on_accent)
        self.start_button.setPalette(palette)
        for button, name, colour in (
            (self.start_button, "play", theme.on_accent),
            (self.pause_button, "play" if paused else "pause", theme.text),
            (self.stop_button, "stop", theme.text),
        ):
            button.setIcon(icon(name, colour, theme.muted))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.start_button, self.pause_button, self.stop_button):
            buttons.addWidget(button, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 14, 10, 14)
        column.setSpacing(10)
        column.addWidget(_title("Training run"))
        column.addWidget(self.form)
        column.addSpacing(4)
        column.addLayout(buttons)
        column.addWidget(self.follow_switch)
        column.addSpacing(4)
        column.addWidget(self._state_words)
        column.addWidget(self._bar)
        column.addWidget(self._figures)
        column.addWidget(self.card)
        column.addSpacing(8)
        column.addWidget(self._data_title)
        column.addWidget(self.data)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(left)
        area.setFixedWidth(_LEFT_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(area)
        row.addWidget(self.board, 1)


def _handle_colour(theme: Theme) -> str:
    return theme.text if theme.dark else theme.on_accent


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    return button
