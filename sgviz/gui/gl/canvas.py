"""Paints frames: the whole scene, or a still picture of it with marks over it."""

import time
from collections.abc import Callable

from OpenGL import GL
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from sgviz.gui.gl import gl_state
from sgviz.gui.gl.pacing import Pacing
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Shot
from sgviz.gui.gl.smooth_frame import SmoothFrame
from sgviz.gui.gl.stage import Stage
from sgviz.gui.gl.still_frame import StillFrame
from sgviz.gui.gl.whole_picture import WholePicture


class Canvas:
    """What lives in one OpenGL context, and when the scene must be drawn anew."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.pacing = stage, Pacing()
        self.programs = Programs()
        self.renders = True
        self._still, self._smooth = StillFrame(), SmoothFrame()
        self.whole = WholePicture()
        self.shows_whole = False

    def scene_changed(self) -> None:
        """The still picture shows something else."""
        self._still.invalidate()
        self.shows_whole = False

    def show_whole(self, size: tuple[int, int]) -> None:
        """What was drawn behind the still picture takes its place."""
        if self.whole.buffer is not None:
            self._still.keep(self.whole.buffer.handle(), size)
            self.shows_whole = True

    def needs_scene(self, shot: Shot) -> bool:
        """Whether a frame of that shot draws the scene and not its picture."""
        return not self._still.is_valid(shot.size)

    def paint(
        self,
        shot: Shot,
        target: int,
        draw_scene: Callable[[Shot], None],
        focused: bool,
    ) -> float:
        """One frame into the framebuffer ``target``; returns its milliseconds.

        ``draw_scene`` draws items and labels into the framebuffer that is bound.
        """
        start = time.perf_counter()
        fresh = self.needs_scene(shot) and self.renders
        if fresh:
            self.shows_whole = False
            smooth = shot.look is Look.FINE and self.stage.form == "surface"
            if smooth:
                self._smooth.begin(shot.size)
            draw_scene(shot)
            if smooth:
                self._smooth.end(target)
            if shot.look is Look.FINE:
                self._still.keep(target, shot.size)
        elif not self._still.show(target):
            gl_state.begin(shot)
        gl_state.blend()
        self.stage.marks.draw(shot, self.programs)
        if focused:
            gl_state.draw_border(shot.size, round(2 * shot.scale), self.stage.accent)
        gl_state.restore()
        # Without it a driver's queue would hide what the frame has cost.
        GL.glFinish()
        milliseconds = 1000.0 * (time.perf_counter() - start)
        if fresh:
            self.pacing.record(shot.look, milliseconds)
        return milliseconds

    def context_made(self, context: QOpenGLContext) -> None:
        """A context, perhaps another than before: everything is made anew in it."""
        self._forget(current=False)
        context.aboutToBeDestroyed.connect(self.context_lost)

    def context_lost(self) -> None:
        """Free what the share group would keep alive without our context.

        Done in Qt's own context of the group: while a view is being destroyed, its
        context can no longer be reached from Python.
        """
        group = QOpenGLContext.globalShareContext()
        surface = QOffscreenSurface()
        if group is not None:
            surface.setFormat(group.format())
            surface.create()
            if group.makeCurrent(surface):
                self.programs.delete()
                self._forget(current=True)
                group.doneCurrent()
        self._forget(current=False)

    def _forget(self, current: bool) -> None:
        self.programs = Programs()
        self._still.release()
        self._smooth.release()
        self.whole.release(current)
        self.shows_whole = False
        self.stage.release(current)
