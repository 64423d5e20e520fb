"""Where the parts of the Z view lie: pure maths, no Qt.

Angles are radians, counter-clockwise from the right, as in the plane of Z whose
x is the circle's start and whose y is its tangent. Lengths are device-independent
pixels, y downwards as on the screen.
"""

from dataclasses import dataclass, replace
from math import atan2, cos, hypot, pi, sin, sqrt, tau

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# The picture is designed in a square of 400 units, as the blog's was.
_HALF = 200.0
_MARGIN = 4.0
_GROWN = 1.42
_LARGEST = 54.0
_SMALLEST_PX = 24.0
_SMALLEST_INNER_PX = 18.0
_FEWEST = 8


@dataclass(frozen=True)
class RingLayout:
    """Radii and sides of everything, around the centre (x, y).

    Every ``step``-th thumbnail is drawn (0: none), ``spacing`` radians apart. Those of
    a second network are ``inner`` from the centre, within the dots; 0: none.
    """

    x: float
    y: float
    dots: float
    dot: float
    thumbs: float
    thumb: float
    grown: float
    image: float
    step: int
    spacing: float
    inner: float = 0.0
    inner_thumb: float = 0.0

    def at(self, angle: float, radius: float) -> tuple[float, float]:
        """The point of the screen at an angle and a distance from the centre."""
        return self.x + radius * cos(angle), self.y - radius * sin(angle)

    def angle_of(self, x: float, y: float) -> float:
        """The angle, in [0, 2 pi), at which a point of the screen lies."""
        return atan2(self.y - y, x - self.x) % tau

    def outer(self) -> float:
        """The radius that holds everything."""
        return self.thumbs + self.grown / 2 if self.step else self.dots + 4 * self.dot


def fit_ring(width: float, height: float, points: int, thumbnails: int) -> RingLayout:
    """The layout of ``points`` dots and ``thumbnails`` pictures in a rectangle.

    Where it is small every second, third ... thumbnail is left out, so that those
    that stay can be seen. With no thumbnails the ring takes their room.
    """
    half = max(8.0, min(width, height) / 2 - _MARGIN)
    unit = half / _HALF
    thumb = grown = 0.0
    step = 0
    dots = 184.0
    for step in _steps(thumbnails):
        thumb, grown = _thumb_units(thumbnails // step)
        dots = _HALF - grown - 12.0
        if thumb * unit >= _SMALLEST_PX or thumb == _LARGEST:
            break
    dot = min(3.6, max(0.8, 0.36 * tau * dots * unit / max(1, points)))
    return RingLayout(
        x=width / 2,
        y=height / 2,
        dots=dots * unit,
        dot=dot,
        thumbs=(_HALF - grown / 2) * unit,
        thumb=thumb * unit,
        grown=grown * unit,
        image=(dots - 14.0) * unit * sqrt(2.0),
        step=step,
        spacing=tau * step / max(1, thumbnails),
    )


def with_inner(layout: RingLayout) -> RingLayout:
    """With room for a dozen thumbnails within the dots, where they can be seen."""
    thumb = 0.28 * layout.dots
    if thumb < _SMALLEST_INNER_PX:
        return layout
    # Rounded squares reach 0.6 of their side from their middle.
    inner = 0.9 * layout.dots - 0.6 * thumb
    image = sqrt(2.0) * (inner - 0.62 * thumb)
    return replace(layout, inner=inner, inner_thumb=thumb, image=image)


def _steps(total: int) -> list[int]:
    """Divisors of the number of thumbnails that leave enough of them."""
    if not total:
        return []
    steps = (s for s in range(1, total + 1) if not total % s)
    return [s for s in steps if s == 1 or total // s >= _FEWEST]


def _thumb_units(count: int) -> tuple[float, float]:
    """Side of a thumbnail at rest and in focus; neighbours at rest do not touch."""
    # side = 0.88 of the arc, and the arc lies half a grown side inside the edge.
    share = 0.88 * tau / count
    side = min(_LARGEST, share * _HALF / (1 + share * _GROWN / 2))
    return side, side * _GROWN


def gap(a: float, b: float) -> float:
    """The distance of two angles along the circle, in [0, pi]."""
    return abs((a - b + pi) % tau - pi)


def nearest(angles: Floats, angle: float) -> int:
    """The index of the angle nearest to one, around the end too."""
    away = np.abs((angles.astype(np.float64) - angle + pi) % tau - pi)
    return int(np.argmin(away))


def growth(away: float, spacing: float) -> float:
    """How far a thumbnail has grown, 0 to 1, whose angle is ``away`` from focus.

    1 at the focus, 0 from the next thumbnail on, smooth between: while the focus
    travels from one to the next, one shrinks as the other grows.
    """
    near = max(0.0, 1.0 - away / spacing) if spacing > 0 else 0.0
    return near * near * (3.0 - 2.0 * near)


def thumb_side(layout: RingLayout, slot_angle: float, focus: float | None) -> float:
    """The side of the thumbnail at an angle while ``focus`` is looked at."""
    if focus is None:
        return layout.thumb
    grown = growth(gap(slot_angle, focus), layout.spacing)
    return layout.thumb + (layout.grown - layout.thumb) * grown


def thumb_at(
    layout: RingLayout, slots: Floats, focus: float | None, x: float, y: float
) -> int | None:
    """The shown thumbnail under a point of the screen; the largest lies on top."""
    found, best = None, 0.0
    for index in range(0, len(slots), layout.step or len(slots) + 1):
        angle = float(slots[index])
        side = thumb_side(layout, angle, focus)
        at_x, at_y = layout.at(angle, layout.thumbs)
        inside = max(abs(x - at_x), abs(y - at_y)) <= side / 2
        if inside and side > best:
            found, best = index, side
    return found


def point_at(
    layout: RingLayout,
    angles: Floats,
    slots: Floats,
    focus: float | None,
    x: float,
    y: float,
) -> int | None:
    """The point of the circle that a place on the screen means, or None.

    A thumbnail means its own point, the band around the dots the nearest dot; so does
    a second network's thumbnail within.
    """
    if not len(angles):
        return None
    thumb = thumb_at(layout, slots, focus, x, y)
    if thumb is not None:
        return nearest(angles, float(slots[thumb]))
    radius = hypot(x - layout.x, y - layout.y)
    inner = layout.dots - max(10.0, 0.12 * layout.dots)
    if layout.inner:
        inner = layout.inner - layout.inner_thumb / 2
    if inner <= radius <= layout.outer() + 4:
        return nearest(angles, layout.angle_of(x, y))
    return None
