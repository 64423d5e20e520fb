"""Is W flat? Distances between the tangent spaces at all pairs of a circle's points."""

import math

import numpy as np
from pyqtgraph import InfiniteLine, mkPen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.measure.bends_panel import of_ring
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.heatmap import Cells, Heatmap
from sgviz.gui.measure.marks import Marks
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Line, Series
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Twins
from sgviz.measured.grassmann import Distances, Flatness, Numbers, distance_figure
from sgviz.state import State

USUAL_K = 10
MAXIMUM, FIXED = QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
PAGES = (
    ("fall", "by angle", "Mean and range over all pairs that are equally far apart"),
    ("rank", "effective rank", "How many directions share the stretch, at each point"),
)


class FlatnessPanel(MeasurePanel):
    """A matrix of Grassmann distances, its mean by angle, the effective rank."""

    NAME, TITLE = "flatness", "Flatness"
    TIP = "Grassmann distances between tangent spaces of W around the circle"
    MEASURES = frozenset({"flatness", "flatness_null"})

    def __init__(self) -> None:
        super().__init__()
        self._found: Flatness | None = None
        self._twins: Twins | None = None
        self.k = QuietCombo("Directions", "How many of the largest directions count")
        self.k.activated.connect(lambda _: self._show())
        self.kind = QuietCombo("Distance", "Which distance between subspaces")
        self.kind.addItems(("geodesic", "projection"))
        tips = ("|θ|₂ of the principal angles", "the sine of the largest angle")
        for at, tip in enumerate(tips):
            self.kind.setItemData(at, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(lambda _: self._show())
        self.page = Segments(PAGES)
        self.page.setSizePolicy(MAXIMUM, FIXED)
        self.words = words()
        self.matrix = Heatmap(
            "Between tangent spaces",
            Axes("angle in Z", "angle in Z", is_angle=True),
            "distance",
            "flatness",
            "Dark everywhere would be a flat W: the same directions at all points.",
        )
        self.fall = Plot(
            "By angle between the points",
            Axes("angle between two points of the circle", "distance", low=0.0),
            "flatness-by-angle",
        )
        self.rank = Plot(
            "Effective rank of the Jacobian",
            Axes("angle in Z", "directions", is_angle=True, low=0.0),
            "effective-rank",
        )
        self.link(self.matrix, self.fall, self.rank)
        self.matrix.pair_pointed.connect(self._mark_row)
        self.fall.pointed.connect(lambda x, _: self._mark_apart(x))
        self.fall.canvas.left.connect(self._leave_fall)
        self._first = 0.0
        self._apart = InfiniteLine(angle=90, movable=False)
        self.fall.canvas.add_cursor(self._apart)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 6, 0)
        for text, combo in (("Directions", self.k), ("Distance", self.kind)):
            label = QLabel(text)
            label.setProperty("role", "muted")
            head.addWidget(label)
            head.addWidget(combo)
        head.addStretch(1)
        head.addWidget(self.page)
        right = QStackedWidget()
        right.addWidget(self.fall)
        right.addWidget(self.rank)
        self.page.chosen.connect(lambda key: right.setCurrentIndex(int(key == "rank")))
        self.page.set_chosen("fall")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.matrix)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([320, 320])
        self.body.addLayout(head)
        self.body.addWidget(self.words)
        self.body.addWidget(split, 1)

    @property
    def chosen(self) -> Distances | None:
        """The distances that are shown."""
        text = self.k.currentText()
        return self._found.of(int(text)) if self._found and text else None

    def set_state(self, state: State) -> None:
        """Twins of another circle, or of another network, are dropped."""
        before = self.state
        super().set_state(state)
        if of_ring(state) != of_ring(before):
            self._twins = None

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without twins the distances are still shown."""
        if name == "flatness":
            super().set_problem(name, problem)

    def set_part(self, name: str, value: object) -> None:
        """The matrices, as far as they are made, or the figures of twins."""
        if isinstance(value, Twins):
            self._twins = value
            self._show()
        if not isinstance(value, Flatness):
            return
        self._found = value
        ks = [str(each.k) for each in value.distances]
        if ks != [self.k.itemText(at) for at in range(self.k.count())]:
            before = self.k.currentText() or str(USUAL_K)
            self.k.clear()
            self.k.addItems(ks)
            self.k.setCurrentIndex(ks.index(before) if before in ks else len(ks) - 1)
        self._show()

    def set_highlight(self, circle: int | None, angle: float) -> None:
        """The point under the hand; it stays the first of a pair that is pointed at."""
        super().set_highlight(circle, angle)
        if circle is not None:
            self._first = angle

    def _mark_row(self, row: int, column: int) -> None:
        """The other point of the pair under the hand, in the views too."""
        found = self._found
        if found is None or row < 0:
            self._mark(None, 0.0)
            return
        one, other = float(found.angles[row]), float(found.angles[column])
        self._mark(one, other - one)

    def _mark_apart(self, degrees: float) -> None:
        """A pair so far apart: the point that was lit last, and one further on."""
        if self._found is None:
            return
        apart = math.radians(min(max(degrees, 0.0), 180.0))
        self.hovered.emit(self._found.circle, self._first)
        self._mark(self._first + apart, apart)

    def _leave_fall(self) -> None:
        self._mark(None, 0.0)
        self.hover_left.emit()

    def _mark(self, angle: float | None, apart: float) -> None:
        """Light one more point of the circle, and how far it is from the other."""
        self._apart.setVisible(angle is not None)
        self._apart.setPos(math.degrees(abs(math.remainder(apart, math.tau))))
        if angle is None or self._found is None:
            self.marked.emit(Marks())
        else:
            self.marked.emit(Marks(((self._found.circle, angle),)))

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self._apart.setPen(mkPen(theme.text))

    def _show(self) -> None:
        found, distances = self._found, self.chosen
        if found is None or distances is None:
            return
        is_geodesic = self.kind.currentText() == "geodesic"
        matrix = distances.geodesic if is_geodesic else distances.projection
        random = distances.random if is_geodesic else distances.random_projection
        degrees = np.degrees(found.angles)
        top = max(random[0], float(np.nanmax(matrix, initial=0.0)))
        cells = Cells(matrix, degrees, degrees, found.circle, low=0.0, high=top)
        self.matrix.set_cells(cells)
        self.matrix.set_title(f"Between tangent spaces of {found.name}")
        self.fall.set_series(fall_series(found.angles, matrix, random))
        closed = np.append(degrees, 360.0)
        ranks = np.append(found.effective_rank, found.effective_rank[:1])
        self.rank.set_series(
            (Line(closed, ranks, found.name, found.circle, found.circle, 2.0),)
        )
        said = found.sentence(distances.k, is_geodesic)
        says = self._says(distances.k) if is_geodesic else ""
        words = f"{said} {says}".strip()
        self.words.setText(words)

    def _says(self, k: int) -> str:
        """What the mean distance supports beside untrained twins."""
        rows = self._found.beside(self._twins) if self._found and self._twins else ()
        key = distance_figure(k).key
        return next((row.says for row in rows if row.figure.key == key), "")


def fall_series(
    angles: Numbers, matrix: Numbers, random: tuple[float, float]
) -> tuple[Series, ...]:
    """Mean and range over all pairs that are equally far apart, and what is random."""
    count = len(angles)
    half = count // 2
    apart = np.degrees(angles[: half + 1])
    low, mean, high = np.full((3, half + 1), math.nan)
    for step in range(half + 1):
        values = matrix[np.arange(count), (np.arange(count) + step) % count]
        values = values[np.isfinite(values)]
        if len(values):
            low[step], high[step] = values.min(), values.max()
            mean[step] = values.mean()
    reference, spread = random
    ends = np.array([0.0, 180.0])
    floor, ceiling = np.full((2, 2), reference)
    return (
        Band(
            ends,
            floor - 2 * spread,
            ceiling + 2 * spread,
            f"random: {reference:.2f} ± 2 × {spread:.2g}",
        ),
        Band(apart, low, high, "range over the circle", "accent", 0.18),
        Line(apart, mean, "mean", "accent", width=2.0),
    )
