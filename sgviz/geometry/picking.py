"""Which point lies under the cursor: by projecting the points. numpy alone.

The projection is written with multiply-adds on rows: a threaded matrix product is
as fast when the machine is idle, but 40 times slower at p95 while a training job
holds the cores, which here is the normal case.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

NEARLY = 1.5  # pixels: among points this much further than the best, the front wins


class Picker:
    """Finds the point nearest to a pixel.

    Parameters
    ----------
    points
        float [..., 3]; an answer is the index into ``points.reshape(-1, 3)``.

    """

    def __init__(self, points: ArrayLike) -> None:
        flat = np.asarray(points, dtype=np.float32).reshape(-1, 3)
        self._rows = np.ascontiguousarray(flat.T)
        self._key: tuple[bytes, float, float] | None = None
        shape = flat.shape[0]
        self._x, self._y, self._w, self._t = np.empty((4, shape), dtype=np.float32)

    def __len__(self) -> int:
        return int(self._rows.shape[1])

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
        # A slab in x first: few of many points are left for the rest.
        np.subtract(self._x, np.float32(at[0]), out=self._t)
        np.abs(self._t, out=self._t)
        near = np.flatnonzero(self._t <= radius)
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
            w = self._row(m[3], self._w)
            for out, row, half in (
                (self._x, m[0], half_w),
                (self._y, -m[1], half_h),
            ):
                self._row(row, out)
                np.divide(out, w, out=out)
                np.multiply(out, half, out=out)
                np.add(out, half, out=out)
        self._key = key

    def _row(self, row: Floats, out: Floats) -> Floats:
        """One row of the matrix times every point."""
        np.multiply(self._rows[0], row[0], out=out)
        for i in (1, 2):
            np.multiply(self._rows[i], row[i], out=self._t)
            np.add(out, self._t, out=out)
        np.add(out, row[3], out=out)
        return out

    def depth(self, m: Floats, which: NDArray[np.intp]) -> Floats:
        """Normalised depth of a few points; smaller is nearer. As last projected."""
        x, y, z = self._rows[:, which]
        depth: Floats = (m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3]) / self._w[
            which
        ]
        return depth
