"""The images along one circle: how fast they change at each point, and how far."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import Figure

Numbers = NDArray[np.float64]

# Of one circle; the first is compared with the same circle of untrained mappings.
CIRCLE_FIGURES: tuple[Figure, ...] = (
    Figure(
        "length",
        "Length",
        "2π · mean of √d(t, t + ε) / ε",
        "How much its images change in one turn.",
    ),
    Figure(
        "polygon",
        "Path of its images",
        "Σ √d(tᵢ, tᵢ₊₁) over its segments",
        "Shorter than the length where images come back between two points.",
    ),
    Figure(
        "unevenness",
        "Fastest / slowest",
        "max / min of the image's speed over its points",
        "1 where every step of z changes the image by as much.",
    ),
)


@dataclass(frozen=True, eq=False)
class CircleImages:
    """One circle of N points; what is not measured yet is NaN.

    ``angles`` [N], ``image`` [N] and ``w`` [N]: speeds of the image and of w at each
    point, a radian; ``chords`` [N]: length of the images' way to the next point.
    """

    name: str
    angles: Numbers
    image: Numbers
    w: Numbers
    chords: Numbers

    @property
    def stretch(self) -> Numbers:
        """Speed of the image / speed of w: what the synthesis alone does."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.w > 0, self.image / self.w, np.nan)

    @property
    def length(self) -> float:
        """Integral of the image's speed over the circle (mean speed x 2 pi)."""
        return float(np.nanmean(self.image) * 2 * np.pi) if self.is_begun else np.nan

    @property
    def polygon(self) -> float:
        """Sum of the chords, at most the length; NaN until the last one is known."""
        return float(np.sum(self.chords))

    @property
    def is_begun(self) -> bool:
        """Whether a point of it is measured."""
        return bool(np.isfinite(self.image).any())

    @property
    def unevenness(self) -> float:
        """Fastest / slowest image."""
        found = self.image[np.isfinite(self.image)]
        if not len(found):
            return np.nan
        return float(found.max() / found.min()) if found.min() > 0 else np.inf


def length_key(place: int) -> str:
    """The key of a circle's length among the figures of twins."""
    return f"length of {place}"
