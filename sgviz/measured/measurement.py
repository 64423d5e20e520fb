"""What ``measure`` found out about a network, or about circles of files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sgviz.measured.beside import Row, row_in
from sgviz.measured.figure import Figure
from sgviz.measured.null import Null, Place
from sgviz.measured.statistics import Statistics
from sgviz.measured.tails import Signs, SignsOfAll


@dataclass(frozen=True, eq=False)
class Measurement:
    """Circles, their statistics, and the null that they are compared with.

    ``of`` says what was measured, ``model`` is the name of the network where it is
    one, ``psi`` the truncation. ``null`` is None where there is nothing to compare
    with, and ``compared`` holds the circles that it fits. ``problems`` are sentences
    about what could not be measured. ``full`` holds what the slow measures found, by
    their names, ``signs`` those of all circles that are compared.
    """

    of: str
    statistics: Statistics
    null: Null | None = None
    compared: tuple[int, ...] = ()
    model: str | None = None
    psi: float = 1.0
    problems: tuple[str, ...] = ()
    full: Mapping[str, object] = field(default_factory=dict)
    signs: SignsOfAll | None = None

    def signs_beside(self) -> Iterator[tuple[Signs, tuple[Row, ...]]]:
        """Signs and tails of each space from each zero, beside untrained twins."""
        null = self.null if self.compared else None
        for signs in self.signs.each if self.signs else ():
            yield signs, signs.beside(null)

    def rows(self) -> Iterator[Row]:
        """Every figure that there is: the mean over the circles that are compared."""
        fitting = tuple(self.statistics.circles[i] for i in self.compared)
        mean_of = replace(self.statistics, circles=fitting) if fitting else None
        of = mean_of or self.statistics
        for figure in of.shown():
            yield self._row(figure, of.mean(figure.key))
        for figure in self.statistics.pooled_shown():
            yield self._row(figure, self.statistics.pooled(figure.key))

    def place(self, circle: int, key: str) -> Place | None:
        """Where a figure of one circle lies in the twins' spread."""
        if self.null is None or circle not in self.compared:
            return None
        return self.null.of_circle(key, self.statistics.circles[circle].value(key))

    def _row(self, figure: Figure, value: float) -> Row:
        return row_in(figure, value, self.null if self.compared else None)


def summary(rows: list[Row]) -> str:
    """One sentence about all figures together, for chance puts some outside."""
    placed = [row for row in rows if row.place is not None]
    outside = [row for row in placed if row.place is not None and row.place.side]
    if not placed:
        return "Nothing is known about untrained networks here."
    inside = len(placed) - len(outside)
    if not outside:
        return (
            f"All {len(placed)} figures lie within what untrained twins show: "
            "they say nothing about training."
        )
    return (
        f"{inside} of {len(placed)} figures lie within what untrained twins show and "
        f"say nothing about training; {len(outside)} lie outside, where at most "
        "one in twenty would by chance."
    )
