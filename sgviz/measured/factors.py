"""Factors of images along circles, and where hyperplanes cut the circles."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, places_of, supports_of
from sgviz.measured.factor_figures import (
    ALL_FACTORS,
    ALL_PLANES,
    CIRCLES,
    CURVE_FIGURES,
    PLANE_FIGURES,
    beside,
    by_name,
    curve_values,
    rows_compared,
)
from sgviz.measured.null import Place
from sgviz.state import Circles

Numbers = NDArray[np.float64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FactorInfo:
    """A factor: its name, the ends of its law, whether it is yes or no, if readable."""

    name: str
    low: float
    high: float
    binary: bool
    readable: bool

    @property
    def title(self) -> str:
        """Its name as words."""
        return self.name.replace("_", " ")

    @property
    def middle(self) -> float:
        """The value that parts it in two; one half where it is yes or no."""
        return 0.5 * (self.low + self.high)


@dataclass(frozen=True, eq=False)
class FactorCurves:
    """What the reader makes of the images along C circles, at M angles of each.

    ``values`` and ``confidence`` [C, M, F], NaN where no image is read yet; ``is_read``
    and ``sentence`` say whether the reader knows such images at all. ``places`` are the
    circles' numbers among those that are drawn, ``of`` what is drawn. ``twins``: some
    points of the first circles through untrained mappings before the same synthesis;
    ``note`` says why there are none.
    """

    factors: tuple[FactorInfo, ...]
    circles: tuple[str, ...]
    places: tuple[int, ...]
    angles: Numbers
    values: Floats
    confidence: Floats
    is_read: bool
    sentence: str
    of: Circles | None = None
    twins: Twins | None = None
    note: str = ""

    def column(self, name: str) -> int | None:
        """The place of a factor; None where there is none of that name."""
        names = [factor.name for factor in self.factors]
        return names.index(name) if name in names else None

    def shares(self, column: int, angles: Numbers) -> Floats:
        """A factor along each circle at other angles, from 0 (low) to 1 (high), [C, N].

        Linear between the angles that were read, around the circle; NaN where a circle
        is not read at all.
        """
        factor = self.factors[column]
        span = (factor.high - factor.low) or 1.0
        rows = [interpolated(v, self.angles, angles) for v in self.values[..., column]]
        shares = (np.array(rows) - factor.low) / span
        return np.clip(shares, 0.0, 1.0).astype(np.float32)

    @property
    def first(self) -> int:
        """The place of the factor to begin with: readable, and yes or no if there is.

        That is glasses: what a hyperplane is thought to part.
        """
        places = [k for k, factor in enumerate(self.factors) if factor.readable]
        return min(places, key=lambda k: not self.factors[k].binary, default=0)

    @property
    def readable(self) -> tuple[int, ...]:
        """The places of the factors that can be read."""
        return tuple(k for k, f in enumerate(self.factors) if f.readable)

    @property
    def is_whole(self) -> bool:
        """Whether every point is read."""
        return bool(np.isfinite(self.values).all())

    def figures(self) -> dict[str, float]:
        """The figures of all readable factors, at the points that are compared."""
        values = self.values[:CIRCLES, rows_compared(len(self.angles))]
        return figures_of(self.factors, values)

    def beside(self) -> dict[str, tuple[Row, ...]]:
        """By factor, range and changes beside untrained mappings; first the means."""
        names = [self.factors[k].name for k in self.readable]
        return beside(ALL_FACTORS, names, self.figures(), CURVE_FIGURES, self.twins)

    @property
    def place(self) -> dict[str, Place]:
        """Where the figures lie among those of untrained mappings, by key."""
        return places_of(row for rows in self.beside().values() for row in rows)

    @property
    def supports(self) -> dict[str, str]:
        """What each of them supports, by key, one sentence."""
        return supports_of(row for rows in self.beside().values() for row in rows)


def figures_of(factors: tuple[FactorInfo, ...], values: Floats) -> dict[str, float]:
    """Range and changes of the readable factors of values [C, N, F], by key."""
    return by_name(
        (
            factor.name,
            curve_values(
                values[..., k].astype(float) - factor.middle, factor.high - factor.low
            ),
        )
        for k, factor in enumerate(factors)
        if factor.readable
    )


def interpolated(values: NDArray[np.floating], at: Numbers, angles: Numbers) -> Numbers:
    """Values at ``angles`` by straight lines around the circle; NaN are passed over."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(angles), np.nan)
    found: Numbers = np.interp(angles, at[known], values[known], period=2 * np.pi)
    return found


@dataclass(frozen=True, eq=False)
class Crossing:
    """One factor and its hyperplane in one space, "z" or "w", tested.

    ``accuracy`` is that on held-out samples, ``chance`` what saying always the same
    reaches. ``said[c]`` are the angles at which circle c crosses the plane, ``seen[c]``
    those at which its images change; ``found`` of the latter lie within 15 degrees of
    one of the former. ``agreement`` is the share of the circles' points on the side
    that the images show, ``usual`` the share of the more frequent side.
    """

    name: str
    space: str
    accuracy: float
    chance: float
    said: tuple[Numbers, ...]
    seen: tuple[Numbers, ...]
    found: int
    agreement: float
    usual: float
    note: str = ""

    @property
    def changes(self) -> int:
        """How often the images change along the circles."""
        return sum(map(len, self.seen))

    @property
    def crossings(self) -> int:
        """How often the circles cross the plane."""
        return sum(map(len, self.said))

    @property
    def values(self) -> dict[str, float]:
        """What stands beside untrained mappings, by the key of a figure."""
        share = self.found / self.changes if self.changes else math.nan
        return {
            "seen": self.accuracy,
            "crossings": float(self.crossings),
            "found": share,
            "agreement": self.agreement,
        }

    @property
    def sentence(self) -> str:
        """What was said of the images, and what they show."""
        if self.note:
            return self.note
        return (
            f"{self.name} in {self.space.upper()}: a plane that is right about "
            f"{self.accuracy:.0%} of samples it has not seen (always the same: "
            f"{self.chance:.0%}) is crossed {self.crossings} times; the images change "
            f"{self.changes} times, {self.found} of them within 15° of a crossing."
        )


def plane_figures(rows: tuple[Crossing, ...]) -> dict[str, float]:
    """The figures of planes in one space, by key."""
    return by_name((row.name, row.values) for row in rows if not row.note)


@dataclass(frozen=True, eq=False)
class Crossings:
    """Factors that were tested on ``samples`` seeds, in Z and in W, of ``total`` rows.

    ``circles`` are their names. ``twins``: planes in the W of untrained mappings, for
    the same samples, labels and images along the same circles.
    """

    samples: int
    circles: tuple[str, ...]
    rows: tuple[Crossing, ...]
    notes: tuple[str, ...] = field(default=())
    total: int = 0
    twins: Twins | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all planes were tested."""
        return len(self.rows) == self.total

    def of(self, space: str) -> tuple[Crossing, ...]:
        """The planes of one space, "z" or "w"."""
        return tuple(row for row in self.rows if row.space == space)

    def beside(self) -> dict[str, tuple[Row, ...]]:
        """By name, planes in W beside those of untrained mappings; first the means."""
        rows = tuple(row for row in self.of("w") if not row.note)
        names = [row.name for row in rows]
        figures = plane_figures(rows)
        return beside(ALL_PLANES, names, figures, PLANE_FIGURES, self.twins)

    @property
    def place(self) -> dict[str, Place]:
        """Where the figures lie among those of untrained mappings, by key."""
        return places_of(row for rows in self.beside().values() for row in rows)

    @property
    def supports(self) -> dict[str, str]:
        """What each of them supports, by key, one sentence."""
        return supports_of(row for rows in self.beside().values() for row in rows)
