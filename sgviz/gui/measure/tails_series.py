"""The plots of octants and tails as values: what is counted, and untrained twins."""

import numpy as np

from sgviz.gui.measure.series import Band, Bars, Dots, Line, Numbers, Rule, Series
from sgviz.measured.null import Null
from sgviz.measured.octants import CHANCE, OCTANTS
from sgviz.measured.tails import BINS, Signs, histogram

TWINS, ONE_TWIN, CLOSED = "untrained twins", "one untrained twin", "infinite width"
OPACITY = 0.35  # of bands that lie over bars


def octants(signs: Signs, null: Null | None) -> list[Series]:
    """The eight shares as bars, where those of twins lie, and chance."""
    places = np.arange(8.0)
    bars = Bars(places, signs.census.shares, signs.words, ink="accent", width=0.7)
    series: list[Series] = [bars]
    if null is not None:
        bands = [null.mean.get(signs.key(f"octant_{each}")) for each in OCTANTS]
        known = [band for band in bands if band is not None and band.known]
        if len(known) == len(OCTANTS):
            low, high = np.array([(band.low, band.high) for band in known]).T
            series.append(_steps(low, high, places, 0.5))
    return [*series, Rule(CHANCE, "by chance")]


def quantiles(signs: Signs, null: Null | None, coordinate: int | None) -> list[Series]:
    """The Q-Q plot of all numbers, beside that of twins, or of one coordinate."""
    name = f"all of {signs.space}"
    own, normal = signs.tails.quantiles, signs.tails.normal
    series: list[Series] = []
    band = None if null is None else null.row_band(signs.key("quantiles"))
    if coordinate is not None:
        name = f"{signs.space.lower()}{coordinate}"
        own, normal = signs.coordinate_quantiles[coordinate], signs.coordinate_normal
    elif band is not None:
        series.append(Band(normal, *band, TWINS))
    ends = np.array([normal.min(), normal.max()])
    series.append(Line(ends, ends, "normal", ink="muted", dashed=True))
    return [*series, Dots(normal, own, name, ink="accent", size=4.0)]


def moments(signs: Signs, null: Null | None, coordinate: int | None) -> list[Series]:
    """A dot a coordinate over those of one twin; all numbers pooled, theirs too."""
    tails, letter = signs.tails, signs.space.lower()
    x, y = tails.skewnesses, tails.excess_kurtoses
    series: list[Series] = [Rule(0.0), Rule(0.0, is_vertical=True)]
    if null is not None:
        series += _of_a_twin(signs, null)
    series.append(Dots(x, y, f"{letter}0, {letter}1 …", ink="accent", size=4.0))
    if null is not None:
        series += _pooled(signs, null)
    series.append(
        _dot(tails.skewness, tails.excess_kurtosis, "pooled", "warning", 9.0, "d")
    )
    if coordinate is not None:
        name = f"{letter}{coordinate}"
        series.append(_dot(x[coordinate], y[coordinate], name, "good", 9.0))
    return series


def negative(signs: Signs, null: Null | None) -> list[Series]:
    """How many coordinates have which share below zero, here and in twins."""
    middles = (np.arange(BINS) + 0.5) / BINS
    counts = histogram(signs.census.negative)
    series: list[Series] = [
        Bars(middles, counts, signs.words, ink="accent", width=0.9 / BINS)
    ]
    band = None if null is None else null.row_band(signs.key("negative"))
    if band is not None:
        series.append(_steps(*band, middles, 0.5 / BINS))
    mean = signs.census.negative_share
    series.append(Rule(0.5, "half", is_vertical=True))
    series.append(Rule(mean, f"mean {mean:.3f}", "warning", is_vertical=True))
    return series


def _of_a_twin(signs: Signs, null: Null) -> list[Series]:
    """The coordinates of the first twin: so far do a few circles scatter them."""
    keys = (signs.key("skewnesses"), signs.key("excess_kurtoses"))
    if not all(key in null.rows for key in keys):
        return []
    x, y = (null.rows[key][0] for key in keys)
    return [Dots(x, y, ONE_TWIN, ink="muted", size=3.0)]


def _pooled(signs: Signs, null: Null) -> list[Series]:
    """All numbers of each twin together, and of infinite width."""
    keys = (signs.key("skewness"), signs.key("excess_kurtosis"))
    x, y = (np.array(null.mean[k].values if k in null.mean else ()) for k in keys)
    found: list[Series] = []
    if len(x) and len(x) == len(y):
        found.append(Dots(x, y, f"{TWINS}, pooled", ink="text", size=7.0, shape="d"))
    closed = [null.closed.get(key) for key in keys]
    if closed[0] is not None and closed[1] is not None:
        found.append(_dot(closed[0], closed[1], CLOSED, "text", 12.0, "+"))
    return found


def _dot(
    x: float, y: float, name: str, ink: str, size: float, shape: str = "o"
) -> Dots:
    return Dots(np.array([x]), np.array([y]), name, ink=ink, size=size, shape=shape)


def _steps(low: Numbers, high: Numbers, x: Numbers, half: float) -> Band:
    """A band that is level over each bar."""
    edges = np.stack([x - half, x + half], axis=1).ravel()
    low, high = np.repeat(low, 2), np.repeat(high, 2)
    return Band(edges, low, high, TWINS, ink="text", opacity=OPACITY)
