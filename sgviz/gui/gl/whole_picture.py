"""Every point of very many curves, drawn behind the picture while nothing moves.

Some millions of segments take software seconds to draw. So what is shown first is
thinned (:mod:`sgviz.gui.gl.detail`). Behind it all of them are drawn, a few curves at a
time, into a framebuffer that keeps its depths: the result is what one frame would be.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from sgviz.gui.gl import gl_state
from sgviz.gui.gl.curve_item import CurveItem
from sgviz.gui.gl.programs import Programs
from sgviz.gui.gl.shot import Look, Shot
from sgviz.gui.gl.stage import Stage

PASS_MS = 12.0
FIRST, MOST = 32, 4096  # curves of a pass: it grows while passes are quick


class WholePicture:
    """A picture under way, of one shot; its context is current in every method."""

    def __init__(self) -> None:
        self._item = CurveItem()
        self._buffer: QOpenGLFramebufferObject | None = None
        self._shot: Shot | None = None
        self._done = self._of = 0
        self._each = FIRST

    @property
    def buffer(self) -> QOpenGLFramebufferObject | None:
        """What is drawn into, once it has begun."""
        return self._buffer

    @property
    def is_whole(self) -> bool:
        """Whether every curve is drawn."""
        return self._done >= self._of

    def begin(
        self, shot: Shot, stage: Stage, draw_items: Callable[[Shot], None]
    ) -> None:
        """Clear the framebuffer, and draw everything but the curves."""
        if self._buffer is None or self._buffer.size() != QSize(*shot.size):
            form = QOpenGLFramebufferObjectFormat()
            form.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            self._buffer = QOpenGLFramebufferObject(QSize(*shot.size), form)
        self._buffer.bind()
        # Unsorted, as all of them would be: depths put them in order.
        self._shot = replace(shot, look=Look.PLAIN)
        self._done, self._of = 0, stage.curve_count
        stage.curves.is_left_out = True
        draw_items(shot)
        stage.curves.is_left_out = False

    def advance(self, stage: Stage, programs: Programs) -> None:
        """Draw some more curves, for some milliseconds."""
        if self._buffer is None or self._shot is None or self.is_whole:
            return
        start = time.perf_counter()
        self._buffer.bind()
        gl_state.ready(self._shot)
        points, colours = stage.whole_curves(self._done, self._each)
        self._item.width = stage.curves.width
        self._item.set_points(
            np.nan_to_num(points, posinf=0.0, neginf=0.0), stage.loops
        )
        self._item.set_colours(colours)
        self._item.draw(self._shot, programs)
        gl_state.restore()
        GL.glFinish()
        self._done += len(points)
        self._buffer.bind()
        share = PASS_MS / max(1000.0 * (time.perf_counter() - start), 0.1)
        self._each = round(min(max(self._each * min(share, 2.0), FIRST), MOST))

    def release(self, current: bool) -> None:
        """Free it, its context current; or only forget it when that is gone."""
        self._item.release(current)
        self._buffer, self._shot = None, None
        self._done = self._of = 0
