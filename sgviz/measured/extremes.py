"""The largest singular value and the condition of the Jacobian along circles.

Computed by :mod:`sgviz.analysis.extremes`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of
from sgviz.measured.figure import Figure
from sgviz.measured.metric import Ends
from sgviz.state import Circles

Numbers = NDArray[np.float64]

FIGURES: tuple[Figure, ...] = (
    Figure(
        "largest",
        "Mean largest stretch σ₁",
        "mean of σ₁ over all points",
        "How much longer a step along the most stretched direction is in W.",
    ),
    Figure(
        "largest_variation",
        "Variation of σ₁",
        "sd / mean of σ₁ over all points",
        "0 where the most stretched direction is stretched everywhere alike.",
    ),
    Figure(
        "condition",
        "Mean condition, log₁₀",
        "mean of log₁₀ σ₁ / σₙ over all points",
        "How many orders of magnitude lie between the largest and the smallest.",
        2,
    ),
)


@dataclass(frozen=True, eq=False)
class ExtremesNull:
    """The same circles in untrained twins, at ``angles`` [M]: figures and both bands.

    ``largest`` and ``condition`` (log10) are the ends of what single circles have.
    """

    twins: Twins
    angles: Numbers
    largest: Ends
    condition: Ends

    def ends(self, is_condition: bool) -> Ends:
        """Of the condition, or of the largest."""
        return self.condition if is_condition else self.largest


@dataclass(frozen=True, eq=False)
class Extremes:
    """Of C circles at ``angles`` [M]: sigma_1 and sigma_n [C, M], NaN where unknown.

    ``of`` says which circles these are.
    """

    names: tuple[str, ...]
    angles: Numbers
    largest: Numbers
    smallest: Numbers
    of: Circles | None = None

    @property
    def condition(self) -> Numbers:
        """log10 of sigma_1 / sigma_n, [C, M]."""
        return np.asarray(np.log10(self.largest / self.smallest))

    def rows(self, is_condition: bool) -> Numbers:
        """What is shown, [C, M]."""
        return self.condition if is_condition else self.largest

    def at(self, angles: Numbers) -> Numbers:
        """sigma_1 [C, N] at other angles, straight between those that are known."""
        return np.stack(
            [
                np.interp(angles, self.angles, row, period=math.tau)
                for row in self.largest
            ]
        )

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest sigma_1; 0 and 1 where there is none."""
        found = self.largest[np.isfinite(self.largest)]
        return (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)

    def beside(self, null: ExtremesNull | None) -> tuple[Row, ...]:
        """The figures of all points of all circles, beside untrained twins."""
        values = extreme_figures(self.largest, self.condition)
        twins = null.twins if null is not None else None
        return tuple(row_of(f, values[f.key], twins) for f in FIGURES)


def extreme_figures(largest: Numbers, condition: Numbers) -> dict[str, float]:
    """The values of :data:`FIGURES`, of all points [C, M]; NaN passed over."""
    sigma, logs = (x[np.isfinite(x)] for x in (largest, condition))
    mean = float(sigma.mean()) if len(sigma) else math.nan
    return {
        "largest": mean,
        "largest_variation": float(sigma.std()) / mean if mean > 0.0 else math.nan,
        "condition": float(logs.mean()) if len(logs) else math.nan,
    }
