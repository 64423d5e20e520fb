"""Which point of the scene lies under the cursor."""

import numpy as np
from numpy.typing import NDArray

from sgviz.geometry.picking import Picker
from sgviz.geometry.surface_picking import SurfacePicker
from sgviz.gui.gl.camera import Matrix
from sgviz.state import Form

RADIUS = 12.0  # logical pixels

Found = tuple[int, int, int]


class Aim:
    """Picks among all points, drawn or thinned away; prepares when first asked."""

    def __init__(self) -> None:
        self._positions: NDArray[np.float32] = np.zeros((0, 0, 0, 3), np.float32)
        self._form: Form = "curves"
        self._closed = True
        self._picker: Picker | SurfacePicker | None = None

    def set_positions(
        self,
        positions: NDArray[np.float32],
        form: Form = "curves",
        closed: bool = True,
    ) -> None:
        """Points float32 [S, C, N, 3] of curves or surfaces; kept, not copied."""
        self._positions, self._picker = positions, None
        self._form, self._closed = form, closed

    def at(
        self, matrix: Matrix, size: tuple[float, float], at: tuple[float, float]
    ) -> Found | None:
        """The (slice, circle, point) within 12 pixels of a pixel, or None.

        ``matrix`` is projection times view for a view of ``size``.
        """
        if not self._positions.size:
            return None
        if self._picker is None:
            self._picker = self._new_picker()
        index = self._picker.pick(matrix, size, at, RADIUS)
        if index is None:
            return None
        found = np.unravel_index(index, self._positions.shape[:3])
        return int(found[0]), int(found[1]), int(found[2])

    def _new_picker(self) -> Picker | SurfacePicker:
        if self._form == "surface":
            return SurfacePicker(self._positions, self._closed)
        return Picker(self._positions)

    def place(self, found: Found) -> tuple[float, float, float]:
        """Where a point is."""
        x, y, z = self._positions[found].tolist()
        return x, y, z
