"""Everything that is drawn in a scene view, and the order of drawing it."""

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtGui import QFont

from sgviz.gui.gl.axes_item import AxesItem
from sgviz.gui.gl.curve_item import CurveItem
from sgviz.gui.gl.labels import write_labels
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Rgb, Shot, rgb
from sgviz.gui.gl.sprites import Disc, PointItem, Sprites
from sgviz.gui.gl.ticks import Label, axes_around, labels_of
from sgviz.gui.theme import DARK, Theme

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]

MAX_SEGMENTS = 200_000  # more are thinned for drawing
FEW_POINTS = 10_000  # so many get a dot each


class Stage:
    """The items of a view, what lies over them, and their colours."""

    def __init__(self) -> None:
        self.theme = DARK
        self.curves, self.points, self.axes = CurveItem(), PointItem(), AxesItem()
        self.points.setDepthValue(20)
        self.names: tuple[str, str, str] = ("", "", "")
        self.labels: list[Label] = []
        self.every = 1
        self.dots = "auto"
        self.shape: tuple[int, ...] = (0, 0, 0)
        self.highlight, self.beside = Sprites(Disc(4.0)), Sprites(Disc(2.0))
        self.marker = Sprites(Disc(5.0))
        self._dress()

    @property
    def items(self) -> tuple[CurveItem, AxesItem, PointItem]:
        """What a view shall add."""
        return self.curves, self.axes, self.points

    @property
    def curve_count(self) -> int:
        """Curves drawn: slices times circles."""
        return self.shape[0] * self.shape[1]

    @property
    def background(self) -> Rgb:
        """The colour behind everything."""
        return rgb(self.theme.canvas)

    def set_theme(self, theme: Theme) -> None:
        """Other colours for everything but the curves."""
        self.theme = theme
        self._dress()

    def set_positions(self, positions: Floats, closed: bool) -> None:
        """Curves float32 [S, C, N, 3]."""
        slices, circles, count, _ = positions.shape
        self.shape = (slices, circles, count)
        self.every = max(1, -(-slices * circles * count // MAX_SEGMENTS))
        thin = positions[:, :, :: self.every]
        curves = thin.reshape(slices * circles, -1, 3)
        self.curves.set_points(curves, closed)
        self.points.sprites.set_points(curves.reshape(-1, 3))
        size = float(
            np.clip(15.5 - 2.3 * np.log10(max(curves.shape[0] * 10, 10)), 5, 9)
        )
        self.points.sprites.disc = Disc(
            0.32 * size, 0.0, rim=1.0, rim_colour=(*self.background, 0.9)
        )
        self.axes.set_axes(axes := axes_around(thin))
        self.labels = labels_of(axes, self.names)

    def set_colours(self, colours: Colours) -> None:
        """Colours u8 [C, N, 4] or [S, C, N, 4]."""
        slices, circles, count = self.shape
        whole = np.broadcast_to(colours, (slices, circles, count, 4))
        thin = np.ascontiguousarray(whole[:, :, :: self.every])
        curves = thin.reshape(slices * circles, -1, 4)
        self.curves.set_colours(curves)
        self.points.sprites.set_colours(curves.reshape(-1, 4))

    def set_names(self, names: tuple[str, str, str], shown: bool) -> None:
        """Names of the axes, and whether there are any."""
        self.names, self.axes.lines_shown = names, shown
        if self.axes.axes:
            self.labels = labels_of(self.axes.axes, names)

    def place(self, sprites: Sprites, points: Floats | None, colours: Colours) -> None:
        """Move marks of the overlay; None takes them away."""
        none = np.zeros((0, 3), dtype=np.float32)
        sprites.set_points(none if points is None else points)
        sprites.set_colours(colours)

    def dots_shown(self, still: bool) -> bool:
        """Whether every sample has a dot in this frame."""
        few = len(self.points.sprites) <= FEW_POINTS
        if self.dots == "auto":
            return few and len(self.points.sprites) <= 2_000
        return self.dots == "on" and (few or still)

    def draw_overlay(self, shot: Shot, programs: Programs) -> None:
        """What changes without the scene: the hovered point, the current latent."""
        for sprites in (self.marker, self.beside, self.highlight):
            sprites.draw(shot, programs, on_top=True)

    def write(self, shot: Shot, font: QFont) -> None:
        """The numbers and names of the axes."""
        if self.axes.lines_shown and self.labels:
            theme = self.theme
            write_labels(
                self.labels, shot, font, (theme.muted, theme.text, theme.canvas)
            )

    def forget_context(self) -> None:
        """The context is gone, and everything in it."""
        self.curves.forget_context()
        self.axes.forget_context()
        for sprites in (self.points.sprites, self.highlight, self.beside, self.marker):
            sprites.forget_context()

    def _dress(self) -> None:
        theme = self.theme
        self.axes.set_colour(rgb(theme.muted))
        paper, ink = (*rgb(theme.canvas), 1.0), (*rgb(theme.text), 1.0)
        accent = (*rgb(theme.accent), 1.0)
        self.highlight.disc = Disc(4.0, 1.5, ink, 1.5, (*paper[:3], 0.9))
        self.beside.disc = Disc(2.2, 0.0, ink, 1.2, (*paper[:3], 0.9))
        self.marker.disc = Disc(5.0, 2.0, accent, 1.5, (*paper[:3], 0.85))
        if len(self.points.sprites):
            old = self.points.sprites.disc
            self.points.sprites.disc = Disc(
                old.radius, 0.0, rim=old.rim, rim_colour=(*paper[:3], 0.9)
            )


def restore_state() -> None:
    """Leave OpenGL as Qt and pyqtgraph expect to find it."""
    GL.glDepthFunc(GL.GL_LESS)
    GL.glDepthMask(GL.GL_TRUE)
    GL.glBlendFunc(GL.GL_ONE, GL.GL_ZERO)
    GL.glBlendEquation(GL.GL_FUNC_ADD)
    GL.glDisable(GL.GL_BLEND)
    GL.glDisable(GL.GL_SCISSOR_TEST)
    GL.glDisable(GL.GL_PROGRAM_POINT_SIZE)
    GL.glActiveTexture(GL.GL_TEXTURE0)
    GL.glBindVertexArray(0)
    GL.glUseProgram(0)
    GL.glBindBuffer(GL.GL_ARRAY_BUFFER, 0)


def begin(shot: Shot, transparent: bool = False) -> None:
    """Clear the framebuffer that is bound and set what every draw relies on."""
    GL.glViewport(0, 0, *shot.size)
    GL.glDisable(GL.GL_SCISSOR_TEST)
    GL.glDepthMask(GL.GL_TRUE)
    GL.glDepthFunc(GL.GL_LESS)
    GL.glEnable(GL.GL_DEPTH_TEST)
    GL.glDisable(GL.GL_CULL_FACE)
    GL.glDisable(GL.GL_STENCIL_TEST)
    GL.glColorMask(True, True, True, True)
    clear = (0.0, 0.0, 0.0, 0.0) if transparent else (*shot.background, 1.0)
    GL.glClearColor(*clear)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
    blend()


def blend() -> None:
    """Colours over colours; coverage adds up, also over a transparent ground."""
    GL.glEnable(GL.GL_BLEND)
    GL.glBlendEquation(GL.GL_FUNC_ADD)
    GL.glBlendFuncSeparate(
        GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
    )
