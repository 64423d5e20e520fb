"""The Run page: settle what a run is, begin it, watch it learn, end it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Pixels, Problem
from sgviz.gui.choices import Segments
from sgviz.gui.problem_card import ProblemCard
from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.control_bar import ControlBar
from sgviz.gui.train.data_sheet import DataSheet
from sgviz.gui.train.estimate_line import EstimateLine
from sgviz.gui.train.form import TrainForm
from sgviz.gui.train.past_run import PastRun
from sgviz.gui.train.run_board import RunBoard
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.gui.train.runs_list import RunsList
from sgviz.gui.train.status_strip import StatusStrip
from sgviz.training.events import Losses

_LEFT_WIDTH = 352
WEIGHTS = (".safetensors", ".pkl", ".pt", ".pth")
_LEFT = (
    ("settings", "Settings", "What the next run is"),
    ("runs", "Runs", "The runs made here: continue, look, delete"),
)
_RIGHT = (
    ("run", "The run", "Curves, samples and what happened"),
    ("data", "Data of the next run", "What stands in the settings"),
)


class RunPage(QWidget):
    """Says what the user wants of a run, shows what becomes of it."""

    start_requested = Signal(object)
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._held = ""
        self.form, self.runs = TrainForm(), RunsList()
        self.estimate, self.control = EstimateLine(), ControlBar()
        self.strip, self.card = StatusStrip(), ProblemCard()
        self.board, self.data = RunBoard(), DataSheet()
        self.sides, self.views = Segments(_LEFT), Segments(_RIGHT)
        self.whose = QLabel()
        self.whose.setTextFormat(Qt.TextFormat.PlainText)
        self.whose.setProperty("role", "muted")
        self._left, self._right = QStackedWidget(), QStackedWidget()
        self.sides.chosen.connect(self.show_side)
        self.views.chosen.connect(self.show_view)
        self.control.start_requested.connect(self._start)
        self.form.edited.connect(self._edited)
        self._lay_out()
        self.show_no_run()
        self.set_problem(None)
        self.set_running(RunState.IDLE)
        self._edited()

    @property
    def run_state(self) -> RunState:
        """Where the run stands, as shown."""
        return self.control.state

    @property
    def status(self) -> str:
        """The words below the buttons."""
        return self.strip.text

    # Values in.

    def begin(self, request: RunRequest) -> None:
        """A new run: empty curves, its settings shown."""
        self.form.show_request(request)
        self.form.set_running(request.config)
        self.strip.begin(request.config.kimg)
        self.set_problem(None)
        self.board.begin()
        self.whose.setText("")
        self.views.show()
        self.show_side("settings")
        self.show_view("run")

    def show_past(self, run: PastRun) -> None:
        """A run that is over, in the place of the one that was shown."""
        self.board.show_past(run)
        self.whose.setText(run.path.name)
        self.views.show()
        self.show_view("run")

    def show_no_run(self) -> None:
        """There is nothing to show of a run."""
        self.board.begin()
        self.whose.setText("")
        self.views.hide()
        self.show_view("data")

    def set_running(self, state: RunState, words: str = "") -> None:
        """Where the run stands; decides what can be pressed and edited."""
        self.control.set_running(state)
        self.strip.set_state(state, words)
        self.estimate.setVisible(not state.is_busy)
        self.runs.set_busy(state.is_busy or bool(self._held))
        if self.form.is_running and not state.is_busy:
            self.form.set_running(None)
            self._edited()

    def set_held(self, reason: str) -> None:
        """Why no run can be begun, whatever its settings; empty where one can."""
        self._held = reason
        self.runs.set_busy(self.run_state.is_busy or bool(reason))
        self._edited()

    def set_unusable(self, sentence: str) -> None:
        """Why there is nothing to learn from; empty where there is, or may be."""
        self.form.set_unusable(sentence)
        self._edited()

    def add_stats(self, rows: Sequence[Losses]) -> None:
        """Figures of the run, oldest first; at most ten calls a second."""
        if rows:
            self.board.add_stats(rows)
            self.strip.set_last(rows[-1])

    def set_samples(self, pixels: Pixels, kimg: float) -> None:
        """Images of the fixed latents, u8 [K, H, W, 3], after ``kimg``."""
        self.board.set_samples(pixels, kimg)

    def set_problem(self, problem: Problem | None) -> None:
        """What went wrong with the run and what to do, or None."""
        if problem is not None:
            self.card.show_problem(problem)
        self.card.setVisible(problem is not None)

    def show_side(self, side: str) -> None:
        """The settings, or the list of runs."""
        self.sides.set_chosen(side)
        self._left.setCurrentIndex(0 if side == "settings" else 1)

    def show_view(self, view: str) -> None:
        """The run, or the data of the next one."""
        self.views.set_chosen(view)
        self.whose.setVisible(view == "run")
        self._right.setCurrentWidget(self.board if view == "run" else self.data)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        parts = (self.form, self.board, self.data, self.card, self.control, self.runs)
        for part in parts:
            part.set_theme(theme)

    # From the hand.

    def showEvent(self, event: QShowEvent) -> None:
        self.board.prepare()
        super().showEvent(event)
        self.shown.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # What is not for this page is for the window.
        if _dropped(event) is None or self.run_state.is_busy:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is None:
            return
        event.acceptProposedAction()
        self.show_side("settings")
        if path.suffix.lower() in WEIGHTS:
            self.form.show_start(path)
        else:
            self.form.set_value("data", str(path))

    def _start(self) -> None:
        self.form.commit()
        if not (self._held or self.form.problem):
            self.start_requested.emit(self.form.request())

    def _edited(self) -> None:
        wrong = self._held or self.form.problem
        self.control.set_why_not(wrong)
        self.estimate.set_possible(not wrong)

    def _lay_out(self) -> None:
        form = QWidget()
        inner = QVBoxLayout(form)
        inner.setContentsMargins(14, 10, 10, 10)
        inner.addWidget(self.form)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(form)
        runs = QWidget()
        inner = QVBoxLayout(runs)
        inner.setContentsMargins(14, 10, 14, 10)
        inner.addWidget(self.runs)
        self._left.addWidget(area)
        self._left.addWidget(runs)
        self._right.addWidget(self.data)
        self._right.addWidget(self.board)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left_column())
        row.addWidget(_right_column(self.views, self.whose, self._right), 1)

    def _left_column(self) -> QWidget:
        left, below = QWidget(), QVBoxLayout()
        left.setFixedWidth(in_text(_LEFT_WIDTH, share=0.6))
        below.setContentsMargins(14, 8, 14, 12)
        below.setSpacing(8)
        for part in (self.estimate, self.control, self.strip, self.card):
            below.addWidget(part)
        head = QHBoxLayout()
        head.setContentsMargins(14, 8, 14, 0)
        head.addWidget(self.sides, 1)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._left, 1)
        column.addLayout(below)
        return left


def _right_column(views: Segments, whose: QLabel, below: QWidget) -> QWidget:
    right, head = QWidget(), QHBoxLayout()
    head.setContentsMargins(8, 8, 14, 0)
    head.setSpacing(12)
    head.addWidget(views)
    head.addWidget(whose)
    head.addStretch(1)
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addWidget(below, 1)
    return right


def _dropped(event: QDropEvent) -> Path | None:
    """The one folder, zip or file of weights that is dropped on the left."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    if path.suffix.lower() in WEIGHTS:
        # On the right it is something to look at: the window opens it.
        on_left = event.position().x() < in_text(_LEFT_WIDTH, share=0.6)
        return path if on_left else None
    is_data = path.is_dir() or path.suffix.lower() == ".zip"
    return path if is_data else None
