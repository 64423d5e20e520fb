"""Everything that stands in a scene view, and its colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont

from sgviz.gui.gl.axes_item import AxesItem
from sgviz.gui.gl.curve_item import CurveItem
from sgviz.gui.gl.extent import Extent, box_of
from sgviz.gui.gl.label_layout import arrange
from sgviz.gui.gl.labels import write_labels
from sgviz.gui.gl.marks import Marks, mark_radius
from sgviz.gui.gl.shot import Look, Rgb, Shot, rgb
from sgviz.gui.gl.sprites import Disc, PointItem
from sgviz.gui.gl.ticks import Label, axes_around, labels_of
from sgviz.gui.theme import DARK, Theme

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]

MAX_SEGMENTS = 200_000  # more are thinned for drawing
FEW_DOTS = 1_000  # so many samples get a dot unasked
MANY_DOTS = 10_000  # more are dotted only at rest
GHOST_ALPHA, GHOST_WIDTH = 0.9, 1.2
CROWD = 100  # so many curves leave no room for numbers among them


class Stage:
    """Curves, dots, axes and their numbers, and the marks over them.

    ``trails`` and ``paths`` are quieter curves, without a halo, that nothing picks.
    """

    def __init__(self) -> None:
        self.theme = DARK
        self.curves, self.points, self.axes = CurveItem(), PointItem(), AxesItem()
        self.trails, self.paths = CurveItem(), CurveItem()
        for ghost in (self.trails, self.paths):
            ghost.set_quiet(GHOST_ALPHA)
            ghost.width = GHOST_WIDTH
        self.marks = Marks()
        self.every, self.dots = 1, "auto"
        self.names = ("", "", "")
        self._shape = (0, 0, 0)
        self._labels: list[Label] = []
        self._dress()

    @property
    def items(self) -> tuple[CurveItem | AxesItem | PointItem, ...]:
        """What a view shall add."""
        return self.curves, self.trails, self.paths, self.axes, self.points

    @property
    def curve_count(self) -> int:
        """Slices times circles."""
        return self._shape[0] * self._shape[1]

    @property
    def background(self) -> Rgb:
        """The colour behind everything."""
        return rgb(self.theme.canvas)

    @property
    def accent(self) -> Rgb:
        """The colour of what has the focus."""
        return rgb(self.theme.accent)

    @property
    def note(self) -> str:
        """What is drawn where it is not every point, else an empty string."""
        if self.every == 1:
            return ""
        ordinal = {2: "2nd", 3: "3rd"}.get(self.every, f"{self.every}th")
        return f"drawn: every {ordinal} point"

    def set_theme(self, theme: Theme) -> None:
        """Other colours for everything but the curves."""
        self.theme = theme
        self._dress()

    def set_positions(self, positions: Floats, closed: bool) -> None:
        """Curves float32 [S, C, N, 3]; above 200,000 segments every k-th point."""
        slices, circles, count, _ = positions.shape
        self.every = max(1, -(-slices * circles * count // MAX_SEGMENTS))
        thin = positions[:, :, :: self.every]
        box = box_of(thin)
        if not np.isfinite(box).all():
            thin = np.nan_to_num(thin, nan=0.0, posinf=0.0, neginf=0.0)
            box = box_of(thin)
        shape = (slices * circles, thin.shape[2], 3)
        curves = np.ascontiguousarray(thin.reshape(shape))
        self.curves.set_points(curves, closed)
        self.points.sprites.set_points(curves.reshape(-1, 3))
        if self.axes.set_axes(axes_around(box)):
            self._labels = labels_of(self.axes.axes, self.names)
        if self._shape != (slices, circles, count):
            self._shape = (slices, circles, count)
            self._dress()

    def set_colours(self, colours: Colours) -> None:
        """Colours u8 [C, N, 4] or [S, C, N, 4]."""
        thin = np.broadcast_to(colours, (*self._shape, 4))[:, :, :: self.every]
        shape = (self.curve_count, thin.shape[2], 4)
        curves = np.ascontiguousarray(thin).reshape(shape)
        self.curves.set_colours(curves)
        self.points.sprites.set_colours(curves.reshape(-1, 4))

    def set_names(self, names: tuple[str, str, str], shown: bool) -> None:
        """Names of the axes, and whether there are any."""
        self.names, self.axes.lines_shown = names, shown
        if self.axes.axes:
            self._labels = labels_of(self.axes.axes, names)

    def prepare(self, look: Look) -> None:
        """Settle what a frame of that look shows."""
        count = len(self.points.sprites)
        on = self.dots == "on" and (count <= MANY_DOTS or look is Look.FINE)
        self.points.shown = on or (self.dots == "auto" and count <= FEW_DOTS)

    def write(self, shot: Shot, font: QFont, extent: Extent) -> None:
        """The numbers and names of the axes, into the framebuffer that is bound."""
        if not self.axes.lines_shown:
            return
        crowd = extent if self.curve_count >= CROWD else None
        size = (shot.size[0] / shot.scale, shot.size[1] / shot.scale)
        placed = arrange(self._labels, shot.mvp, size, crowd)
        theme = self.theme
        outline = theme.canvas if shot.halo else "transparent"
        colours = (theme.muted, theme.text, outline)
        write_labels(placed, shot.size, shot.scale, font, colours)

    def release(self, current: bool) -> None:
        """Let go of all buffers; free them where a context of theirs is current."""
        lines = (self.curves, self.trails, self.paths)
        for part in (*lines, self.axes, self.points.sprites, self.marks):
            part.release(current)

    def _dress(self) -> None:
        theme, slices = self.theme, self._shape[0]
        self.axes.set_colour(rgb(theme.muted))
        self.marks.dress(theme, slices)
        dot = 0.5 * mark_radius(slices * max(self._shape[1], 1))
        self.points.sprites.disc = Disc(
            dot, rim=1.0, rim_colour=(*rgb(theme.canvas), 0.9)
        )
