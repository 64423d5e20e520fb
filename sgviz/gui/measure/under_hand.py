"""Which point of which circle is under the hand, in a plot over an angle."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF

from sgviz.gui.measure.drawing import placed
from sgviz.gui.measure.series import Bars, Dots, Line, Numbers, Series

NEAR = 8.0  # pixels from a mark at which the hand is on it


def point_of(
    series: Sequence[Series], at: QPointF, pixel: tuple[float, float], log_y: bool
) -> tuple[int, float] | None:
    """The circle below the hand and its angle in degrees; None: there is no circle.

    ``at`` is where the axes are drawn (of a logarithmic one the logarithm), ``pixel``
    how much of them a pixel is. A mark counts within ``NEAR`` pixels and comes first;
    else the curve that is nearest above or below, at its nearest sample. Where there
    are marks alone, all of one circle, the hand is on that circle everywhere.
    """
    own = [one for one in series if circle_of(one) is not None]
    marks = [one for one in own if isinstance(one, Dots)]
    for one in sorted(marks, key=lambda one: _away(one, at, pixel, log_y).min()):
        away = _away(one, at, pixel, log_y)
        if away.min() <= NEAR:
            return _found(one, float(one.x[int(np.argmin(away))]))
        break
    curves = [(one, value_at(one, at.x(), log_y)) for one in own if is_curve(one)]
    gaps = [abs(y - at.y()) for _, y in curves]
    if np.isfinite(gaps).any():
        near = curves[int(np.nanargmin(gaps))][0]
        return _found(near, float(_xs(near)[_nearest(_xs(near), at.x())]))
    circles = {circle_of(one) for one in own}
    return _found(own[0], at.x()) if len(circles) == 1 else None


def spots_of(
    series: Sequence[Series], circle: int, x: float, log_y: bool
) -> tuple[Numbers, Series | None]:
    """Heights [k] of a circle's curves at an angle in degrees, and the first of them.

    None where the circle has no curve here: marks alone have nothing at every angle.
    """
    own = [one for one in series if circle_of(one) == circle and is_curve(one)]
    heights = np.array([value_at(one, x, log_y) for one in own])
    return heights, own[0] if own else None


def circle_of(one: Series) -> int | None:
    """Whose curve or marks these are; None: of no circle."""
    return getattr(one, "circle", None)


def is_curve(one: Series) -> bool:
    """Whether it has a height at every angle, as marks have not."""
    return isinstance(one, Line | Bars) and len(one.x) > 0


def value_at(one: Series, x: float, log_y: bool = False) -> float:
    """The drawn height of the sample nearest to an angle in degrees."""
    if not isinstance(one, Line | Bars) or not len(one.x):
        return float("nan")
    at = _nearest(one.x, x)
    return float(placed(np.asarray(one.y)[at : at + 1], log_y)[0])


def _found(one: Series, degrees: float) -> tuple[int, float] | None:
    circle = circle_of(one)
    return None if circle is None else (circle, degrees)


def _away(one: Dots, at: QPointF, pixel: tuple[float, float], log_y: bool) -> Numbers:
    """Pixels from the hand to each mark [N], infinite where it is none; N >= 1."""
    if not len(one.x):
        return np.full(1, np.inf)
    dx = (np.asarray(one.x, dtype=float) - at.x()) / pixel[0]
    dy = (placed(np.asarray(one.y, dtype=float), log_y) - at.y()) / pixel[1]
    found: Numbers = np.nan_to_num(np.hypot(dx, dy), nan=np.inf)
    return found


def _xs(one: Series) -> Any:
    return getattr(one, "x", ())


def _nearest(xs: Any, x: float) -> int:
    away = np.abs((np.asarray(xs) - x + 180.0) % 360.0 - 180.0)
    return int(np.argmin(away))
