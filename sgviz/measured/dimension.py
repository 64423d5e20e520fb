"""Intrinsic dimension and directions: figures of clouds, beside those of Z."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sgviz.measured.beside import Row, Twins, row_of, so_far
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band

FIGURES: tuple[Figure, ...] = (
    Figure(
        "two_nn",
        "TwoNN, likelihood",
        "(N − 1) / Σ ln(r₂ / r₁)",
        "From the two nearest neighbours of each point; read it beside Z's.",
        1,
    ),
    Figure(
        "two_nn_fit",
        "TwoNN, fit",
        "slope of −ln(1 − F) over ln(r₂ / r₁), nine tenths of it",
        "The same law as a straight line through the origin.",
        1,
    ),
    Figure(
        "levina_bickel",
        "Levina–Bickel, k = 20",
        "1 / mean of Σⱼ ln(T₂₀ / Tⱼ) / 19",
        "From twenty neighbours, inverses averaged (MacKay and Ghahramani).",
        1,
    ),
    Figure(
        "resultant",
        "Resultant length R",
        "|mean of x / |x||",
        "0: directions balance; 1: all the same. The cone that W is.",
        4,
    ),
    Figure(
        "rayleigh",
        "Rayleigh p N R²",
        "χ² of p degrees of freedom for uniform directions",
        "About p where directions are uniform.",
        1,
    ),
    Figure(
        "rayleigh_p",
        "Rayleigh's p-value",
        "P(χ² ≥ p N R²)",
        "Small: the directions are not uniform. Of independent samples only.",
        4,
    ),
    Figure(
        "kappa",
        "vMF κ",
        "R (p − R²) / (1 − R²)",
        "Concentration of the von Mises–Fisher law with this R.",
        2,
    ),
    Figure(
        "spread_deg",
        "Angle to mean (°)",
        "root mean square of the angles to the Fréchet mean",
        "How wide the cone is; 90 for uniform directions of many dimensions.",
        2,
    ),
    Figure(
        "angle_deg",
        "Angle of two (°)",
        "mean over pairs",
        "90 for random directions.",
        2,
    ),
    Figure(
        "angle_sd_deg",
        "Its deviation (°)",
        "standard deviation over pairs",
        "57.3 / √p for random directions: 2.53 in 512 dimensions.",
        2,
    ),
    Figure(
        "uniformity",
        "Uniformity",
        "ln mean exp(−2 |x − y|²) of unit vectors",
        "−4 + 8 / p for uniform directions of many dimensions; 0 for a single one.",
        3,
    ),
)
FIGURE = {figure.key: figure for figure in FIGURES}
DIMENSIONS = ("two_nn", "two_nn_fit", "levina_bickel")
WITHOUT_TWINS = frozenset({"rayleigh_p"})  # itself a place, of uniform directions
LEAST_P = 1e-4
DIRECTIONS = tuple(f.key for f in FIGURES if f.key not in DIMENSIONS)


@dataclass(frozen=True, eq=False)
class Cloud:
    """One cloud of points: its name, how many, in how many dimensions, its figures."""

    name: str
    points: int
    dim: int
    figures: Mapping[str, float]
    problems: tuple[str, ...] = ()

    def value(self, key: str) -> float:
        """The figure with a key of :data:`FIGURES`; NaN where there is none."""
        return float(self.figures.get(key, math.nan))


@dataclass(frozen=True, eq=False)
class Dimension:
    """Clouds of random seeds (Z the calibration, W, W about w_avg) and of circles.

    ``untrained`` has the bands of ``twins`` untrained twins for the cloud "W" and for
    "W - w_avg", by its name and the figure's key. ``true`` is Z's known dimension: that
    of the sphere it is normalised to. ``total`` twins are asked for.
    """

    true: int
    clouds: tuple[Cloud, ...]
    circles: tuple[Cloud, ...] = ()
    untrained: Mapping[tuple[str, str], Band] | None = None
    twins: int = 0
    total: int = 0

    def cloud(self, name: str) -> Cloud | None:
        """The cloud of that name."""
        return next((c for c in self.clouds if c.name == name), None)

    def twins_of(self, name: str) -> Twins | None:
        """What the twins have for the figures of a cloud; None while none is there."""
        bands = {
            key: band
            for (cloud, key), band in (self.untrained or {}).items()
            if cloud == name and key not in WITHOUT_TWINS
        }
        who = f"{self.twins} untrained twins of the same z"
        return Twins(bands, self.twins, who, total=self.total) if bands else None

    def beside(self, name: str, keys: tuple[str, ...]) -> tuple[Row, ...]:
        """Figures of a cloud in the twins' bands."""
        cloud, twins = self.cloud(name), self.twins_of(name)
        value = cloud.value if cloud is not None else lambda _: math.nan
        return tuple(row_of(FIGURE[key], value(key), twins) for key in keys)

    @property
    def supports(self) -> str:
        """What W's estimates support beside the twins', and no more; "" before them."""
        twins = self.twins_of("W")
        if twins is None:
            return ""
        if not twins.is_whole:
            return so_far(twins.count, twins.total)
        placed = [(r.figure.title, r.place) for r in self.beside("W", DIMENSIONS)]
        inside = [title for title, place in placed if place and not place.side]
        outside = [f"{t}, {place.words}" for t, place in placed if place and place.side]
        says = []
        if inside:
            quiet = "which says nothing about training"
            says.append(f"{' and '.join(inside)} inside, {quiet}")
        if outside:
            rare = "an untrained network would hardly have it"
            says.append(f"{' and '.join(outside)}: {rare}")
        return f"Beside {twins.who}: {'; '.join(says)}." if says else ""

    @property
    def sentence(self) -> str:
        """What the estimates say of W once Z's are known, and no more."""
        z, w = self.cloud("Z"), self.cloud("W")
        if z is None or w is None:
            return ""
        of_z, of_w = z.value("two_nn"), w.value("two_nn")
        if not (math.isfinite(of_z) and math.isfinite(of_w)):
            return ""
        return (
            f"TwoNN says {of_z:.0f} of Z, whose dimension is {self.true}, and "
            f"{of_w:.0f} of W: with {w.points:,} points, W looks {of_w / of_z:.0%} as "
            "large as Z, and neither number is its dimension."
        )
