"""Everything that stands in a scene view, and its colours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont

from sgviz.gui.gl.axes_item import AxesItem
from sgviz.gui.gl.curve_item import CurveItem
from sgviz.gui.gl.detail import HEAVY, Detail, detail_of
from sgviz.gui.gl.extent import Extent, box_of
from sgviz.gui.gl.gaps import bridged
from sgviz.gui.gl.label_layout import Placed, Title, arrange, titles_at
from sgviz.gui.gl.labels import write_labels
from sgviz.gui.gl.marks import Marks, mark_radius
from sgviz.gui.gl.mesh_item import MeshItem
from sgviz.gui.gl.shot import Look, Rgb, Shot, rgb
from sgviz.gui.gl.sprites import Disc, PointItem
from sgviz.gui.gl.ticks import Frame, Label, axes_around, labels_of
from sgviz.gui.theme import DARK, Theme
from sgviz.state import Form

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]

FEW_DOTS = 1_000  # so many samples get a dot unasked
MANY_DOTS = 10_000  # more are dotted only at rest
GHOST_ALPHA, GHOST_WIDTH = 0.9, 1.2
STROKE_WIDTH = 2.6
CROWD = 100  # so many curves leave no room for numbers among them
NO_COLOURS = np.zeros((0, 0, 4), dtype=np.uint8)
NO_GRID, NO_CURVES = (np.zeros((0,) * k + (3,), dtype=np.float32) for k in (3, 2))


def cloud_radius(count: int) -> float:
    """The radius in pixels of one of ``count`` points of a heap, 1 to 3."""
    return float(np.clip(3.0 - 0.9 * np.log10(max(count, 1) / 1000.0), 1.0, 3.0))


def _in_turn(values: NDArray[Any], form: Form) -> NDArray[Any]:
    """Values [S, C, N, k] as [M, k]; of a heap, each point in all slices in turn.

    So any first part of them is spread over all slices.
    """
    if form == "points":
        values = values.transpose(1, 2, 0, 3)
    return np.ascontiguousarray(values).reshape(-1, values.shape[-1])


class Stage:
    """Curves, dots, axes and their numbers, and the marks over them.

    ``trails`` and ``paths`` are quieter curves, without a halo, that nothing picks;
    ``strokes`` are drawn into the scene: arrows, ways.
    """

    def __init__(self) -> None:
        self.theme = DARK
        self.curves, self.points, self.axes = CurveItem(), PointItem(), AxesItem()
        self.trails, self.paths = CurveItem(), CurveItem()
        for ghost in (self.trails, self.paths):
            ghost.set_quiet(GHOST_ALPHA)
            ghost.width = GHOST_WIDTH
        self.strokes = CurveItem()
        self.strokes.width = STROKE_WIDTH
        self.marks = Marks()
        self.mesh = MeshItem()
        self.detail, self.dots = Detail(), "auto"
        self.form: Form = "curves"
        self.names = ("", "", "")
        self._axes = axes_around(np.zeros((2, 3)))
        self._panels: tuple[Frame, ...] = ()
        self._shape = (0, 0, 0)
        self._all: tuple[Floats, Colours] = (NO_GRID[None], NO_COLOURS)
        self.loops = True
        self._labels: list[Label] = []
        self.titles: list[Title] = []
        self._dress()

    @property
    def items(self) -> tuple[CurveItem | MeshItem | AxesItem | PointItem, ...]:
        """What a view shall add."""
        ghosts = (self.trails, self.paths)
        return self.mesh, self.curves, *ghosts, self.strokes, self.axes, self.points

    @property
    def curve_count(self) -> int:
        """Slices times circles; 0 where there are no curves."""
        return self._shape[0] * self._shape[1] if self.form == "curves" else 0

    @property
    def segments(self) -> int:
        """How many segments of curves a finely drawn frame has."""
        return self.curves.points_drawn

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
        return self.detail.note

    @property
    def is_coarse(self) -> bool:
        """Whether curves are thinned so far that more of them would be seen."""
        return bool(self.note) and self.segments > HEAVY

    def set_theme(self, theme: Theme) -> None:
        """Other colours for everything but the curves."""
        self.theme = theme
        self._dress()

    def set_positions(
        self, positions: Floats, closed: bool, form: Form = "curves"
    ) -> None:
        """Curves, surfaces or heaps float32 [S, C, N, 3]; very many are thinned."""
        slices, circles, count, _ = positions.shape
        self._all, self.loops = (positions, self._all[1]), closed
        self.detail = Detail(1, circles, circles)
        if form == "curves":
            self.detail = detail_of(slices, circles, count)
        thin = self._thinned(positions)
        box = box_of(thin)
        if not np.isfinite(box).all():
            thin = bridged(thin)
            box = box_of(thin)
        shape = (thin.shape[0] * thin.shape[1], thin.shape[2], 3)
        drawn = np.ascontiguousarray(thin.reshape(shape))
        self.mesh.set_points(thin if form == "surface" else NO_GRID, closed)
        self.curves.set_points(drawn if form == "curves" else NO_CURVES, closed)
        self.points.sprites.set_points(_in_turn(thin, form))
        self._axes = axes_around(box)
        self._frame()
        if (self._shape, self.form) != ((slices, circles, count), form):
            self._shape, self.form = (slices, circles, count), form
            self._dress()

    def set_colours(self, colours: Colours) -> None:
        """Colours u8 [C, N, 4] or [S, C, N, 4]."""
        every = np.broadcast_to(colours, (*self._shape, 4))
        self._all = (self._all[0], every)
        thin = self._thinned(every)
        if self.form == "surface":
            self.mesh.set_colours(thin)
        elif self.form == "curves":
            shape = (thin.shape[0] * thin.shape[1], thin.shape[2], 4)
            self.curves.set_colours(np.ascontiguousarray(thin).reshape(shape))
        self.points.sprites.set_colours(_in_turn(thin, self.form))

    def whole_curves(self, first: int, count: int) -> tuple[Floats, Colours]:
        """At most ``count`` curves of a slice, every point: [K, N, 3] and [K, N, 4].

        ``first`` is counted through all slices; a slice that ends ends them.
        """
        points, colours = self._all
        of, begin = divmod(first, points.shape[1])
        some = slice(begin, begin + count)
        return points[of, some], colours[of, some]

    def _thinned(self, values: NDArray[Any]) -> NDArray[Any]:
        """What is drawn of values [S, C, N, k]."""
        return values[:, self.detail.chosen, :: self.detail.every]

    def set_names(self, names: tuple[str, str, str], shown: bool) -> None:
        """Names of the axes, and whether there are any."""
        self.names, self.axes.lines_shown = names, shown
        self._frame()

    def set_frames(self, frames: tuple[Frame, ...]) -> bool:
        """Axes for the panels of a scene; none: for all of it; whether others now."""
        self._panels = frames
        return self._frame()

    def _frame(self) -> bool:
        own = Frame(self._axes, self.names)
        if not self.axes.set_frames(self._panels or (own,)):
            return False
        self._labels = labels_of(self.axes.frames)
        return True

    def prepare(self, look: Look) -> None:
        """Settle what a frame of that look shows."""
        count = len(self.points.sprites)
        if self.form == "points":
            self.points.most = None if look is Look.FINE else MANY_DOTS
            self.points.shown = True
            return
        self.points.most = None
        few = FEW_DOTS if self.form == "curves" else 0
        on = self.dots == "on" and (count <= MANY_DOTS or look is Look.FINE)
        self.points.shown = on or (self.dots == "auto" and count <= few)

    def write(self, shot: Shot, font: QFont, extent: Extent) -> None:
        """The numbers and names of the axes, into the framebuffer that is bound."""
        size = (shot.size[0] / shot.scale, shot.size[1] / shot.scale)
        placed = titles_at(self.titles, shot.mvp, size)
        if self.axes.lines_shown:
            placed += self._numbers(shot, size, extent, placed)
        theme = self.theme
        outline = theme.canvas if shot.halo else "transparent"
        colours = (theme.muted, theme.text, outline)
        write_labels(placed, shot.size, shot.scale, font, colours)

    def _numbers(
        self,
        shot: Shot,
        size: tuple[float, float],
        extent: Extent,
        titles: list[Placed],
    ) -> list[Placed]:
        crowded = self.form != "curves" or self.curve_count >= CROWD
        crowd = extent if crowded else None
        return arrange(self._labels, shot.mvp, size, crowd, titles)

    def release(self, current: bool) -> None:
        """Let go of all buffers; free them where a context of theirs is current."""
        lines = (self.curves, self.trails, self.paths, self.strokes)
        for part in (*lines, self.mesh, self.axes, self.points.sprites, self.marks):
            part.release(current)

    def _dress(self) -> None:
        theme, slices = self.theme, self._shape[0]
        self.axes.set_colour(rgb(theme.muted))
        self.marks.dress(theme, slices)
        self.mesh.dress(theme)
        dot = 0.5 * mark_radius(slices * max(self._shape[1], 1))
        if self.form == "points":
            dot = cloud_radius(slices * self._shape[2])
        self.points.sprites.disc = Disc(
            dot, rim=1.0, rim_colour=(*rgb(theme.canvas), 0.9)
        )
