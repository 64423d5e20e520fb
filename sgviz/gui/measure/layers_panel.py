"""Layers: what each layer of the mapping does to the circles, beside untrained ones."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QGridLayout

from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Ink, Line, Rule, Series
from sgviz.gui.measure.statistics_series import MOST_NAMED
from sgviz.gui.session import Edit
from sgviz.measured.layers import HARMONICS, LayerFigures, Layers, harmonic
from sgviz.state import InLayer, InW, InZ, State

Values = Callable[[LayerFigures], NDArray[np.float64]]
_SQUARE: Values = lambda figures: figures.mean_square  # noqa: E731
_COSINE: Values = lambda figures: figures.antipodal  # noqa: E731
_RATIO: Values = lambda figures: figures.participation  # noqa: E731
FAINT = 0.9  # width of a single circle beside the mean of all
_INKS: tuple[Ink, ...] = ("accent", "warning", "good", "#cc79a7")


class LayersPanel(MeasurePanel):
    """Mean square, cosine of antipodes, harmonics, participation ratio, by layer."""

    NAME = "layers"
    TITLE = "Layers"
    TIP = "What each layer of the mapping does to the circles, against untrained ones"
    MEASURES = frozenset({"layers"})

    def __init__(self) -> None:
        super().__init__()
        self._found: Layers | None = None
        self.sentence = words("text")
        self.square = _plot(
            "Mean square", "mean |h|² / D", "mean_square", "1.04 a layer, untrained"
        )
        self.cosine = _plot(
            "Cosine of antipodes",
            "cos(h(t), h(t + π))",
            "antipodes",
            "−1 in Z; how much of z and −z a layer makes the same",
        )
        self.harmonics = _plot(
            "Harmonics",
            "share",
            "harmonics",
            "The mean of the circles: the first is an ellipse, more are bends",
        )
        self.ratio = _plot(
            "Participation ratio",
            "(Σλ)² / Σλ²",
            "participation",
            "Among how many directions a circle spreads; 2 in Z",
        )
        self.plots = (self.square, self.cosine, self.harmonics, self.ratio)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for row in (0, 1):
            grid.setRowStretch(row, 1)
            grid.setColumnStretch(row, 1)
        for k, plot in enumerate(self.plots):
            grid.addWidget(plot, k // 2, k % 2)
            plot.clicked.connect(lambda x, _: self._go_to(x))
        self.body.addWidget(self.sentence)
        self.body.addLayout(grid, 1)
        self.link(*self.plots)

    def set_part(self, name: str, value: object) -> None:
        """Figures of the layers: at once, and again as the twins come."""
        if not isinstance(value, Layers):
            return
        new = self._found is None or self._found.names != value.names
        self._found = value
        if new:
            names = tuple((float(k), name) for k, name in enumerate(value.names))
            for plot in self.plots:
                plot.set_axes(replace(plot.axes, names=names))
        words = value.sentence or f"{value.total} untrained twins are to come."
        note = f" {value.note}." if value.note else ""
        self.sentence.setText(f"{words}{note} Click a layer to see the circles there.")
        self._show()

    def set_state(self, state: State) -> None:
        """Mark the layer that the 3-D view shows."""
        old = self.state.space
        super().set_state(state)
        if state.space != old:
            self._show()

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        here = self._here(found)
        for plot, values in (
            (self.square, _SQUARE), (self.cosine, _COSINE), (self.ratio, _RATIO)
        ):  # fmt: skip
            plot.set_series([*_figure(found, values), *here])
        self.harmonics.set_series([*_harmonics(found), *here])

    def _here(self, found: Layers) -> list[Series]:
        """The layer that the 3-D view shows."""
        match self.state.space:
            case InLayer(layer=layer, share=share):
                at = min(layer + share, float(found.depth))
            case InZ():
                at = 0.0
            case InW():
                at = float(found.depth)
            case _:
                return []
        return [Rule(at, "seen in 3-D", ink="text", is_vertical=True, dashed=False)]

    def _go_to(self, x: float) -> None:
        if self._found is None:
            return
        layer = min(max(round(x), 0), self._found.depth)
        space = InLayer(layer)
        if space != self.state.space:
            edit = Edit(replace(self.state, space=space), "Layer of the mapping")
            self.edited.emit(edit)


def _plot(title: str, y: str, name: str, tip: str) -> Plot:
    return Plot(title, Axes("layer", y), name, tip)


def _figure(found: Layers, values: Values) -> list[Series]:
    """The band and the closed form, a thin line for each circle, a thick one: the mean.

    The band is that of the mean: single circles scatter more.
    """
    x, count = np.arange(found.depth + 1.0), len(found.circles)
    twins = f"{_twins(found)} untrained twins{', the mean' if count > 1 else ''}"
    series = _band(found, values, "muted", twins)
    closed = values(found.closed)
    series.append(Line(x, closed, "infinite width", "muted", dashed=True))
    for k, own in enumerate(values(found.trained)):
        of = found.circles[k]
        name = of if len(found.circles) <= MOST_NAMED else "" if k else "circles"
        series.append(Line(x, own, name, ink=k, column=of, width=FAINT))
    mean = values(found.trained.mean)
    if count > 1:
        series.append(Line(x, mean, "mean of the circles", "text", width=2.6))
    return series


def _harmonics(found: Layers) -> list[Series]:
    x = np.arange(found.depth + 1.0)
    series: list[Series] = []
    for k in range(1, HARMONICS + 1):
        values, ink = harmonic(k), _INKS[k - 1]
        series += _band(found, values, ink, column=f"F{k} untrained")
        closed, limit = values(found.closed), f"F{k} infinite width"
        dashed = Line(x, closed, ink=ink, dashed=True, width=1.0, column=limit)
        series.append(dashed)
        series.append(Line(x, values(found.trained.mean), f"F{k}", ink=ink))
    return series


def _band(
    found: Layers, values: Values, ink: Ink, name: str = "", column: str = ""
) -> list[Series]:
    bands = found.band(values)
    if not bands:
        return []
    x = np.arange(found.depth + 1.0)
    low = np.array([band.low for band in bands])
    high = np.array([band.high for band in bands])
    return [Band(x, low, high, name, ink=ink, column=column)]


def _twins(found: Layers) -> int:
    return 0 if found.twins is None else len(found.twins.mean_square)
