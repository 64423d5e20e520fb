"""The plots of the statistics as values: along the circle, harmonics, components."""

import math

import numpy as np

from sgviz.gui.measure.series import Band, Dots, Line, Rule, Series
from sgviz.measured.curves import HARMONICS, CurveMeasures
from sgviz.measured.null import Null
from sgviz.measured.statistics import Statistics

COMPONENTS = 8
MOST_NAMED = 8
UNTRAINED, CLOSED = "untrained", "infinite width, untrained"
FLOOR = 1e-9  # of a share on a logarithmic axis


def speed_series(found: Statistics, null: Null | None, ring: int) -> list[Series]:
    """|w'(t)| of each circle; of the one on the ring the chords too, dashed."""
    length = null.closed.get("exact_length") if null else None
    closed = None if length is None else length / math.tau
    series = _everywhere(null, "speed", closed)
    for at, curve in _curves(found):
        if len(curve.speed):
            series.append(_along(curve, curve.speed, at, ring, found))
        if not len(curve.speed) or at == ring:
            name = f"{curve.name}: segments" if len(curve.speed) else curve.name
            series.append(_chords(curve, at, name, dashed=bool(len(curve.speed))))
    return series


def turning_series(
    found: Statistics, ring: int, null: Null | None = None
) -> list[Series]:
    """The angle between neighbouring segments at each point, in degrees."""
    total = null.closed.get("turning_deg") if null else None
    closed = None if null is None or total is None else total / null.points
    series = _everywhere(null, "turning", closed, 180.0 / math.pi)
    series += [
        _along(curve, np.degrees(curve.exterior), at, ring, found)
        for at, curve in _curves(found)
        if np.isfinite(curve.exterior).any()
    ]
    return series


def antipodal_series(
    found: Statistics, ring: int, null: Null | None = None
) -> list[Series]:
    """|w(t) - w(t + pi)|, all around: the second half repeats the first."""
    curves = [(at, c) for at, c in _curves(found) if len(c.antipodal)]
    if not curves:
        return []
    closed = null.closed.get("antipodal") if null else None
    series = _everywhere(null, "antipodal", closed)
    for at, curve in curves:
        twice = np.concatenate([curve.antipodal, curve.antipodal])
        series.append(_along(curve, twice, at, ring, found))
    return series


def harmonic_series(found: Statistics, null: Null | None) -> list[Series]:
    """Shares of the first harmonics against the band of single untrained circles."""
    orders = np.arange(1, HARMONICS + 1, dtype=float)
    series = _band(null, [f"harmonic_{k}" for k in range(1, HARMONICS + 1)])
    closed = _closed(null)
    if closed is not None:
        series.append(Line(orders, _positive(closed), CLOSED, "muted", dashed=True))
    for at, curve in _curves(found):
        shares = curve.harmonics[:HARMONICS]
        if np.isfinite(shares).any():
            series += _marked(orders[: len(shares)], _positive(shares), at, found)
    return series


def component_series(found: Statistics, null: Null | None) -> list[Series]:
    """Shares along the principal components against single untrained circles."""
    series = _band(null, [f"explained_{k}" for k in range(1, COMPONENTS + 1)], low=0.0)
    closed = _closed(null)
    if closed is not None:
        # Each harmonic fills two directions, evenly.
        pairs = np.repeat(closed / 2.0, 2)[:COMPONENTS]
        orders = np.arange(1, len(pairs) + 1, dtype=float)
        series.append(Line(orders, pairs, CLOSED, "muted", dashed=True))
    for at, curve in _curves(found):
        shares = curve.explained[:COMPONENTS]
        if len(shares) and np.isfinite(shares).any():
            orders = np.arange(1, len(shares) + 1, dtype=float)
            series += _marked(orders, shares, at, found)
    return series


def _band(null: Null | None, keys: list[str], low: float = FLOOR) -> list[Series]:
    """Where single circles of the twins have each of the figures."""
    bands = [null.circle.get(key) for key in keys] if null else []
    known = [band for band in bands if band is not None and band.known]
    if not known or len(known) < len(keys):
        return []
    x = np.arange(1, len(keys) + 1, dtype=float)
    lows = np.array([max(low, band.low) for band in known])
    return [Band(x, lows, np.array([band.high for band in known]), UNTRAINED)]


def _everywhere(
    null: Null | None, key: str, closed: float | None, scale: float = 1.0
) -> list[Series]:
    """The same at every angle: a twin knows no direction of Z from another.

    ``scale`` is what the band is multiplied by; ``closed`` is drawn as it is.
    """
    series: list[Series] = []
    band = null.along.get(key) if null else None
    if band is not None and band.known:
        x = np.array([0.0, 360.0])
        ends = np.full(2, band.low * scale), np.full(2, band.high * scale)
        series.append(Band(x, *ends, UNTRAINED))
    if closed is not None:
        series.append(Rule(closed, CLOSED))
    return series


def turning_title(found: Statistics, ring: int) -> str:
    """Turning, always with the number of points it belongs to."""
    curves = [curve for _, curve in _curves(found)]
    if not curves:
        return "Turning"
    curve = curves[min(ring, len(curves) - 1)]
    total = f"{curve.turning_deg:,.0f}°" if math.isfinite(curve.turning) else "–"
    return f"Turning at each point, N = {curve.points} · {curve.name}: {total} in all"


def _curves(found: Statistics) -> list[tuple[int, CurveMeasures]]:
    return [(at, circle.curve) for at, circle in enumerate(found.circles)]


def _along(
    curve: CurveMeasures, values: np.ndarray, at: int, ring: int, found: Statistics
) -> Line:
    """A closed curve over its angle: the first point comes again at 360 degrees."""
    x = np.append(np.degrees(curve.angles), 360.0)
    y = np.append(values, values[0])
    name = curve.name if len(found.circles) <= MOST_NAMED or at == ring else ""
    width = 2.2 if at == ring and len(found.circles) > 1 else 1.3
    return Line(x, y, name, at, circle=at, width=width)


def _chords(curve: CurveMeasures, at: int, name: str, dashed: bool) -> Line:
    """Segments as speeds, N / 2 pi of their length, in the middle of each."""
    step = 180.0 / curve.points
    x = np.degrees(curve.angles) + step
    y = curve.segments * (curve.points / math.tau)
    return Line(x, y, name, at, circle=at, width=1.1, dashed=dashed)


def _marked(x: np.ndarray, y: np.ndarray, at: int, found: Statistics) -> list[Series]:
    name = found.circles[at].name if len(found.circles) <= MOST_NAMED else ""
    return [
        Line(x, y, name, at, circle=at, width=1.2),
        Dots(x, y, "", at, circle=at, size=6.0),
    ]


def _closed(null: Null | None) -> np.ndarray | None:
    if null is None:
        return None
    keys = [f"harmonic_{k}" for k in range(1, HARMONICS + 1)]
    if not all(key in null.closed for key in keys):
        return None
    return np.array([null.closed[key] for key in keys])


def _positive(values: np.ndarray) -> np.ndarray:
    """For a logarithmic axis: what is nothing is left out."""
    return np.where(values > FLOOR, values, np.nan)
