"""Where the axes run and which numbers stand on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_SIZE = 1e-6  # the rounding of points that are one point
TICKS = 5  # about so many on the longest axis
MAX_TICKS = 24


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high`` with a number at every multiple of ``step``."""

    low: float
    high: float
    step: float

    @property
    def end(self) -> float:
        """Where the line ends, a little beyond the last tick."""
        return self.high + 0.3 * self.step

    @property
    def ticks(self) -> tuple[float, ...]:
        """The multiples of the step from low to high, zero left out."""
        first = math.ceil(self.low / self.step - 1e-6)
        last = math.floor(self.high / self.step + 1e-6)
        last = min(last, first + MAX_TICKS)
        return tuple(k * self.step for k in range(first, last + 1) if k)


@dataclass(frozen=True)
class Label:
    """A text beside a place of an axis (0, 1, 2): a number, or the axis's name."""

    text: str
    place: tuple[float, float, float]
    axis: int
    name: bool = False


def nice_step(span: float) -> float:
    """1, 2 or 5 times a power of ten: about a ``TICKS``-th of a span."""
    rough = max(span, 1e-12) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(k for k in (1.0, 2.0, 5.0, 10.0) if k * power >= rough * 0.99)


def axes_around(box: NDArray[np.float64]) -> tuple[Axis, Axis, Axis]:
    """Three axes through zero around a box, with one step for all.

    ``box`` [2, 3] is the lowest and the highest coordinates; one of no size, or not
    finite, gives axes from -1 to 1.
    """
    if not (np.isfinite(box).all() and np.abs(box).max() > NO_SIZE):
        box = np.array([[-1.0] * 3, [1.0] * 3])
    low, high = np.minimum(box[0], 0.0), np.maximum(box[1], 0.0)
    step = nice_step(float((high - low).max()))
    # Even where a coordinate hardly varies there is an axis to be seen.
    low, high = np.minimum(low, -step), np.maximum(high, step)
    made = [
        Axis(math.floor(a / step) * step, math.ceil(b / step) * step, step)
        for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]
    return made[0], made[1], made[2]


def number(value: float, step: float) -> str:
    """A tick's number with as many decimals as its step needs, a true minus."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(value) >= 1e5 or step < 1e-4:
        return f"{value:.1e}".replace("-", "−")
    return f"{value:.{decimals}f}".replace("-", "−")


def labels_of(axes: Sequence[Axis], names: Sequence[str]) -> list[Label]:
    """Names first (they win a quarrel for room), then zero, then the numbers."""
    out = []
    for i, (axis, name) in enumerate(zip(axes, names, strict=True)):
        if name:
            out.append(Label(name, on_axis(i, axis.end), i, name=True))
    out.append(Label("0", (0.0, 0.0, 0.0), 2))
    for i, axis in enumerate(axes):
        out += [Label(number(v, axis.step), on_axis(i, v), i) for v in axis.ticks]
    return out


def on_axis(axis: int, value: float) -> tuple[float, float, float]:
    """The place of a value of one axis."""
    place = [0.0, 0.0, 0.0]
    place[axis] = value
    return place[0], place[1], place[2]
