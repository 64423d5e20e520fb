"""What lies over the scene and changes without it: lit points, the current latent."""

import math

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Shot, rgb
from sgviz.gui.gl.sprites import Disc, Sprites
from sgviz.gui.theme import Theme

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]

CROWD = 32  # so many echoes of a lit point are drawn smaller
NEIGHBOURS = 2  # lit on either side of the lit point
LARGE, SMALL = 6.5, 3.4  # radius in pixels of a lit point in 4 slices, in 170


def mark_radius(slices: int) -> float:
    """The radius of a mark in pixels: the more slices light up, the smaller."""
    share = math.log(max(slices, 4) / 4.0) / math.log(170.0 / 4.0)
    return LARGE + (SMALL - LARGE) * min(share, 1.0)


class Marks:
    """The lit point in every slice with its neighbours, and rings of the latent."""

    def __init__(self) -> None:
        self._lit, self._beside = Sprites(Disc(1.0)), Sprites(Disc(1.0))
        self._rings, self._echoes = Sprites(Disc(1.0)), Sprites(Disc(1.0))
        self._large, self._small = Disc(1.0), Disc(1.0)

    def light(
        self,
        positions: Floats,
        colours: Colours,
        at: tuple[int, int] | None,
        along: int | None = None,
    ) -> None:
        """Light a (circle, point) in every slice; None lights nothing.

        Parameters
        ----------
        positions
            float32 [S, C, N, 3].
        colours
            u8, broadcastable to [S, C, N, 4].
        at
            What is out of bounds lights nothing either.
        along
            Points of a row beyond which it has no neighbours (0: none at all, as in
            a heap); None where it is closed.

        """
        slices, circles, count, _ = positions.shape
        if at is None or not (0 <= at[0] < circles and 0 <= at[1] < count):
            for sprites in (self._lit, self._beside):
                _place(sprites, np.zeros((0, 3), np.float32), np.zeros((0, 4), "u1"))
            return
        whole = np.broadcast_to(colours, (slices, circles, count, 4))
        steps = [k for k in range(-NEIGHBOURS, NEIGHBOURS + 1) if k]
        near = [(at[1] + step) % count for step in steps]
        if along is not None:
            near = [at[1] + step for step in steps if 0 <= at[1] + step < along]
        for sprites, which in ((self._lit, [at[1]]), (self._beside, near)):
            _place(sprites, positions[:, at[0], which], whole[:, at[0], which])

    def ring(self, positions: Floats | None) -> None:
        """Ring places float32 [M, 3]; None takes the rings away."""
        if positions is None:
            positions = np.zeros((0, 3), dtype=np.float32)
        _place(self._rings, positions, np.zeros((len(positions), 4), dtype=np.uint8))

    def echo(self, points: Floats, colours: Colours) -> None:
        """Light places [M, 3] of other curves, u8 [M, 4]: the lit point elsewhere."""
        crowd = len(points) > CROWD
        self._echoes.disc = self._small if crowd else self._large
        _place(self._echoes, points, colours)

    def dress(self, theme: Theme, slices: int) -> None:
        """Colours of a theme, sizes that suit the number of slices."""
        radius = mark_radius(slices)
        ink, accent = (*rgb(theme.text), 1.0), (*rgb(theme.accent), 1.0)
        paper = (*rgb(theme.canvas), 0.9)
        border = 0.32 * radius
        self._lit.disc = Disc(radius - border, border, ink, 1.5, paper)
        self._beside.disc = Disc(0.45 * radius, 0.0, ink, 1.25, paper)
        self._large = Disc(0.42 * radius, 0.0, ink, 1.25, paper)
        self._small = Disc(0.26 * radius, 0.0, ink, 0.75, paper)
        self._echoes.disc = self._large
        self._rings.disc = Disc(radius - 0.5 * border, border, accent, 1.5, paper)

    def draw(self, shot: Shot, programs: Programs) -> None:
        """Draw them on top of everything, untouched by the fog."""
        for sprites in (self._echoes, self._rings, self._beside, self._lit):
            sprites.draw(shot.without_fog(), programs, on_top=True)

    def release(self, current: bool) -> None:
        """Let go of the buffers; free them where a context of theirs is current."""
        for sprites in (self._lit, self._beside, self._rings, self._echoes):
            sprites.release(current)


def _place(sprites: Sprites, points: Floats, colours: Colours) -> None:
    sprites.set_points(np.ascontiguousarray(points.reshape(-1, 3)))
    sprites.set_colours(np.ascontiguousarray(colours.reshape(-1, 4)))
