"""Octants and tails: how W's points lie about zero, counted; and in P, undone."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from sgviz.gui.choices import QuietSpin, Segments
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Bars, Dots, Line, Rule, Series
from sgviz.measured.octants import CHANCE, OCTANTS
from sgviz.measured.tails import Signs, SignsOfAll, SpaceName

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
_MINUS = {ord("-"): "−"}
_NAMES = tuple((float(k), o.translate(_MINUS)) for k, o in enumerate(OCTANTS))
_ENDS = (_NAMES[0], _NAMES[-1])
_ROOM = 46  # pixels that a name of an octant takes


class TailsPanel(MeasurePanel):
    """Census of octants, Q-Q plot, skewness and kurtosis of every coordinate."""

    NAME = "tails"
    TITLE = "Octants and tails"
    TIP = "Signs counted against chance; skewness, kurtosis and quantiles, in W and P"
    MEASURES = frozenset({"tails"})

    def __init__(self) -> None:
        super().__init__()
        self._found: SignsOfAll | None = None
        self.spaces, self.zeros = Segments(_SPACES), Segments(_ZEROS)
        self.which = Segments(_QUANTILES)
        self.coordinate = QuietSpin(0, 511, "The coordinate of the Q-Q plot")
        for choice in (self.spaces, self.zeros, self.which):
            choice.chosen.connect(self._show)
        self.coordinate.valueChanged.connect(self._choose)
        self.octants = Plot(
            "Octants",
            Axes("signs of a triplet", "share of pairs", low=0.0, names=_ENDS),
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
        self.moments.clicked.connect(self._click)
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setContentsMargins(8, 2, 8, 4)
        self._lay_out()
        self.link(*self.plots)

    def _lay_out(self) -> None:
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(6, 4, 6, 0)
        row.setSpacing(8)
        row.addWidget(self.spaces)
        row.addWidget(self.zeros)
        row.addStretch(1)
        row.addWidget(self.which)
        row.addWidget(self.coordinate)
        self.body.addWidget(choices)
        self.body.addWidget(self.sentence)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for side in (0, 1):
            grid.setRowStretch(side, 1)
            grid.setColumnStretch(side, 1)
        for k, plot in enumerate(self.plots):
            grid.addWidget(plot, k // 2, k % 2)
        self.body.addLayout(grid, 1)

    @property
    def signs(self) -> Signs | None:
        """What is shown: one space, seen from one zero."""
        if self._found is None:
            return None
        space: SpaceName = "W" if self.spaces.chosen_key() == "W" else "P"
        return self._found.of(space, self.zeros.chosen_key() == "avg")

    def set_part(self, name: str, value: object) -> None:
        """Signs and tails of all that is on the screen."""
        if isinstance(value, SignsOfAll):
            self._found = value
            last = len(value.each[0].tails.skewnesses) - 1
            if self.coordinate.maximum() != last:
                self.coordinate.setMaximum(last)
            self._show()

    def _show(self) -> None:
        signs, found = self.signs, self._found
        is_one = self.which.chosen_key() == "one"
        self.coordinate.setVisible(is_one)
        if signs is None or found is None:
            return
        self.sentence.setText(
            f"{signs.sentence} {signs.moments_sentence} "
            f"{found.circles} circles, {found.points:,} points."
        )
        self.octants.set_series(_octants(signs))
        self._show_quantiles(signs, is_one)
        self._show_moments(signs)
        self.negative.set_series(_negative(signs))

    def _show_quantiles(self, signs: Signs, is_one: bool) -> None:
        k = self.coordinate.value()
        name = f"{signs.space.lower()}{k}" if is_one else f"all of {signs.space}"
        own = signs.coordinate_quantiles[k] if is_one else signs.tails.quantiles
        normal = signs.coordinate_normal if is_one else signs.tails.normal
        ends = np.array([normal.min(), normal.max()])
        self.quantiles.set_title(f"Q-Q plot of {name}")
        self.quantiles.set_series(
            (Line(ends, ends, "normal", ink="muted", dashed=True),
             Dots(normal, own, name, ink="accent", size=4.0))
        )  # fmt: skip

    def _show_moments(self, signs: Signs) -> None:
        tails, k = signs.tails, self.coordinate.value()
        x, y = tails.skewnesses, tails.excess_kurtoses
        letter = signs.space.lower()
        series: list[Series] = [
            Rule(0.0), Rule(0.0, is_vertical=True),
            Dots(x, y, f"{letter}0, {letter}1 …", ink="accent", size=4.0),
            Dots(np.array([tails.skewness]), np.array([tails.excess_kurtosis]),
                 "pooled", ink="warning", size=9.0, shape="d"),
            Dots(np.array([signs.untrained[0]]), np.array([signs.untrained[1]]),
                 "untrained", ink="text", size=11.0, shape="+"),
        ]  # fmt: skip
        if self.which.chosen_key() == "one":
            name = f"{letter}{k}"
            series.append(Dots(x[k : k + 1], y[k : k + 1], name, ink="good", size=9.0))
        self.moments.set_series(series)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        has_room = self.width() / 2 > _ROOM * (len(_NAMES) + 1)
        names = _NAMES if has_room else _ENDS
        if names != self.octants.axes.names:
            self.octants.set_axes(replace(self.octants.axes, names=names))

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


def _octants(signs: Signs) -> tuple[Series, ...]:
    places = np.arange(8.0)
    chance = Rule(CHANCE, "by chance")
    return (Bars(places, signs.census.shares, signs.words, ink="accent"), chance)


def _negative(signs: Signs) -> tuple[Series, ...]:
    counts, edges = np.histogram(signs.census.negative, bins=25, range=(0.0, 1.0))
    middles = (edges[:-1] + edges[1:]) / 2.0
    bars = Bars(middles, counts.astype(float), signs.words, ink="accent", width=0.036)
    mean = signs.census.negative_share
    half = Rule(0.5, "half", is_vertical=True)
    return (bars, half, Rule(mean, f"mean {mean:.3f}", "warning", is_vertical=True))
