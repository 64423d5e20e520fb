"""Signs and tails of all circles' points: in W and in P, about w_avg and about zero.

Computed by :mod:`sgviz.analysis.tails`; here are the numbers alone.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import signed
from sgviz.measured.octants import CHANCE, OCTANTS, Census, Tails

Numbers = NDArray[np.float64]
SpaceName = Literal["W", "P"]
# Of LeakyReLU of normal numbers: geometry.null_model.tails.
UNTRAINED_W = (1.3263973372366777, 1.4533515570469264)
FAR = 0.02  # so far from chance is worth saying


@dataclass(frozen=True, eq=False)
class Signs:
    """One space seen from one zero: the census, moments, and each coordinate's own.

    ``coordinate_quantiles`` [D, Q] are those of each coordinate over the points,
    brought to mean 0 and variance 1; ``coordinate_normal`` [Q] a normal distribution's.
    """

    space: SpaceName
    centred: bool
    census: Census
    tails: Tails
    coordinate_quantiles: Numbers
    coordinate_normal: Numbers

    @property
    def untrained(self) -> tuple[float, float]:
        """Skewness and excess kurtosis of an untrained network of infinite width.

        W's numbers are then LeakyReLU of normal ones, and P's normal.
        """
        return UNTRAINED_W if self.space == "W" else (0.0, 0.0)

    @property
    def moments_sentence(self) -> str:
        """The moments of all numbers pooled, and of the typical coordinate."""
        tails = self.tails
        skewness, kurtosis = f"{tails.skewness:.3f}", f"{tails.excess_kurtosis:.3f}"
        return (
            f"Pooled skewness {signed(skewness)}, excess kurtosis {signed(kurtosis)}; "
            f"median absolute skewness of a coordinate {tails.median_skewness:.3f}."
        )

    @property
    def words(self) -> str:
        """What is counted: "w − w_avg", "w", "p − p_avg" or "p"."""
        letter = self.space.lower()
        return f"{letter} − {letter}_avg" if self.centred else letter

    @property
    def sentence(self) -> str:
        """What the count says of the first octant, and of the one opposite."""
        shares = dict(zip(OCTANTS, self.census.shares.tolist(), strict=True))
        first, last = shares["+++"], shares["---"]
        side = "fewer than" if first < CHANCE - FAR else "about as many as"
        side = "more than" if first > CHANCE + FAR else side
        return (
            f"Over all triplets, {first:.1%} of the points of {self.words} lie in +++, "
            f"{side} by chance (12.5%); {last:.1%} in −−−; "
            f"{self.census.tetrahedron:.1%} in the tetrahedron of leg 1.5."
        )


@dataclass(frozen=True, eq=False)
class SignsOfAll:
    """Every space and zero, of the points of all circles together."""

    points: int
    circles: int
    each: tuple[Signs, ...]

    def of(self, space: SpaceName, centred: bool) -> Signs:
        """One of them."""
        return next(s for s in self.each if (s.space, s.centred) == (space, centred))
