"""Which point of a surface lies under the cursor: the nearest corner of what is seen.

A cell of the grid is two triangles. Of those that cover the pixel the front-most is
seen, and it hides what lies behind; beside the surface the nearest point counts. As in
:mod:`sgviz.geometry.picking`, by numpy alone, a row of numbers at a time.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sgviz.geometry.picking import Picker

Indices = NDArray[np.intp]


class SurfacePicker:
    """Finds the point of surfaces that a pixel shows.

    Parameters
    ----------
    grid
        float [S, R, C, 3]; an answer is the index into ``grid.reshape(-1, 3)``.
    closed
        Whether the rows end at their first point.

    """

    def __init__(self, grid: ArrayLike, closed: bool) -> None:
        points = np.asarray(grid, dtype=np.float32)
        self._picker = Picker(points)
        self._cells = cells_of(points.shape[:3], closed)

    def pick(
        self,
        matrix: ArrayLike,
        size: tuple[float, float],
        at: tuple[float, float],
        radius: float = 12.0,
    ) -> int | None:
        """The index of the point, or None; the arguments are those of ``Picker``."""
        covering = self._covering(matrix, size, at)
        if not len(covering):
            return self._picker.pick(matrix, size, at, radius)
        x, y, _ = self._picker.projected(matrix, size)
        dx, dy = x[covering] - at[0], y[covering] - at[1]
        depth = self._picker.depth(np.asarray(matrix, np.float32), covering)
        best: tuple[float, int] | None = None
        for cell in range(len(covering)):
            front = front_of(dx[cell], dy[cell], depth[cell])
            if front is not None and (best is None or front < best[0]):
                best = front, cell
        if best is None:
            return self._picker.pick(matrix, size, at, radius)
        cell = best[1]
        nearest = int(np.argmin(dx[cell] ** 2 + dy[cell] ** 2))
        return int(covering[cell, nearest])

    def _covering(
        self, matrix: ArrayLike, size: tuple[float, float], at: tuple[float, float]
    ) -> Indices:
        """Cells [K, 4] before the eye whose box holds the pixel."""
        x, y, w = self._picker.projected(matrix, size)
        cells = self._cells
        across = x[cells]
        held = (across.min(axis=1) <= at[0]) & (across.max(axis=1) >= at[0])
        cells = cells[held]
        up = y[cells]
        held = (up.min(axis=1) <= at[1]) & (up.max(axis=1) >= at[1])
        held &= (w[cells] > 0).all(axis=1)
        found: Indices = cells[held]
        return found


def cells_of(shape: tuple[int, ...], closed: bool) -> Indices:
    """The corners of every cell of grids [S, R, C], around it: indices [K, 4]."""
    slices, rows, columns = shape
    index = np.arange(slices * rows * columns, dtype=np.intp).reshape(shape)
    right = np.roll(index, -1, axis=2) if closed else index[:, :, 1:]
    left = index if closed else index[:, :, :-1]
    corners = (left[:, :-1], right[:, :-1], right[:, 1:], left[:, 1:])
    cells: Indices = np.stack(corners, axis=-1).reshape(-1, 4)
    return cells


def front_of(
    dx: NDArray[np.floating], dy: NDArray[np.floating], depth: NDArray[np.floating]
) -> float | None:
    """The depth at (0, 0) of the nearer of a cell's two triangles; None beside both.

    ``dx``, ``dy``, ``depth`` [4] are of the corners, around the cell.
    """
    found = []
    for a, b, c in ((0, 1, 2), (0, 2, 3)):
        area = (dx[b] - dx[a]) * (dy[c] - dy[a]) - (dx[c] - dx[a]) * (dy[b] - dy[a])
        if area == 0:
            continue
        at_a = (dx[b] * dy[c] - dx[c] * dy[b]) / area
        at_b = (dx[c] * dy[a] - dx[a] * dy[c]) / area
        at_c = 1.0 - at_a - at_b
        if min(at_a, at_b, at_c) >= -1e-6:
            found.append(float(at_a * depth[a] + at_b * depth[b] + at_c * depth[c]))
    return min(found, default=None)
