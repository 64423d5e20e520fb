"""Signs and tails counted: octants of triplets, negative shares, moments in W and P.

Computed by :mod:`sgviz.geometry.octants`; here are the numbers alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import Figure

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

# The eight octants by the signs of a triplet, "+++" first, "---" last.
OCTANTS = tuple(x + y + z for x in "+-" for y in "+-" for z in "+-")
CHANCE = 1.0 / 8.0
LEG = 1.5


@dataclass(frozen=True, eq=False)
class Census:
    """The (triplet, point) pairs of w - w_avg, by octant.

    ``counts`` [w_dim // 3, 8] in the order of :data:`OCTANTS`; ``tetrahedron``: share
    of the pairs with x, y, z >= 0 and x + y + z <= 1.5; ``negative`` [w_dim]: share
    of the points below w_avg, a coordinate each; ``negative_share_absolute`` is of w
    itself. ``points`` is how many were counted.
    """

    name: str
    points: int
    counts: Counts
    tetrahedron: float
    negative: Numbers
    negative_share_absolute: float

    @property
    def shares(self) -> Numbers:
        """Share of all pairs in each octant, [8]; by chance 1/8 each."""
        total: Numbers = self.counts.sum(axis=0) / max(1, self.counts.sum())
        return total

    @property
    def negative_share(self) -> float:
        """Share of all coordinates of w - w_avg that are below zero."""
        return float(self.negative.mean()) if self.points else float("nan")

    def value(self, key: str) -> float:
        """The figure with a key of :data:`CENSUS_FIGURES`; KeyError for any other."""
        if key.startswith("octant_"):
            place = OCTANTS.index(key.removeprefix("octant_"))
            return float(self.shares[place]) if self.counts.sum() else float("nan")
        if key not in _KEYS:
            raise KeyError(key)
        return float(getattr(self, key))


@dataclass(frozen=True, eq=False)
class Tails:
    """Third and fourth moments of coordinates in one space, "W" or "P".

    ``skewness`` and ``excess_kurtosis`` are of all numbers pooled, ``skewnesses`` and
    ``excess_kurtoses`` [dim] of each coordinate over the points; all are 0 for normal
    numbers. ``quantiles`` [Q] are those of the pooled numbers, brought to mean 0 and
    variance 1, ``normal`` [Q] those that a normal distribution has there; Q may be 0.
    ``centred``: skewness and excess kurtosis of all numbers less their w_avg (in P, its
    p), each coordinate's own; NaN where they were not asked for.
    """

    space: str
    skewness: float
    excess_kurtosis: float
    skewnesses: Numbers
    excess_kurtoses: Numbers
    quantiles: Numbers
    normal: Numbers
    centred: tuple[float, float] = (float("nan"), float("nan"))

    @property
    def median_skewness(self) -> float:
        """The median over coordinates of |skewness|."""
        found = np.abs(self.skewnesses[np.isfinite(self.skewnesses)])
        return float(np.median(found)) if len(found) else float("nan")

    def value(self, moment: str) -> float:
        """``skewness``, ``excess_kurtosis``, ``median_skewness``, ``centred_…``."""
        if moment.startswith("centred_"):
            return self.centred[moment == "centred_excess_kurtosis"]
        return float(getattr(self, moment))


def _octant(signs: str) -> Figure:
    all_three = {"+++": "all three above 0", "---": "all three below 0"}
    what = all_three.get(signs, f"the signs {signs}".replace("-", "−"))
    return Figure(
        f"octant_{signs}",
        f"Octant {signs}".replace("-", "−"),
        f"share of (triplet, point) pairs of w − w_avg with {what}",
        "0.125 by chance; eyes follow the long positive tails, counts do not.",
        4,
    )


CENSUS_FIGURES: tuple[Figure, ...] = (
    _octant("+++"),
    _octant("---"),
    Figure(
        "tetrahedron",
        "Tetrahedron 1.5",
        "share of pairs with x, y, z ≥ 0 and x + y + z ≤ 1.5",
        "Where the blog saw most of the points.",
        4,
    ),
    Figure(
        "negative_share",
        "Negative share",
        "share of the coordinates of w − w_avg below 0",
        "Above one half where W has long positive tails.",
        4,
    ),
    Figure(
        "negative_share_absolute",
        "Negative share of w",
        "share of the coordinates of w below 0",
        "The same without taking the centre away.",
        4,
    ),
)
# The six between, where all eight are shown.
OTHER_OCTANTS: tuple[Figure, ...] = tuple(map(_octant, OCTANTS[1:-1]))
_KEYS = frozenset(figure.key for figure in CENSUS_FIGURES)
