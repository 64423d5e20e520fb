"""The 3-D view of one run at one moment: circles, their trails, a point's path."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Floats
from sgviz.gui.colours import Rgba, angle_colours, circle_colours
from sgviz.gui.gl.extent import Extent
from sgviz.gui.gl.scene_view import SceneView
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.timeline_shelf import Placed
from sgviz.state import Camera

OLDEST, NEWEST = 0.12, 0.6  # how strong the trails are drawn, of 1
NOTICED = 0.02  # of its radius
NOTHING = np.zeros((0, 0, 3), np.float32)
NO_COLOURS = np.zeros((0, 0, 4), np.uint8)


class TrailView(SceneView):
    """A scene view that knows a whole run; ``turned(camera)`` with every movement."""

    def __init__(self) -> None:
        self._whole: Extent | None = None
        self._framed: Extent | None = None
        super().__init__()
        self.setAccessibleName("Recorded circles in W")
        self._colours_of: Rgba = np.zeros((0, 0, 4), np.uint8)
        self._by_circle, self._dress_theme = False, DARK
        self._shape = (0, 0)

    def set_whole(self, extent: Extent) -> None:
        """Where the run is at any time: what is framed, and never cut away."""
        fit = self._framed is None or _differs(self._framed, extent)
        self._whole = extent
        self._framed = extent if fit else self._framed
        self.set_extent(extent, fit)
        self._redraw()

    def set_extent(self, extent: Extent, fit: bool) -> None:
        """The whole run's extent stands for that of any moment."""
        if self._whole is None:
            super().set_extent(extent, fit)
        else:
            super().set_extent(self._whole, fit and extent is self._whole)

    def set_dress(self, theme: Theme, by_circle: bool) -> None:
        """Colours by angle, or one a circle."""
        self._dress_theme, self._by_circle = theme, by_circle
        self._shape = (0, 0)
        self.set_theme(theme)

    def show_moment(self, placed: Placed, former: Sequence[Placed]) -> None:
        """The circles of a record, and fading behind them those before, oldest first.

        Nothing is computed but colours: both are arrays that are here.
        """
        colours = self._colours_for(placed.positions)
        self.set_scene(placed.positions[None], colours)
        self.set_marker(placed.w_avg[None])
        if not former:
            self.set_trails(NOTHING, NO_COLOURS)
            return
        trails = np.concatenate([each.positions for each in former])
        strength = np.linspace(OLDEST, NEWEST, len(former) + 1)[1:]
        painted = np.repeat(colours[None], len(former), axis=0)
        painted[..., 3] = (255 * strength)[:, None, None]
        shape = (-1, *colours.shape[1:])
        self.set_trails(trails, np.ascontiguousarray(painted.reshape(shape)))

    def show_path(self, points: Floats | None, circle: int, point: int) -> None:
        """The way of one point through all records, float32 [T, 3]; None takes it."""
        if points is None or len(points) < 2 or not self._colours_of.size:
            self.set_paths(NOTHING, NO_COLOURS)
            return
        colour = self._colours_of[circle, point]
        colours = np.broadcast_to(colour, (1, len(points), 4)).copy()
        self.set_paths(np.ascontiguousarray(points[None]), colours)

    def follow(self, camera: Camera) -> None:
        """Look from where the other view looks."""
        if camera != self.shown_camera:
            self._is_given = True
            self.jump(camera)

    def _colours_for(self, positions: Floats) -> Rgba:
        circles, points = positions.shape[:2]
        if (circles, points) != self._shape:
            self._shape = (circles, points)
            self._colours_of = _colours(
                circles, points, self._dress_theme, self._by_circle
            )
        return self._colours_of


def _colours(circles: int, points: int, theme: Theme, by_circle: bool) -> Rgba:
    if by_circle:
        each = circle_colours(circles, theme)[:, None]
        return np.ascontiguousarray(np.broadcast_to(each, (circles, points, 4)))
    turn: NDArray[np.float32] = np.arange(points, dtype=np.float32)
    angles = turn * np.float32(2.0 * np.pi / points)
    return angle_colours(np.tile(angles, (circles, 1)), theme)


def _differs(old: Extent, new: Extent) -> bool:
    """Whether it is to be seen that a run takes up another room than was known."""
    moved = math.dist(old.centre, new.centre)
    return moved + abs(new.radius - old.radius) > NOTICED * old.radius
