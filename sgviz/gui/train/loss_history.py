"""The figures of a run as they come in, thinned and smoothed; numpy only."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# More than a screen has columns; beyond it neighbours are averaged in pairs.
CAPACITY = 2048
_SMOOTH_SHARE = 0.02


class LossHistory:
    """Rows of kimg and a number a curve; at most ``CAPACITY`` are kept."""

    def __init__(self, curves: int) -> None:
        self._rows: Numbers = np.empty((CAPACITY, 1 + curves))
        self._count = 0
        # Every row is the mean of so many that came in; the last may be unfinished.
        self._per_row = 1
        self._pending: list[tuple[float, ...]] = []

    def __len__(self) -> int:
        return self._count

    def add(self, rows: Iterable[tuple[float, ...]]) -> None:
        """Take rows in the order of the run."""
        for row in rows:
            self._pending.append(row)
            if len(self._pending) >= self._per_row:
                self._rows[self._count] = _mean(np.array(self._pending))
                self._pending.clear()
                self._count += 1
                if self._count == CAPACITY:
                    self._halve()

    @property
    def kimg(self) -> Numbers:
        """Thousands of images shown [N]."""
        return self._rows[: self._count, 0]

    def raw(self, curve: int) -> Numbers:
        """A curve as it came [N]; not finite where a step was skipped."""
        return self._rows[: self._count, 1 + curve]

    def smooth(self, curve: int) -> Numbers:
        """The same curve, each value the mean of its neighbourhood [N]."""
        reach = max(1, round(_SMOOTH_SHARE * self._count))
        return moving_mean(self.raw(curve), reach)

    def _halve(self) -> None:
        half = CAPACITY // 2
        pairs = self._rows.reshape(half, 2, -1)
        self._rows[:half] = np.stack([_mean(pair) for pair in pairs])
        self._count = half
        self._per_row *= 2


def moving_mean(values: Numbers, reach: int) -> Numbers:
    """The mean over ``reach`` neighbours on both sides [N]; fewer at the ends.

    Values that are not finite are left out; where all are, the mean is nan.
    """
    finite = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(finite)])
    index = np.arange(len(values))
    low = np.maximum(index - reach, 0)
    high = np.minimum(index + reach + 1, len(values))
    count = counts[high] - counts[low]
    total = sums[high] - sums[low]
    means: Numbers = np.full(len(values), np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means


def _mean(rows: Numbers) -> Numbers:
    """The mean of rows [K, C], leaving out what is not finite [C]."""
    finite = np.isfinite(rows)
    count = finite.sum(axis=0)
    total = np.where(finite, rows, 0.0).sum(axis=0)
    means: Numbers = np.full(rows.shape[1], np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means
