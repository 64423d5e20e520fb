"""The pulled-back metric: how the mapping stretches Z, along circles and at a point.

Computed by :mod:`sgviz.analysis.jacobian` and :mod:`sgviz.analysis.volume`. Lengths in
Z are those of the sphere of radius sqrt(z_dim); W is meant without truncation.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of
from sgviz.measured.figure import Figure
from sgviz.measured.prediction import reach
from sgviz.state import Circles

Numbers = NDArray[np.float64]
Rows = NDArray[np.float32]
# The lower and the upper end of what untrained twins have, along a curve.
Ends = tuple[Numbers, Numbers]


@dataclass(frozen=True, eq=False)
class BasisNull:
    """The singular values at the same latent in untrained twins.

    ``twins``: :data:`BASIS_FIGURES`; ``ends`` [n] each: of every singular value.
    """

    twins: Twins
    ends: Ends


@dataclass(frozen=True, eq=False)
class StretchNull:
    """The same circles, or the first of them, in untrained twins, at ``angles`` [M].

    ``twins``: :data:`STRETCH_FIGURES`; ``stretch`` and ``volume`` [M] each: the ends of
    what single circles have at every angle.
    """

    twins: Twins
    angles: Numbers
    stretch: Ends
    volume: Ends

    def ends(self, is_volume: bool) -> Ends:
        """Of all directions, or along the circles."""
        return self.volume if is_volume else self.stretch


def ends_of(rows: Numbers) -> Ends:
    """The band of each column of positive rows [T, n]: as that of a figure, in logs.

    95 % of untrained networks by the mean and deviation of the logarithms, wider where
    a row lies outside. What lies at zero or below rounding has a band down to there.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(rows)
        mean = logs.mean(axis=0)
        several = len(rows) > 1
        spread = reach(len(rows)) * logs.std(axis=0, ddof=1) if several else 0.0 * mean
    spread = np.nan_to_num(spread)
    low = np.exp(np.minimum(logs.min(axis=0), mean - spread))
    return low, np.exp(np.maximum(logs.max(axis=0), mean + spread))


@dataclass(frozen=True, eq=False)
class Stretch:
    """C circles of N points: ``stretch`` [C, N] is |J v| along each, v a unit tangent.

    ``log_volume`` [C, N] is the logarithm of the change of volume of the tangent space,
    divided by its dimension: ln of the geometric mean of all singular values; empty
    while it is not known. ``untrained`` and ``untrained_log`` are what an untrained
    network of that depth has in the mean, NaN where no closed form is known. ``of``
    says which circles these are.
    """

    names: tuple[str, ...]
    angles: Numbers
    stretch: Numbers
    log_volume: Numbers
    dimension: int
    untrained: float = math.nan
    untrained_log: float = math.nan
    problems: tuple[str, ...] = ()
    of: Circles | None = None

    @property
    def volume(self) -> Numbers:
        """The geometric mean stretch of all directions, [C, N]."""
        return np.asarray(np.exp(self.log_volume))

    def rows(self, is_volume: bool) -> Numbers:
        """What is shown, [C, N]: of all directions, or along the circles; or empty."""
        return self.volume if is_volume else self.stretch

    def beside(self, null: StretchNull | None) -> tuple[Row, ...]:
        """The figures of all points of all circles, beside untrained twins."""
        values = stretch_figures(self.stretch, self.log_volume)
        closed = {"stretch": self.untrained, "mean_log": self.untrained_log}
        twins = null.twins if null is not None else None
        return tuple(
            row_of(figure, values[figure.key], twins, _known(closed, figure.key))
            for figure in STRETCH_FIGURES
        )

    def ends(self, is_volume: bool) -> tuple[float, float]:
        """The lowest and the highest of it; 0 and 1 where there is none."""
        found = self.rows(is_volume)
        found = found[np.isfinite(found)]
        return (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)


@dataclass(frozen=True, eq=False)
class LocalBasis:
    """The singular values of J at a latent, and the directions of the largest.

    ``values`` [n] fall, NaN where rounding hides them; ``untrained`` [n] are those of
    an untrained network, empty where no closed form is known. ``directions`` [K, z_dim]
    are unit tangents of the sphere of Z, ``pushed`` [K, w_dim] what J makes of them,
    ``w`` [w_dim] is where they begin.
    """

    name: str
    values: Numbers
    untrained: Numbers
    directions: Rows
    pushed: Rows
    w: Rows

    @property
    def log_volume(self) -> float:
        """Sum of ln sigma_i: -inf where a direction is lost."""
        with np.errstate(divide="ignore"):
            return float(np.log(self.values).sum())

    @property
    def mean_log(self) -> float:
        """The same, divided by the number of directions."""
        return self.log_volume / max(1, len(self.values))

    @property
    def condition(self) -> float:
        """sigma_1 / sigma_n."""
        low = float(self.values[-1])
        return float(self.values[0]) / low if low != 0.0 else math.inf

    @property
    def effective_rank(self) -> float:
        """exp(- sum p ln p), p the shares of the squares."""
        squares = self.values**2
        shares = squares[squares > 0.0] / max(float(np.nansum(squares)), 1e-300)
        return float(np.exp(-(shares * np.log(shares)).sum()))

    @property
    def root_mean_square(self) -> float:
        """The stretch of a random direction, root mean square."""
        return float(np.sqrt(np.nansum(self.values**2) / len(self.values)))

    def beside(self, null: BasisNull | None) -> tuple[Row, ...]:
        """The figures beside those of untrained twins and of infinite width."""
        closed = replace(self, values=self.untrained) if len(self.untrained) else None
        twins = null.twins if null is not None else None
        return tuple(
            row_of(f, self.value(f.key), twins, closed.value(f.key) if closed else None)
            for f in BASIS_FIGURES
        )

    def value(self, key: str) -> float:
        """The figure with a key of :data:`BASIS_FIGURES`; KeyError for any other."""
        found = {
            "largest": float(self.values[0]),
            "root_mean_square": self.root_mean_square,
            "mean_log": self.mean_log,
            "log_volume": self.log_volume,
            "condition": math.log10(self.condition),
            "effective_rank": self.effective_rank,
        }
        return found[key]


BASIS_FIGURES: tuple[Figure, ...] = (
    Figure("largest", "Largest stretch σ₁", "max |J v|, |v| = 1", "Along b1."),
    Figure(
        "root_mean_square",
        "Root mean square stretch",
        "(Σ σᵢ² / n)^½",
        "Of a random direction; untrained networks have 1.04^(L/2).",
    ),
    Figure(
        "effective_rank",
        "Effective rank",
        "exp(−Σ pᵢ ln pᵢ), pᵢ = σᵢ² / Σ σ²",
        "How many directions share the stretch.",
        1,
    ),
    Figure(
        "condition",
        "Condition, log₁₀",
        "log₁₀ σ₁ / σₙ",
        "How many orders of magnitude lie between the largest and the smallest.",
        2,
    ),
    Figure(
        "log_volume",
        "Log volume",
        "Σ ln σᵢ",
        "How the mapping changes the volume of the tangent space.",
        0,
    ),
    Figure(
        "mean_log",
        "Log volume a direction",
        "Σ ln σᵢ / n",
        "Logarithm of the geometric mean of all stretches.",
    ),
)
STRETCH_FIGURES: tuple[Figure, ...] = (
    Figure(
        "stretch",
        "Mean stretch along the circles",
        "mean of |J v| over all points",
        "How much longer the circles are in W than in Z.",
    ),
    Figure(
        "variation",
        "Variation of the stretch",
        "sd / mean of |J v| over all points",
        "0 where equal steps of z make equal steps of w everywhere.",
    ),
    Figure(
        "mean_log",
        "Log volume a direction",
        "mean of Σ ln σᵢ / n over all points",
        "Logarithm of the geometric mean of all stretches.",
    ),
    Figure(
        "log_spread",
        "Its deviation along the circles",
        "sd of Σ ln σᵢ / n over all points",
        "0 where the mapping changes volume everywhere alike.",
        4,
    ),
)


def stretch_figures(stretch: Numbers, log_volume: Numbers) -> dict[str, float]:
    """The values of :data:`STRETCH_FIGURES`, of all points [C, N]; NaN passed over."""
    along, logs = (x[np.isfinite(x)] for x in (stretch, log_volume))
    mean = float(along.mean()) if len(along) else math.nan
    return {
        "stretch": mean,
        "variation": float(along.std()) / mean if mean > 0.0 else math.nan,
        "mean_log": float(logs.mean()) if len(logs) else math.nan,
        "log_spread": float(logs.std()) if len(logs) else math.nan,
    }


def basis_figures(values: Numbers) -> dict[str, float]:
    """The values of :data:`BASIS_FIGURES` of falling singular values [n] alone."""
    nothing = np.zeros((0, 0), np.float32)
    basis = LocalBasis("", values, np.zeros(0), nothing, nothing, nothing)
    return {figure.key: basis.value(figure.key) for figure in BASIS_FIGURES}


def _known(values: dict[str, float], key: str) -> float | None:
    value = values.get(key, math.nan)
    return None if math.isnan(value) else value
