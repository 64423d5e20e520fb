"""The 3-D view of the circles of W: set values, hear of the hand."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal

from sgviz.gui.gl import camera as cam
from sgviz.gui.gl.aim import Aim
from sgviz.gui.gl.dressed_view import DressedView
from sgviz.gui.gl.extent import Extent
from sgviz.gui.gl.label_layout import Title
from sgviz.gui.gl.ticks import Frame
from sgviz.state import Form

Floats = NDArray[np.float32]
Colours = NDArray[np.uint8]
Curves = tuple[Floats, Colours]
BACKDROP_ALPHA = 1.0


class SceneView(DressedView):
    """Curves in 3-D: haloed ribbons, axes, marks; hover, click, orbit.

    A hovered point is lit at once; ``point_hovered`` and ``point_clicked`` say its
    circle and point, ``frame_painted`` the milliseconds a frame took, ``turned`` that
    the eye has moved.
    """

    point_hovered = Signal(int, int)
    hover_left = Signal()
    point_clicked = Signal(int, int)
    turned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._aim = Aim()
        self._positions: Floats = np.zeros((0, 0, 0, 3), dtype=np.float32)
        self._colours: Colours = np.zeros((0, 0, 4), dtype=np.uint8)
        self._kind: tuple[bool, Form] = (True, "curves")
        self._lit: tuple[int, int] | None = None
        self._hover: tuple[int, int] | None = None
        self._fitted: Extent | None = None
        self._beside: tuple[Floats, ...] = ()
        self._has_echoes = False
        self.setAccessibleName("Circles in W")

    @property
    def drawn_note(self) -> str:
        """``"drawn: every 3rd point"`` where points are thinned now, else empty."""
        return "" if self._canvas.shows_whole else self._stage.note

    def set_scene(
        self,
        positions: Floats,
        colours: Colours,
        closed: bool = True,
        form: Form = "curves",
    ) -> None:
        """Show curves, a surface or a heap of points.

        Parameters
        ----------
        positions
            float32 [S, C, N, 3]: S slices of C circles of N points. Kept, not
            copied: hand over a new array, never the same one with other numbers.
        colours
            u8 [C, N, 4] or [S, C, N, 4]; the same holds.
        closed
            Whether each row comes back to its first point.
        form
            What the rows are: curves, together a surface, or heaps of points.

        Raises
        ------
        ValueError
            When the colours do not fit the positions.

        """
        if colours.shape[-3:-1] != positions.shape[1:3]:
            raise ValueError(
                f"colours {colours.shape} do not fit positions {positions.shape}"
            )
        kind = (closed, form)
        if form != self._kind[1] or (
            form == "surface" and positions.shape[1:3] != self._positions.shape[1:3]
        ):
            self._fitted = None  # something else altogether
        moved = positions is not self._positions or kind != self._kind
        if moved:
            self._kind = kind
            self._set_positions(np.asarray(positions, dtype=np.float32))
        if moved or colours is not self._colours:
            self._colours = colours
            self._stage.set_colours(colours)
            self._light()
            self._replaced()

    def frame_next(self) -> None:
        """Frame the next scene: it is something else altogether."""
        self._fitted = None

    def set_beside(self, grey: Curves, second: Curves, width: float) -> None:
        """Curves of other networks: grey ones, closed, and pieces of those dashed.

        Each float32 [K, P, 3] with colours u8 [K, P, 4]; ``width`` is that of the
        dashes. Nothing picks them, and what is framed holds them.
        """
        self._stage.trails.set_backdrop(BACKDROP_ALPHA)
        self._stage.paths.set_quiet(1.0)
        self._stage.paths.width = width
        self._beside = (grey[0], second[0])
        self.set_trails(*grey)
        self.set_paths(*second)
        self._show_extent()

    def set_echoes(self, points: Curves | None) -> None:
        """Places [M, 3] on other curves that the lit point has, u8 [M, 4]; or none."""
        if points is None and not self._has_echoes:
            return
        self._has_echoes = points is not None
        found = points or (np.zeros((0, 3), np.float32), np.zeros((0, 4), np.uint8))
        self._stage.marks.echo(*found)
        self.update()

    def set_highlight(self, circle: int | None, point: int | None) -> None:
        """Light a point in every slice, and its neighbours; None lights nothing."""
        lit = None if circle is None or point is None else (circle, point)
        if lit != self._lit:
            self._lit = lit
            self._light()
            self.update()

    def set_marker(self, positions: Floats | None) -> None:
        """Ring the current latent, float32 [S, 3]; None takes the rings away."""
        if positions is not None:
            positions = np.asarray(positions, dtype=np.float32)
        self._stage.marks.ring(positions)
        self._marks_changed()

    def set_titles(self, titles: list[Title]) -> None:
        """Texts at places of the scene."""
        if titles != self._stage.titles:
            self._stage.titles = titles
            self._redraw()

    def set_frames(self, frames: tuple[Frame, ...]) -> None:
        """Axes of panels; none: one set through zero for the whole scene."""
        if self._stage.set_frames(frames):
            self._redraw()

    def camera_changed(self) -> None:
        """Draw quickly until the camera rests; say that it has moved."""
        super().camera_changed()
        self.turned.emit(self.shown_camera)

    # The hand.

    def hovered(self, at: QPointF) -> None:
        """Light what lies under the cursor, and say so."""
        found = self._point_at(at)
        if found is None:
            self.left()
        elif found != self._hover:
            self._hover = found
            self.set_highlight(*found)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.point_hovered.emit(*found)

    def left(self) -> None:
        """Nothing lies under the cursor any more."""
        if self._hover is not None:
            self._hover = None
            self.set_highlight(None, None)
            self.unsetCursor()
            self.hover_left.emit()

    def clicked(self, at: QPointF) -> None:
        """Say which point was clicked, if one was."""
        found = self._point_at(at)
        if found is not None:
            self.point_clicked.emit(*found)

    def pivot_at(self, at: QPointF) -> tuple[float, float, float]:
        """The point under the cursor, else the place at the centre's depth."""
        found = self._aim.at(self.matrix(), self.logical_size(), (at.x(), at.y()))
        return super().pivot_at(at) if found is None else self._aim.place(found)

    # Within.

    def _point_at(self, at: QPointF) -> tuple[int, int] | None:
        found = self._aim.at(self.matrix(), self.logical_size(), (at.x(), at.y()))
        return None if found is None else found[1:]

    def _set_positions(self, positions: Floats) -> None:
        closed, form = self._kind
        if positions.shape != self._positions.shape:
            self._canvas.pacing.forget()
        self._positions = positions
        self._aim.set_positions(positions, form, closed)
        self._stage.set_positions(positions, closed, form)
        self._show_extent()

    def _show_extent(self) -> None:
        titles = np.array([place for _, place in self._stage.titles], dtype=np.float32)
        extent = Extent.of(_all_points(self._positions, *self._beside, titles))
        fit = self._fitted is None or cam.needs_fit(self._fitted, extent)
        if fit:
            self._fitted = extent
        self.set_extent(extent, fit)

    def _light(self) -> None:
        closed, form = self._kind
        along = None if closed else self._positions.shape[2]
        along = 0 if form == "points" else along
        self._stage.marks.light(self._positions, self._colours, self._lit, along)


def _all_points(*points: Floats) -> Floats:
    """All points [M, 3]; the first array alone as it is, where there are no others."""
    some = [each for each in points if each.size]
    if len(some) < 2:
        return some[0] if some else points[0]
    return np.concatenate([each.reshape(-1, 3) for each in some])
