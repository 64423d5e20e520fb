"""All curves of a scene as one item: thick, antialiased, haloed ribbons."""

import math

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLGraphicsItem

from sgviz.gui.gl import layout
from sgviz.gui.gl.buffers import RibbonBuffers
from sgviz.gui.gl.detail import HEAVY, quick_share
from sgviz.gui.gl.programs import Program, Programs
from sgviz.gui.gl.shot import Look, Shot

FEATHER = 0.5  # pixels beyond the line for its soft edge
# The halo: width in pixels, 1 / fade, opacity.
SHARP_RIM = (1.0, 1.0, 1.0)
SOFT_RIM = (1.8, 0.6, 0.75)
NO_RIM = (0.0, 1.0, 0.0)
# Segments shorter than so many pixels are drawn together, at rest and moving.
FINE_PIXELS, QUICK_PIXELS = 1.6, 3.2

# A line is as wide as told along x or y: this much more for one that slants.
SLANT = 1.2
WIDEST = 12.0  # pixels of a line whose joints still go unnoticed while it moves


class CurveItem(GLGraphicsItem.GLGraphicsItem):  # type: ignore[misc]
    """K curves of P points each, in one buffer.

    ``width`` is in logical pixels. The view it is added to says how to draw, through
    ``shot`` and ``programs``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.width = 2.0
        self._points: layout.Floats = np.zeros((0, 0, 3), dtype=np.float32)
        self._colours: layout.Bytes = np.zeros((0, 0, 4), dtype=np.uint8)
        self._closed, self._length = True, 0.0
        self._haloed, self._opacity = True, 1.0
        self.is_left_out = False  # of what the view draws
        self._is_backdrop = False
        self._tables: dict[int, layout.Indices] = {}
        self._buffers: RibbonBuffers | None = None
        self._stale = {"positions", "colours", "lines"}
        self._spread_step = 0

    @property
    def points_drawn(self) -> int:
        """The points of all curves together."""
        return int(self._points.shape[0] * self._points.shape[1])

    def set_points(self, points: layout.Floats, closed: bool = True) -> None:
        """Points float32 [K, P, 3]; kept, not copied."""
        if points.shape != self._points.shape or closed != self._closed:
            self._closed = closed
            self._tables.clear()
            self._stale |= {"lines"}
            self._spread_step = 0
        self._points = points
        self._length = layout.mean_length(points)
        self._stale |= {"positions"}

    def set_colours(self, colours: layout.Bytes) -> None:
        """Colours u8 [K, P, 4]; kept, not copied. Alpha fades to the background."""
        self._colours = colours
        self._stale |= {"colours"}

    def set_quiet(self, opacity: float) -> None:
        """No halo, and something shines through: axes, not curves."""
        self._haloed, self._opacity = False, opacity

    def set_backdrop(self, opacity: float) -> None:
        """Quiet, and behind everything else: what is drawn later covers it."""
        self.set_quiet(opacity)
        self._is_backdrop = True
        self.setDepthValue(-10)

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        if current and self._buffers is not None:
            self._buffers.delete()
        self._buffers = None
        self._stale = {"positions", "colours", "lines"}
        self._spread_step = 0

    def paint(self) -> None:
        """Draw into the view's current shot."""
        view = self.view()
        if self.is_left_out:
            return
        if self._points.size and self._colours.shape[:2] == self._points.shape[:2]:
            self.draw(view.shot, view.programs)

    def draw(self, shot: Shot, programs: Programs) -> None:
        """Draw with the programs of the current context."""
        buffers = self._uploaded()
        fine = shot.look is Look.FINE and self._haloed and self.points_drawn <= HEAVY
        quick = self._haloed and shot.halo and not fine
        rim = self._rim(shot, fine)
        half = 0.5 * self.width * shot.scale
        reach = half + max(rim[0], FEATHER)
        lines = quick and self._suits_lines(shot, programs, reach)
        program = programs["line" if lines else "quick" if quick else "ribbon"]
        shot.apply(program)
        program.set("u_viewport", *map(float, shot.size))
        program.set("u_half", half)
        program.set("u_reach", reach)
        program.set("u_rim", *rim)
        program.set("u_opacity", self._opacity)
        program.set("u_toward", 1.0)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthMask(GL.GL_FALSE if self._is_backdrop else GL.GL_TRUE)
        GL.glDepthFunc(GL.GL_ALWAYS if fine else GL.GL_LESS)
        if lines:
            self._draw_lines(buffers, shot, reach)
        elif shot.near is not None:
            self._draw_cut(buffers, program, shot, fine)
        elif fine:
            buffers.draw(buffers.sorted, self._write_sorted(buffers, shot))
        else:
            buffers.draw(buffers.spread, self._write_spread(buffers, shot))
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(GL.GL_TRUE)

    def _suits_lines(self, shot: Shot, programs: Programs, reach: float) -> bool:
        """Whether wide lines do as well: where software draws, joints are small."""
        width = 2.0 * SLANT * reach
        step = self._step(shot, QUICK_PIXELS)
        return width <= min(programs.widest_line, WIDEST * shot.scale) and step == 1

    def _draw_lines(self, buffers: RibbonBuffers, shot: Shot, reach: float) -> None:
        if "lines" in self._stale:
            curves, count = self._points.shape[:2]
            buffers.lines.write(layout.line_indices(curves, count, self._closed))
            self._stale -= {"lines"}
        GL.glLineWidth(2.0 * SLANT * reach)
        segments = layout.segments_of(self._points.shape[1], self._closed)
        count = 2 * segments * self._drawn(shot.look)
        buffers.draw(buffers.lines, count, GL.GL_LINES)
        GL.glLineWidth(1.0)

    def _rim(self, shot: Shot, fine: bool) -> tuple[float, float, float]:
        if not (shot.halo and self._haloed):
            return NO_RIM
        width, fade, opacity = SOFT_RIM if fine else SHARP_RIM
        return width * shot.scale, fade / shot.scale, opacity

    def _table(self, step: int) -> layout.Indices:
        if step not in self._tables:
            curves, count = self._points.shape[:2]
            table = layout.triangle_table(curves, count, self._closed, step)
            self._tables[step] = table
        return self._tables[step]

    def _step(self, shot: Shot, wanted: float) -> int:
        length = self._length / shot.pixel_size
        return layout.step_for(length, wanted * shot.scale, self._points.shape[1])

    def _uploaded(self) -> RibbonBuffers:
        if self._buffers is None:
            self._buffers = RibbonBuffers()
        buffers = self._buffers
        buffers.array.bind()
        if "positions" in self._stale:
            buffers.positions.write(layout.pack_positions(self._points, self._closed))
        if "colours" in self._stale:
            buffers.colours.write(layout.pack_colours(self._colours))
        self._stale -= {"positions", "colours"}
        return buffers

    def _draw_cut(
        self, buffers: RibbonBuffers, program: Program, shot: Shot, fine: bool
    ) -> None:
        """Draw with the near plane somewhere among the curves: in two parts."""
        step = self._step(shot, FINE_PIXELS if fine else QUICK_PIXELS)
        points, row, closed = self._points, shot.depth_row, self._closed
        if fine:
            rows = layout.back_to_front(points, row, closed, step)
        else:
            segments = layout.segments_of(points.shape[1], closed, step)
            rows = layout.spread_rows(len(points), segments)
            rows = rows[: segments * self._drawn(shot.look)]
        table = self._table(step)
        parts = layout.cut_rows(rows, points, row, shot.near or 0.0, closed, step)
        for toward, part in zip((1.0, -1.0), parts, strict=True):
            if len(part):
                program.set("u_toward", toward)
                buffers.sorted.write(table[part])
                buffers.draw(buffers.sorted, 6 * len(part))

    def _drawn(self, look: Look) -> int:
        """How many curves a look draws."""
        curves = len(self._points)
        if look is not Look.HALF or not curves:
            return curves
        share = quick_share(self._points.shape[0] * self._points.shape[1])
        return math.ceil(curves * share)

    def _write_sorted(self, buffers: RibbonBuffers, shot: Shot) -> int:
        """Put the segments in order, back to front; returns how many indices."""
        step = self._step(shot, FINE_PIXELS)
        row, closed = shot.depth_row, self._closed
        order = layout.back_to_front(self._points, row, closed, step)
        buffers.sorted.write(self._table(step)[order])
        return 6 * len(order)

    def _write_spread(self, buffers: RibbonBuffers, shot: Shot) -> int:
        """See to it that the spread order is there; returns how many indices."""
        step = self._step(shot, QUICK_PIXELS)
        curves, table = len(self._points), self._table(step)
        if step != self._spread_step:
            buffers.spread.write(layout.spread_table(table, curves))
            self._spread_step = step
        return table.size // curves * self._drawn(shot.look)
