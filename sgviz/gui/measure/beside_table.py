"""A table of figures beside untrained networks, and what the chosen one supports."""

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Row as Beside
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Place

NOTHING, WAITING = Cell("–", ink="muted"), Cell("…", ink="muted")
HEADS = ("value", "untrained", "place")
CLOSED = "infinite width"


def spread_cell(figure: Figure, band: Band | None) -> Cell:
    """The mean of untrained networks and its deviation; a dash where unknown."""
    if band is None or math.isnan(band.mean):
        return NOTHING
    text, low, high = figure.shown(band.mean), band.low, band.high
    if math.isfinite(band.sd):
        text = f"{text} ± {figure.shown(band.sd)}"
    count = len(band.values)
    tip = f"{count} values; the band is {figure.shown(low)} to {figure.shown(high)}"
    return Cell(text, band.mean, tip=tip)


def place_cell(place: Place | None, band: Band | None) -> Cell:
    """Where a value lies in the twins' spread, and above how many of them."""
    if place is None:
        return NOTHING
    ink = "accent" if place.side else "muted"
    count = len(band.values) if band else 0
    tip = ""
    if count and math.isfinite(place.rank):
        tip = f"above {round(place.rank * count)} of {count} untrained networks"
    return Cell(place.words, place.deviations, ink, tip)


def null_cells(row: Beside, awaited: bool = False) -> tuple[Cell, Cell]:
    """What a figure is untrained, and its place; ``awaited``: it is being measured."""
    if row.band is None and awaited and not row.is_alone:
        return WAITING, WAITING
    spread = spread_cell(row.figure, row.band)
    if awaited and row.place is None and row.band is not None and row.band.known:
        return spread, WAITING if row.value == row.value else NOTHING
    return spread, place_cell(row.place, row.band)


def tip_of(row: Beside) -> str:
    """The definition of a figure, how to read it, and what its value supports."""
    lines = (row.figure.formula, row.figure.reading, row.says)
    return "\n".join(filter(None, lines))


class BesideTable(QWidget):
    """Values, what they are untrained and their places; below, one sentence.

    The sentence is that of the row that is chosen, the first one to begin with.
    """

    def __init__(self, first: str, file_name: str) -> None:
        super().__init__()
        self.table = FiguresTable(first, file_name)
        self.table.grid.itemSelectionChanged.connect(self._say)
        self.sentence = words("text")
        self._rows: tuple[Beside | str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.sentence)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.table.set_theme(theme)

    def set_rows(
        self,
        rows: Sequence[Beside | str],
        awaited: bool = False,
        heads: Sequence[str] = (),
        more: Sequence[Sequence[Cell]] = (),
    ) -> None:
        """Show figures; a string is a heading. ``more`` cells under ``heads``."""
        self._rows = tuple(rows)
        figures = [row for row in self._rows if not isinstance(row, str)]
        has_closed = any(row.closed is not None for row in figures)
        further = iter(more)
        shown = []
        for row in self._rows:
            if isinstance(row, str):
                shown.append(Row(row))
                continue
            cells = [_value_cell(row), *null_cells(row, awaited)]
            cells += [_closed_cell(row)] if has_closed else []
            shown.append(
                Row(row.figure.title, (*cells, *next(further, ())), tip_of(row))
            )
        closed = (CLOSED,) if has_closed else ()
        self.table.set_rows((*HEADS, *closed, *heads), shown)
        self._say()

    def _say(self) -> None:
        """What the figure that is chosen supports."""
        chosen = self.table.grid.selectionModel().selectedRows()
        figures = [row for row in self._rows if not isinstance(row, str)]
        row = self._rows[chosen[0].row()] if chosen else next(iter(figures), None)
        self.sentence.setText("" if row is None or isinstance(row, str) else row.says)


def _value_cell(row: Beside) -> Cell:
    if math.isnan(row.value):
        return WAITING
    ink = "accent" if row.place is not None and row.place.side else "text"
    return Cell(row.figure.shown(row.value), float(row.value), ink)


def _closed_cell(row: Beside) -> Cell:
    if row.closed is None or math.isnan(row.closed):
        return NOTHING
    return Cell(row.figure.shown(row.closed), row.closed)
