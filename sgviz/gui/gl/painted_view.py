"""A turntable view that paints a stage: finely at rest, quickly while it moves."""

from OpenGL import GL
from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QImage

from sgviz.gui.gl import gl_state
from sgviz.gui.gl.canvas import Canvas
from sgviz.gui.gl.export import picture_of
from sgviz.gui.gl.pacing import APART_MS, PAUSE_MS, REST_MS, STREAM_MS
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Shot, take
from sgviz.gui.gl.stage import Stage
from sgviz.gui.gl.turntable import TurntableView

# After a picture rests that long all of its curves are drawn, with such pauses.
FILLED_AFTER_MS, FILLED_EACH_MS = 200, 4


class PaintedView(TurntableView):
    """The stage of a view and when it is drawn anew.

    ``frame_painted`` says the milliseconds of each frame, ``detail_changed`` that more
    or less is drawn of what there is.
    """

    frame_painted = Signal(float)
    detail_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage()
        self._canvas = Canvas(self._stage)
        self.shot = self._take(Look.FINE)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        self._apart = QTimer(self, singleShot=True, interval=APART_MS)
        self._apart.timeout.connect(self._redraw)
        self._more = QTimer(self, singleShot=True)  # the next curves of all
        self._more.timeout.connect(self._draw_more)
        self._fills = self._told_whole = False
        self._since = QElapsedTimer()  # the scene before
        for item in self._stage.items:
            self.addItem(item)

    @property
    def programs(self) -> Programs:
        """The programs of the current context, for the items."""
        return self._canvas.programs

    @property
    def is_filling(self) -> bool:
        """Whether more of what is thinned is on its way."""
        return self._more.isActive()

    def set_render(self, on: bool) -> None:
        """Off: the last finished picture stays, and no scene is drawn."""
        if on != self._canvas.renders:
            self._canvas.renders = on
            self.update()

    def insist(self, look: Look | None) -> None:
        """Draw like that whatever moves, to measure it; None: as fits the moment."""
        self._canvas.pacing.insisted = look
        self._redraw()

    def settle(self) -> None:
        """Take what moves for at rest: the next frame is the fine one."""
        self._rest.stop()
        self._rested()

    def to_image(self, scale: float = 2.0, transparent: bool = False) -> QImage:
        """The view as a picture, ``scale`` device pixels to a logical one."""
        return picture_of(self, self._stage, scale, transparent)

    def initializeGL(self) -> None:
        """A context is there, perhaps another one than before."""
        self._canvas.context_made(self.context())
        super().initializeGL()

    def paintGL(self) -> None:
        """One frame: the scene, or the still picture of it, and what lies over."""
        stage = self._stage
        if self._apart.isActive():
            self._apart.stop()
            self._canvas.scene_changed()
        look = self._canvas.pacing.look(stage.curve_count, stage.segments)
        shot = self._take(look)
        self._fills = self._fills and not self._canvas.needs_scene(shot)
        target = self.defaultFramebufferObject()
        taken = self._canvas.paint(shot, target, self.draw_scene, self.has_key_focus)
        self._fill_in()
        self._tell_detail()
        self.frame_painted.emit(taken)

    def draw_scene(self, shot: Shot, transparent: bool = False) -> None:
        """Draw items and labels into the framebuffer that is bound."""
        self.draw_items(shot, transparent)
        self.write_labels(shot)

    def draw_items(self, shot: Shot, transparent: bool = False) -> None:
        """Draw items into the framebuffer that is bound."""
        self.shot = shot
        gl_state.begin(shot, transparent)
        self._stage.prepare(shot.look)
        region = self.getViewport()
        self.setProjection(region, region)
        self.setModelview()
        self.drawItemTree()
        gl_state.restore()

    def write_labels(self, shot: Shot) -> None:
        """Write what is written over the items."""
        self._stage.write(shot, self.font(), self.extent)
        GL.glViewport(0, 0, *shot.size)

    def resizeGL(self, width: int, height: int) -> None:
        """Another size: frame the scene anew, draw quickly until it rests."""
        self.refit()
        self._touch()

    def camera_changed(self) -> None:
        """Draw quickly until the camera rests."""
        self._changed()

    # Within.

    def _take(self, look: Look) -> Shot:
        scale = self.devicePixelRatioF()
        size = (round(self.width() * scale), round(self.height() * scale))
        return take(
            self.shown_camera, self.extent, size, scale, self._stage.background, look
        )

    def _redraw(self) -> None:
        """Draw the scene anew."""
        self._apart.stop()
        self._canvas.scene_changed()
        self.update()

    def _marks_changed(self) -> None:
        """Draw the marks anew: at once, or with the scene that is due."""
        if not self._apart.isActive():
            self.update()

    def _fill_in(self) -> None:
        """Draw every curve behind a picture at rest that is thinned; it waits a bit."""
        canvas = self._canvas
        rests = not canvas.pacing.moving and canvas.pacing.insisted is None
        if rests and self._stage.is_coarse and not canvas.shows_whole:
            if not (self._fills and self._more.isActive()):
                self._more.start(FILLED_AFTER_MS)

    def _draw_more(self) -> None:
        """Some curves of the whole picture; given up where anything has moved."""
        canvas, shot = self._canvas, self.shot
        if canvas.pacing.moving or canvas.needs_scene(shot) or not self.isVisible():
            self._fills = False
            return
        self.makeCurrent()
        if self._fills:
            canvas.whole.advance(self._stage, canvas.programs)
        else:
            canvas.whole.begin(shot, self._stage, self.draw_items)
        if canvas.whole.is_whole:
            self.write_labels(shot)
            canvas.show_whole(shot.size)
        self.doneCurrent()
        self._fills = not canvas.shows_whole
        if self._fills:
            self._more.start(FILLED_EACH_MS)
        else:
            self.update()
            self._tell_detail()

    def _tell_detail(self) -> None:
        whole = self._canvas.shows_whole
        if whole != self._told_whole:
            self._told_whole = whole
            self.detail_changed.emit()

    def _changed(self) -> None:
        """Draw the scene anew, quickly, and finely when it rests."""
        self._redraw()
        self._touch()

    def _replaced(self) -> None:
        """Another scene: one that comes alone is drawn finely at once, if quickly.

        While a network trains there is another twice a second, and each frame that
        is drawn for it holds up the window: they are drawn a moment after the panels
        that show the same step, and finely when it pauses.
        """
        since = self._since.elapsed() if self._since.isValid() else STREAM_MS[1]
        self._since.start()
        streams = STREAM_MS[0] <= since < STREAM_MS[1]
        if streams:
            self._apart.start()
        else:
            self._redraw()
        if streams or self._rest.isActive() or not self._canvas.pacing.is_quick:
            self._canvas.pacing.began()
        self._rest.start(PAUSE_MS if streams else REST_MS)

    def _touch(self) -> None:
        self._canvas.pacing.began()
        self._rest.start(REST_MS)

    def _rested(self) -> None:
        self._canvas.pacing.ended()
        if self._apart.isActive():
            self._redraw()
        elif self._canvas.needs_scene(self._take(Look.FINE)):
            self.update()
        else:
            self._fill_in()
