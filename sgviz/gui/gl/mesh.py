"""How surfaces lie in vertex buffers: grids in, arrays out, no OpenGL.

A surface is a grid of R rows of C points. Where its rows are closed, their first
column comes once more at the end, so that a column's number runs on to C: the lines of
the wireframe are drawn where it is whole. ``W`` below is C, or C + 1 where closed.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Indices = NDArray[np.uint32]
V = TypeVar("V", np.float32, np.uint8)


def seamed(grid: NDArray[V], closed: bool) -> NDArray[V]:
    """Values [S, R, C, k] with the first column again at the end of closed rows."""
    if not closed:
        return np.ascontiguousarray(grid)
    return np.concatenate([grid, grid[:, :, :1]], axis=2)


def normals_of(grid: Floats, closed: bool) -> Floats:
    """Unit normals of grids [S, R, C, 3]: cross products of central differences.

    A row that is one point (a pole) takes the mean of its neighbours' normals. Where
    a surface has no normal it is zero: the fragment shader then takes the triangle's.
    """
    along = _differences(grid, 2, closed)
    across = _differences(grid, 1, False)
    normal = _unit(np.cross(along, across))
    for pole, beside in ((0, 1), (-1, -2)):
        if grid.shape[1] > 1:
            flat = _is_point(grid[:, pole])
            mean = _unit(normal[:, beside].sum(axis=1))[:, None]
            normal[flat, pole] = np.broadcast_to(mean, normal[:, pole].shape)[flat]
    return normal


def triangles(rows: int, width: int, step: int = 1) -> Indices:
    """Two triangles a cell of one grid of ``rows`` x ``width`` points, uint32 [T, 3].

    With a ``step`` only every so many-th row and column is used, the last ones always.
    """
    down, right = (_kept(count, step) for count in (rows, width))
    a = down[:-1, None] * width + right[None, :-1]
    b = down[:-1, None] * width + right[None, 1:]
    c = down[1:, None] * width + right[None, :-1]
    d = down[1:, None] * width + right[None, 1:]
    # The diagonal alternates, so that no direction of the grid is favoured.
    even = (np.add.outer(np.arange(len(down) - 1), np.arange(len(right) - 1)) % 2) == 0
    first = np.where(even[..., None], _stack(a, b, d), _stack(a, b, c))
    second = np.where(even[..., None], _stack(a, d, c), _stack(b, d, c))
    table: Indices = np.stack([first, second], axis=2).reshape(-1, 3)
    return table.astype(np.uint32)


def in_slices(table: Indices, slices: int, points: int) -> Indices:
    """The triangles of ``slices`` grids of so many points, uint32 [S x T, 3]."""
    base = (np.arange(slices, dtype=np.uint32) * np.uint32(points))[:, None, None]
    return np.ascontiguousarray((base + table).reshape(-1, 3))


def far_to_near(
    points: Floats, table: Indices, depth_row: NDArray[np.float64]
) -> NDArray[np.intp]:
    """The order of triangles [T, 3] of points [M, 3] from the furthest to the nearest.

    ``depth_row`` [4]: its product with (position, 1) is the distance before the eye.
    """
    if not len(table):
        return np.zeros(0, dtype=np.intp)
    row = depth_row.astype(np.float32)
    depth = points[:, 0] * row[0] + points[:, 1] * row[1] + points[:, 2] * row[2]
    middle = depth[table].sum(axis=1)
    low, high = float(middle.min()), float(middle.max())
    scale = np.float32(65535.0 / (high - low) if high > low else 0.0)
    keys = ((np.float32(high) - middle) * scale).astype(np.uint16)
    return np.argsort(keys, kind="stable")


def wire_step(cells: int, wanted: int = 24) -> int:
    """Cells from one line of the wireframe to the next: about ``wanted`` lines.

    A divisor of the cells where there is a near one, so that the last line closes.
    """
    about = max(1, round(cells / wanted))
    near = [s for s in range(max(1, about // 2), 2 * about + 1) if cells % s == 0]
    return min(near, key=lambda s: abs(s - about)) if near else about


def _kept(count: int, step: int) -> NDArray[np.int64]:
    kept = np.arange(0, count, step, dtype=np.int64)
    return kept if kept[-1] == count - 1 else np.append(kept, count - 1)


def _stack(*corners: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack(corners, axis=-1)


def _differences(grid: Floats, axis: int, closed: bool) -> Floats:
    """Central differences along an axis; one-sided at the ends of an open one."""
    if grid.shape[axis] < 2:
        return np.zeros_like(grid)
    if closed:
        return np.roll(grid, -1, axis=axis) - np.roll(grid, 1, axis=axis)
    found: Floats = np.gradient(grid, axis=axis).astype(np.float32)
    return found


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = np.where(length > 0, vectors / np.where(length > 0, length, 1.0), 0)
    return unit.astype(np.float32)


def _is_point(row: Floats) -> NDArray[np.bool_]:
    """Which rows [S, C, 3] are one place, up to what float32 knows."""
    spread = np.ptp(row, axis=1).max(axis=-1)
    size = np.abs(row).max(axis=(1, 2)) + 1e-30
    flat: NDArray[np.bool_] = spread <= 1e-5 * size
    return flat
