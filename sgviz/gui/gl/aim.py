"""Which point of the scene lies under the cursor."""

import numpy as np
from numpy.typing import NDArray

from sgviz.geometry.picking import Picker
from sgviz.gui.gl.camera import Matrix

RADIUS = 12.0  # logical pixels

Found = tuple[int, int, int]


class Aim:
    """Picks among all points, drawn or thinned away; prepares when first asked."""

    def __init__(self) -> None:
        self._positions: NDArray[np.float32] = np.zeros((0, 0, 0, 3), np.float32)
        self._picker: Picker | None = None

    def set_positions(self, positions: NDArray[np.float32]) -> None:
        """Points float32 [S, C, N, 3]; kept, not copied."""
        self._positions, self._picker = positions, None

    def at(
        self, matrix: Matrix, size: tuple[float, float], at: tuple[float, float]
    ) -> Found | None:
        """The (slice, circle, point) within 12 pixels of a pixel, or None.

        ``matrix`` is projection times view for a view of ``size``.
        """
        if not self._positions.size:
            return None
        if self._picker is None:
            self._picker = Picker(self._positions)
        index = self._picker.pick(matrix, size, at, RADIUS)
        if index is None:
            return None
        found = np.unravel_index(index, self._positions.shape[:3])
        return int(found[0]), int(found[1]), int(found[2])

    def place(self, found: Found) -> tuple[float, float, float]:
        """Where a point is."""
        x, y, z = self._positions[found].tolist()
        return x, y, z
