"""Several spaces in one scene: each panel in a cell of a grid that faces the eye."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.camera import axes_of
from sgviz.state import Camera

Floats = NDArray[np.float32]

CELL = 2.2  # from the middle of a panel, whose radius is 1, to the next
TITLE_AT = 1.08  # above the middle of a panel


@dataclass(frozen=True)
class Facing:
    """What a grid depends on: the eye's direction in degrees, and the columns."""

    azimuth: float
    elevation: float
    columns: int

    @classmethod
    def of(cls, camera: Camera, panels: int, size: tuple[float, float]) -> "Facing":
        """The grid of a camera in a view of a size."""
        return cls(camera.azimuth, camera.elevation, columns_for(panels, size))


def columns_for(panels: int, size: tuple[float, float]) -> int:
    """The columns that leave each of some panels the most room; fewer rows win."""
    width, height = max(size[0], 1.0), max(size[1], 1.0)

    def room(columns: int) -> float:
        rows = math.ceil(panels / columns)
        return min(width / columns, height / rows)

    return max(range(panels, 0, -1), key=room)


def middles(panels: int, facing: Facing) -> NDArray[np.float64]:
    """The middle of each panel, [panels, 3]: row by row, from the left, from above."""
    camera = Camera(azimuth=facing.azimuth, elevation=facing.elevation)
    right, up, _ = axes_of(camera)
    rows = math.ceil(panels / facing.columns)
    found = []
    for k in range(panels):
        row, column = divmod(k, facing.columns)
        beside = column - (min(facing.columns, panels) - 1) / 2.0
        above = (rows - 1) / 2.0 - row
        found.append(CELL * (beside * right + above * up))
    return np.array(found)


def title_places(panels: int, facing: Facing) -> list[tuple[float, float, float]]:
    """Where the title of each panel is centred."""
    camera = Camera(azimuth=facing.azimuth, elevation=facing.elevation)
    places = middles(panels, facing) + TITLE_AT * axes_of(camera)[1]
    return [(x, y, z) for x, y, z in places.tolist()]


def laid_out(positions: Floats, panel_of: tuple[int, ...], facing: Facing) -> Floats:
    """Positions [S, ..., 3] with each slice moved to its panel."""
    moves = middles(max(panel_of) + 1, facing).astype(np.float32)[list(panel_of)]
    shape = (len(positions), *([1] * (positions.ndim - 2)), 3)
    moved: Floats = positions + moves.reshape(shape)
    return moved
