"""A frame with four samples a pixel, for what has no smooth edges of its own.

Curves and marks are smooth by arithmetic. The rim of a surface is not: where it
bends away from the eye there is no line to measure a distance from. So a surface at
rest, whose picture is then kept, is drawn into a framebuffer with samples.
"""

from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

SAMPLES = 4


class SmoothFrame:
    """A framebuffer with samples; without them where the driver has none."""

    def __init__(self) -> None:
        self._buffer: QOpenGLFramebufferObject | None = None

    def begin(self, size: tuple[int, int]) -> None:
        """Bind it, as large as told: what is drawn from now on goes there."""
        if self._buffer is None or self._buffer.size() != QSize(*size):
            form = QOpenGLFramebufferObjectFormat()
            form.setSamples(SAMPLES)
            form.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            self._buffer = QOpenGLFramebufferObject(QSize(*size), form)
        self._buffer.bind()

    def end(self, target: int) -> None:
        """Mix the samples into the framebuffer ``target``, which is bound again."""
        if self._buffer is None:
            return
        size = self._buffer.size()
        box = (0, 0, size.width(), size.height())
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._buffer.handle())
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target)
        GL.glBlitFramebuffer(*box, *box, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)

    def release(self) -> None:
        """Free it, its context current; or only forget it when that is gone."""
        self._buffer = None
