"""How much of the curves each triplet of coordinates shows, and the best ones first."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter

from sgviz.frame import Problem
from sgviz.gui.choices import QuietSpin
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.measure.null_words import PART, NullWords
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Line, Rule
from sgviz.gui.session import Edit
from sgviz.gui.theme import Theme
from sgviz.measured.curves import for_half
from sgviz.measured.null import Null
from sgviz.measured.statistics import Statistics
from sgviz.measured.triplets import TOGETHER, together
from sgviz.state import State, Triplets

SHOWN = 4


class TripletsPanel(MeasurePanel):
    """A table that can be sorted, the sum of the best ones, a button for the W view."""

    NAME, TITLE = "triplets", "Triplets"
    TIP = "The share of each curve's energy that a triplet of coordinates shows"
    MEASURES = frozenset({"statistics", PART})

    def __init__(self) -> None:
        super().__init__()
        self.order, self.mean = np.zeros(0, dtype=int), np.zeros(0)
        self.table = FiguresTable("Triplet", "triplets", sortable=True)
        self.table.grid.cellDoubleClicked.connect(self._look_at)
        self.table.grid.setToolTip("Double click: this triplet in the W view")
        self.plot = Plot(
            "The best triplets together",
            Axes("triplets, the best first", "share of the energy", low=0.0, high=1.0),
            "triplets-together",
            "Raw order carries no meaning: sorted, the first few show more than as many"
            " picked blindly.",
        )
        self.link(self.plot)
        self.words = words()
        self.count = QuietSpin(1, 170, "How many of the best triplets are drawn")
        self.count.setValue(SHOWN)
        self.button = QPushButton("Show")
        self.button.setToolTip("The W view shows the triplets with the largest shares")
        self.button.clicked.connect(self._show_best)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 6, 2)
        label = QLabel("Show in W the best")
        label.setProperty("role", "muted")
        head.addWidget(label)
        head.addWidget(self.count)
        head.addWidget(self.button)
        head.addStretch(1)
        head.addWidget(self.table.save_button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.plot)
        split.setChildrenCollapsible(False)
        split.setSizes([1000, 1000])
        self.body.addLayout(head)
        self.body.addWidget(split, 1)
        self.body.addWidget(self.words)
        before = "Of one circle, in the mean of the circles:"
        self.says = NullWords("triplet_best", "triplets_half", before=before)
        self.body.addWidget(self.says.label)

    def set_state(self, state: State) -> None:
        """Twins of other circles say nothing of these."""
        null = self.says.null
        self.says.set_state(self.state, state)
        super().set_state(state)
        if self.says.null is not null:
            self._show_sums()

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without untrained twins the triplets are still shown."""
        if name != PART:
            super().set_problem(name, problem)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def set_part(self, name: str, value: object) -> None:
        """Shares [C, w_dim // 3] of the circles that have any; untrained twins."""
        self.says.take(value)
        if isinstance(value, Null):
            self._show_sums()
        if not isinstance(value, Statistics):
            return
        circles = [c for c in value.circles if np.isfinite(c.curve.triplets).any()]
        self.mean = together([circle.curve for circle in circles])
        self.order = np.argsort(-self.mean, kind="stable")
        if circles:
            self.count.setMaximum(len(self.mean))
            shares = np.stack([circle.curve.triplets for circle in circles])
            heads = ("All circles", *(circle.name for circle in circles))
            rows = [_row(k, self.mean, shares) for k in self.order.tolist()]
            self.table.set_rows(heads, rows)
        else:
            self.table.set_rows((), ())
        self._show_sums()

    def _show_sums(self) -> None:
        """The sums of the best ones, and of as many in the order of their numbers."""
        mean, null = self.mean, self.says.null
        if not len(mean):
            self.words.setText("No curve here has a shape.")
            self.plot.set_series(())
            return
        best, plain = np.cumsum(mean[self.order]), np.cumsum(mean)
        x = np.arange(1, len(mean) + 1, dtype=float)
        band = null.row_band("triplets") if null is not None else None
        untrained = [Band(x, *band, "untrained, by energy")] if band else []
        self.plot.set_series(
            (
                *untrained,
                Line(x, plain, "by number", "muted"),
                Line(x, best, "by energy", "accent", width=2.2),
                Rule(0.5, "half"),
            )
        )
        half = for_half(mean)
        said = [
            f"Of all circles together: the first of {len(mean)} triplets shows "
            f"{best[0]:.1%} of the curves' energy, evenly it would be "
            f"{1 / len(mean):.1%}; half of it takes {half:.0f} of them."
        ]
        if null is not None:
            values = zip(TOGETHER, (float(best[0]), half), strict=True)
            said += [null.sentence(figure, value) for figure, value in values]
        self.words.setText(" ".join(said))

    def _show_best(self) -> None:
        self._project(Triplets(0, self.count.value(), 3, "energy"))

    def _look_at(self, row: int, _: int) -> None:
        name = self.table.text_at(row, 0)
        self._project(Triplets(int(name[1:].partition("–")[0]), 1, 3))

    def _project(self, projection: Triplets) -> None:
        look = self.state.look.framed()
        state = replace(self.state, projection=projection, look=look)
        self.edited.emit(Edit(state, "Projection"))


def _row(k: int, mean: np.ndarray, shares: np.ndarray) -> Row:
    cells = [_cell(mean[k]), *(_cell(row[k]) for row in shares)]
    return Row(f"w{3 * k}–w{3 * k + 2}", tuple(cells))


def _cell(share: float) -> Cell:
    return Cell(f"{share:.2%}", float(share))
