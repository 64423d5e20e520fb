"""Figures of factors along circles and of planes that circles cross, and their nulls.

Two nulls, for two questions. What images show along a circle is asked of the same z
through untrained mappings before the network's own synthesis, each moved so that its
mean is the network's w_avg: elsewhere the synthesis makes nothing that the reader
knows. Where circles cross planes is asked of planes in the W of untrained mappings,
for the same z and the labels of the network's own images.

A closed curve passes a height an even number of times, so counts come in steps of two.
Where untrained mappings hardly differ, one step more is no other network: a band of
counts is a step wider to either side than that of their spread.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of, twins_of
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band
from sgviz.measured.separability import ABOUT
from sgviz.measured.separability import WHO as WHO_PLANES

WHO_CURVES = (
    "untrained mappings of depth {depth}, moved to w_avg, before the same synthesis"
)
# So many circles are compared, at so many angles: every image of a twin is dear.
CIRCLES, ANGLES = 6, 24
PAIR = 2.0
ALL_FACTORS, ALL_PLANES = "Mean of all factors", "Mean of all planes"

RANGE = Figure(
    "range",
    "Range",
    "(max − min) / range of its law, over the circles",
    "100 %: the circles show the factor from end to end.",
    is_share=True,
)
CHANGES = Figure(
    "changes",
    "Changes",
    "passings of the middle in one turn, mean over the circles",
    "Even on every circle: what comes must go.",
    2,
)
CURVE_FIGURES = (RANGE, CHANGES)
PLANE_FIGURES = (
    Figure(
        "seen",
        "Right about samples not seen",
        "accuracy on a quarter held out",
        "Read it beside saying always the same.",
        is_share=True,
    ),
    Figure(
        "crossings",
        "Crossings",
        "how often all circles together cross the plane",
        "More of them find more changes by chance.",
        1,
    ),
    Figure(
        "found",
        "Changes found",
        "share of the changes with a crossing within 15°, each used once",
        "What the plane of an untrained mapping finds, it finds by chance.",
        is_share=True,
    ),
    Figure(
        "agreement",
        "Agreement",
        "share of the points on the side that their image shows",
        "Read it beside the share of the commoner side.",
        is_share=True,
    ),
)
SHARES = {f.key for f in (*CURVE_FIGURES, *PLANE_FIGURES) if f.is_share}
Values = Mapping[str, float]


def key_of(figure: Figure, name: str) -> str:
    """The key of a figure of one factor or plane."""
    return f"{figure.key} {name}"


def beside(
    mean: str,
    names: Sequence[str],
    values: Values,
    figures: Sequence[Figure],
    twins: Twins | None,
) -> dict[str, tuple[Row, ...]]:
    """Rows by the name of a factor or plane; first the means, by their own name."""
    keys = {mean: [f.key for f in figures]}
    keys |= {name: [key_of(f, name) for f in figures] for name in names}
    return {
        name: tuple(
            row_of(_titled(f, key, name), values.get(key, math.nan), twins)
            for f, key in zip(figures, own, strict=True)
        )
        for name, own in keys.items()
    }


def _titled(figure: Figure, key: str, name: str) -> Figure:
    what = f"{figure.title[0].lower()}{figure.title[1:]}"
    return replace(figure, key=key, title=f"{name.replace('_', ' ')}: {what}")


def rows_compared(count: int) -> list[int]:
    """Which of ``count`` angles are compared: 24 of them at most, spread evenly."""
    kept = min(count, ANGLES)
    return [k * count // kept for k in range(kept)]


def passings(heights: NDArray[np.floating]) -> NDArray[np.int64]:
    """How often closed curves of heights [..., N] pass zero in one turn, [...].

    As :func:`sgviz.analysis.factors.crossings` counts: an exact zero is below.
    """
    above = heights > 0
    found: NDArray[np.int64] = (above != np.roll(above, -1, axis=-1)).sum(axis=-1)
    return found


def curve_values(heights: NDArray[np.floating], span: float) -> dict[str, float]:
    """Range and changes of a factor: heights [C, N] above its middle, ``span`` its law.

    NaN while a point is not read yet.
    """
    if not np.isfinite(heights).all():
        return {"range": math.nan, "changes": math.nan}
    reach = float(heights.max() - heights.min())
    return {"range": reach / span, "changes": float(passings(heights).mean())}


def mean_of(parts: Sequence[Values]) -> dict[str, float]:
    """The mean of each figure over factors or planes; NaN are passed over."""
    means = {}
    for key in parts[0] if parts else ():
        known = [part[key] for part in parts if not math.isnan(part[key])]
        means[key] = math.fsum(known) / len(known) if known else math.nan
    return means


def by_name(parts: Iterable[tuple[str, Values]]) -> dict[str, float]:
    """The figures of one network: of every factor by its name, and their means."""
    parts = list(parts)
    found = {f"{key} {name}": x for name, part in parts for key, x in part.items()}
    return mean_of([part for _, part in parts]) | found


def curve_twins(
    networks: Sequence[Values], depth: int, circles: int, total: int = 0
) -> Twins:
    """The bands of the factors along circles; ``total`` networks are asked for."""
    twins = twins_of(networks, WHO_CURVES.format(depth=depth), ABOUT, total)
    keys = [key for key in twins.bands if key.startswith("changes ")]
    return _widened(twins, dict.fromkeys(keys, PAIR / max(circles, 1)))


def plane_twins(
    networks: Sequence[Values], depth: int, changes: Values, total: int = 0
) -> Twins:
    """The bands of the planes; ``changes`` of the images, by the name of a factor."""
    twins = twins_of(networks, WHO_PLANES.format(depth=depth), ABOUT, total)
    steps = {f"crossings {name}": PAIR for name in changes}
    steps |= {f"found {name}": 1.0 / count for name, count in changes.items() if count}
    return _widened(twins, steps)


def _widened(twins: Twins, steps: Values) -> Twins:
    bands = {key: _wider(b, steps.get(key, 0.0)) for key, b in twins.bands.items()}
    bands |= {k: _of_share(b) for k, b in bands.items() if k.split(" ")[0] in SHARES}
    return replace(twins, bands=bands)


def _wider(band: Band, step: float) -> Band:
    return replace(band, low=max(0.0, band.low - step), high=band.high + step)


def _of_share(band: Band) -> Band:
    """Not above 1, unless a twin is."""
    return replace(band, high=min(band.high, max(1.0, *band.values, 0.0)))
