"""The measures of two networks side by side: rows of both, curves of both.

A group is a panel of the Measure menu. What its stages found is a table by their names,
``Full``; here it becomes rows of figures and curves, which are the same for a window,
a text and a page. No torch, no Qt.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sgviz.measured.beside import Row
from sgviz.measured.figure import Figure
from sgviz.measured.null import SAME, Band

Full = Mapping[str, object]
Headed = list[tuple[str, tuple[Row, ...]]]

FAR = 2.0  # so many times what two untrained networks differ by stands out
NOWHERE = Row(Figure("", "", "", ""), math.nan)


@dataclass(frozen=True, eq=False)
class Both:
    """What the stages of a group found of two networks, as far as they are.

    ``of`` says which two, and of which circles. ``problems`` are sentences about what
    could not be measured. ``is_whole``: nothing more is to come.
    """

    of: object
    names: tuple[str, str]
    found: tuple[Full, Full]
    problems: tuple[str, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, eq=False)
class Pair:
    """A figure of both; a row is None where that network does not have it."""

    figure: Figure
    rows: tuple[Row | None, Row | None]

    @property
    def values(self) -> tuple[float, float]:
        """The figure of both; NaN where there is none."""
        first, second = ((row or NOWHERE).value for row in self.rows)
        return first, second

    @property
    def difference(self) -> float:
        """Second minus first."""
        first, second = self.values
        return second - first

    @property
    def bands(self) -> tuple[Band | None, Band | None]:
        """What untrained counterparts of each have."""
        first, second = ((row or NOWHERE).band for row in self.rows)
        return first, second

    @property
    def deviations(self) -> float:
        """The difference over sqrt(sd1^2 + sd2^2) of the untrained; NaN: unknown.

        What is not told apart of a band is no spread: see :meth:`Band.side`.
        """
        bands = [band for band in self.bands if band is not None]
        if len(bands) < 2 or any(math.isnan(band.sd) for band in bands):
            return math.nan
        least = SAME * max(1.0, *(abs(band.mean) for band in bands))
        return self.difference / max(math.hypot(*(b.sd for b in bands)), least)

    @property
    def sentence(self) -> str:
        """What the difference supports, and no more."""
        figure, difference = self.figure, self.difference
        if math.isnan(difference):
            return f"{figure.title} = {figure.formula}. {figure.reading}"
        by = f"{figure.title} differs by {figure.shown(difference)}"
        times = abs(self.deviations)
        if math.isnan(times):
            return f"{by}."
        if times < FAR:
            return f"{by}: two untrained counterparts differ as much."
        return f"{by}, {times:,.1f} times what two untrained counterparts differ by."


def paired(first: Headed, second: Headed) -> list[tuple[str, tuple[Pair, ...]]]:
    """Rows of both under the same headings, in the order of the first."""
    both = [_by_key(headed) for headed in (first, second)]
    heads = dict.fromkeys([*both[0], *both[1]])
    made = []
    for head in heads:
        one, other = (rows.get(head, {}) for rows in both)
        keys = dict.fromkeys([*one, *other])
        made.append((head, tuple(_pair(one.get(k), other.get(k)) for k in keys)))
    return made


def furthest(pairs: Iterable[Pair]) -> Pair | None:
    """The pair that differs most beside untrained ones; the first where unknown."""
    every = tuple(pairs)

    def far(pair: Pair) -> float:
        times = abs(pair.deviations)
        return -1.0 if math.isnan(times) else times

    return max(every, key=far, default=None)


def _by_key(headed: Headed) -> dict[str, dict[str, Row]]:
    return {head: {row.figure.key: row for row in rows} for head, rows in headed}


def _pair(first: Row | None, second: Row | None) -> Pair:
    return Pair((first or second or NOWHERE).figure, (first, second))


def placed(figure: Figure, value: float, band: Band | None) -> Row:
    """A row with its place, where the value and the band are known."""
    known = band is not None and band.known and not math.isnan(value)
    return Row(figure, value, band, place=band.place(value) if band and known else None)


def headed(*parts: tuple[str, Iterable[Row]]) -> Headed:
    """Rows under headings; a heading without rows is left out."""
    made = [(head, tuple(rows)) for head, rows in parts]
    return [(head, rows) for head, rows in made if rows]


@dataclass(frozen=True)
class Group:
    """A panel of the Measure menu whose stages are run for both networks.

    ``rows`` makes figures of what they found. ``costly``: it takes minutes, and is
    measured when somebody asks for it; ``costs`` says what is done then.
    """

    key: str
    title: str
    tip: str
    stages: tuple[str, ...]
    rows: Callable[[Full], Headed]
    costs: str = ""

    @property
    def stage(self) -> str:
        """The name of the stage that measures both."""
        return f"both_{self.key}"

    def pairs(self, found: tuple[Full, Full]) -> list[tuple[str, tuple[Pair, ...]]]:
        """The figures of both under their headings."""
        first, second = map(self.rows, found)
        return paired(first, second)
