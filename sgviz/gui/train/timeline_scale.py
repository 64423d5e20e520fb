"""Scales of the timeline's curves: where a value is, and which ticks it needs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

ROOM = 0.06  # of the range is left free above and below the curves
LEAST_LOG = 1e-4  # what is smaller is drawn as that


@dataclass(frozen=True)
class Scale:
    """From ``low`` to ``high``, along a line; ``log`` by powers of ten."""

    low: float
    high: float
    log: bool = False

    def share(self, values: Numbers) -> Numbers:
        """Where values lie: 0 at ``low``, 1 at ``high``."""
        low, high = self._unfold(np.array([self.low, self.high]))
        shares: Numbers = (self._unfold(values) - low) / ((high - low) or 1.0)
        return shares

    def value(self, share: float) -> float:
        """What lies at a share of the way; the inverse of :meth:`share`."""
        low, high = self._unfold(np.array([self.low, self.high])).tolist()
        there = low + share * (high - low)
        return float(10.0**there) if self.log else float(there)

    def ticks(self, about: int) -> list[float]:
        """Round values between the ends, about so many; powers of ten if ``log``."""
        if self.log:
            first = math.ceil(math.log10(self.low) - 1e-9)
            last = math.floor(math.log10(self.high) + 1e-9)
            return [10.0**k for k in range(first, last + 1)]
        step = nice_step(self.high - self.low, about)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [k * step for k in range(first, last + 1)]

    def _unfold(self, values: Numbers) -> Numbers:
        return np.log10(np.maximum(values, LEAST_LOG)) if self.log else values


def nice_step(span: float, about: int) -> float:
    """1, 2 or 5 times a power of ten: a span has about so many of them."""
    rough = max(span, 1e-12) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(k for k in (1.0, 2.0, 5.0, 10.0) if k * power >= rough * 0.99)


def scale_of(curves: Iterable[Numbers], log: bool = False) -> Scale:
    """A scale that holds curves, with a little room; 0 to 1 where there is nothing."""
    flat = np.concatenate([np.zeros(0), *(np.ravel(each) for each in curves)])
    flat = flat[np.isfinite(flat)]
    if log:
        flat = np.maximum(flat, LEAST_LOG)
    if not len(flat):
        return Scale(0.1, 1.0, True) if log else Scale(0.0, 1.0)
    low, high = float(flat.min()), float(flat.max())
    if log:
        room = (high / low) ** ROOM if high > low else 2.0
        return Scale(low / room, high * room, True)
    room = ROOM * (high - low) or 0.1 * abs(high) or 0.5
    return Scale(low - room, high + room)
