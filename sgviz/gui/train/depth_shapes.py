"""A circle of W as the depth laboratory draws it: three directions of its own.

The directions are the principal components of the circle as it is now. Components have
no sign and no order that two networks share, so within their plane they are turned
until the angle 0 lies to the right and the angles rise anticlockwise: the circles of
two networks can be laid side by side. numpy alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Floats

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shape:
    """A circle now and at the start, float32 [N, 3], each about its own mean.

    ``share`` of the variance of the circle as it is now lies in the three directions.
    """

    now: Floats
    start: Floats
    share: float

    @property
    def radius(self) -> float:
        """The farthest point's distance from zero."""
        both = np.concatenate([self.now, self.start])
        return float(np.linalg.norm(both, axis=1).max(initial=0.0)) or 1.0


@dataclass(frozen=True)
class Turn:
    """From where circles are looked at, radians: 0, 0 is along the third direction."""

    yaw: float = -0.5
    pitch: float = 0.45

    def matrix(self) -> Numbers:
        """Rows: to the right, upwards, towards the eye."""
        cy, sy, cp, sp = (
            np.cos(self.yaw),
            np.sin(self.yaw),
            np.cos(self.pitch),
            np.sin(self.pitch),
        )
        about_y = np.array([[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]])
        about_x = np.array([[1.0, 0.0, 0.0], [0.0, cp, -sp], [0.0, sp, cp]])
        found: Numbers = about_x @ about_y
        return found

    def by(self, yaw: float, pitch: float) -> "Turn":
        """Turned further; never beyond the poles."""
        limit = np.pi / 2
        return Turn(self.yaw + yaw, float(np.clip(self.pitch + pitch, -limit, limit)))


def shape_of(now: Floats, start: Floats) -> Shape:
    """The shape of a circle, from its points [N, D] now and at the start."""
    points, before = (each - each.mean(axis=0) for each in (now, start))
    points, before = points.astype(np.float64), before.astype(np.float64)
    _, values, rows = np.linalg.svd(points, full_matrices=False)
    axes = np.zeros((3, points.shape[1]))
    axes[: min(3, len(rows))] = rows[:3]
    axes = _turned(axes, points)
    total = float(np.square(values).sum())
    share = float(np.square(values[:3]).sum()) / total if total > 0.0 else 1.0
    there, then = ((each @ axes.T).astype(np.float32) for each in (points, before))
    return Shape(there, then, share)


def _turned(axes: Numbers, points: Numbers) -> Numbers:
    """The same directions, brought to where the angles of the circle say."""
    angles = np.arange(len(points)) * (2.0 * np.pi / len(points))
    placed = points @ axes.T
    right = np.cos(angles) @ placed[:, :2]
    size = np.linalg.norm(right)
    x = right / size if size > 0.0 else np.array([1.0, 0.0])
    y = np.array([-x[1], x[0]])
    if np.sin(angles) @ (placed[:, :2] @ y) < 0.0:
        y = -y
    depth = axes[2] * (-1.0 if np.cos(2.0 * angles) @ placed[:, 2] < 0.0 else 1.0)
    return np.stack([x @ axes[:2], y @ axes[:2], depth])
