"""Which point lies under the cursor: by projecting the points. numpy alone.

The projection is written with multiply-adds on rows: a threaded matrix product is
as fast when the machine is idle, but 40 times slower at p95 while a training job
holds the cores, which here is the normal case.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

NEARLY = 1.5  # pixels: among points this much further than the best, the front wins
BLOCK = 32_768  # points projected at a time: their numbers stay in the cache


class Picker:
    """Finds the point nearest to a pixel.

    Parameters
    ----------
    points
        float [..., 3]; an answer is the index into ``points.reshape(-1, 3)``.

    """

    def __init__(self, points: ArrayLike) -> None:
        self._points = np.asarray(points, dtype=np.float32).reshape(-1, 3)
        self._key: tuple[bytes, float, float] | None = None
        self._x, self._y, self._w = np.empty((3, len(self)), dtype=np.float32)
        self._block = np.empty((4, min(BLOCK, len(self))), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._points)

    def pick(
        self,
        matrix: ArrayLike,
        size: tuple[float, float],
        at: tuple[float, float],
        radius: float = 12.0,
    ) -> int | None:
        """The index of the point nearest to the pixel ``at``, or None.

        Parameters
        ----------
        matrix
            [4, 4], projection times view, for column vectors.
        size
            Width and height of the view in the pixels of ``at``.
        at
            x to the right, y down.
        radius
            How far away a point may lie, in pixels. Of points nearly as near as the
            nearest (1.5 pixels) the front-most is taken.

        """
        if not len(self):
            return None
        m = np.asarray(matrix, dtype=np.float32)
        self._project(m, size)
        near = self._beside(at[0], radius)
        dx, dy = self._x[near] - at[0], self._y[near] - at[1]
        squares = dx * dx + dy * dy
        squares[~(self._w[near] > 0)] = np.inf
        inside = squares <= radius * radius
        if not inside.any():
            return None
        near, squares = near[inside], squares[inside]
        limit = (np.sqrt(squares.min()) + NEARLY) ** 2
        rivals = near[squares <= min(limit, radius * radius)]
        return int(rivals[np.argmin(self.depth(m, rivals))])

    def projected(
        self, matrix: ArrayLike, size: tuple[float, float]
    ) -> tuple[Floats, Floats, Floats]:
        """Pixels x and y and clip w of every point: read them, and keep none."""
        self._project(np.asarray(matrix, dtype=np.float32), size)
        return self._x, self._y, self._w

    def _project(self, m: Floats, size: tuple[float, float]) -> None:
        """Pixels x and y and clip w of every point, kept until the view changes."""
        key = (m.tobytes(), float(size[0]), float(size[1]))
        if key == self._key:
            return
        self._key = None
        half_w, half_h = np.float32(size[0] / 2), np.float32(size[1] / 2)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for part in self._parts():
                count = part.stop - part.start
                block = self._block[:, :count]
                block[:3] = self._points[part].T
                w = _row(m[3], block, self._w[part])
                for out, row, half in (
                    (self._x[part], m[0], half_w),
                    (self._y[part], -m[1], half_h),
                ):
                    _row(row, block, out)
                    np.divide(out, w, out=out)
                    np.multiply(out, half, out=out)
                    np.add(out, half, out=out)
        self._key = key

    def _beside(self, x: float, radius: float) -> NDArray[np.intp]:
        """The points of a slab in x: few of many are left for the rest."""
        found = []
        for part in self._parts():
            away = self._block[3, : part.stop - part.start]
            np.subtract(self._x[part], np.float32(x), out=away)
            np.abs(away, out=away)
            found.append(np.flatnonzero(away <= radius) + part.start)
        return np.concatenate(found)

    def _parts(self) -> Iterator[slice]:
        for start in range(0, len(self), BLOCK):
            yield slice(start, min(start + BLOCK, len(self)))

    def depth(self, m: Floats, which: NDArray[np.intp]) -> Floats:
        """Normalised depth of a few points; smaller is nearer. As last projected."""
        x, y, z = np.moveaxis(self._points[which], -1, 0)
        depth: Floats = (m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3]) / self._w[
            which
        ]
        return depth


def _row(row: Floats, block: Floats, out: Floats) -> Floats:
    """One row of the matrix times the points of a block: x, y, z and a row to spare."""
    np.multiply(block[0], row[0], out=out)
    for i in (1, 2):
        np.multiply(block[i], row[i], out=block[3])
        np.add(out, block[3], out=out)
    np.add(out, row[3], out=out)
    return out
