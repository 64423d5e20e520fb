"""Intrinsic dimension of W beside that of Z, and how directions lie."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from sgviz.gui.measure.beside_table import null_cells
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
    LEAST_P,
    WITHOUT_TWINS,
    Dimension,
)
from sgviz.measured.figure import Figure
from sgviz.state import State

NAME = "dimension"
# A key of a figure is a row, other words are a heading.
KEYS = ("Intrinsic dimension", *DIMENSIONS, "Directions", *DIRECTIONS)
SHORT = ("TwoNN", "fit", "L–B")
# The table needs the room: what stands beside Z is what matters.
SIZES = [760, 200]
NARROW = 540
CLOUDS = ("Z", "W", "W − w_avg")
BESIDE = ("untrained", "place")
HEADS = ("Z", "W", *BESIDE, "W − w_avg", *BESIDE)


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
        self.sentence, self.says = words("text", 2), words("muted", 2)
        self.table.grid.itemSelectionChanged.connect(self._say)
        self._found: Dimension | None = None
        names = tuple((k + 1.0, name) for k, name in enumerate(SHORT))
        self.plot = Plot(
            "Estimates",
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
        self.body.addWidget(self.says)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow panel is for the table."""
        super().resizeEvent(event)
        self.plot.setVisible(self.width() >= NARROW)

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
        self._found = value
        heads = (*HEADS, *(cloud.name for cloud in value.circles))
        self.table.set_rows(heads, [_row(key, value) for key in KEYS])
        self.plot.set_series(_bars(value))
        self._say()

    def _say(self) -> None:
        """What the chosen figure supports; where none is, what the estimates do."""
        found, chosen = self._found, self.table.grid.selectionModel().selectedRows()
        if found is None:
            return
        key = KEYS[chosen[0].row()] if chosen else ""
        rows = found.beside("W", (key,)) if key in FIGURE else ()
        says = [row.says for row in rows if row.band is not None]
        self.says.setText(says[0] if says else found.supports)


def _row(key: str, found: Dimension) -> Row:
    """A figure of all clouds, W's beside the twins' own; of no figure: a heading."""
    if key not in FIGURE:
        return Row(key)
    figure, z = FIGURE[key], found.cloud("Z")
    cells = [_cell(figure, z.value(key) if z else np.nan)]
    tip = f"{figure.formula}. {figure.reading}"
    for name in CLOUDS[1:]:
        (beside,) = found.beside(name, (key,))
        cells += [_cell(figure, beside.value), *null_cells(beside)]
        tip = "\n".join(filter(None, (tip, beside.says if beside.band else "")))
    cells += [_cell(figure, c.value(key), "muted") for c in found.circles]
    return Row(figure.title, tuple(cells), tip)


def _cell(figure: Figure, value: float, ink: str = "text") -> Cell:
    text = figure.shown(value)
    if figure.key in WITHOUT_TWINS and value < LEAST_P:
        text = f"< {LEAST_P:g}"
    return Cell(text, float(value), ink)


def _bars(found: Dimension) -> list[Series]:
    places = np.arange(len(DIMENSIONS)) + 1.0
    series: list[Series] = []
    rows = [row.band for row in found.beside("W", DIMENSIONS)]
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
