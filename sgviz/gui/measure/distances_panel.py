"""Distances within the circle on the ring: all pairs as a matrix, and across it."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo
from sgviz.gui.measure.heatmap import Cells, Heatmap
from sgviz.gui.measure.null_words import PART, NullWords
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes
from sgviz.gui.measure.statistics_series import antipodal_series
from sgviz.gui.session import Edit
from sgviz.measured.curves import SelfDistances
from sgviz.measured.null import Null
from sgviz.measured.statistics import Statistics
from sgviz.state import State


class DistancesPanel(MeasurePanel):
    """A matrix of |w_i - w_j|, and |w(t) - w(t + pi)| of all circles beside it."""

    NAME, TITLE = "distances", "Distances"
    TIP = "Between all points of the circle on the ring, and across each circle"
    MEASURES = frozenset({"statistics", "distances", PART})

    def __init__(self) -> None:
        super().__init__()
        self._found: Statistics | None = None
        self._distances: SelfDistances | None = None
        self.chooser = QuietCombo("Circle", "The circle that the matrix is of")
        self.chooser.setMinimumContentsLength(16)
        self.chooser.activated.connect(self._choose)
        self.pair = QLabel()
        self.pair.setProperty("role", "muted")
        self.matrix = Heatmap(
            "Distances",
            Axes("angle in Z", "angle in Z", is_angle=True),
            "|w − w′|",
            "distances",
            "A bright spot off the diagonal: the curve is far from itself there. Dark"
            " away from the diagonal: it comes back near to where it was.",
        )
        self.matrix.pair_pointed.connect(self._say_pair)
        self.across = Plot(
            "Across: |w(t) − w(t + π)|",
            Axes("angle in Z", "distance", is_angle=True, low=0.0),
            "antipodal",
            "Between the points of opposite z. A linear map would draw an ellipse's"
            " diameters; what antipodes share, the even harmonics, makes them less.",
        )
        self.link(self.matrix, self.across)
        head = QHBoxLayout()
        head.setContentsMargins(6, 4, 6, 0)
        label = QLabel("Circle")
        label.setProperty("role", "muted")
        head.addWidget(label)
        head.addWidget(self.chooser)
        head.addWidget(self.pair, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.matrix)
        split.addWidget(self.across)
        split.setChildrenCollapsible(False)
        split.setSizes([1000, 1000])
        self.body.addLayout(head)
        self.body.addWidget(split, 1)
        self.says = NullWords("antipodal_min", "antipodal_max")
        self.body.addWidget(self.says.label)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without untrained twins the distances are still shown."""
        if name != PART:
            super().set_problem(name, problem)

    def set_part(self, name: str, value: object) -> None:
        """All statistics, the matrix of one circle, or untrained twins."""
        self.says.take(value)
        if isinstance(value, Statistics):
            self._found = value
            names = [circle.name for circle in value.circles]
            if names != [self.chooser.itemText(k) for k in range(self.chooser.count())]:
                self.chooser.clear()
                self.chooser.addItems(names)
            self._show_ring()
        elif isinstance(value, Null):
            self._show_ring()
        elif isinstance(value, SelfDistances):
            self._distances = value
            degrees = np.degrees(value.angles)
            cells = Cells(value.distances, degrees, degrees, self._ring(), low=0.0)
            self.matrix.set_cells(cells)
            self.matrix.set_title(f"Distances: {value.name}")

    def set_state(self, state: State) -> None:
        """Another circle on the ring is another matrix."""
        before, null = self.state.ring, self.says.null
        self.says.set_state(self.state, state)
        super().set_state(state)
        if state.ring != before or self.says.null is not null:
            self._show_ring()

    def _ring(self) -> int:
        count = len(self._found.circles) if self._found is not None else 1
        return max(0, min(self.state.ring, count - 1))

    def _show_ring(self) -> None:
        if self._found is None:
            return
        self.chooser.setCurrentIndex(self._ring())
        series = antipodal_series(self._found, self._ring(), self.says.null)
        self.across.set_series(series)
        points = self._found.circles[0].curve.points if self._found.circles else 0
        words = "Across: |w(t) − w(t + π)|"
        if not series and points % 2:
            words = f"Across: a circle of {points} points holds no antipodes"
        self.across.set_title(words)

    def _choose(self, index: int) -> None:
        if index != self.state.ring:
            state = replace(self.state, ring=index)
            self.edited.emit(Edit(state, "Circle on the ring"))

    def _say_pair(self, row: int, column: int) -> None:
        found = self._distances
        if found is None or row < 0:
            self.pair.setText("")
            return
        near, far = np.degrees(found.angles[[column, row]])
        self.pair.setText(
            f"{near:.1f}° to {far:.1f}°: {found.distances[row, column]:.3f}"
        )
