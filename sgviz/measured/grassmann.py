"""How far the tangent spaces of W at points of a circle are apart.

Computed by :mod:`sgviz.geometry.grassmann` from the first singular directions of the
Jacobian. In a flat W all tangent spaces would be the same one.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of
from sgviz.measured.figure import Figure

Numbers = NDArray[np.float64]
# Every how many points are compared with twins, of which fewer are made.
COMPARED_EVERY = 3


@dataclass(frozen=True, eq=False)
class Distances:
    """Between the first ``k`` directions at all pairs, [M, M]; NaN: not known yet.

    ``geodesic`` is |theta|_2 of the principal angles, ``projection`` the sine of the
    largest; ``random`` and ``random_projection``: mean and standard deviation of those
    of random subspaces.
    """

    k: int
    geodesic: Numbers
    projection: Numbers
    random: tuple[float, float]
    random_projection: tuple[float, float]

    @property
    def furthest(self) -> float:
        """The geodesic distance of subspaces at right angles."""
        return math.sqrt(self.k) * math.pi / 2.0


@dataclass(frozen=True, eq=False)
class Flatness:
    """Of circle ``circle`` at ``angles`` [M] (radians).

    ``effective_rank``, ``largest`` and ``condition`` [M] are of the Jacobian at each
    point, NaN where it is not made yet.
    """

    name: str
    circle: int
    angles: Numbers
    distances: tuple[Distances, ...]
    effective_rank: Numbers
    largest: Numbers
    condition: Numbers

    def of(self, k: int) -> Distances | None:
        """The distances of the first ``k`` directions, where they were measured."""
        return next((each for each in self.distances if each.k == k), None)

    @property
    def is_whole(self) -> bool:
        """Whether all tangent spaces are known."""
        return bool(np.isfinite(self.largest).all())

    def beside(self, twins: Twins | None) -> tuple[Row, ...]:
        """The mean distances of every third point, beside those of twins there."""
        if not self.is_whole:
            return ()
        values = flat_figures(self, COMPARED_EVERY)
        figures = [distance_figure(each.k) for each in self.distances]
        return tuple(row_of(f, values[f.key], twins) for f in (*figures, EFFECTIVE))

    def sentence(self, k: int, is_geodesic: bool = True) -> str:
        """What the distances say of flatness, and no more."""
        found = self.of(k)
        if found is None:
            return ""
        matrix = found.geodesic if is_geodesic else found.projection
        random = found.random if is_geodesic else found.random_projection
        apart = matrix[np.triu_indices(len(self.angles), 1)]
        apart = apart[np.isfinite(apart)]
        if not len(apart):
            return ""
        mean, (reference, spread) = float(apart.mean()), random
        share = mean / reference
        near = float(np.nanmean(np.diagonal(matrix, 1)))
        if mean >= reference - 2.0 * spread:
            says = "on average as far apart as random subspaces: no flatness at all"
        else:
            says = f"on average {share:.0%} as far apart as random subspaces"
        return (
            f"The {k} largest directions are {says}; those of neighbours, "
            f"{math.degrees(float(self.angles[1])):.3g}° apart in Z, {near / mean:.0%} "
            "of that average. In a flat W all distances would be 0."
        )


EFFECTIVE = Figure(
    "effective_rank",
    "Effective rank, mean",
    "exp(−Σ pᵢ ln pᵢ), pᵢ = σᵢ² / Σ σ², mean over the points",
    "How many directions share the stretch.",
    1,
)
PROJECTION = Figure(
    "projection",
    "Projection",
    "sine of the largest principal angle, mean over all pairs",
    "1 where a direction of one is at right angles to all of the other.",
)


def distance_figure(k: int) -> Figure:
    """The mean geodesic distance of the first k directions."""
    return Figure(
        f"geodesic_{k}",
        f"Mean distance (k = {k})",
        f"mean of |θ|₂ over all pairs of {COMPARED_EVERY * 7.5:g}° steps",
        "0 where W is flat; that of random subspaces where nothing is shared.",
    )


def flat_figures(found: Flatness, every: int = 1) -> dict[str, float]:
    """The figures of every so many points, by key."""
    pairs = np.triu_indices(len(found.angles[::every]), 1)
    means = {}
    for each in found.distances:
        few = each.geodesic[::every, ::every]
        means[distance_figure(each.k).key] = float(few[pairs].mean())
    return means | {EFFECTIVE.key: float(found.effective_rank[::every].mean())}
