"""What images feel: how fast they change along circles, and perceptual path length."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, places_of, row_of, supports_of
from sgviz.measured.circle_images import CIRCLE_FIGURES, CircleImages, length_key
from sgviz.measured.figure import Figure
from sgviz.measured.null import Place

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
# Twins are mappings alone: the synthesis behind all of them is the network's own.
WHO = "untrained mappings of depth {depth} before the same synthesis"
ABOUT = "the training of the mapping"

SPEED_FIGURES: tuple[Figure, ...] = (
    Figure(
        "length",
        "Length of a circle's images",
        "2π · mean of √d(t, t + ε) / ε",
        "How much the images change in one turn, by the ruler.",
    ),
    Figure(
        "variation",
        "Variation of the image's speed",
        "sd / mean over all points",
        "0 where every step of z changes the image by as much.",
    ),
    Figure(
        "correlation",
        "Correlation with the speed of w",
        "Pearson's, over all points",
        "1 where images change as fast as w moves, and no other reason is needed.",
    ),
    Figure(
        "stretch",
        "Mean stretch of the synthesis",
        "mean of speed of the image / speed of w",
        "What the synthesis makes of a step of 1 in W; it knows the scale of W.",
        4,
    ),
    Figure(
        "stretch_variation",
        "Variation of the stretch",
        "sd / mean over all points",
        "0 where the synthesis answers alike to equal steps in W.",
    ),
)
LENGTH_FIGURES: tuple[Figure, ...] = tuple(
    Figure(
        name,
        f"PPL {name}",
        "E[d(G(p(t)), G(p(t + ε)))] / ε², the middle 98 %",
        f"p: {path}, t {where}. Short where neighbours look alike.",
        digits=4,
    )
    for name, path, where in (
        ("zfull", "slerp of two z", "uniform"),
        ("zend", "slerp of two z", "0"),
        ("wfull", "lerp of two w", "uniform"),
        ("wend", "lerp of two w", "0"),
    )
)
LENGTH_FIGURE = {figure.key: figure for figure in LENGTH_FIGURES}


def speed_figures(image: Numbers, w: Numbers) -> dict[str, float]:
    """The values of :data:`SPEED_FIGURES` of speeds [N] at points; NaN passed over."""
    kept = np.isfinite(image) & np.isfinite(w)
    image, w = image[kept], w[kept]
    moving = w > 0
    stretch = image[moving] / w[moving]
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.corrcoef(image, w)[0, 1] if len(w) > 2 else np.nan
    return {
        "length": 2 * np.pi * _mean(image),
        "variation": _variation(image),
        "correlation": float(together),
        "stretch": _mean(stretch),
        "stretch_variation": _variation(stretch),
    }


def _mean(values: Numbers) -> float:
    return float(values.mean()) if len(values) else np.nan


def _variation(values: Numbers) -> float:
    mean = _mean(values)
    return float(values.std()) / mean if mean > 0 else np.nan


@dataclass(frozen=True, eq=False)
class ImageSpeeds:
    """Circles that are drawn; ``ruler`` says what the speed is a speed of.

    ``places`` are the circles' numbers among those that are drawn. ``twins``: the same
    circles through untrained mappings, at some of the points.
    """

    ruler: str
    circles: tuple[CircleImages, ...]
    places: tuple[int, ...]
    twins: Twins | None = None

    def rows(self) -> tuple[Row, ...]:
        """The figures of all points together, beside untrained mappings."""
        if not any(circle.is_begun for circle in self.circles):
            return ()
        image = np.concatenate([circle.image for circle in self.circles])
        w = np.concatenate([circle.w for circle in self.circles])
        values = speed_figures(image, w)
        return tuple(row_of(f, values[f.key], self.twins) for f in SPEED_FIGURES)

    def rows_of_circles(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The name of each circle, and its figures."""
        return tuple(
            (circle.name, self._of_circle(circle, place))
            for place, circle in zip(self.places, self.circles, strict=True)
            if circle.is_begun
        )

    def _of_circle(self, circle: CircleImages, place: int) -> tuple[Row, ...]:
        length, *others = CIRCLE_FIGURES
        compared = replace(length, key=length_key(place))
        known = self.twins is None or compared.key in self.twins.bands
        first = row_of(compared, circle.length, self.twins if known else None)
        rest = (Row(f, getattr(circle, f.key), is_alone=True) for f in others)
        return (replace(first, is_alone=not known), *rest)

    @property
    def place(self) -> dict[str, Place]:
        """Where the figures lie among those of untrained mappings, by key."""
        return places_of(self.rows())

    @property
    def supports(self) -> dict[str, str]:
        """What each of them supports, by key, one sentence."""
        return supports_of(self.rows())


@dataclass(frozen=True, eq=False)
class PathLength:
    """One perceptual path length: ``name`` "zfull", "zend", "wfull" or "wend".

    ``mean`` is that of the lengths between the 1st and the 99th percentile, ``error``
    its standard error; ``count`` paths were measured.
    """

    name: str
    mean: float = np.nan
    error: float = np.nan
    count: int = 0

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
    1024 pixels, may the published numbers stand beside it. ``twins``: the same paths,
    the first of them, through untrained mappings.
    """

    ruler: str
    published: bool
    crop: bool
    resolution: int
    pairs: int
    rows: tuple[PathLength, ...]
    twins: Twins | None = None

    def beside(self) -> tuple[Row, ...]:
        """Each of them beside untrained mappings."""
        figures = ((LENGTH_FIGURE[row.name], row.mean) for row in self.rows)
        return tuple(row_of(figure, mean, self.twins) for figure, mean in figures)

    @property
    def place(self) -> dict[str, Place]:
        """Where the figures lie among those of untrained mappings, by key."""
        return places_of(self.beside())

    @property
    def supports(self) -> dict[str, str]:
        """What each of them supports, by key, one sentence."""
        return supports_of(self.beside())

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
