"""Where the circle on the ring bends in W: every sign change of every unit."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import Segments
from sgviz.gui.layer_colours import layer_inks
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Bars, Dots, Line, Rule, Series
from sgviz.measured.beside import Twins
from sgviz.measured.breakpoints import Breakpoints
from sgviz.state import State

BINS = 72
MAXIMUM, FIXED = QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
PAGES = (
    ("many", "how many", "Bends of each layer, and Rice's number"),
    ("where", "where", "How dense they are along the circle"),
)


class BendsPanel(MeasurePanel):
    """Ticks of all layers over the angle; how many, and where they are dense."""

    NAME, TITLE = "bends", "Bends"
    TIP = "The piecewise linear map: where each layer bends the circle on the ring"
    MEASURES = frozenset({"breakpoints", "breakpoints_null"})

    def __init__(self) -> None:
        super().__init__()
        self._found: Breakpoints | None = None
        self._twins: Twins | None = None
        self.ticks = Plot(
            "Bends, layer by layer",
            Axes("angle in Z", "layer", is_angle=True),
            "bends",
            "A dot for each unit that changes its sign there: between two of them the"
            " curve is an arc of an ellipse, exactly.",
        )
        self.density = Plot(
            "How dense they are",
            Axes("angle in Z", "bends in 5°", is_angle=True, low=0.0),
            "bends-density",
        )
        self.counts = Plot(
            "Bends a layer", Axes("layer", "bends", low=0.0), "bends-counts"
        )
        self.link(self.ticks, self.density, self.counts)
        self.words = words()
        self.page = Segments(PAGES)
        self.page.setSizePolicy(MAXIMUM, FIXED)
        right = QStackedWidget()
        right.addWidget(self.counts)
        right.addWidget(self.density)
        self.page.chosen.connect(lambda key: right.setCurrentIndex(int(key == "where")))
        self.page.set_chosen("many")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.ticks)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([360, 280])
        head = QHBoxLayout()
        head.setContentsMargins(0, 3, 6, 0)
        head.addWidget(self.words, 1)
        head.addWidget(self.page)
        self.body.addLayout(head)
        self.body.addWidget(split, 1)

    def set_state(self, state: State) -> None:
        """Twins of another circle, or of another network, are dropped."""
        before = self.state
        super().set_state(state)
        if of_ring(state) != of_ring(before):
            self._twins = None

    def set_part(self, name: str, value: object) -> None:
        """The bends found so far, or those of untrained twins."""
        if isinstance(value, Twins):
            self._twins = value
        elif isinstance(value, Breakpoints):
            self._found = value
            self._show_places(value)
        if self._found is not None:
            self._show_counts(self._found)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without twins the bends are still shown."""
        if name == "breakpoints":
            super().set_problem(name, problem)

    def _show_places(self, value: Breakpoints) -> None:
        """Where they are."""
        layers = len(value.angles)
        inks = layer_inks(layers)
        self.ticks.set_title(f"Bends of {value.name}, layer by layer")
        self.ticks.set_axes(
            Axes(
                "angle in Z",
                "layer",
                is_angle=True,
                low=0.4,
                high=layers + 0.6,
            )
        )
        self.ticks.set_series(
            [
                Dots(
                    np.degrees(angles),
                    k + 1.0 + spread(len(angles)),
                    "",
                    inks[k],
                    value.circle,
                    2.2,
                    column=f"bends of layer {k + 1}",
                )
                for k, angles in enumerate(value.angles)
            ]
        )
        self.density.set_series(density_series(value, inks))

    def _show_counts(self, value: Breakpoints) -> None:
        """How many of each layer, and what untrained twins have."""
        layers, rows = len(value.angles), value.beside(self._twins)
        inks = layer_inks(layers)
        says = rows[0].says if rows and self._twins is not None else ""
        self.words.setText(f"{value.sentence} {says}".strip())
        names = tuple((float(k), str(k)) for k in range(1, layers + 1))
        self.counts.set_axes(Axes("layer", "bends", low=0.0, names=names))
        bars: list[Series] = [
            Bars(
                np.array([k + 1.0]),
                np.array([float(count)]),
                ink=inks[k],
                column=f"bends of layer {k + 1}",
            )
            for k, count in enumerate(value.counts)
        ]
        bands = [row.band for row in rows[1:] if row.band is not None]
        if self._twins is not None and len(bands) == layers:
            low, high = (
                np.array([getattr(band, end) for band in bands])
                for end in ("low", "high")
            )
            name = f"{self._twins.count} untrained twins"
            bars.append(Band(np.arange(layers) + 1.0, low, high, name, opacity=0.5))
        rice = Rule(value.untrained, f"Rice: {value.untrained:,.0f}", "text")
        self.counts.set_series((*bars, rice))


def of_ring(state: State) -> tuple[object, ...]:
    """What a measure of the circle on the ring is of."""
    return state.model, state.class_index, state.circles, state.ring


def spread(count: int) -> np.ndarray:
    """Heights [count] in [-0.4, 0.4] that keep neighbours apart: the golden ratio."""
    return 0.8 * ((np.arange(count) * 0.6180339887) % 1.0) - 0.4


def density_series(found: Breakpoints, inks: tuple[str, ...]) -> tuple[Series, ...]:
    """Of all layers together, and of the first and the last."""
    middles = (np.arange(BINS) + 0.5) * 360.0 / BINS
    layers = [found.density(k, BINS) for k in range(len(found.angles))]
    total = np.sum(layers, axis=0)
    until = np.degrees(found.until)
    shown = np.where(middles < until, 1.0, np.nan)
    lines: list[Series] = [
        Line(middles, total * shown, "all layers", "text", found.circle, 2.0),
        Line(middles, layers[0] * shown, "layer 1", inks[0], found.circle),
    ]
    if len(layers) > 1:
        name = f"layer {len(layers)}"
        lines.append(Line(middles, layers[-1] * shown, name, inks[-1], found.circle))
    every = len(layers) * found.untrained / BINS
    lines.append(Rule(every, "untrained mean, all layers"))
    return tuple(lines)
