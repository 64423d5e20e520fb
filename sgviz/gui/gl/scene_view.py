"""The 3-D view of the circles of W: set values, hear of the hand."""

import time

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from sgviz.geometry.picking import Picker
from sgviz.gui.gl import camera as cam
from sgviz.gui.gl import stage as st
from sgviz.gui.gl.export import picture_of
from sgviz.gui.gl.pacing import REST_MS, Pacing
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Shot, take
from sgviz.gui.gl.still_frame import StillFrame
from sgviz.gui.gl.turntable import TurntableView
from sgviz.gui.theme import Theme

Floats = NDArray[np.float32]

PICK_RADIUS = 12.0


class SceneView(TurntableView):
    """Curves in 3-D: haloed ribbons, axes, marks; hover, click, orbit."""

    point_hovered = Signal(int, int)
    hover_left = Signal()
    point_clicked = Signal(int, int)
    frame_painted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.programs = Programs()
        self._stage, self._still, self._pacing = st.Stage(), StillFrame(), Pacing()
        self.shot: Shot = self._take(Look.FINE)
        self._positions: Floats = np.zeros((0, 0, 0, 3), dtype=np.float32)
        self._colours: NDArray[np.uint8] = np.zeros((0, 0, 4), dtype=np.uint8)
        self._picker: Picker | None = None
        self._lit: tuple[int, int] | None = None
        self._hover: tuple[int, int] | None = None
        self._fitted: cam.Extent | None = None
        self._renders = True
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        for item in self._stage.items:
            self.addItem(item)
        self.setAccessibleName("Circles in W")

    @property
    def drawn_note(self) -> str:
        """What is drawn when it is not every point, else an empty string."""
        every = self._stage.every
        if every == 1:
            return ""
        ordinal = {2: "2nd", 3: "3rd"}.get(every, f"{every}th")
        return f"drawn: every {ordinal} point"

    def set_scene(
        self, positions: Floats, colours: NDArray[np.uint8], closed: bool = True
    ) -> None:
        """Show curves.

        Parameters
        ----------
        positions
            float32 [S, C, N, 3]: S slices of C circles of N points. Kept, not
            copied: hand over a new array, never the same one with other numbers.
        colours
            u8 [C, N, 4] or [S, C, N, 4].
        closed
            Whether each curve comes back to its first point.

        """
        if colours.shape[-3:-1] != positions.shape[1:3]:
            raise ValueError(
                f"colours {colours.shape} do not fit positions {positions.shape}"
            )
        same = positions is self._positions
        if not same:
            self._set_positions(np.asarray(positions, dtype=np.float32), closed)
        if not same or colours is not self._colours:
            self._colours = colours
            self._stage.set_colours(colours)
            self._light()
            self._changed()

    def set_highlight(self, circle: int | None, point: int | None) -> None:
        """Light a point in every slice, and its neighbours; None lights nothing."""
        lit = None if circle is None or point is None else (circle, point)
        if lit != self._lit:
            self._lit = lit
            self._light()
            self.update()

    def set_marker(self, positions: Floats | None) -> None:
        """Ring the current latent, float32 [S, 3]; None takes the rings away."""
        points = None if positions is None else np.asarray(positions, dtype=np.float32)
        colours = np.zeros((0 if points is None else len(points), 4), dtype=np.uint8)
        self._stage.place(self._stage.marker, points, colours)
        self.update()

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
        self._stage.curves.set_width(pixels)
        self._redraw()

    def set_theme(self, theme: Theme) -> None:
        """Other colours; the curves' come with :meth:`set_scene`."""
        self._stage.set_theme(theme)
        self._light()
        self._redraw()

    def set_render(self, on: bool) -> None:
        """Off: the last picture stays, and nothing new is drawn."""
        self._renders = on
        if on:
            self.update()

    def to_image(self, scale: float = 2.0, transparent: bool = False) -> QImage:
        """The view as a picture, ``scale`` device pixels to a logical one."""
        return picture_of(self, self._stage, scale, transparent)

    # Painting.

    def initializeGL(self) -> None:
        """A context is there, perhaps another one than before."""
        self._forget_context()
        self.context().aboutToBeDestroyed.connect(
            self._forget_context, Qt.ConnectionType.DirectConnection
        )
        super().initializeGL()

    def paintGL(self) -> None:
        """One frame: the scene, or the still picture of it, and what lies over."""
        start = time.perf_counter()
        look = self._pacing.look(self._stage.curve_count)
        self.shot = self._take(look)
        target, size = self.defaultFramebufferObject(), self.shot.size
        fresh = not self._still.is_valid(size)
        if not fresh or not self._renders:
            self._still.show(target)
        else:
            self.draw_scene(self.shot)
            if look is Look.FINE:
                self._still.keep(target, size)
        st.blend()
        self._stage.draw_overlay(self.shot, self.programs)
        st.restore_state()
        GL.glFinish()
        milliseconds = 1000.0 * (time.perf_counter() - start)
        if fresh:
            self._pacing.record(look, milliseconds)
        self.frame_painted.emit(milliseconds)

    def draw_scene(self, shot: Shot, transparent: bool = False) -> None:
        """Draw items and labels into the framebuffer that is bound."""
        st.begin(shot, transparent)
        still = shot.look is Look.FINE
        self._stage.points.shown = self._stage.dots_shown(still)
        self.setProjection(self.getViewport(), self.getViewport())
        self.setModelview()
        self.drawItemTree()
        st.restore_state()
        self._stage.write(shot, self.font())
        GL.glViewport(0, 0, *shot.size)

    def resizeGL(self, width: int, height: int) -> None:
        """Another size: draw quickly until it rests."""
        self._touch()

    def camera_changed(self) -> None:
        """Draw quickly until the camera rests."""
        self._still.invalidate()
        self._touch()
        self.update()

    # The hand.

    def hovered(self, at: QPointF) -> None:
        """Light what lies under the cursor, and say so."""
        found = self._point_at(at)
        if found == self._hover:
            return
        if found is None:
            self.left()
            return
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
        index = self._pick(at)
        if index is None:
            return super().pivot_at(at)
        x, y, z = self._positions.reshape(-1, 3)[index].tolist()
        return x, y, z

    def _pick(self, at: QPointF) -> int | None:
        if not self._positions.size:
            return None
        if self._picker is None:
            self._picker = Picker(self._positions)
        return self._picker.pick(
            self.matrix(), self.logical_size(), (at.x(), at.y()), PICK_RADIUS
        )

    def _point_at(self, at: QPointF) -> tuple[int, int] | None:
        index = self._pick(at)
        if index is None:
            return None
        _, circle, point = np.unravel_index(index, self._positions.shape[:3])
        return int(circle), int(point)

    # Within.

    def _set_positions(self, positions: Floats, closed: bool) -> None:
        shape = positions.shape
        if shape != self._positions.shape:
            self._pacing.forget()
        self._positions, self._closed = positions, closed
        self._picker = None
        self._stage.set_positions(positions, closed)
        extent = cam.Extent.of(positions)
        fit = self._fitted is None or cam.needs_fit(self._fitted, extent)
        if fit:
            self._fitted = extent
        self.set_extent(extent, fit)

    def _light(self) -> None:
        """Put the marks of the highlight where the highlight is."""
        stage = self._stage
        nothing = np.zeros((0, 4), dtype=np.uint8)
        if self._lit is None or not self._is_there(*self._lit):
            stage.place(stage.highlight, None, nothing)
            stage.place(stage.beside, None, nothing)
            return
        circle, point = self._lit
        count = self._positions.shape[2]
        near = [(point + step) % count for step in (-2, -1, 1, 2)]
        whole = np.broadcast_to(self._colours, (*self._positions.shape[:3], 4))
        for sprites, which in ((stage.highlight, [point]), (stage.beside, near)):
            places = self._positions[:, circle, which].reshape(-1, 3)
            colours = whole[:, circle, which].reshape(-1, 4)
            stage.place(
                sprites, np.ascontiguousarray(places), np.ascontiguousarray(colours)
            )

    def _is_there(self, circle: int, point: int) -> bool:
        _, circles, points, _ = self._positions.shape
        return bool(0 <= circle < circles and 0 <= point < points)

    def _take(self, look: Look) -> Shot:
        scale = self.devicePixelRatioF()
        size = (round(self.width() * scale), round(self.height() * scale))
        return take(
            self._camera, self._extent, size, scale, self._stage.background, look
        )

    def _changed(self) -> None:
        """The scene is another one: draw it quickly, and finely when it rests."""
        self._still.invalidate()
        self._touch()
        self.update()

    def _redraw(self) -> None:
        """Draw the scene anew, finely at once."""
        self._still.invalidate()
        self.update()

    def _touch(self) -> None:
        self._pacing.began()
        self._rest.start()

    def _rested(self) -> None:
        self._pacing.ended()
        self.update()

    def _forget_context(self) -> None:
        self.programs = Programs()
        self._still.release()
        self._stage.forget_context()
