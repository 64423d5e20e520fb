"""Round marks: a dot at every sample, the hovered point, the current latent."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from pyqtgraph.opengl import GLGraphicsItem

from sgviz.gui.gl.buffers import SpriteBuffers
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Shot

Rgba = tuple[float, float, float, float]
CLEAR: Rgba = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Disc:
    """How a mark looks; sizes in logical pixels.

    ``radius`` of the disc in its own colour, then ``border`` and ``rim`` around it.
    """

    radius: float
    border: float = 0.0
    border_colour: Rgba = CLEAR
    rim: float = 0.0
    rim_colour: Rgba = CLEAR


class Sprites:
    """M discs that share a look; drawn by whoever has a shot."""

    def __init__(self, disc: Disc) -> None:
        self.disc = disc
        self._points: NDArray[np.float32] = np.zeros((0, 3), dtype=np.float32)
        self._colours: NDArray[np.uint8] = np.zeros((0, 4), dtype=np.uint8)
        self._buffers: SpriteBuffers | None = None
        self._stale = {"points", "colours"}

    def __len__(self) -> int:
        return len(self._points)

    def set_points(self, points: NDArray[np.float32]) -> None:
        """Places float32 [M, 3]."""
        self._points = points
        self._stale |= {"points"}

    def set_colours(self, colours: NDArray[np.uint8]) -> None:
        """Colours u8 [M, 4]; alpha 0 leaves a ring."""
        self._colours = colours
        self._stale |= {"colours"}

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        if current and self._buffers is not None:
            self._buffers.delete()
        self._buffers = None
        self._stale = {"points", "colours"}

    def draw(
        self, shot: Shot, programs: Programs, on_top: bool, most: int | None = None
    ) -> None:
        """Draw them (the first ``most``); ``on_top`` ignores what lies before them."""
        if not len(self._points) or len(self._colours) != len(self._points):
            return
        buffers = self._uploaded()
        program = programs["sprite"]
        shot.apply(program)
        disc, scale = self.disc, shot.scale
        rim = disc.rim if shot.halo else 0.0
        whole = (disc.radius + disc.border + rim) * scale + 1.0
        program.set("u_size", 2.0 * whole)
        program.set("u_disc", disc.radius * scale, disc.border * scale, rim * scale)
        program.set("u_border", *disc.border_colour)
        program.set("u_halo", *disc.rim_colour)
        forward = 3.0 * whole
        relative, absolute = (forward * k for k in shot.pixel)
        matrix = shot.projection
        program.set(
            "u_pull", float(matrix[2, 2]), float(matrix[2, 3]), relative, absolute
        )
        GL.glEnable(GL.GL_PROGRAM_POINT_SIZE)
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthFunc(GL.GL_ALWAYS if on_top else GL.GL_LESS)
        count = len(self._points)
        buffers.draw(count if most is None else min(count, most))
        GL.glDepthFunc(GL.GL_LESS)

    def _uploaded(self) -> SpriteBuffers:
        if self._buffers is None:
            self._buffers = SpriteBuffers()
        if "points" in self._stale:
            self._buffers.positions.write(self._points)
        if "colours" in self._stale:
            self._buffers.colours.write(self._colours)
        self._stale = set()
        return self._buffers


class PointItem(GLGraphicsItem.GLGraphicsItem):  # type: ignore[misc]
    """A dot at every sample of the curves, as an item of a view."""

    def __init__(self) -> None:
        super().__init__()
        self.sprites = Sprites(Disc(2.5))
        self.shown = True
        self.most: int | None = None

    def paint(self) -> None:
        """Draw into the view's current shot."""
        view = self.view()
        if self.shown:
            self.sprites.draw(view.shot, view.programs, False, self.most)
