"""What every layer of the mapping makes of the circles, beside untrained networks.

Computed by :mod:`sgviz.analysis.layers`; here are the numbers alone. Layer 0 is z, the
last is w before truncation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import so_far
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Place, band_of, who_of

Numbers = NDArray[np.float64]
HARMONICS = 4


@dataclass(frozen=True, eq=False)
class LayerFigures:
    """Figures of a circle after each layer, [..., L + 1], z first.

    ``mean_square``: of one coordinate, mean |h|^2 / D. ``antipodal``: mean cosine of
    h(t) and h(t + pi), NaN for an odd number of points. ``participation``: ratio of
    the circle about its own mean. ``harmonics`` [..., L + 1, 4]: shares F_1 to F_4.
    """

    mean_square: Numbers
    antipodal: Numbers
    participation: Numbers
    harmonics: Numbers

    @property
    def mean(self) -> "LayerFigures":
        """Of all circles, [L + 1]."""
        return self._over(lambda values: values.mean(axis=0))

    def _over(self, function: Callable[[Numbers], Numbers]) -> "LayerFigures":
        return LayerFigures(
            function(self.mean_square),
            function(self.antipodal),
            function(self.participation),
            function(self.harmonics),
        )


@dataclass(frozen=True, eq=False)
class Layers:
    """Figures [C, L + 1] of C circles, the closed form [L + 1] of an untrained network.

    ``twins`` are the means over the same circles of T untrained twins, [T, L + 1];
    none while they are not mapped yet. ``total`` of them are to come, from
    ``first_seed`` on.
    """

    circles: tuple[str, ...]
    points: int
    trained: LayerFigures
    closed: LayerFigures
    twins: LayerFigures | None = None
    total: int = 0
    note: str = ""
    first_seed: int = 0

    @property
    def depth(self) -> int:
        """How many layers the mapping has."""
        return int(self.trained.mean_square.shape[-1]) - 1

    @property
    def names(self) -> tuple[str, ...]:
        """What the layers are called: "z", "h1" ... "w"."""
        inner = (f"h{k}" for k in range(1, self.depth))
        return ("z", *inner, "w")

    def band(self, values: Callable[[LayerFigures], Numbers]) -> tuple[Band, ...]:
        """The twins' band of a figure after each layer; none without twins."""
        if self.twins is None:
            return ()
        return tuple(band_of(each.tolist()) for each in values(self.twins).T)

    def outside(self, values: Callable[[LayerFigures], Numbers]) -> tuple[str, ...]:
        """The layers after which the circles' mean lies outside the twins' band."""
        bands, means = self.band(values), values(self.trained.mean)
        return tuple(
            name
            for name, band, value in zip(self.names, bands, means, strict=False)
            if np.isfinite(value) and band.side(float(value))
        )

    @property
    def place(self) -> dict[str, dict[str, Place]]:
        """Where the circles' means lie among those of twins, by figure and layer."""
        found: dict[str, dict[str, Place]] = {}
        for what, values in FIGURES:
            rows = zip(
                self.names, self.band(values), values(self.trained.mean), strict=False
            )
            found[what] = {
                name: band.place(float(value))
                for name, band, value in rows
                if band.known and np.isfinite(value)
            }
        return found if self.twins is not None else {}

    @property
    def sentence(self) -> str:
        """What the twins allow to be said, figure by figure, once all are there."""
        if self.twins is None:
            return ""
        count = len(self.twins.mean_square)
        if count < self.total:
            return so_far(count, self.total)
        said = [_said(what, self.outside(values)) for what, values in FIGURES]
        who = who_of(self.depth, self.first_seed)
        return f"Against {count} {who}: {'; '.join(said)}."


def harmonic(k: int) -> Callable[[LayerFigures], Numbers]:
    """Share F_k, k >= 1, of figures."""
    return lambda figures: figures.harmonics[..., k - 1]


FIGURES: tuple[tuple[str, Callable[[LayerFigures], Numbers]], ...] = (
    ("mean square", lambda figures: figures.mean_square),
    ("cosine of antipodes", lambda figures: figures.antipodal),
    ("first harmonic", harmonic(1)),
    ("participation ratio", lambda figures: figures.participation),
)
DEFINITIONS: tuple[Figure, ...] = (
    Figure(
        "mean_square",
        "Mean square",
        "mean over the circle of |h|² / D, D the width of the layer",
        "The scale of a layer; 1 for z.",
    ),
    Figure(
        "antipodal",
        "Cosine of antipodes",
        "mean over t of cos(h(t), h(t + π))",
        "−1 for z; the mapping brings z and −z together, about zero.",
    ),
    Figure(
        "harmonic_1",
        "First harmonic",
        "F₁ = (|H₁|² + |H₋₁|²) / Σ, k ≠ 0, of the Fourier series of h(t)",
        "1 is a plane ellipse; each layer moves some of it to higher ones.",
    ),
    Figure(
        "participation",
        "Participation ratio",
        "(Σλ)² / Σλ², λ the variances along principal components of the circle",
        "2 is a plane circle; more, where a circle spreads among more directions.",
    ),
)


def _said(what: str, outside: tuple[str, ...]) -> str:
    if not outside:
        return f"{what} within their band after every layer"
    return f"{what} outside their band after {', '.join(outside)}"
