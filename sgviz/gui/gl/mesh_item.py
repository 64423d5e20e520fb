"""Surfaces as one item: shaded on both sides, with the lines of their grid."""

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLGraphicsItem

from sgviz.gui.gl import mesh
from sgviz.gui.gl.buffers import MeshBuffers
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Rgb, Shot, rgb
from sgviz.gui.theme import DARK, Theme
from sgviz.state import SurfaceLook

# Opacity of the surface seen from above, at its rim, and of the lines.
OPACITIES: dict[SurfaceLook, tuple[float, float, float]] = {
    "solid": (1.0, 1.0, 0.38),
    "smooth": (1.0, 1.0, 0.0),
    "translucent": (0.30, 0.90, 0.34),
    "wire": (0.0, 0.0, 0.95),
}
WIRE_WIDTH = 1.15
# Light from everywhere, from the lamp, its gloss, and how far colours are lightened.
ON_DARK, ON_LIGHT = (0.34, 0.60, 0.10, 0.0), (0.50, 0.56, 0.08, 0.22)
QUICK_TRIANGLES = 40_000  # so many may move; of more every second row and column


class MeshItem(GLGraphicsItem.GLGraphicsItem):  # type: ignore[misc]
    """S surfaces of R x C points each, in one buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.look: SurfaceLook = "solid"
        self._theme = DARK
        self._shape, self._closed = (0, 0, 0), True
        self._points: mesh.Floats = np.zeros((0, 3), dtype=np.float32)
        self._normals: mesh.Floats = np.zeros((0, 3), dtype=np.float32)
        self._colours: mesh.Bytes = np.zeros((0, 4), dtype=np.uint8)
        self._tables: dict[int, mesh.Indices] = {}
        self._buffers: MeshBuffers | None = None
        self._stale = {"points", "colours"}
        self._written = 0

    def set_points(self, grid: mesh.Floats, closed: bool) -> None:
        """Points float32 [S, R, C, 3]; closed rows end at their first point."""
        if (grid.shape[:3], closed) != (self._shape, self._closed):
            self._shape, self._closed = grid.shape[:3], closed
            self._tables.clear()
            self._written = 0
        self._points = mesh.seamed(grid, closed).reshape(-1, 3)
        normals = mesh.normals_of(grid, closed)
        self._normals = mesh.seamed(normals, closed).reshape(-1, 3)
        self._stale |= {"points"}

    def set_colours(self, colours: mesh.Bytes) -> None:
        """Colours u8 [S, R, C, 4]."""
        self._colours = mesh.seamed(colours, self._closed).reshape(-1, 4)
        self._stale |= {"colours"}

    def dress(self, theme: Theme) -> None:
        """Light and lines of a theme."""
        self._theme = theme

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        if current and self._buffers is not None:
            self._buffers.delete()
        self._buffers, self._stale, self._written = None, {"points", "colours"}, 0

    def paint(self) -> None:
        """Draw into the view's current shot."""
        view = self.view()
        if len(self._points) and len(self._colours) == len(self._points):
            self.draw(view.shot, view.programs)

    def draw(self, shot: Shot, programs: Programs) -> None:
        """Draw with the programs of the current context."""
        buffers = self._uploaded()
        step = self._step(shot.look)
        count = self._write_triangles(buffers, shot, step)
        program = programs["mesh"]
        shot.apply(program)
        _, rows, columns = self._shape
        width = columns + self._closed
        program.set_matrix("u_view", shot.view)
        program.set("u_grid", float(width), float(rows))
        lines = (mesh.wire_step(cells) for cells in (width - 1, rows - 1))
        program.set("u_wire", *(float(cells) for cells in lines))
        program.set("u_half", 0.5 * WIRE_WIDTH * shot.scale)
        dark = self._theme.dark
        program.set("u_ink", *self._ink())
        program.set("u_light", *(ON_DARK if dark else ON_LIGHT))
        program.set("u_opacity", *OPACITIES[self.look])
        program.set("u_ortho", float(shot.pixel[0] == 0.0))
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(GL.GL_TRUE if self._is_opaque else GL.GL_FALSE)
        buffers.draw(count)
        GL.glDepthMask(GL.GL_TRUE)

    def _ink(self) -> Rgb:
        """The colour of the lines: dark on what is opaque, bright in glass."""
        glass = self.look == "translucent"
        return rgb(self._theme.text if glass else self._theme.canvas)

    @property
    def _is_opaque(self) -> bool:
        return OPACITIES[self.look][0] >= 1.0

    def _step(self, look: Look) -> int:
        """Every row and column at rest; every second of very many while it moves."""
        slices, rows, columns = self._shape
        many = 2 * slices * rows * columns > QUICK_TRIANGLES
        return 2 if look is not Look.FINE and many else 1

    def _uploaded(self) -> MeshBuffers:
        if self._buffers is None:
            self._buffers = MeshBuffers()
        buffers = self._buffers
        buffers.array.bind()
        if "points" in self._stale:
            buffers.positions.write(self._points)
            buffers.normals.write(self._normals)
        if "colours" in self._stale:
            buffers.colours.write(self._colours)
        self._stale = set()
        return buffers

    def _write_triangles(self, buffers: MeshBuffers, shot: Shot, step: int) -> int:
        """The triangles, far ones first where one shines through another."""
        table = self._table(step)
        if not self._is_opaque:
            order = mesh.far_to_near(self._points, table, shot.depth_row)
            buffers.triangles.write(table[order])
            self._written = 0
        elif self._written != step:
            buffers.triangles.write(table)
            self._written = step
        return table.size

    def _table(self, step: int) -> mesh.Indices:
        if step not in self._tables:
            slices, rows, columns = self._shape
            width = columns + self._closed
            one = mesh.triangles(rows, width, step)
            self._tables[step] = mesh.in_slices(one, slices, rows * width)
        return self._tables[step]
