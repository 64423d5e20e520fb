"""Where the axes run and which numbers stand on them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_SIZE = 1e-6  # the rounding of points that are one point
TICKS = 5  # about so many on the longest axis
MAX_TICKS = 24
OVER = 1.06  # of the radius of a panel, where its axes end
Place = tuple[float, float, float]
ZERO: Place = (0.0, 0.0, 0.0)


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
class Frame:
    """Three named axes through ``origin``; a number v on them is ``unit`` v long."""

    axes: tuple[Axis, Axis, Axis]
    names: tuple[str, str, str] = ("", "", "")
    origin: Place = ZERO
    unit: float = 1.0

    def placed(self, numbers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where numbers [..., 3] along the axes are in the scene, float32."""
        there: NDArray[np.float32] = np.float32(self.unit) * numbers
        return there + np.array(self.origin, dtype=np.float32)


@dataclass(frozen=True)
class Label:
    """A text beside a place of an axis (0, 1, 2): a number, or the axis's name.

    The axis goes through ``origin``.
    """

    text: str
    place: Place
    axis: int
    name: bool = False
    origin: Place = ZERO


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


def axes_within(radius: float) -> tuple[Axis, Axis, Axis]:
    """Three axes through zero that end a little beyond a ball of a radius."""
    step = nice_step(2.0 * radius)
    high = OVER * radius - 0.3 * step
    axis = Axis(-high, high, step)
    return axis, axis, axis


def number(value: float, step: float) -> str:
    """A tick's number with as many decimals as its step needs, a true minus."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(value) >= 1e5 or step < 1e-4:
        return f"{value:.1e}".replace("-", "−")
    return f"{value:.{decimals}f}".replace("-", "−")


def labels_of(frames: Sequence[Frame]) -> list[Label]:
    """Names first (they win a quarrel for room), then zero, then the numbers."""
    names, zeros, numbers = list[Label](), list[Label](), list[Label]()
    for frame in frames:
        origin, unit = frame.origin, frame.unit
        zeros.append(Label("0", origin, 2, origin=origin))
        for i, (axis, name) in enumerate(zip(frame.axes, frame.names, strict=True)):
            if name:
                end = on_axis(i, unit * axis.end, origin)
                names.append(Label(name, end, i, name=True, origin=origin))
            for value in axis.ticks:
                place = on_axis(i, unit * value, origin)
                text = number(value, axis.step)
                numbers.append(Label(text, place, i, origin=origin))
    return names + zeros + numbers


def on_axis(axis: int, value: float, origin: Place = ZERO) -> Place:
    """The place of a value of one axis."""
    place = list(origin)
    place[axis] += value
    return place[0], place[1], place[2]
