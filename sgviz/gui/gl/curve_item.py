"""All curves of a scene as one item: thick, antialiased, haloed ribbons."""

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLGraphicsItem

from sgviz.gui.gl import layout
from sgviz.gui.gl.buffers import RibbonBuffers
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Shot

FEATHER = 0.5  # pixels beyond the line for its soft edge
# The halo: width in pixels, 1 / fade, opacity.
SHARP_RIM = (1.0, 1.0, 1.0)
SOFT_RIM = (1.8, 0.6, 0.75)
NO_RIM = (0.0, 1.0, 0.0)


class CurveItem(GLGraphicsItem.GLGraphicsItem):  # type: ignore[misc]
    """K curves of P points each, in one buffer and one draw call.

    ``width`` is in logical pixels. The view it is added to says how to draw, through
    ``shot`` and ``programs``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._points: layout.Floats = np.zeros((0, 0, 3), dtype=np.float32)
        self._colours: layout.Bytes = np.zeros((0, 0, 4), dtype=np.uint8)
        self._closed = True
        self.width = 2.0
        self._haloed, self._opacity = True, 1.0
        self._table: layout.Indices = np.zeros((0, 6), dtype=np.uint32)
        self._buffers: RibbonBuffers | None = None
        self._stale = {"positions", "colours", "table"}

    def set_points(self, points: layout.Floats, closed: bool = True) -> None:
        """Points float32 [K, P, 3]; kept, not copied."""
        if points.shape != self._points.shape or closed != self._closed:
            self._closed = closed
            curves, count = points.shape[:2]
            self._table = layout.triangle_table(curves, count, closed)
            self._stale |= {"table"}
        self._points = points
        self._stale |= {"positions"}

    def set_colours(self, colours: layout.Bytes) -> None:
        """Colours u8 [K, P, 4]; kept, not copied."""
        self._colours = colours
        self._stale |= {"colours"}

    def set_quiet(self, opacity: float) -> None:
        """No halo, and something shines through: axes, not curves."""
        self._haloed, self._opacity = False, opacity

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where their context is current."""
        if current and self._buffers is not None:
            self._buffers.delete()
        self._buffers = None
        self._stale = {"positions", "colours", "table"}

    def paint(self) -> None:
        """Draw into the view's current shot."""
        view = self.view()
        if len(self._table) and self._colours.shape[:2] == self._points.shape[:2]:
            self.draw(view.shot, view.programs)

    def draw(self, shot: Shot, programs: Programs) -> None:
        """Draw with the programs of the current context."""
        buffers = self._uploaded()
        haloed = self._haloed and shot.halo
        fine = shot.look is Look.FINE and self._haloed
        program = programs["quick" if haloed and not fine else "ribbon"]
        shot.apply(program)
        rim = self._rim(shot, fine)
        half = 0.5 * self.width * shot.scale
        program.set("u_viewport", *map(float, shot.size))
        program.set("u_half", half)
        program.set("u_reach", half + max(rim[0], FEATHER))
        program.set("u_rim", *rim)
        program.set("u_opacity", self._opacity)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(GL.GL_TRUE)
        if fine:
            self._write_sorted(buffers, shot)
            GL.glDepthFunc(GL.GL_ALWAYS)
            buffers.draw(buffers.sorted, self._table.size)
            GL.glDepthFunc(GL.GL_LESS)
        else:
            buffers.draw(buffers.spread, self._count(shot.look))

    def _rim(self, shot: Shot, fine: bool) -> tuple[float, float, float]:
        if not (shot.halo and self._haloed):
            return NO_RIM
        width, fade, opacity = SOFT_RIM if fine else SHARP_RIM
        return width * shot.scale, fade / shot.scale, opacity

    def _count(self, look: Look) -> int:
        """Indices to draw of the spread order."""
        curves = len(self._points)
        drawn = (curves + 1) // 2 if look is Look.HALF else curves
        return self._table.size // curves * drawn

    def _uploaded(self) -> RibbonBuffers:
        if self._buffers is None:
            self._buffers = RibbonBuffers()
        buffers = self._buffers
        buffers.array.bind()
        if "positions" in self._stale:
            buffers.positions.write(layout.pack_positions(self._points, self._closed))
        if "colours" in self._stale:
            buffers.colours.write(layout.pack_colours(self._colours))
        if "table" in self._stale:
            buffers.spread.write(layout.spread_table(self._table, len(self._points)))
        self._stale = set()
        return buffers

    def _write_sorted(self, buffers: RibbonBuffers, shot: Shot) -> None:
        order = layout.back_to_front(self._points, shot.depth_row, self._closed)
        buffers.array.bind()
        buffers.sorted.write(self._table[order])
