"""What a section of ``measure --full`` is, and how a figure is written in a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sgviz.measured.beside import Row, Twins
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band

Full = Mapping[str, object]
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Words in columns: names on the left, numbers on the right."""

    heads: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True, eq=False)
class Section:
    """One panel's findings: ``about`` says what is shown, ``says`` what was found.

    ``rows`` are figures with their place among untrained networks, ``defines`` those
    of the tables that no row has.
    """

    name: str
    title: str
    about: str
    says: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = field(default=())
    defines: tuple[Figure, ...] = ()

    @property
    def definitions(self) -> tuple[Figure, ...]:
        """Every figure that a row or a table of this section shows."""
        return (*(row.figure for row in self.rows), *self.defines)


def twins_in(full: Full, name: str) -> Twins | None:
    """The untrained twins that are a measure of their own, where there are any."""
    found = full.get(name)
    return found if isinstance(found, Twins) else None


def spread(band: Band | None, figure: Figure | None = None) -> str:
    """The mean of untrained networks and its deviation; a dash where unknown."""
    if band is None or np.isnan(band.mean):
        return "–"
    shown = (figure or Figure("", "", "", "")).shown
    return f"{shown(band.mean)} ± {shown(band.sd)}"


def place(band: Band | None, value: float) -> str:
    """Where a value lies in their spread; a dash where that is unknown."""
    if band is None or np.isnan(band.mean) or np.isnan(value):
        return "–"
    return band.place(value).words


def beside(row: Row) -> Cells:
    """A value, what it is untrained, its place."""
    return (
        row.figure.shown(row.value),
        spread(row.band, row.figure),
        place(row.band, row.value),
    )
