"""Factors of images along circles, and where hyperplanes cut the circles."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, eq=False)
class FactorCurves:
    """What the reader makes of the images along C circles, at M angles of each.

    ``values`` and ``confidence`` [C, M, F], NaN where no image is read yet; ``is_read``
    and ``sentence`` say whether the reader knows such images at all. ``places`` are the
    circles' numbers among those that are drawn, ``of`` what is drawn.
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

    def spread(self, column: int) -> float:
        """How far a factor ranges over all circles, as a share of its law's range."""
        factor = self.factors[column]
        found = self.values[..., column]
        if not np.isfinite(found).any():
            return 0.0
        return float((np.nanmax(found) - np.nanmin(found)) / (factor.high - factor.low))


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


@dataclass(frozen=True, eq=False)
class Crossings:
    """All factors that were tested, on ``samples`` seeds; ``names`` of the circles."""

    samples: int
    circles: tuple[str, ...]
    rows: tuple[Crossing, ...]
    notes: tuple[str, ...] = field(default=())
