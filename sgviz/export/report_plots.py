"""The plots of a report: what circles are along their angle, and by their parts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sgviz.export.report_svg import SERIES, Numbers, Plot, legend, span_of
from sgviz.measured.curves import HARMONICS
from sgviz.measured.measurement import Measurement
from sgviz.measured.null import Null
from sgviz.measured.octants import CHANCE, OCTANTS
from sgviz.measured.statistics import Circle
from sgviz.measured.tails import key_of

HALF = [(45.0 * k, f"{45 * k}°") for k in range(5)]
TWINS = "untrained twins"
QUARTERS = [(90.0 * k, f"{90 * k}°") for k in range(5)]


class Drawn(NamedTuple):
    """A plot with its title and a sentence on how to read it.

    What is ``broad`` takes a line of its own.
    """

    title: str
    svg: str
    reading: str
    broad: bool = False


def plots(measurement: Measurement) -> Iterator[Drawn]:
    """Every plot that the measurement has the numbers for."""
    shapes = [
        circle for circle in measurement.statistics.circles if circle.curve.has_shape
    ][:SERIES]
    if shapes:
        yield _along_speed(shapes, measurement.null)
        yield _along_antipodes(shapes, measurement.null)
        yield _harmonics(shapes, measurement.null)
        yield _components(shapes, measurement.null)
        yield _triplets(shapes)
    yield _octants(measurement)
    yield from _quantiles(measurement)


def names_of(measurement: Measurement) -> str:
    """The legend of all plots whose series are circles."""
    circles = measurement.statistics.circles
    shapes = [circle.name for circle in circles if circle.curve.has_shape]
    grey = "untrained twins" if measurement.null else ""
    text = legend(shapes[:SERIES], grey)
    left = len(shapes) - SERIES
    return text + (f"<p>… and {left} more circles.</p>" if left > 0 else "")


def closed(
    angles: Numbers, row: Numbers, turn: float = 360.0
) -> tuple[Numbers, Numbers]:
    """A curve at rising ``angles`` (degrees) from 0 to the end of a ``turn``.

    There it is what it was; between two points it is straight.
    """
    if not len(row):
        return angles, row
    seam = float(np.interp(0.0, angles, row, period=turn))
    return np.r_[0.0, angles, turn], np.r_[seam, row, seam]


def along(
    title: str,
    label: str,
    angles: Numbers,
    rows: Mapping[str, Numbers],
    band: tuple[Numbers, tuple[Numbers, Numbers]] | None,
    words: str,
) -> Drawn:
    """Curves over the angle, closed, and the band that they lie in untrained."""
    ends = list(band[1]) if band else []
    plot = Plot(title, ("angle in Z", label), (0, 360),
                span_of([*rows.values(), *ends], True), ticks=QUARTERS)  # fmt: skip
    if band:
        at = np.degrees(band[0])
        (turn, low), (_, high) = (closed(at, end) for end in band[1])
        plot.band(turn, low, high, TWINS)
    for k, (name, row) in enumerate(rows.items()):
        plot.line(*closed(np.degrees(angles), row), k, name)
    return Drawn(title, plot.svg + legend(list(rows), TWINS if band else ""), words)


def _everywhere(null: Null | None, key: str) -> list[tuple[float, float]]:
    """The band of single points of twins, the same at every angle; none unknown."""
    band = null.along.get(key) if null is not None else None
    return [(band.low, band.high)] if band is not None and band.known else []


def _along_speed(circles: list[Circle], null: Null | None) -> Drawn:
    exact = all(len(circle.curve.speed) for circle in circles)
    rows = [
        circle.curve.speed
        if exact
        else circle.curve.segments * circle.curve.points / math.tau
        for circle in circles
    ]
    bands = _everywhere(null, "speed")
    plot = Plot("Speed", ("angle in Z", "|w′(t)|"), (0, 360),
                span_of([*rows, *bands], True), ticks=QUARTERS)  # fmt: skip
    for band in bands:
        plot.box((0, 360), band, TWINS)
    for i, (circle, row) in enumerate(zip(circles, rows, strict=True)):
        shift = 0.0 if exact else 180.0 / circle.curve.points
        plot.line(*closed(np.degrees(circle.curve.angles) + shift, row), i, circle.name)
    how = "exact, by the derivative" if exact else "from the segments"
    return Drawn("Speed", plot.svg, f"How fast W is run through, a radian of Z; {how}.")


def _along_antipodes(circles: list[Circle], null: Null | None) -> Drawn:
    rows = [circle.curve.antipodal for circle in circles]
    bands = _everywhere(null, "antipodal")
    plot = Plot("Antipodes", ("angle in Z", "|w(t) − w(t + π)|"), (0, 180),
                span_of([*rows, *bands], True), ticks=HALF)  # fmt: skip
    for band in bands:
        plot.box((0, 180), band, TWINS)
    for i, (circle, row) in enumerate(zip(circles, rows, strict=True)):
        angles = np.degrees(circle.curve.angles[: len(row)])
        plot.line(*closed(angles, row, 180.0), i, circle.name)
    return Drawn(
        "Antipodes", plot.svg, "How far apart z and −z land; 0 would be a meeting."
    )


def _harmonics(circles: list[Circle], null: Null | None) -> Drawn:
    rows = [circle.curve.harmonics[:10] for circle in circles]
    words = (
        "The Fourier series of w(t): a linear map has the first alone; grey is where "
        "circles through untrained twins lie."
    )
    keys = [f"harmonic_{k}" for k in range(1, HARMONICS + 1)]
    return _shares("Harmonics", "harmonic k", rows, circles, null, keys, words)


def _components(circles: list[Circle], null: Null | None) -> Drawn:
    rows = [circle.curve.explained[:12] for circle in circles]
    words = "How much of a circle each of its best directions shows, the best first."
    keys = [f"explained_{k}" for k in range(1, 13)]
    label = "principal component k"
    return _shares("Components", label, rows, circles, null, keys, words)


def _shares(
    title: str,
    label: str,
    rows: Sequence[Numbers],
    circles: list[Circle],
    null: Null | None,
    keys: Sequence[str],
    words: str,
) -> Drawn:
    """Shares of the variance by number, from 1 on, in the bands of single circles."""
    most = min(map(len, rows))
    ks, rows = np.arange(1, most + 1), [row[:most] for row in rows]
    low = max(1e-5, 0.7 * min(float(np.nanmin(row)) for row in rows))
    plot = Plot(title, (label, "share of the variance"), (0.5, most + 0.5), (low, 1.2),
                log=True, ticks=[(float(k), str(k)) for k in ks])  # fmt: skip
    found = [null.circle.get(key) for key in keys[:most]] if null else []
    known = [(k, band) for k, band in zip(ks, found, strict=False) if band is not None]
    if known:
        lows, highs = [b.low for _, b in known], [b.high for _, b in known]
        plot.band([k for k, _ in known], lows, highs, TWINS)
    for i, (circle, row) in enumerate(zip(circles, rows, strict=True)):
        plot.line(ks, row, i, circle.name)
        plot.dots(ks, row, i, circle.name)
    return Drawn(title, plot.svg, words)


def _triplets(circles: list[Circle]) -> Drawn:
    rows = [100.0 * np.sort(circle.curve.triplets)[::-1] for circle in circles]
    most = max(map(len, rows))
    plot = Plot("Triplets", ("triplets, sorted", "% of the variance"), (0, most),
                span_of(rows, True))  # fmt: skip
    for i, (circle, row) in enumerate(zip(circles, rows, strict=True)):
        plot.line(np.arange(1, len(row) + 1), row, i, circle.name)
    return Drawn(
        "Triplets",
        plot.svg,
        "How much of a circle each picture of three coordinates shows: little.",
    )


def _octants(measurement: Measurement) -> Drawn:
    counted = [
        c.census for c in measurement.statistics.circles if c.census.counts.sum()
    ]
    shares = np.mean([census.shares for census in counted] or [np.zeros(8)], axis=0)
    signs = [name.replace("-", "−") for name in OCTANTS]
    known = measurement.null.mean if measurement.null is not None else {}
    bands = [known.get(key_of("W", True, f"octant_{name}")) for name in OCTANTS]
    ends = [x for b in bands if b is not None for x in (b.low, b.high)]
    plot = Plot("Octants", ("signs of a triplet of w − w_avg", "share of the pairs"),
                (-0.6, 7.6), span_of([shares, [CHANCE], ends], True),
                ticks=[(float(i), name) for i, name in enumerate(signs)])  # fmt: skip
    for i, (share, band) in enumerate(zip(shares, bands, strict=True)):
        if band is not None and band.known:
            plot.box((i - 0.44, i + 0.44), (band.low, band.high), TWINS)
        plot.bar(i, 0.5, float(share), 0, f"{signs[i]}: {share:.4f}")
    plot.level(CHANCE, "by chance")
    return Drawn(
        "Octants", plot.svg, "Eyes follow long tails into +++; the counts are these."
    )


def _quantiles(measurement: Measurement) -> Iterator[Drawn]:
    null = measurement.null
    for i, tails in enumerate(measurement.statistics.tails):
        if not np.isfinite(tails.quantiles).any():
            continue
        key = key_of("P" if tails.space == "P" else "W", False, "quantiles")
        band = null.row_band(key) if null is not None else None
        if band is not None and len(band[0]) != len(tails.normal):
            band = None
        span = span_of([tails.quantiles, tails.normal, *(band or ())])
        title = f"Tails in {tails.space}"
        plot = Plot(title, ("normal quantile", "quantile of the coordinates"),
                    span_of([tails.normal]), span)  # fmt: skip
        if band is not None:
            plot.band(tails.normal, *band, TWINS)
        plot.diagonal(tails.normal[0], tails.normal[-1])
        plot.dots(tails.normal, tails.quantiles, i, title)
        words = (
            f"Skewness {tails.skewness:.3f}, excess kurtosis "
            f"{tails.excess_kurtosis:.3f}; on the line, numbers are normal."
        )
        yield Drawn(title, plot.svg, words)
