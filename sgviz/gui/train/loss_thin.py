"""What of a curve is drawn where a screen has fewer columns than it has values."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.train.timeline_scale import Scale, nice_step

Numbers = NDArray[np.float64]
_MOST_TICKS = 40  # of the x range: it grows in steps, so the axes seldom change
_STEPS = 8  # a y range begins and ends at about that part of its span


def kimg_scale(last: float) -> Scale:
    """From 0 to a round number just beyond ``last``: it grows seldom."""
    last = max(last, 1e-3)
    step = nice_step(last, _MOST_TICKS)
    return Scale(0.0, step * float(np.ceil(last / step - 1e-9)))


def value_scale(curves: list[Numbers]) -> Scale:
    """Round ends that hold all finite values; 0 to 1 where there are none."""
    flat = np.concatenate([np.zeros(0), *curves])
    flat = flat[np.isfinite(flat)]
    if not len(flat):
        return Scale(0.0, 1.0)
    low, high = float(flat.min()), float(flat.max())
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = 0.1 * abs(high) or 0.5
        return Scale(low - room, high + room)
    step = nice_step(high - low, _STEPS)
    return Scale(step * np.floor(low / step), step * np.ceil(high / step))


def within(x: Numbers, scale: Scale) -> slice:
    """The part of rising ``x`` that can be seen, and a neighbour on both sides."""
    first = int(np.searchsorted(x, scale.low)) - 1
    last = int(np.searchsorted(x, scale.high, side="right")) + 1
    return slice(max(0, first), min(len(x), last))


def pieces(x: Numbers, y: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """The stretches without a gap: where y is finite."""
    good = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]])))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield x[first:last], y[first:last]


def envelope(x: Numbers, y: Numbers, width: float) -> tuple[Numbers, Numbers]:
    """Least and greatest value of each column of ``width``, joined by a line.

    x [N] rises; not more than two points a column are left, and nothing of what N
    points reach is lost. A curve with fewer points stays as it is.
    """
    column = np.floor(x / width)
    starts = np.flatnonzero(np.diff(column, prepend=column[:1] - 1))
    if 2 * len(starts) >= len(x):
        return x, y
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    # Every other column upside down: the line goes on where it is.
    odd = np.arange(len(starts)) % 2 == 1
    pairs = np.stack([np.where(odd, high, low), np.where(odd, low, high)], axis=1)
    return np.repeat(x[starts], 2), pairs.reshape(-1)


def spaced(x: Numbers, y: Numbers, width: float) -> tuple[Numbers, Numbers]:
    """A point a column of ``width``, the first of each, and the last of all."""
    if len(x) < 2 or width <= 0:
        return x, y
    few = np.flatnonzero(np.diff(np.floor(x / width), prepend=-np.inf))
    if few[-1] != len(x) - 1:
        few = np.append(few, len(x) - 1)
    return x[few], y[few]
