"""A painted view whose looks can be set: ghosts, axes, widths, theme."""

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.painted_view import PaintedView
from sgviz.gui.theme import Theme
from sgviz.state import SurfaceLook

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]


class DressedView(PaintedView):
    """What stands around a scene, and how it is drawn; what moves is a subclass's."""

    def set_trails(self, points: Floats, colours: Colours) -> None:
        """Closed curves behind the others: float32 [K, P, 3], u8 [K, P, 4]."""
        self._stage.trails.set_points(points)
        self._stage.trails.set_colours(colours)
        self._changed()

    def set_paths(self, points: Floats, colours: Colours) -> None:
        """Open curves that points have gone along: float32 [K, T, 3], u8 [K, T, 4]."""
        self._stage.paths.set_points(points, closed=False)
        self._stage.paths.set_colours(colours)
        self._changed()

    def set_strokes(self, points: Floats, colours: Colours) -> None:
        """Open curves drawn into the scene: float32 [K, P, 3], u8 [K, P, 4]."""
        self._stage.strokes.set_points(points, closed=False)
        self._stage.strokes.set_colours(colours)
        self._changed()

    def set_axes(self, names: tuple[str, str, str], shown: bool) -> None:
        """Name the axes, and show them or not."""
        if (names, shown) != (self._stage.names, self._stage.axes.lines_shown):
            self._stage.set_names(names, shown)
            self._redraw()

    def set_octants(self, shown: bool) -> None:
        """Show the planes through zero."""
        if shown != self._stage.axes.planes_shown:
            self._stage.axes.planes_shown = shown
            self._redraw()

    def set_points(self, dots: str) -> None:
        """Dots at the samples: ``"on"``, ``"off"`` or ``"auto"`` (where few)."""
        if dots != self._stage.dots:
            self._stage.dots = dots
            self._redraw()

    def set_line_width(self, pixels: float) -> None:
        """The width of the curves in logical pixels."""
        if pixels != self._stage.curves.width:
            self._stage.curves.width = pixels
            self._redraw()

    def set_surface(self, look: SurfaceLook) -> None:
        """Solid, smooth (without its lines), translucent, or the lines alone."""
        if look != self._stage.mesh.look:
            self._stage.mesh.look = look
            self._redraw()

    def set_theme(self, theme: Theme) -> None:
        """Other colours; the curves' come with :meth:`set_scene`."""
        if theme != self._stage.theme:
            self._stage.set_theme(theme)
            self._redraw()
