"""Several spaces in one scene: each panel in a cell of a grid that faces the eye."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Scene
from sgviz.gui.gl.camera import axes_of
from sgviz.gui.gl.ticks import Frame, axes_within
from sgviz.state import Camera

if TYPE_CHECKING:
    from sgviz.gui.gl.scene_view import SceneView

Floats = NDArray[np.float32]

CELL = 2.3  # from the middle of a panel, whose radius is 1, to the next
FEW_NUMBERS = 200_000  # so many are laid out anew while the view turns
LETTER, ROOM = 7.5, 0.7  # pixels of a title's letter, share of a cell that it has
# A title is so far to the right of the middle of a panel, and above it; in a cell of
# fewer pixels, where axes are not named, it is over the middle.
TITLE_AT, SMALL_TITLE_AT, SMALL = (-0.8, 1.08), (0.0, 1.08), 200.0


@dataclass(frozen=True)
class Facing:
    """What a grid depends on: the eye's direction in degrees, and the columns.

    In a ``small`` one there is no room for the names of axes; ``letters`` of a title
    have room in it.
    """

    azimuth: float
    elevation: float
    columns: int
    small: bool = False
    letters: int = 80

    @classmethod
    def of(cls, camera: Camera, panels: int, size: tuple[float, float]) -> "Facing":
        """The grid of a camera in a view of a size."""
        columns = columns_for(panels, size)
        cell = min(size[0] / columns, size[1] / math.ceil(panels / columns))
        letters = int(ROOM * size[0] / columns / LETTER)
        return cls(camera.azimuth, camera.elevation, columns, cell < SMALL, letters)


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
    right, up, _ = axes_of(camera)
    beside, above = SMALL_TITLE_AT if facing.small else TITLE_AT
    places = middles(panels, facing) + beside * right + above * up
    return [(x, y, z) for x, y, z in places.tolist()]


def frames(scene: Scene, facing: Facing) -> tuple[Frame, ...]:
    """The axes of each panel through its zero, in numbers of its own space."""
    places = middles(len(scene.panels), facing).tolist()
    return tuple(
        Frame(
            axes_within(radius),
            ("", "", "") if facing.small else names,
            (x, y, z),
            1.0 / radius,
        )
        for (x, y, z), names, radius in zip(
            places, scene.panel_axes, scene.panel_radii, strict=True
        )
    )


def short(title: str, letters: int) -> str:
    """As much of a panel's title as there is room for: ``S 8×8 and 4×4 colour · ...``.

    Without its radius, then without what its neighbours say as well.
    """
    name = title.partition(" · ")[0]
    terse = name.removeprefix("S ").removesuffix(" colour").replace(" and ", " + ")
    fits = (each for each in (title, name) if len(each) <= letters)
    return next(fits, terse)


def laid_out(positions: Floats, panel_of: tuple[int, ...], facing: Facing) -> Floats:
    """Positions [S, ..., 3] with each slice moved to its panel."""
    moves = middles(max(panel_of) + 1, facing).astype(np.float32)[list(panel_of)]
    shape = (len(positions), *([1] * (positions.ndim - 2)), 3)
    moved: Floats = positions + moves.reshape(shape)
    return moved


class PanelGrid:
    """The panels of the scene that is shown, and how they face the eye just now."""

    def __init__(self) -> None:
        self._scene: Scene | None = None
        self._facing: Facing | None = None

    @property
    def facing(self) -> Facing | None:
        """The grid; None where the scene has no panels."""
        return self._facing

    def face(self, view: "SceneView", scene: Scene) -> None:
        """Lay out a scene's panels for the eye of a view, and write their titles."""
        self._scene, self._facing = scene, _facing(view, scene)
        count, facing = len(scene.panels), self._facing
        places = title_places(count, facing) if facing else []
        titles = [short(t, facing.letters) for t in scene.panels] if facing else []
        view.set_titles(list(zip(titles, places, strict=True)))
        view.set_frames(frames(scene, facing) if facing else ())

    def has_turned(self, view: "SceneView") -> bool:
        """Whether the eye has moved, and few enough points are to be laid out anew."""
        scene = self._scene
        if scene is None or scene.positions.size > FEW_NUMBERS:
            return False
        return _facing(view, scene) != self._facing

    def arranged(self, positions: Floats) -> Floats:
        """Where places [S, ..., 3] of the scene are drawn: in panels, if it has any."""
        scene, facing = self._scene, self._facing
        if scene is None or facing is None or len(positions) != len(scene.panel_of):
            return positions
        return laid_out(positions, scene.panel_of, facing)


def _facing(view: "SceneView", scene: Scene) -> Facing | None:
    if not scene.panels:
        return None
    return Facing.of(view.shown_camera, len(scene.panels), view.logical_size())
