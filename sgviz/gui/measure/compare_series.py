"""The plots of a comparison as values: two networks over each other, and untrained."""

import math
from collections.abc import Sequence

import numpy as np

from sgviz.gui.measure.series import (
    Axes,
    Band,
    Bars,
    Dots,
    Line,
    Numbers,
    Rule,
    Series,
)
from sgviz.measured.both_curves import ANGLE, Curve, difference
from sgviz.measured.circle_curves import circle_curves
from sgviz.measured.compare import Comparison, Untrained
from sgviz.measured.curves import HARMONICS, CurveMeasures
from sgviz.measured.octants import CHANCE

FIRST, SECOND = "accent", "warning"
DIFFERENCE, RATIO = "difference", "second / first"
LEAST = 1e-9  # on a logarithmic axis
MOST_NAMED, MOST_MARKED = 8, 20


def distance_series(found: Comparison) -> list[Series]:
    """|w1(t) - w2(t)| of each circle: as they are, and dashed when best aligned."""
    series: list[Series] = []
    x = np.append(np.degrees(found.angles), 360.0)
    names = [circle.name for circle in found.statistics[0].circles]
    for at, name in enumerate(names):
        shown = name if len(names) <= MOST_NAMED else ""
        is_known = bool(found.alike.apart.size)
        if is_known:
            y = _closed(found.alike.apart[at])
            series.append(Line(x, y, shown, at, circle=at))
        y = _closed(found.alike.aligned[at])
        aligned = "aligned" if is_known and at == 0 else "" if is_known else shown
        series.append(Line(x, y, aligned, at, circle=at, width=1.1, dashed=True))
    return series


def harmonic_series(
    found: Comparison, untrained: Untrained | None, ring: int
) -> list[Series]:
    """Shares of the first harmonics of a circle in both, over untrained circles.

    The axis is logarithmic: so the difference that is drawn is that of logarithms,
    the ratio, dashed; 1 where there is none.
    """
    orders = np.arange(1, HARMONICS + 1, dtype=float)
    series: list[Series] = []
    if untrained is not None:
        series += _bands(untrained, orders)
    both = _curves(found, ring)
    shares = [_positive(curve.harmonics[:HARMONICS]) for _, _, curve in both]
    for (name, ink, _), y in zip(both, shares, strict=True):
        series += _marked(orders, y, name, ink, ring)
    if _match(shares):
        ratio = shares[1] / shares[0]
        x = orders[: len(ratio)]
        series.append(Line(x, ratio, RATIO, "muted", circle=ring, dashed=True))
        series.append(Rule(1.0))
    return series


def circle_series(found: Comparison, ring: int, key: str) -> list[Series]:
    """One of :func:`circle_curves` of both, and the difference, dashed."""
    first, second = (circle_curves(each, ring).get(key) for each in found.statistics)
    return curve_series(found.names, (first, second))


def octant_series(found: Comparison) -> list[Series]:
    """Shares of the octants in both, of all circles, beside chance; the difference."""
    series: list[Series] = []
    both: list[Numbers] = []
    for at, (name, ink) in enumerate(zip(found.names, (FIRST, SECOND), strict=True)):
        counts = [each.census.counts for each in found.statistics[at].circles]
        total = np.sum([each.sum(axis=0) for each in counts if each.size], axis=0)
        if np.ndim(total):
            shares = np.asarray(total, dtype=float) / max(1.0, float(np.sum(total)))
            x = np.arange(8, dtype=float) + (0.2 if at else -0.2)
            series.append(Bars(x, shares, name, ink, width=0.36))
            both.append(shares)
    series.append(Rule(CHANCE, "chance"))
    if _match(both):
        x, gap = np.arange(8, dtype=float), both[1] - both[0]
        series += [Dots(x, gap, DIFFERENCE, "text", size=6.0, shape="d"), Rule(0.0)]
    return series


def curve_axes(curve: Curve | None) -> Axes:
    """The axes of a curve of both."""
    if curve is None:
        return Axes("", "")
    names = () if not curve.names else tuple(zip(curve.x, curve.names, strict=True))
    is_angle = curve.x_name == ANGLE
    return Axes(curve.x_name, curve.y_name, is_angle, log_y=curve.is_log, names=names)


def curve_series(names: tuple[str, str], both: Sequence[Curve | None]) -> list[Series]:
    """Both curves over what untrained counterparts of the first have; the difference.

    On a logarithmic axis it is the ratio.
    """
    series: list[Series] = []
    for curve in both[:1]:
        if curve is not None and curve.untrained is not None:
            x, *ends = curve.untrained
            low, high = (np.maximum(e, LEAST) if curve.is_log else e for e in ends)
            series.append(Band(x, low, high, "untrained"))
    for name, ink, curve in zip(names, (FIRST, SECOND), both, strict=True):
        if curve is not None:
            y = _positive(curve.y) if curve.is_log else curve.y
            series.append(Line(curve.x, y, name, ink, circle=curve.circle))
            if len(curve.x) <= MOST_MARKED:
                series.append(Dots(curve.x, y, "", ink, circle=curve.circle, size=6.0))
    first, second = both
    gap = None if first is None or second is None else difference(first, second)
    if first is not None and gap is not None:
        name = RATIO if first.is_log else DIFFERENCE
        x, circle = first.x, first.circle
        series.append(Line(x, gap, name, "muted", circle=circle, dashed=True))
        series.append(Rule(1.0 if first.is_log else 0.0))
    return series


def _bands(untrained: Untrained, orders: Numbers) -> list[Series]:
    """The untrained circles of the first, and of the second where these differ."""
    series: list[Series] = []
    first, second = untrained.nulls
    for null in (first,) if first.depth == second.depth else (first, second):
        bands = [null.circle.get(f"harmonic_{int(k)}") for k in orders]
        known = [band for band in bands if band is not None]
        if len(known) == len(orders):
            low = np.array([max(band.low, LEAST) for band in known])
            high = np.array([band.high for band in known])
            name = f"untrained, depth {null.depth}"
            series.append(Band(orders, low, high, name))
    return series


def _marked(x: Numbers, y: Numbers, name: str, ink: str, ring: int) -> list[Series]:
    if not np.isfinite(y).any():
        return []
    x = x[: len(y)]
    line = Line(x, y, name, ink, circle=ring)
    return [line, Dots(x, y, "", ink, circle=ring, size=7.0)]


def _match(both: Sequence[Numbers]) -> bool:
    """Whether there are two, as long as each other."""
    return len(both) == 2 and both[0].shape == both[1].shape and both[0].size > 0


def _positive(shares: Numbers) -> Numbers:
    """For a logarithmic axis: what is nothing is left out."""
    return np.where(shares > LEAST, shares, np.nan)


def _curves(found: Comparison, ring: int) -> list[tuple[str, str, CurveMeasures]]:
    both = []
    for at, (name, ink) in enumerate(zip(found.names, (FIRST, SECOND), strict=True)):
        circles = found.statistics[at].circles
        if circles:
            both.append((name, ink, circles[min(ring, len(circles) - 1)].curve))
    return both


def _closed(values: Numbers) -> Numbers:
    """A closed curve over its angle: the first point comes again at 360 degrees."""
    return np.append(values, values[:1] if len(values) else math.nan)
