"""What a run looks like: its loss curves, and its images of the same latents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Pixels
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.empty_page import EmptyPage
from sgviz.gui.train.loss_history import LossHistory
from sgviz.gui.train.samples_grid import SamplesGrid
from sgviz.training.events import Losses

if TYPE_CHECKING:
    from sgviz.gui.train.loss_plot import LossPlot

EMPTY_TITLE = "No run yet"
EMPTY_WORDS = (
    "Start trains the same generator from random weights on procedural portraits, in"
    " a thread of this window. Explore follows its newest snapshot, so the circles"
    " in W and the image move while it learns; Stop keeps what it learned."
)


class RunBoard(QWidget):
    """Curves above, samples below; before the first run two sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.history = LossHistory()
        self.plot: LossPlot | None = None
        self._theme = DARK
        self.samples = SamplesGrid(
            "Samples", "The same latents through every snapshot of the run"
        )
        self._caption = QLabel("Samples at fixed latents")
        self._caption.setProperty("role", "title")
        self._empty = EmptyPage(EMPTY_TITLE, EMPTY_WORDS)
        self._plot_place = QVBoxLayout()
        self._board = self._build_board()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._board)

    @property
    def caption(self) -> str:
        """The line above the samples."""
        return self._caption.text()

    @property
    def is_empty(self) -> bool:
        """Whether there has been no run yet."""
        return self._stack.currentWidget() is self._empty

    def begin(self) -> None:
        """A new run: nothing drawn yet."""
        self.history = LossHistory()
        self.samples.set_images(None)
        self._caption.setText("Samples at fixed latents")
        self._stack.setCurrentWidget(self._board)
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
        self._stack.setCurrentWidget(self._board)
        each = (row.stats for row in rows)
        self.history.add((s.images / 1000.0, s.loss_g, s.loss_d, s.r1) for s in each)
        if self.plot is not None:
            self.plot.refresh()

    def set_samples(self, pixels: Pixels, kimg: float) -> None:
        """Images u8 [K, H, W, 3] after ``kimg``."""
        self._stack.setCurrentWidget(self._board)
        self.samples.set_images(pixels)
        self._caption.setText(f"Samples at fixed latents, after {kimg:.1f} kimg")

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.samples.set_theme(theme)
        if self.plot is not None:
            self.plot.set_theme(theme)

    def _build_board(self) -> QWidget:
        upper, lower = QWidget(), QWidget()
        self._plot_place = QVBoxLayout(upper)
        self._plot_place.setContentsMargins(0, 0, 0, 4)
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.addWidget(self._caption)
        below.addWidget(self.samples, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(lower)
        splitter.setSizes([600, 400])
        board = QWidget()
        column = QVBoxLayout(board)
        column.setContentsMargins(8, 10, 14, 12)
        column.addWidget(splitter)
        return board
