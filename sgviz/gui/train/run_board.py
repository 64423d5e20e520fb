"""What a run looks like: its curves, its images, its factors, what happened."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Pixels
from sgviz.gui.choices import Segments
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.coverage_bars import BAR, CoverageBars
from sgviz.gui.train.loss_curves import CURVES, row_of
from sgviz.gui.train.loss_history import LossHistory
from sgviz.gui.train.past_run import PastRun
from sgviz.gui.train.run_log import RunLog
from sgviz.gui.train.samples_grid import SamplesGrid
from sgviz.training.events import Losses

if TYPE_CHECKING:
    from sgviz.gui.train.loss_plot import LossPlot

_SHEETS = (
    ("made", "Samples", "What the averaged generator makes of the same latents"),
    ("real", "Data", "What it learns from"),
)
_SIDES = (
    ("log", "Log", "What happened in this run"),
    ("coverage", "Coverage", "How much of each factor of the portraits is drawn"),
)
_NO_COVERAGE = "Measured on portraits, with the records of the timeline."


class RunBoard(QWidget):
    """Curves above; below samples or data, and beside them the log or the factors."""

    def __init__(self) -> None:
        super().__init__()
        self.history = LossHistory(len(CURVES))
        self.plot: LossPlot | None = None
        self._theme = DARK
        self.samples = SamplesGrid(
            "Samples", "The same latents through every snapshot of the run"
        )
        self.real = SamplesGrid("Data of the run", "Some of the images it learns from")
        self.log, self.coverage = RunLog(), CoverageBars()
        self.sheets, self.sides = Segments(_SHEETS), Segments(_SIDES)
        self._caption, self._side_words = QLabel(), QLabel(wordWrap=True)
        for label in (self._caption, self._side_words):
            label.setProperty("role", "muted")
        # It gives way: the switch beside it must be legible.
        narrow = QSizePolicy.Policy
        self._caption.setSizePolicy(narrow.Ignored, narrow.Preferred)
        self._sheet_stack, self._side_stack = QStackedWidget(), QStackedWidget()
        self.sheets.chosen.connect(self._show_sheet)
        self.sides.chosen.connect(self._show_side)
        self._plot_place = QVBoxLayout()
        self._lay_out()
        self.begin()

    @property
    def caption(self) -> str:
        """The line beside the switch above the samples."""
        return self._caption.text()

    def begin(self) -> None:
        """A new run: nothing drawn yet."""
        self.history = LossHistory(len(CURVES))
        self.samples.set_images(None)
        self.real.set_images(None)
        self.log.clear()
        self._age = "at fixed latents"
        self.set_coverage(())
        self._show_sheet(self.sheets.chosen_key())
        if self.plot is not None:
            self.plot.set_history(self.history)

    def show_past(self, run: PastRun) -> None:
        """A run that is over, as its folder tells it."""
        self.begin()
        self.history = run.history
        if run.samples is not None:
            self.set_samples(run.samples, run.kimg)
        self.set_coverage(run.coverage)
        for words, kimg, bad in run.said:
            self.log.say(words, kimg, bad)
        if self.plot is not None:
            self.plot.set_history(self.history)

    def prepare(self) -> None:
        """Make the plot; pyqtgraph is not imported before somebody looks."""
        if self.plot is None:
            from sgviz.gui.train.loss_plot import LossPlot

            self.plot = LossPlot(self.history, self._theme)
            self._plot_place.addWidget(self.plot)

    def add_stats(self, rows: Sequence[Losses]) -> None:
        """Figures of the run, oldest first."""
        self.history.add(row_of(row.stats) for row in rows)
        if self.plot is not None:
            self.plot.refresh()

    def set_samples(self, pixels: Pixels, kimg: float) -> None:
        """Images u8 [K, H, W, 3] after ``kimg``."""
        self.samples.set_images(pixels)
        self._age = f"at fixed latents, after {kimg:.1f} kimg"
        self._show_sheet(self.sheets.chosen_key())

    def set_data(self, pixels: Pixels) -> None:
        """Images of the data set, u8 [K, H, W, 3]."""
        self.real.set_images(pixels)

    def set_coverage(self, coverage: tuple[tuple[str, float], ...]) -> None:
        """Factors of the portraits with their shares; none where not measured."""
        first = bool(coverage) and not self.coverage.rows
        self.coverage.set_coverage(coverage)
        words = _NO_COVERAGE
        if coverage:
            count = self.coverage.covered
            words = f"{count} of {len(coverage)} factors reach {BAR:g} (the line)."
        self._side_words.setText(words)
        if first:
            self.sides.set_chosen("coverage")
            self._show_side("coverage")

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        for part in (self.samples, self.real, self.log, self.coverage):
            part.set_theme(theme)
        if self.plot is not None:
            self.plot.set_theme(theme)

    def _show_sheet(self, key: str) -> None:
        self._sheet_stack.setCurrentWidget(self.real if key == "real" else self.samples)
        self._caption.setText("" if key == "real" else self._age)

    def _show_side(self, key: str) -> None:
        self._side_stack.setCurrentIndex(0 if key == "log" else 1)

    def _lay_out(self) -> None:
        upper = QWidget()
        self._plot_place = QVBoxLayout(upper)
        self._plot_place.setContentsMargins(0, 0, 0, 4)
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.setChildrenCollapsible(False)
        lower.addWidget(self._build_sheets())
        lower.addWidget(self._build_sides())
        lower.setSizes([620, 320])
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(lower)
        splitter.setSizes([600, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 14, 12)
        column.addWidget(splitter)

    def _build_sheets(self) -> QWidget:
        for sheet in (self.samples, self.real):
            self._sheet_stack.addWidget(sheet)
        return _page(self.sheets, self._caption, self._sheet_stack)

    def _build_sides(self) -> QWidget:
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.coverage)
        factors = QWidget()
        column = QVBoxLayout(factors)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._side_words)
        column.addWidget(area, 1)
        self._side_stack.addWidget(self.log)
        self._side_stack.addWidget(factors)
        return _page(self.sides, QLabel(), self._side_stack)


def _page(switch: Segments, words: QLabel, below: QWidget) -> QWidget:
    """A switch with words beside it, and what it switches below."""
    page = QWidget()
    head = QHBoxLayout()
    head.setSpacing(10)
    head.addWidget(switch)
    head.addWidget(words, 1)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 4, 0, 0)
    column.addLayout(head)
    column.addWidget(below, 1)
    return page
