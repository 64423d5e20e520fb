"""Signs and tails of all circles' points: in W and in P, about w_avg and about zero.

Computed by :mod:`sgviz.analysis.tails`, and of untrained twins by
:mod:`sgviz.analysis.null_figures`; here are the numbers alone, and what they support.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, row_in
from sgviz.measured.figure import Figure
from sgviz.measured.null import Null
from sgviz.measured.octants import CHANCE, OCTANTS, Census, Tails

Numbers = NDArray[np.float64]
SpaceName = Literal["W", "P"]
NAMED = 3  # figures outside their bands that a sentence names
FAR = 0.02  # so far from chance is worth saying
BINS = 25
_MOMENT = "over all numbers of all coordinates: mean of ((x − mean) / sd)"


def _octant(signs: str) -> Figure:
    return Figure(
        f"octant_{signs}",
        f"Octant {signs}".replace("-", "−"),
        "share of (triplet, point) pairs with these three signs",
        "12.5 % by chance; untrained networks are not there either.",
        is_share=True,
    )


SIGN_FIGURES: tuple[Figure, ...] = (
    *map(_octant, OCTANTS),
    Figure(
        "tetrahedron",
        "Tetrahedron 1.5",
        "share of pairs with x, y, z ≥ 0 and x + y + z ≤ 1.5",
        "Where the blog saw most of the points; it depends on the scale of W.",
        is_share=True,
    ),
    Figure(
        "negative_share",
        "Negative share",
        "share of all numbers below 0",
        "One half where signs are even.",
        is_share=True,
    ),
    Figure("skewness", "Skewness", f"{_MOMENT}³", "0 for normal numbers."),
    Figure(
        "excess_kurtosis", "Excess kurtosis", f"{_MOMENT}⁴ − 3", "0 for normal numbers."
    ),
    Figure(
        "median_skewness",
        "Median |skewness|",
        "median over the coordinates of |skewness| over the points",
        "Of the typical coordinate; the same about w_avg and about zero.",
    ),
)


def key_of(space: SpaceName, centred: bool, key: str) -> str:
    """The key by which a null has a figure of one space, seen from one zero.

    P keeps the signs of W, and a coordinate's own skewness has no zero.
    """
    has_signs = key.startswith(("octant_", "negative"))
    letter = "w" if has_signs else space.lower()
    own = key in ("median_skewness", "skewnesses", "excess_kurtoses")
    return f"{letter}_{'centred_' if centred and not own else ''}{key}"


def histogram(shares: Numbers) -> Numbers:
    """How many coordinates have which share of their points below zero, [BINS]."""
    counts, _ = np.histogram(shares, bins=BINS, range=(0.0, 1.0))
    return counts.astype(np.float64)


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

    def value(self, key: str) -> float:
        """The figure with a key of :data:`SIGN_FIGURES`; NaN where there is none.

        Raises
        ------
        KeyError
            No figure has this key.
        """
        if key in ("skewness", "excess_kurtosis", "median_skewness"):
            return self.tails.value(key)
        return self.census.value(key)

    def key(self, of: str) -> str:
        """The key of a figure, or of a row of a plot, in a null."""
        return key_of(self.space, self.centred, of)

    def beside(self, null: Null | None) -> tuple[Row, ...]:
        """Every figure that there is beside untrained twins, where they are known."""
        found = ((f, self.value(f.key)) for f in SIGN_FIGURES)
        return tuple(row_in(f, v, null, self.key(f.key)) for f, v in found if v == v)

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

    def supports(self, null: Null | None) -> str:
        """What untrained twins allow to be said of all that is counted; one sentence.

        Empty where none are known.
        """
        placed = [row for row in self.beside(null) if row.place is not None]
        if null is None or not placed:
            return ""
        outside = [r.figure.title for r in placed if r.place and r.place.side]
        inside = len(placed) - len(outside)
        start = f"{null.who[0].upper()}{null.who[1:]}{_first_octant(placed)}: "
        of = f"{inside} of {len(placed)}" if outside else f"all {len(placed)}"
        said = f"{start}{of} figures lie within their bands and say nothing about "
        more = len(outside) - NAMED
        if more > 1:
            outside = [*outside[:NAMED], f"{more} more"]
        *most, last = outside or [""]
        names = f"{', '.join(most)} and {last}" if most else last
        lie = "lie" if most else "lies"
        return f"{said}training{f'; {names} {lie} outside' if outside else ''}."


def _first_octant(rows: list[Row]) -> str:
    """What the first octant holds untrained, as the sentence needs it."""
    row = next((row for row in rows if row.figure.key == "octant_+++"), None)
    if row is None or row.band is None:
        return ""
    shown, band = row.figure.shown, row.band
    return f" have {shown(band.mean)} ± {shown(band.sd)} in +++"


@dataclass(frozen=True, eq=False)
class SignsOfAll:
    """Every space and zero, of the points of all circles together."""

    points: int
    circles: int
    each: tuple[Signs, ...]

    def of(self, space: SpaceName, centred: bool) -> Signs:
        """One of them."""
        return next(s for s in self.each if (s.space, s.centred) == (space, centred))
