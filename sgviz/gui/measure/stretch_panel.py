"""How the mapping stretches Z: singular values, walks along them, circles."""

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import Segments
from sgviz.gui.measure.beside_table import BesideTable
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Dots, Line, Rule, Series
from sgviz.gui.measure.walk import Walk, begun_at
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Row as Beside
from sgviz.measured.extremes import Extremes, ExtremesNull
from sgviz.measured.metric import (
    BasisNull,
    Ends,
    LocalBasis,
    Numbers,
    Stretch,
    StretchNull,
)
from sgviz.state import State

CHOICES = (
    ("stretch", "along", "How much longer a step along the circle is in W"),
    ("volume", "all directions", "The geometric mean over the whole tangent space"),
    ("largest", "σ₁", "The largest singular value of the Jacobian"),
    ("condition", "condition", "The largest singular value / the smallest, log₁₀"),
)
TITLES = {
    "stretch": ("Along the circle: |J v|", "stretch"),
    "volume": ("Of all directions: geometric mean of the singular values", "stretch"),
    "largest": ("Of the most stretched direction: σ₁", "σ₁"),
    "condition": ("Condition: log₁₀ σ₁ / σₙ", "orders of magnitude"),
}
ENDS = frozenset({"extremes", "extremes_null"})  # made once they are looked at
MAXIMUM, FIXED = QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
LEAST = 1e-6  # what a plot shows of the singular values; its table has all
PAGES = (
    ("latent", "at the latent", "Singular values and walks along the local basis"),
    ("circles", "along the circles", "Stretch and volume at all points of the circles"),
    ("figures", "figures", "Every figure beside untrained twins and infinite width"),
)


class StretchPanel(MeasurePanel):
    """Singular values and the local basis at the latent; stretch along all circles."""

    NAME, TITLE = "stretch", "Stretch"
    TIP = "The mapping's exact Jacobian: singular values, local basis, stretch, volume"
    MEASURES = frozenset(
        {"stretch", "stretch_null", "local_basis", "local_basis_null", "overlay"}
    )

    def __init__(self) -> None:
        super().__init__()
        self._found: Stretch | None = None
        self._circles_null: StretchNull | None = None
        self._ends: Extremes | None = None
        self._ends_null: ExtremesNull | None = None
        self._basis: LocalBasis | None = None
        self._basis_null: BasisNull | None = None
        self.page = Segments(PAGES)
        self.page.setSizePolicy(MAXIMUM, FIXED)
        self.page.chosen.connect(self._turn_to)
        self.values = Plot(
            "Singular values of the Jacobian",
            Axes("number", "σ", log_x=True, log_y=True, low=LEAST),
            "singular-values",
            "How much longer small steps from this latent are in W, along the"
            " directions from the most stretched to the least.",
        )
        self.figures = BesideTable("Figure", "stretch-figures")
        self.walk = Walk(self.edited.emit)
        self.choice = Segments(CHOICES)
        self.choice.setSizePolicy(MAXIMUM, FIXED)
        self.choice.set_chosen("stretch")
        self.choice.chosen.connect(lambda _: self._choose())
        self.along = Plot("", Axes("angle in Z", "", is_angle=True), "stretch")
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setMinimumWidth(1)
        self.link(self.values, self.along)
        self.pages = QStackedWidget()
        self._lay_out()
        self.page.set_chosen("latent")
        self._turn_to("latent")

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.values)
        split.addWidget(self.walk)
        split.setChildrenCollapsible(False)
        split.setSizes([340, 300])
        for page in (split, self.along, self.figures):
            self.pages.addWidget(page)
        head = QHBoxLayout()
        head.setContentsMargins(6, 3, 8, 0)
        head.addWidget(self.page)
        head.addSpacing(12)
        head.addWidget(self.choice)
        head.addWidget(self.note, 1)
        head.addStretch(1)
        head.addWidget(self.figures.table.save_button)
        self.body.addLayout(head)
        self.body.addWidget(self.pages, 1)

    @property
    def measures(self) -> frozenset[str]:
        """The ends of the spectrum along circles take long: while they are chosen."""
        return self.MEASURES | ENDS if self._shows_ends else self.MEASURES

    @property
    def _shows_ends(self) -> bool:
        return self.choice.chosen_key() in ("largest", "condition")

    def _choose(self) -> None:
        self.measures_changed.emit()
        self._show_circles()

    def _turn_to(self, key: str) -> None:
        self.pages.setCurrentIndex([page[0] for page in PAGES].index(key))
        self.choice.setVisible(key == "circles")
        self.note.setVisible(key == "circles")
        self.figures.table.save_button.setVisible(key == "figures")

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.figures.set_theme(theme)
        self.walk.set_theme(theme)

    def set_state(self, state: State) -> None:
        """How far the latent has gone along the basis; what is of before is dropped."""
        before = self.state
        super().set_state(state)
        network = (state.model, state.class_index)
        is_same = network == (before.model, before.class_index)
        if not is_same or state.circles != before.circles:
            self._circles_null = self._ends_null = None
        if not is_same or begun_at(state.latent) != begun_at(before.latent):
            self._basis_null = None
        self.walk.set_state(state)

    def set_part(self, name: str, value: object) -> None:
        """Values at the latent, or along all circles."""
        if isinstance(value, LocalBasis):
            self._basis = value
            self.walk.set_basis(value)
            self._show_basis()
        elif isinstance(value, BasisNull):
            self._basis_null = value
            self._show_basis()
        elif isinstance(value, StretchNull):
            self._circles_null = value
            self._show_circles()
        elif isinstance(value, Stretch):
            self._found = value
            self._show_circles()
        elif isinstance(value, Extremes):
            self._ends = value
            self._show_circles()
        elif isinstance(value, ExtremesNull):
            self._ends_null = value
            self._show_circles()

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Circles that are geometry only leave the latent its basis, and no curves."""
        if name == "local_basis":
            super().set_problem(name, problem)
        elif name == "stretch":
            self.note.setText(problem.what if problem else "")
            if problem is not None:
                self._found = self._circles_null = None
                self._ends = self._ends_null = None
                self.along.set_series(())
                self._show_figures()

    def _show_basis(self) -> None:
        basis, null = self._basis, self._basis_null
        if basis is None:
            return
        self.values.set_series(values_series(basis, null))
        self.values.set_title(f"Singular values of the Jacobian at {basis.name}")
        self._show_figures()

    def _show_figures(self) -> None:
        """At the latent and along the circles, each beside the twins once they are."""
        rows: list[Beside | str] = []
        if self._basis is not None:
            rows.append(f"At {self._basis.name}")
            rows += self._basis.beside(self._basis_null)
        if self._found is not None:
            rows += ["Along the circles", *self._found.beside(self._circles_null)]
            if self._ends is not None and self._shows_ends:
                rows += self._ends.beside(self._ends_null)
        self.figures.set_rows(rows, awaited=True)

    def _show_circles(self) -> None:
        found = self._found
        if found is None:
            return
        key = str(self.choice.chosen_key())
        title, unit = TITLES[key]
        low = None if key == "condition" else 0.0
        axes = Axes("angle in Z", unit, is_angle=True, low=low)
        if axes != self.along.axes:
            self.along.set_axes(axes)
        self.along.set_title(title)
        is_volume, words = key == "volume", list(found.problems)
        is_waiting = is_volume and not len(found.log_volume)
        if key in ("stretch", "volume"):
            beside = self._circles_null
            series = circle_series(found, self.state.ring, is_volume, beside)
        elif self._ends is not None:
            ring, null = self.state.ring, self._ends_null
            series = end_series(self._ends, ring, key == "condition", null)
        else:
            series, is_waiting = (), True
        self.along.set_series(series)
        self._show_figures()
        if is_waiting:
            words.append("Under way …")
        self.note.setText(" · ".join(words))


def values_series(basis: LocalBasis, null: BasisNull | None) -> tuple[Series, ...]:
    """The singular values with dots at those of the basis, and the untrained ones."""
    numbers = np.arange(1, len(basis.values) + 1, dtype=np.float64)
    shown = np.where(basis.values > 0.0, basis.values, math.nan)
    series: list[Series] = []
    if null is not None and len(null.ends[0]) == len(numbers):
        low, high = null.ends
        known = np.isfinite(low) & np.isfinite(high) & (low > 0.0)
        name = f"{null.twins.count} untrained twins"
        series.append(Band(numbers[known], low[known], high[known], name))
    if len(basis.untrained):
        untrained = np.where(basis.untrained > 0.0, basis.untrained, math.nan)
        series.append(Line(numbers, untrained, "untrained, closed form", "muted"))
    series.append(Line(numbers, shown, basis.name, "accent", width=2.0))
    count = len(basis.directions)
    series.append(Dots(numbers[:count], shown[:count], "b1, b2, …", "accent", size=6.0))
    same = "σ = 1: neither longer nor shorter"
    ends = numbers[[0, -1]]
    series.append(Line(ends, np.ones(2), same, "muted", width=1.0, dashed=True))
    return tuple(series)


def circle_series(
    found: Stretch, ring: int, is_volume: bool, null: StretchNull | None = None
) -> tuple[Series, ...]:
    """A line a circle, closed, the one on the ring stronger; what twins' circles do."""
    lines: list[Series] = []
    if null is not None:
        lines.append(_band(null.angles, null.ends(is_volume), null.twins.count))
    lines += _lines(found.names, found.angles, found.rows(is_volume), ring)
    untrained = math.exp(found.untrained_log) if is_volume else found.untrained
    if math.isfinite(untrained):
        lines.append(Rule(untrained, "untrained mean"))
    return tuple(lines)


def end_series(
    found: Extremes, ring: int, is_condition: bool, null: ExtremesNull | None = None
) -> tuple[Series, ...]:
    """The largest singular value, or the condition, a line a circle; what twins do."""
    lines: list[Series] = []
    if null is not None:
        lines.append(_band(null.angles, null.ends(is_condition), null.twins.count))
    lines += _lines(found.names, found.angles, found.rows(is_condition), ring)
    return tuple(lines)


def _band(angles: Numbers, ends: Ends, count: int) -> Band:
    """What single circles of untrained twins do, closed."""
    degrees = np.degrees(np.append(angles, 2.0 * np.pi))
    low, high = (np.append(x, x[0]) for x in ends)
    return Band(degrees, low, high, f"circles of {count} untrained twins")


def _lines(
    names: tuple[str, ...], angles: Numbers, rows: Numbers, ring: int
) -> list[Line]:
    """A closed line a circle, the one on the ring stronger."""
    degrees = np.degrees(np.append(angles, 2.0 * np.pi))
    return [
        Line(degrees, np.append(row, row[0]), names[k], k, k, 2.2 if k == ring else 1.2)
        for k, row in enumerate(rows)
    ]
