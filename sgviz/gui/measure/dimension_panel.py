"""Intrinsic dimension of W beside that of Z, and how directions lie."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from sgviz.gui.measure.feel_bar import FeelBar, words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Bars, Rule, Series
from sgviz.gui.theme import Theme
from sgviz.measured.dimension import (
    DIMENSIONS,
    DIRECTIONS,
    FIGURE,
    Cloud,
    Dimension,
)
from sgviz.measured.figure import Figure
from sgviz.state import State

NAME = "dimension"
SHORT = ("TwoNN", "fit", "L–B")
# The table needs the room: what stands beside Z is what matters.
SIZES = [700, 260]
CLOUDS = ("Z", "W", "W − w_avg")


class DimensionPanel(MeasurePanel):
    """A table of figures, and the estimates of dimension as bars."""

    NAME, TITLE = NAME, "Dimension"
    TIP = "Intrinsic dimension with its calibration on Z; statistics of directions"
    MEASURES = frozenset({NAME})

    def __init__(self) -> None:
        super().__init__()
        self.bar = FeelBar()
        self.bar.edited.connect(self.edited)
        tip = "Seeds from 0 on: the more, the nearer the neighbours"
        self.bar.add_number("cloud", "seeds", 100, 20_000, tip)
        self.table = FiguresTable("Figure", "dimension")
        self.bar.add(self.table.save_button)
        self.sentence = words("text")
        names = tuple((k + 1.0, name) for k, name in enumerate(SHORT))
        self.plot = Plot(
            "Estimates of dimension",
            Axes("", "dimension", low=0.0, names=names),
            "dimension",
            "The bars of Z say how far each estimate falls short of what is known",
        )
        self.link(self.plot)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.plot)
        split.setChildrenCollapsible(False)
        split.setSizes(SIZES)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.sentence)
        self.body.addWidget(split, 1)

    def set_state(self, state: State) -> None:
        """Show how many seeds."""
        super().set_state(state)
        self.bar.set_state(state)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def set_part(self, name: str, value: object) -> None:
        """The clouds measured so far."""
        if not isinstance(value, Dimension):
            return
        problems = [p for c in value.clouds for p in c.problems]
        self.sentence.setText(" ".join([value.sentence, *problems]).strip())
        clouds = [value.cloud(name) for name in CLOUDS]
        heads = [
            *CLOUDS,
            "W untrained",
            "W's place",
            "W − w_avg untrained",
            "its place",
        ]
        heads += [c.name for c in value.circles]
        rows = [Row("Intrinsic dimension")]
        rows += [_row(FIGURE[key], value, clouds) for key in DIMENSIONS]
        rows.append(Row("Directions"))
        rows += [_row(FIGURE[key], value, clouds) for key in DIRECTIONS]
        self.table.set_rows(heads, rows)
        self.plot.set_series(_bars(value))


def _row(figure: Figure, found: Dimension, clouds: list[Cloud | None]) -> Row:
    cells = [_cell(figure, c.value(figure.key) if c else np.nan) for c in clouds]
    for cloud in clouds[1:]:
        cells += _null(figure, found, cloud)
    cells += [_cell(figure, c.value(figure.key), "muted") for c in found.circles]
    return Row(figure.title, tuple(cells), f"{figure.formula}. {figure.reading}")


def _null(figure: Figure, found: Dimension, cloud: Cloud | None) -> list[Cell]:
    """The twins' mean and deviation, and where the cloud lies among them."""
    bands = found.untrained or {}
    band = bands.get((cloud.name, figure.key)) if cloud else None
    if band is None or cloud is None or not np.isfinite(band.mean):
        return [Cell(""), Cell("")]
    value = cloud.value(figure.key)
    text = f"{figure.shown(band.mean)} ± {figure.shown(band.sd)}"
    tip = f"{found.twins} untrained twins with the same z"
    place = band.place(value)
    ink = "muted" if place.side == 0 else "accent"
    where = place.words if np.isfinite(value) else ""
    return [Cell(text, band.mean, "muted", tip), Cell(where, where, ink, tip)]


def _cell(figure: Figure, value: float, ink: str = "text") -> Cell:
    return Cell(figure.shown(value), float(value), ink)


def _bars(found: Dimension) -> list[Series]:
    places = np.arange(len(DIMENSIONS)) + 1.0
    series: list[Series] = []
    bands = found.untrained or {}
    rows = [bands.get(("W", key)) for key in DIMENSIONS]
    for name, ink, shift in (("Z", "muted", -0.2), ("W", "accent", 0.2)):
        cloud = found.cloud(name)
        if cloud is not None:
            y = np.array([cloud.value(key) for key in DIMENSIONS])
            series.append(Bars(places + shift, y, name, ink, 0.36))
    for k, band in enumerate(rows):
        if band is not None and np.isfinite(band.mean):
            x = np.array([k + 1.02, k + 1.38])
            ends = np.full(2, band.low), np.full(2, band.high)
            name = "W untrained" if k == 0 else ""
            series.append(Band(x, *ends, name, "warning", 0.5))
    series.append(Rule(float(found.true), f"Z's own, {found.true}", "text"))
    return series
