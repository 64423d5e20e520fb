"""One circle measured: lengths, angles and shape of a closed curve in W.

Computed by :mod:`sgviz.geometry.curve_measures` and :mod:`sgviz.geometry.harmonics`;
here are the numbers alone. Angles are radians but for the figures that say degrees.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import Figure

Numbers = NDArray[np.float64]
HARMONICS = 5
NONE = math.nan


def no_numbers() -> Numbers:
    """An empty row: what could not be measured."""
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class CurveMeasures:
    """A circle of N points in W, closed by a last segment.

    ``angles`` [N] of the points; ``segments`` [N]: |w_{i+1} - w_i|; ``exterior`` [N]:
    angle between the segments that meet at point i; ``speed`` [N]: |w'(t)| a radian,
    empty where no network is known; ``harmonics`` [N // 2]: shares of the variance;
    ``explained``: shares of the principal components, falling; ``antipodal`` [N / 2]:
    |w(t) - w(t + pi)|, empty for odd N; ``triplets`` [w_dim // 3]: shares of the
    variance. A number that there is none of is NaN; ``problems`` says why.
    """

    name: str
    points: int
    w_dim: int
    angles: Numbers
    segments: Numbers
    exterior: Numbers
    harmonics: Numbers
    explained: Numbers
    antipodal: Numbers
    triplets: Numbers
    energy: float
    turning: float
    odd_share: float
    participation_ratio: float
    mean_square: float
    variance: float
    speed: Numbers = field(default_factory=no_numbers)
    exact_length: float = NONE
    problems: tuple[str, ...] = ()

    @property
    def length(self) -> float:
        """Length of the polygon: the sum of the segments."""
        return float(self.segments.sum())

    @property
    def has_shape(self) -> bool:
        """Whether it is a curve at all: points that are finite and not all the same."""
        return math.isfinite(self.participation_ratio)

    @property
    def turning_deg(self) -> float:
        """Sum of the exterior angles in degrees: of these N points and no others."""
        return math.degrees(self.turning)

    @property
    def planarity(self) -> float:
        """Share of the variance in the first two principal components."""
        return float(self.explained[:2].sum()) if len(self.explained) else NONE

    def scaled(self, ratio: float, mean_square: float) -> "CurveMeasures":
        """The curve after a similarity: lengths times ``ratio``, squares its square.

        Angles and shares stay. ``mean_square`` is seen from zero, which may be
        anywhere, and is given.
        """
        return replace(
            self,
            segments=self.segments * ratio,
            antipodal=self.antipodal * ratio,
            speed=self.speed * ratio,
            exact_length=self.exact_length * ratio,
            energy=self.energy * ratio**2,
            variance=self.variance * ratio**2,
            mean_square=mean_square,
        )

    def value(self, key: str) -> float:
        """The figure with a key of :data:`CIRCLE_FIGURES`; KeyError for any other."""
        if key.startswith("harmonic_"):
            place = int(key.removeprefix("harmonic_")) - 1
            return float(self.harmonics[place]) if place < len(self.harmonics) else NONE
        if key in _OF_ROWS:
            row, what = _OF_ROWS[key]
            return _of_row(getattr(self, row), what)
        if key not in _KEYS:
            raise KeyError(key)
        return float(getattr(self, key))


@dataclass(frozen=True, eq=False)
class SelfDistances:
    """D_ij = |w_i - w_j| of the points of one circle, [N, N], and their ``angles``."""

    name: str
    angles: Numbers
    distances: Numbers


def _of_row(row: Numbers, what: str) -> float:
    finite = np.isfinite(row)
    found = row if finite.all() else row[finite]
    return float(_WHAT[what](found)) if len(found) else NONE


def _ratio(row: Numbers) -> float:
    low, high = float(row.min()), float(row.max())
    return high / low if low > 0.0 else math.inf if high > 0.0 else NONE


def _variation(row: Numbers) -> float:
    mean = float(row.mean())
    return float(row.std()) / mean if mean > 0.0 else NONE


def for_half(shares: Numbers) -> float:
    """How many of the largest shares add up to one half of the whole."""
    sums = np.cumsum(np.sort(shares)[::-1])
    return float(np.searchsorted(sums, 0.5)) + 1.0 if sums[-1] >= 0.5 else NONE


_WHAT: dict[str, Callable[[Numbers], float]] = {
    "min": np.min,
    "mean": np.mean,
    "max": np.max,
    "ratio": _ratio,
    "variation": _variation,
    "half": for_half,
}

_OF_ROWS = {
    "segment_min": ("segments", "min"),
    "segment_mean": ("segments", "mean"),
    "segment_max": ("segments", "max"),
    "unevenness": ("segments", "ratio"),
    "speed_variation": ("segments", "variation"),
    "antipodal_min": ("antipodal", "min"),
    "antipodal_max": ("antipodal", "max"),
    "triplet_best": ("triplets", "max"),
    "triplets_half": ("triplets", "half"),
}

# In the order of reading.
CIRCLE_FIGURES: tuple[Figure, ...] = (
    Figure(
        "length",
        "Length",
        "Σ sᵢ, sᵢ = |wᵢ₊₁ − wᵢ|",
        "Of the closed polygon; a little less than the curve's own.",
    ),
    Figure(
        "exact_length",
        "Exact length",
        "∫ |w′(t)| dt",
        "From the speed, which a forward-mode derivative of the mapping gives exactly.",
        2,
    ),
    Figure(
        "energy",
        "Energy",
        "(N / 2π) Σ sᵢ²",
        "At least length² / 2π, and equal where the speed is constant.",
        1,
    ),
    Figure("segment_min", "Shortest segment", "min sᵢ", "Where W is slowest.", 4),
    Figure("segment_mean", "Mean segment", "length / N", "The average step.", 4),
    Figure("segment_max", "Longest segment", "max sᵢ", "Where W is fastest.", 4),
    Figure(
        "unevenness",
        "Unevenness",
        "max sᵢ / min sᵢ",
        "1 where equal steps in Z are equal steps in W.",
    ),
    Figure(
        "speed_variation",
        "Variation of the speed",
        "standard deviation of sᵢ / mean of sᵢ",
        "0 where equal steps in Z are equal steps in W.",
    ),
    Figure(
        "turning_deg",
        "Turning (degrees)",
        "Σ of the angles between neighbouring segments",
        "360 for a plane convex curve; it grows about as √N, so it belongs to this N.",
        1,
    ),
    *(
        Figure(
            f"harmonic_{k}",
            f"Harmonic {k}",
            f"F{k} = (|W{k}|² + |W−{k}|²) / Σ over k ≥ 1",
            "Share of the curve's variance at this frequency; a linear map has the "
            "first alone.",
            4,
        )
        for k in range(1, HARMONICS + 1)
    ),
    Figure(
        "odd_share",
        "Odd harmonics",
        "Σ F₁, F₃, F₅ …",
        "What changes sign with z → −z: 1 for a linear map.",
        4,
    ),
    Figure(
        "participation_ratio",
        "Participation ratio",
        "(Σλ)² / Σλ² of the variances along principal components",
        "Among how many directions a circle spreads; 2 is a plane.",
        4,
    ),
    Figure(
        "planarity",
        "Planarity",
        "(λ₁ + λ₂) / Σλ",
        "Share of the variance in the best plane; 1 is a plane curve.",
        4,
    ),
    Figure(
        "antipodal_min",
        "Nearest antipodes",
        "min |w(t) − w(t + π)|",
        "How close the circle comes to meeting itself across.",
    ),
    Figure(
        "antipodal_max",
        "Farthest antipodes",
        "max |w(t) − w(t + π)|",
        "Its widest diameter between antipodes.",
    ),
    Figure(
        "mean_square",
        "Mean |w|²",
        "mean of |w|² over the points",
        "The scale of W; untrained, w_dim × 1.04^depth.",
        2,
    ),
    Figure(
        "variance",
        "Variance",
        "mean of |w − mean w|² over the points",
        "The size of the circle about its own mean.",
        2,
    ),
    Figure(
        "triplet_best",
        "Best triplet",
        "largest share of the variance in three neighbouring coordinates",
        "How much of a circle the best picture of a triplet shows.",
        4,
    ),
    Figure(
        "triplets_half",
        "Triplets for half",
        "how many of the best triplets hold half of the variance",
        "w_dim / 6 where all triplets show as much.",
        1,
    ),
)
_KEYS = frozenset(figure.key for figure in CIRCLE_FIGURES)
