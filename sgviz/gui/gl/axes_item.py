"""Axes through the origin as quiet ribbons with dots, and the three octant planes."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from pyqtgraph.opengl import GLGraphicsItem

from sgviz.gui.gl.buffers import SpriteBuffers
from sgviz.gui.gl.curve_item import CurveItem
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Rgb, Shot
from sgviz.gui.gl.sprites import Disc, Sprites
from sgviz.gui.gl.ticks import Axis, Frame

Floats = NDArray[np.float32]

PIECES = 17  # points of an axis: fog and the near plane act on points
AXIS_ALPHA = 0.85
GRID_ALPHA = 0.22
PLANE_ALPHA = 0.05
PLANES = ((0, 1), (1, 2), (2, 0))


class AxesItem(GLGraphicsItem.GLGraphicsItem):  # type: ignore[misc]
    """Lines, ticks and planes; numbers are written by the view."""

    def __init__(self) -> None:
        super().__init__()
        self.setDepthValue(10)
        self.lines_shown, self.planes_shown = True, False
        self.frames: tuple[Frame, ...] = ()
        self._colour: Rgb = (0.5, 0.5, 0.5)
        self._lines, self._grid = CurveItem(), CurveItem()
        self._ticks = Sprites(Disc(1.9))
        self._planes = Planes()
        for ribbon, opacity in ((self._lines, AXIS_ALPHA), (self._grid, GRID_ALPHA)):
            ribbon.width = 1.15
            ribbon.set_quiet(opacity)

    def set_frames(self, frames: Sequence[Frame]) -> bool:
        """Where the axes run; says whether that is elsewhere than before."""
        if tuple(frames) == self.frames:
            return False
        self.frames = tuple(frames)
        self._rebuild()
        return True

    def set_colour(self, colour: Rgb) -> None:
        """The colour of everything here."""
        if colour != self._colour:
            self._colour = colour
            self._rebuild()

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        for part in (self._lines, self._grid, self._ticks, self._planes):
            part.release(current)

    def paint(self) -> None:
        """Draw into the view's current shot."""
        view = self.view()
        shot, programs = view.shot, view.programs
        if not self.frames:
            return
        if self.planes_shown:
            self._planes.draw(shot, programs)
            self._grid.draw(shot, programs)
        if self.lines_shown:
            self._lines.draw(shot, programs)
            self._ticks.draw(shot, programs, on_top=False)

    def _rebuild(self) -> None:
        if not self.frames:
            return
        for ribbon, of in ((self._lines, axis_lines), (self._grid, grid_lines)):
            points = self._placed(of)
            ribbon.set_points(points, closed=False)
            ribbon.set_colours(self._painted(points.shape[:2], 1.0))
        ticks = self._placed(tick_places)
        self._ticks.set_points(ticks)
        self._ticks.set_colours(self._painted(ticks.shape[:1], 1.0))
        corners = self._placed(plane_corners)
        self._planes.set(corners, self._painted(corners.shape[:1], PLANE_ALPHA))

    def _placed(self, of: Callable[[Sequence[Axis]], Floats]) -> Floats:
        """What is drawn of the axes of every frame, where it is."""
        return np.concatenate([frame.placed(of(frame.axes)) for frame in self.frames])

    def _painted(self, shape: tuple[int, ...], alpha: float) -> NDArray[np.uint8]:
        colour = np.array([*self._colour, alpha]) * 255.0 + 0.5
        return np.broadcast_to(colour.astype(np.uint8), (*shape, 4)).copy()


class Planes:
    """Three faint rectangles, seen from both sides, hiding nothing."""

    def __init__(self) -> None:
        self._corners = np.zeros((0, 3), dtype=np.float32)
        self._colours = np.zeros((0, 4), dtype=np.uint8)
        self._buffers: SpriteBuffers | None = None
        self._stale = True

    def set(self, corners: NDArray[np.float32], colours: NDArray[np.uint8]) -> None:
        """Triangles' corners float32 [M, 3], colours u8 [M, 4]."""
        self._corners, self._colours, self._stale = corners, colours, True

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        if current and self._buffers is not None:
            self._buffers.delete()
        self._buffers, self._stale = None, True

    def draw(self, shot: Shot, programs: Programs) -> None:
        """Draw them without writing depth."""
        if self._buffers is None:
            self._buffers = SpriteBuffers()
        if self._stale:
            self._buffers.positions.write(self._corners)
            self._buffers.colours.write(self._colours)
            self._stale = False
        shot.apply(programs["plane"])
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(GL.GL_FALSE)
        self._buffers.draw(len(self._corners), GL.GL_TRIANGLES)
        GL.glDepthMask(GL.GL_TRUE)


def axis_lines(axes: Sequence[Axis]) -> NDArray[np.float32]:
    """The three lines, float32 [3, PIECES, 3]."""
    out = np.zeros((3, PIECES, 3), dtype=np.float32)
    for i, axis in enumerate(axes):
        begin = axis.low - (axis.end - axis.high)
        out[i, :, i] = np.linspace(begin, axis.end, PIECES)
    return out


def tick_places(axes: Sequence[Axis]) -> NDArray[np.float32]:
    """The places of the ticks and of the origin, float32 [M, 3]."""
    out = [np.zeros((1, 3), dtype=np.float32)]
    for i, axis in enumerate(axes):
        places = np.zeros((len(axis.ticks), 3), dtype=np.float32)
        places[:, i] = axis.ticks
        out.append(places)
    return np.concatenate(out)


def grid_lines(axes: Sequence[Axis]) -> NDArray[np.float32]:
    """The lines of the three planes' grids, float32 [M, PIECES, 3]."""
    lines = []
    for i, j in PLANES:
        for run, stay in ((i, j), (j, i)):
            for value in (axes[stay].low, *axes[stay].ticks, axes[stay].high):
                line = np.zeros((PIECES, 3), dtype=np.float32)
                line[:, run] = np.linspace(axes[run].low, axes[run].high, PIECES)
                line[:, stay] = value
                lines.append(line)
    return np.stack(lines)


def plane_corners(axes: Sequence[Axis]) -> NDArray[np.float32]:
    """Two triangles a plane, float32 [18, 3]."""
    out = np.zeros((3, 6, 3), dtype=np.float32)
    for plane, (i, j) in enumerate(PLANES):
        a, b = axes[i], axes[j]
        square = [(a.low, b.low), (a.high, b.low), (a.high, b.high), (a.low, b.high)]
        for corner, k in enumerate((0, 1, 2, 0, 2, 3)):
            out[plane, corner, i], out[plane, corner, j] = square[k]
    return out.reshape(-1, 3)
