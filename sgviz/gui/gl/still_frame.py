"""The finished picture kept beside the screen, so that a hover need not redraw it."""

from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtOpenGL import QOpenGLFramebufferObject


class StillFrame:
    """A copy of a frame's colours in a framebuffer of the same size."""

    def __init__(self) -> None:
        self._buffer: QOpenGLFramebufferObject | None = None
        self._valid = False

    def is_valid(self, size: tuple[int, int]) -> bool:
        """Whether a picture of that size (device pixels) is kept."""
        kept = self._buffer
        return self._valid and kept is not None and kept.size() == QSize(*size)

    def invalidate(self) -> None:
        """What is kept is not what would be drawn now."""
        self._valid = False

    def release(self) -> None:
        """Free it, its context current; or only forget it when that is gone."""
        self._buffer, self._valid = None, False

    def keep(self, source: int, size: tuple[int, int]) -> None:
        """Copy the framebuffer ``source``."""
        if self._buffer is None or self._buffer.size() != QSize(*size):
            self._buffer = QOpenGLFramebufferObject(QSize(*size))
        _copy(source, self._buffer.handle(), size)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, source)
        self._valid = True

    def show(self, target: int) -> bool:
        """Copy what is kept into the framebuffer ``target``; False: nothing is."""
        if self._buffer is None:
            return False
        size = self._buffer.size()
        _copy(self._buffer.handle(), target, (size.width(), size.height()))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)
        return True


def _copy(source: int, target: int, size: tuple[int, int]) -> None:
    box = (0, 0, *size)
    GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, source)
    GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target)
    GL.glBlitFramebuffer(*box, *box, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
