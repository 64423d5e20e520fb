"""Octants and tails: how W's points lie about zero, counted; and in P, undone."""

import numpy as np
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QWidget

from sgviz.frame import Problem
from sgviz.gui.choices import QuietSpin, Segments
from sgviz.gui.measure import tails_series as series
from sgviz.gui.measure.beside_table import BesideTable
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.null_words import PART, asked_of
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes
from sgviz.gui.theme import Theme
from sgviz.measured.null import Null
from sgviz.measured.octants import OCTANTS
from sgviz.measured.tails import Signs, SignsOfAll, SpaceName
from sgviz.state import State

_SPACES: tuple[tuple[str, str, str], ...] = (
    ("W", "W", "Where the mapping ends: long positive tails"),
    ("P", "P", "W with its last LeakyReLU undone: 5 w where w is negative"),
)
_ZEROS = (
    ("avg", "about w_avg", "Signs of w − w_avg: W as it is seen from its mean"),
    ("zero", "about zero", "Signs of w itself"),
)
_QUANTILES = (
    ("all", "pooled", "Quantiles of all numbers of all coordinates together"),
    ("one", "coordinate", "Quantiles of one coordinate: click a dot to choose it"),
)
_PAGES = (
    ("plots", "Plots", "What is counted, as pictures"),
    ("figures", "Figures", "Every figure beside untrained networks"),
)
_MINUS = {ord("-"): "−"}
_NAMES = tuple((float(k), o.translate(_MINUS)) for k, o in enumerate(OCTANTS))


class TailsPanel(MeasurePanel):
    """Census of octants, Q-Q plot, skewness and kurtosis of every coordinate."""

    NAME = "tails"
    TITLE = "Octants and tails"
    TIP = "Signs counted against chance; skewness, kurtosis and quantiles, in W and P"
    MEASURES = frozenset({"tails", PART})

    def __init__(self) -> None:
        super().__init__()
        self._found: SignsOfAll | None = None
        self._null: Null | None = None
        self._why_no_null = ""
        self.pages = Segments(_PAGES)
        self.pages.chosen.connect(self._turn_to)
        self.spaces, self.zeros = Segments(_SPACES), Segments(_ZEROS)
        self.which = Segments(_QUANTILES)
        self.coordinate = QuietSpin(0, 511, "The coordinate of the Q-Q plot")
        for choice in (self.spaces, self.zeros, self.which):
            choice.chosen.connect(self._show)
        self.coordinate.valueChanged.connect(self._choose)
        self.octants = Plot(
            "Octants",
            Axes("signs of a triplet", "share of pairs", low=0.0, names=_NAMES),
            "octants",
            "How many of all (triplet, point) pairs have which three signs",
        )
        self.quantiles = Plot(
            "Q-Q plot",
            Axes("normal quantile", "quantile"),
            "quantiles",
            "A straight line for normal numbers; a tail bends away from it",
        )
        self.moments = Plot(
            "Coordinates",
            Axes("skewness", "kurtosis − 3"),
            "moments",
            "A dot a coordinate, over all points; both are 0 for normal numbers",
        )
        self.negative = Plot(
            "Negative share of a coordinate",
            Axes("share of the points below zero", "coordinates", low=0.0),
            "negative",
            "How many coordinates have which share of their points below zero",
        )
        self.plots = (self.octants, self.quantiles, self.moments, self.negative)
        self.table = BesideTable("Figure", "octants-and-tails")
        self.stack = QStackedWidget()
        self.moments.clicked.connect(self._click)
        self.sentence = words("text")
        self._lay_out()
        self.link(*self.plots)

    def _lay_out(self) -> None:
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(6, 4, 6, 0)
        row.setSpacing(8)
        row.addWidget(self.pages)
        row.addWidget(self.spaces)
        row.addWidget(self.zeros)
        row.addStretch(1)
        row.addWidget(self.which)
        row.addWidget(self.coordinate)
        row.addWidget(self.table.table.save_button)
        self.table.table.save_button.hide()
        self.body.addWidget(choices)
        self.body.addWidget(self.sentence)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for side in (0, 1):
            grid.setRowStretch(side, 1)
            grid.setColumnStretch(side, 1)
        for k, plot in enumerate(self.plots):
            grid.addWidget(plot, k // 2, k % 2)
        self.stack.addWidget(page)
        self.stack.addWidget(self.table)
        self.body.addWidget(self.stack, 1)

    @property
    def signs(self) -> Signs | None:
        """What is shown: one space, seen from one zero."""
        if self._found is None:
            return None
        space: SpaceName = "W" if self.spaces.chosen_key() == "W" else "P"
        return self._found.of(space, self.zeros.chosen_key() == "avg")

    def set_part(self, name: str, value: object) -> None:
        """Signs and tails of all that is on the screen, or of untrained twins."""
        if isinstance(value, SignsOfAll):
            self._found = value
            last = len(value.each[0].tails.skewnesses) - 1
            if self.coordinate.maximum() != last:
                self.coordinate.setMaximum(last)
        elif isinstance(value, Null):
            self._null, self._why_no_null = value, ""
        self._show()

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without untrained twins the signs are still counted."""
        if name != PART:
            super().set_problem(name, problem)
        elif problem is not None:
            self._null, self._why_no_null = None, problem.what
            self._show()

    def set_state(self, state: State) -> None:
        """Twins of other circles say nothing of these."""
        is_other = asked_of(self.state) != asked_of(state)
        super().set_state(state)
        if is_other and (self._null is not None or self._why_no_null):
            self._null, self._why_no_null = None, ""
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def _turn_to(self, key: str) -> None:
        is_table = key == "figures"
        self.stack.setCurrentIndex(int(is_table))
        self.table.table.save_button.setVisible(is_table)
        self._show()

    def _show(self) -> None:
        signs, found = self.signs, self._found
        is_plots = self.pages.chosen_key() == "plots"
        is_one = self.which.chosen_key() == "one"
        self.which.setVisible(is_plots)
        self.coordinate.setVisible(is_one and is_plots)
        if signs is None or found is None:
            return
        plural = "s" if found.circles != 1 else ""
        said = (
            signs.sentence,
            signs.supports(self._null),
            self._why_no_null,
            self._null.note if self._null else "",
            f"{found.circles} circle{plural}, {found.points:,} points.",
        )
        self.sentence.setText(" ".join(filter(None, said)))
        if is_plots:
            self._show_plots(signs, self.coordinate.value() if is_one else None)
        else:
            awaited = self._null is None and not self._why_no_null
            self.table.set_rows(signs.beside(self._null), awaited)

    def _show_plots(self, signs: Signs, coordinate: int | None) -> None:
        name = f"all of {signs.space}"
        if coordinate is not None:
            name = f"{signs.space.lower()}{coordinate}"
        self.quantiles.set_title(f"Q-Q plot of {name}")
        null = self._null
        self.octants.set_series(series.octants(signs, null))
        self.quantiles.set_series(series.quantiles(signs, null, coordinate))
        self.moments.set_series(series.moments(signs, null, coordinate))
        self.negative.set_series(series.negative(signs, null))

    def _choose(self, _: int) -> None:
        self._show()

    def _click(self, x: float, y: float) -> None:
        """Take the coordinate whose dot is nearest, as the plot is seen."""
        signs = self.signs
        if signs is None:
            return
        (x0, x1), (y0, y1) = self.moments.canvas.plotItem.vb.viewRange()
        dx = (signs.tails.skewnesses - x) / max(x1 - x0, 1e-12)
        dy = (signs.tails.excess_kurtoses - y) / max(y1 - y0, 1e-12)
        away = np.nan_to_num(np.hypot(dx, dy), nan=np.inf)
        self.which.set_chosen("one")
        self.coordinate.setValue(int(np.argmin(away)))
        self._show()
