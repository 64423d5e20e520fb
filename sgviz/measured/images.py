"""What images feel: how fast they change along circles, and perceptual path length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Published for StyleGAN's networks of faces (FFHQ, 1024 x 1024, LPIPS, face crop): the
# tables of arXiv 1812.04948 and of NVIDIA's programs.
PUBLISHED: tuple[tuple[str, dict[str, float]], ...] = (
    ("StyleGAN", {"zfull": 664.9, "wfull": 233.3, "zend": 666.1, "wend": 197.2}),
    (
        "StyleGAN2, config F",
        {"zfull": 348.0, "wfull": 126.9, "zend": 348.6, "wend": 129.4},
    ),
)
PUBLISHED_SIDE = 1024


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
        """Sum of the chords: at most the length, for steps that are straight."""
        return float(np.nansum(self.chords)) if self.is_begun else np.nan

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

    @property
    def correlation(self) -> float:
        """Of the image's speed with that of w, over the points (Pearson)."""
        kept = np.isfinite(self.image) & np.isfinite(self.w)
        if kept.sum() < 3:
            return np.nan
        with np.errstate(invalid="ignore"):
            return float(np.corrcoef(self.image[kept], self.w[kept])[0, 1])


@dataclass(frozen=True, eq=False)
class ImageSpeeds:
    """Circles that are drawn; ``ruler`` says what the speed is a speed of.

    ``places`` are the circles' numbers among those that are drawn.
    """

    ruler: str
    circles: tuple[CircleImages, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PathLength:
    """One perceptual path length: ``name`` "zfull", "zend", "wfull" or "wend".

    ``mean`` is that of the lengths between the 1st and the 99th percentile, ``error``
    its standard error; ``count`` paths were measured.
    """

    name: str
    mean: float
    error: float
    count: int

    @property
    def title(self) -> str:
        """In words."""
        space = {"z": "Z, slerp", "w": "W, lerp"}[self.name[0]]
        where = "full paths" if self.name[1:] == "full" else "their ends"
        return f"{space}, {where}"


@dataclass(frozen=True, eq=False)
class PathLengths:
    """Perceptual path length by the paper's definition, with a ruler that is named.

    ``published`` is True where the ruler is LPIPS: only then, cropped and on images of
    1024 pixels, may the published numbers stand beside it.
    """

    ruler: str
    published: bool
    crop: bool
    resolution: int
    pairs: int
    rows: tuple[PathLength, ...]

    @property
    def is_comparable(self) -> bool:
        """Whether published numbers are of the same definition."""
        return self.published and self.crop and self.resolution == PUBLISHED_SIDE

    def published_of(self, name: str) -> tuple[tuple[str, float], ...]:
        """Published numbers beside one row: (network, value)."""
        if not self.is_comparable:
            return ()
        return tuple((who, table[name]) for who, table in PUBLISHED if name in table)

    @property
    def sentence(self) -> str:
        """What these numbers may be compared with."""
        if self.is_comparable:
            return (
                "The published numbers are of networks trained on FFHQ: context for a "
                "network of the same faces."
            )
        if self.published:
            return (
                "LPIPS, but not of cropped images of 1024 pixels: comparable among "
                "networks measured so, not with published numbers."
            )
        return "Not LPIPS: comparable among networks measured so, with nothing else."
