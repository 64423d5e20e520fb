"""Rows of a seed's stream, found again without drawing all that comes before them."""

from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

STRIDE = 512  # rows from one mark to the next: 20 ms to draw at 512 numbers a row


class NormalStream:
    """Rows of ``RandomState(seed).randn(..., dim)``: the field's convention.

    The generator's state is kept at every 512th row that was reached (2.5 kB each), so
    that row 20,000 costs what row 300 does, once somebody was there. Threads may share
    one.
    """

    def __init__(self, dim: int, seed: int) -> None:
        self._dim = dim
        self._marks: list[dict[str, Any]] = [_state_of(np.random.RandomState(seed))]
        self._lock = Lock()

    def rows(self, first: int, count: int) -> NDArray[np.float64]:
        """Rows ``first`` to ``first + count``, float64 [count, dim]."""
        with self._lock:
            place = min(first // STRIDE, len(self._marks) - 1)
            random = np.random.RandomState(0)
            random.set_state(self._marks[place])
            while place < first // STRIDE:
                random.randn(STRIDE, self._dim)
                place += 1
                self._mark(place, random)
            out = np.empty((count, self._dim))
            random.randn(first - place * STRIDE, self._dim)
            done, row = 0, first
            while done < count:
                step = min(count - done, STRIDE - row % STRIDE)
                out[done : done + step] = random.randn(step, self._dim)
                done, row = done + step, row + step
                if row % STRIDE == 0:
                    self._mark(row // STRIDE, random)
            return out

    def _mark(self, place: int, random: np.random.RandomState) -> None:
        if place == len(self._marks):
            self._marks.append(_state_of(random))


@lru_cache(maxsize=4)
def stream_of(dim: int, seed: int) -> NormalStream:
    """The stream of a seed, with the marks that were made before."""
    return NormalStream(dim, seed)


def _state_of(random: np.random.RandomState) -> dict[str, Any]:
    state: dict[str, Any] = dict(random.get_state(legacy=False))
    return state
