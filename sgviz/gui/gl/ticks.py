"""Where the axes run, which numbers stand on them, and which of those are shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TICKS = 5  # about so many on the longest axis
CLOSEST = 16.0  # pixels between two labels
MAX_TICKS = 24


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high`` with a number at every multiple of ``step``."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> tuple[float, ...]:
        """The multiples of the step from low to high, zero left out."""
        first = math.ceil(self.low / self.step - 1e-6)
        last = math.floor(self.high / self.step + 1e-6)
        last = min(last, first + MAX_TICKS)
        return tuple(k * self.step for k in range(first, last + 1) if k)


@dataclass(frozen=True)
class Label:
    """A text beside a place of the world."""

    text: str
    place: tuple[float, float, float]
    strong: bool = False


def nice_step(span: float) -> float:
    """1, 2 or 5 times a power of ten: about a ``TICKS``-th of a span."""
    rough = max(span, 1e-12) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(k for k in (1.0, 2.0, 5.0, 10.0) if k * power >= rough * 0.99)


def axes_around(points: NDArray[np.float32]) -> tuple[Axis, Axis, Axis]:
    """Three axes through zero around points [..., 3], with one step for all."""
    flat = points.reshape(-1, 3)
    flat = flat[np.isfinite(flat).all(axis=1)]
    if not len(flat):
        flat = np.array([[-1.0] * 3, [1.0] * 3], dtype=np.float32)
    low = np.minimum(flat.min(axis=0), 0.0)
    high = np.maximum(flat.max(axis=0), 0.0)
    span = float((high - low).max())
    step = nice_step(span)
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
            out.append(Label(name, _on(i, axis.high + 0.55 * axis.step), strong=True))
    out.append(Label("0", (0.0, 0.0, 0.0)))
    for i, axis in enumerate(axes):
        out += [Label(number(v, axis.step), _on(i, v)) for v in axis.ticks]
    return out


def spread_out(
    places: NDArray[np.float64], size: tuple[float, float]
) -> NDArray[np.bool_]:
    """Which labels have room: [N] of places [N, 2 or more] in pixels, first wins.

    A label outside the view, behind the eye (NaN) or nearer than 16 pixels to one
    that is shown is left out.
    """
    shown: list[tuple[float, float]] = []
    keep = np.zeros(len(places), dtype=np.bool_)
    for i, (x, y) in enumerate(places[:, :2].tolist()):
        if not (0.0 <= x <= size[0] and 0.0 <= y <= size[1]):
            continue
        if all(math.hypot(x - u, y - v) >= CLOSEST for u, v in shown):
            keep[i] = True
            shown.append((x, y))
    return keep


def _on(axis: int, value: float) -> tuple[float, float, float]:
    place = [0.0, 0.0, 0.0]
    place[axis] = value
    return place[0], place[1], place[2]
