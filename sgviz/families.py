"""What the points of a state's circles are, row by row; no torch, no Qt.

All that can be drawn of Z is a grid of rows and columns (:mod:`sgviz.values.families`).
Here is what a place of such a grid means: which latent, with which psi, on which
circle. A column is told by a number: an angle in radians for rows that are circles, the
distance from the middle for a tangent patch, the index for a cloud.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sgviz.state import (
    AxisPlane,
    Circle,
    CircleSet,
    CirclesFile,
    Cloud,
    Family,
    Fan,
    Focus,
    Form,
    Latent,
    ManyCircles,
    OnCircle,
    RandomCircle,
    Seed,
    SmallCircle,
    Sphere,
    State,
    TangentPatch,
)

Points = CircleSet | Family


@dataclass(frozen=True)
class Point:
    """A latent, and its psi where the place itself says which."""

    latent: Latent
    psi: float | None = None


def form_of(points: Points) -> Form:
    """Whether the rows are curves of their own, a surface together, or a heap."""
    match points:
        case CircleSet() | ManyCircles():
            return "curves"
        case Sphere() | TangentPatch() | Fan():
            return "surface"
        case Cloud():
            return "points"


def has_closed_rows(points: Points) -> bool:
    """Whether a row comes back to its first point."""
    return not isinstance(points, TangentPatch | Cloud)


def row_count(points: Points) -> int:
    """The number of rows."""
    match points:
        case CircleSet(circles=circles):
            return len(circles)
        case ManyCircles(count=count):
            return count
        case Cloud():
            return 1
        case Sphere(rows=rows) | TangentPatch(rows=rows) | Fan(rows=rows):
            return rows


def columns_of(points: Points) -> NDArray[np.float64]:
    """The numbers of the columns, float64 [N]."""
    match points:
        case TangentPatch(reach=reach, rows=rows):
            return np.linspace(-reach, reach, rows)
        case Cloud(count=count):
            return np.arange(count, dtype=np.float64)
        case _:
            turn = math.tau / points.points
            return np.arange(points.points, dtype=np.float64) * turn


def circle_at(points: Points, row: int) -> Circle | None:
    """The circle that a row is; None where it is none. Beyond the last: the last."""
    row = min(row, row_count(points) - 1)
    match points:
        case CircleSet(circles=circles):
            return circles[row]
        case ManyCircles(seed=seed):
            return RandomCircle(seed, row) if row else AxisPlane(0, 1)
        case Sphere(frame=frame):
            return SmallCircle(frame, rho_of(points, row))
        case Fan(circle=circle):
            return circle
        case _:
            return None


def psi_at(points: Points, row: int) -> float | None:
    """The psi of a fan's row; None where the state's psi holds."""
    if not isinstance(points, Fan):
        return None
    share = min(row, points.rows - 1) / (points.rows - 1)
    return points.low + share * (points.high - points.low)


def rho_of(sphere: Sphere, row: int) -> float:
    """How far a sphere's row is from its pole, in radians."""
    return min(sphere.reach * row / (sphere.rows - 1), sphere.reach)


def point_at(points: Points, row: int, along: float) -> Point:
    """What stands in a row at the column of that number."""
    if isinstance(points, Cloud):
        index = min(max(round(along), 0), points.count - 1)
        return Point(Seed(points.first + index))
    if isinstance(points, TangentPatch):
        across = float(columns_of(points)[min(row, points.rows - 1)])
        rho, phi = math.hypot(along, across), math.atan2(across, along) % math.tau
        return Point(OnCircle(SmallCircle(points.frame, min(rho, math.pi)), phi))
    circle = circle_at(points, row)
    if circle is None:
        raise TypeError(f"{type(points).__name__} has no circles")
    return Point(OnCircle(circle, along), psi_at(points, row))


def seen(state: State, focus: Focus) -> State:
    """A state with the psi of the place under the hand, where that has one."""
    circles, row = state.circles, focus.circle
    if row is None or isinstance(circles, CirclesFile):
        return state
    psi = psi_at(circles, row)
    return state if psi is None else replace(state, psi=psi)


def first_row(points: Points) -> int:
    """The row to look at first: a pole and a psi of -1 are no good beginning."""
    match points:
        case Sphere(rows=rows):
            return rows // 2
        case Fan(low=low, high=high, rows=rows):
            share = (min(max(1.0, low), high) - low) / (high - low)
            return round(share * (rows - 1))
        case _:
            return 0


def hues_of(points: Points) -> NDArray[np.float32] | None:
    """Angles [R, N] that colours run along where a column is none; None elsewhere."""
    if isinstance(points, TangentPatch):
        side = columns_of(points)
        angles = np.arctan2(side[:, None], side[None, :]) % math.tau
        return angles.astype(np.float32)
    return None


def levels_of(points: Points) -> NDArray[np.float32] | None:
    """From 0 to 1 across a surface, [R, N]: latitude, distance, psi; else None."""
    if isinstance(points, TangentPatch):
        side = columns_of(points) / points.reach
        away = np.hypot(side[:, None], side[None, :]) / math.sqrt(2.0)
        return away.astype(np.float32)
    if form_of(points) != "surface":
        return None
    rows = np.linspace(0.0, 1.0, row_count(points), dtype=np.float32)
    return np.repeat(rows[:, None], len(columns_of(points)), axis=1)
