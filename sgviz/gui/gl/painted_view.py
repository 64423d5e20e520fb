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


class PaintedView(TurntableView):
    """The stage of a view and when it is drawn anew.

    ``frame_painted`` says the milliseconds of each frame.
    """

    frame_painted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage()
        self._canvas = Canvas(self._stage)
        self.shot = self._take(Look.FINE)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        self._apart = QTimer(self, singleShot=True, interval=APART_MS)
        self._apart.timeout.connect(self._redraw)
        self._since = QElapsedTimer()  # the scene before
        for item in self._stage.items:
            self.addItem(item)

    @property
    def programs(self) -> Programs:
        """The programs of the current context, for the items."""
        return self._canvas.programs

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
        target = self.defaultFramebufferObject()
        taken = self._canvas.paint(shot, target, self.draw_scene, self.has_key_focus)
        self.frame_painted.emit(taken)

    def draw_scene(self, shot: Shot, transparent: bool = False) -> None:
        """Draw items and labels into the framebuffer that is bound."""
        self.shot = shot
        gl_state.begin(shot, transparent)
        self._stage.prepare(shot.look)
        region = self.getViewport()
        self.setProjection(region, region)
        self.setModelview()
        self.drawItemTree()
        gl_state.restore()
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
