"""Two networks on the same circles: figures in two columns, and how far they are apart.

Computed by :mod:`sgviz.geometry.alignment`. No torch, no Qt.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Null
from sgviz.measured.octants import OTHER_OCTANTS
from sgviz.measured.side_by_side import Pair
from sgviz.measured.statistics import FIGURES, POOLED, Statistics

Numbers = NDArray[np.float64]
Facts = tuple[tuple[str, str], ...]

# In the order of reading; of all circles together.
LIKENESS: tuple[Figure, ...] = (
    Figure(
        "apart",
        "Distance",
        "sqrt(Σ|w₁ − w₂|² / Σ|w₁|²)",
        "0: the same points. Two untrained networks: 1.27.",
    ),
    Figure(
        "left",
        "Distance, aligned",
        "share of the variance that no turn, mirroring, scale or move explains",
        "0: the same shape.",
    ),
    Figure(
        "procrustes",
        "Likeness of shape",
        "Σ singular values of A†B / (|A| |B|), centred (Procrustes)",
        "1: the same shape up to turn, mirroring, scale and place.",
        4,
    ),
    Figure(
        "cka",
        "Linear CKA",
        "|A†B|² / (|A†A| |B†B|), centred",
        "1: the same inner products between points. Canonical correlations would all"
        " be 1: there are more coordinates than points.",
        4,
    ),
)

# All eight octants beside each other.
_AFTER = [figure.key for figure in FIGURES].index("octant_+++") + 1
ORDER: tuple[Figure, ...] = (*FIGURES[:_AFTER], *OTHER_OCTANTS, *FIGURES[_AFTER:])


@dataclass(frozen=True, eq=False)
class Alike:
    """How alike two sets of C circles of N points are.

    ``apart`` and ``aligned`` [C, N] are the distances of corresponding points, as they
    are ([0, 0] where W has different sizes) and after the best alignment of each
    circle. ``procrustes`` and ``cka`` [C] are of single circles; ``values`` are those
    of :data:`LIKENESS`, of all circles as one set.
    """

    apart: Numbers
    aligned: Numbers
    procrustes: Numbers
    cka: Numbers
    values: dict[str, float]

    def value(self, key: str) -> float:
        """A figure of :data:`LIKENESS`; NaN where there is none."""
        return self.values.get(key, math.nan)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two networks: what they are called, what is measured, what is known of them.

    ``angles`` [N] of the points; ``note`` is one sentence where something cannot be
    compared.
    """

    names: tuple[str, str]
    statistics: tuple[Statistics, Statistics]
    angles: Numbers
    alike: Alike
    facts: tuple[Facts, Facts] = ((), ())
    note: str = ""

    def values(self, figure: Figure) -> tuple[float, float]:
        """A figure of both: the mean over the circles, or of all of them pooled."""
        first, second = (
            each.pooled(figure.key) if figure in POOLED else each.mean(figure.key)
            for each in self.statistics
        )
        return first, second

    def difference(self, figure: Figure) -> float:
        """Second minus first."""
        first, second = self.values(figure)
        return second - first

    def figures(self) -> tuple[Figure, ...]:
        """Means that at least one of the two has, in the order of reading."""
        shown = {figure.key for each in self.statistics for figure in each.shown()}
        if "octant_+++" in shown:
            shown |= {figure.key for figure in OTHER_OCTANTS}
        return tuple(figure for figure in ORDER if figure.key in shown)

    def pooled(self) -> tuple[Figure, ...]:
        """The same of all circles together: their tails."""
        shown = {f.key for each in self.statistics for f in each.pooled_shown()}
        return tuple(figure for figure in POOLED if figure.key in shown)

    def pair(self, figure: Figure, untrained: "Untrained | None") -> Pair:
        """A figure of both, each beside its own untrained twins."""
        nulls = (None, None) if untrained is None else untrained.nulls
        rows = []
        for value, null in zip(self.values(figure), nulls, strict=True):
            band = None if null is None else null.mean.get(figure.key)
            place = None if null is None else null.of_mean(figure.key, value)
            rows.append(Row(figure, value, band, place=place))
        return Pair(figure, (rows[0], rows[1]))


@dataclass(frozen=True, eq=False)
class Untrained:
    """The same for networks that nobody trained.

    ``nulls`` are those of the two networks; ``likeness`` are bands of
    :data:`LIKENESS`, over ``pairs`` of an untrained twin of the first and one of the
    second.
    """

    nulls: tuple[Null, Null]
    likeness: dict[str, Band]
    pairs: int

    def sentence(self, figure: Figure, value: float) -> str:
        """What a likeness supports, and no more."""
        band = self.likeness.get(figure.key)
        if band is None or not band.known or math.isnan(value):
            return f"{figure.title} = {figure.formula}. {figure.reading}"
        span = f"{figure.shown(band.low)} to {figure.shown(band.high)}"
        who = f"{self.pairs} pairs of untrained twins ({span})"
        if band.holds(value):
            return (
                f"{figure.title} {figure.shown(value)} lies within what {who} show: it "
                "says nothing about what the two have learned."
            )
        more = "less" if band.side(value) * _sign(figure) < 0 else "more"
        return f"{figure.title} {figure.shown(value)}: {more} alike than {who}."


def _sign(figure: Figure) -> int:
    """1 where more of it is more alike, -1 for distances."""
    return -1 if figure.key in ("apart", "left") else 1
