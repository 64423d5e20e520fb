"""All circles on the screen, or of a file, measured: what a table of figures shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sgviz.measured.curves import CIRCLE_FIGURES, CurveMeasures
from sgviz.measured.figure import Figure
from sgviz.measured.octants import CENSUS_FIGURES, Census, Tails

FIGURES: tuple[Figure, ...] = (*CIRCLE_FIGURES, *CENSUS_FIGURES)
FIGURE = {figure.key: figure for figure in FIGURES}


def _pooled(space: str, moment: str, words: str, formula: str) -> Figure:
    return Figure(
        f"{space.lower()}_{moment}",
        f"{words} in {space}",
        formula,
        "Of all coordinates of all circles together; 0 for normal numbers"
        + (", and about 0 where P undoes the last LeakyReLU." if space == "P" else "."),
    )


# What is said of all circles together.
POOLED: tuple[Figure, ...] = tuple(
    _pooled(space, *moment)
    for space in "WP"
    for moment in (
        ("skewness", "Skewness", "mean of ((x − mean) / sd)³"),
        ("excess_kurtosis", "Excess kurtosis", "mean of ((x − mean) / sd)⁴ − 3"),
    )
)


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

    def pooled(self, key: str) -> float:
        """The figure with a key of :data:`POOLED`; NaN where it was not measured.

        Raises
        ------
        KeyError
            No figure has this key.
        """
        space, _, moment = key.partition("_")
        if moment not in ("skewness", "excess_kurtosis"):
            raise KeyError(key)
        for tails in self.tails:
            if tails.space.lower() == space:
                return float(getattr(tails, moment))
        return float("nan")

    def shown(self) -> Iterator[Figure]:
        """The figures that at least one circle has, in the order of reading."""
        for figure in FIGURES:
            if any(not np.isnan(circle.value(figure.key)) for circle in self.circles):
                yield figure

    def pooled_shown(self) -> Iterator[Figure]:
        """The figures of all circles together that there are."""
        for figure in POOLED:
            if not np.isnan(self.pooled(figure.key)):
                yield figure
