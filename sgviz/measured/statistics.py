"""All circles on the screen, or of a file, measured: what a table of figures shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sgviz.measured.curves import CIRCLE_FIGURES, CurveMeasures
from sgviz.measured.figure import Figure
from sgviz.measured.octants import CENSUS_FIGURES, Census, Tails

FIGURES: tuple[Figure, ...] = (*CIRCLE_FIGURES, *CENSUS_FIGURES)
FIGURE = {figure.key: figure for figure in FIGURES}


@dataclass(frozen=True, eq=False)
class Circle:
    """One circle: its curve and its census."""

    curve: CurveMeasures
    census: Census

    @property
    def name(self) -> str:
        """What the circle is called."""
        return self.curve.name

    def value(self, key: str) -> float:
        """The figure with a key of :data:`FIGURES`; NaN where there is none.

        Raises
        ------
        KeyError
            No figure has this key.
        """
        figure = FIGURE[key]
        of = self.census if figure in CENSUS_FIGURES else self.curve
        return of.value(key)


@dataclass(frozen=True, eq=False)
class Statistics:
    """C circles measured, and the moments of all their numbers: in W and in P.

    ``problems`` are sentences about what could not be measured, and why.
    """

    circles: tuple[Circle, ...]
    tails: tuple[Tails, ...] = ()
    w_avg_norm: float = float("nan")
    notices: tuple[str, ...] = field(default=())

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be measured: of all circles, then of each."""
        return (*self.notices, *(p for c in self.circles for p in c.curve.problems))

    def mean(self, key: str) -> float:
        """The mean of a figure over the circles that have it."""
        found = [value for c in self.circles if np.isfinite(value := c.value(key))]
        return float(np.mean(found)) if found else float("nan")

    def shown(self) -> Iterator[Figure]:
        """The figures that at least one circle has, in the order of reading."""
        for figure in FIGURES:
            if any(not np.isnan(circle.value(figure.key)) for circle in self.circles):
                yield figure
