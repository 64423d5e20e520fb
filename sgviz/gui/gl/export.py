"""The view as a picture of its own, larger than the screen's if wanted."""

from typing import TYPE_CHECKING

from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from sgviz.gui.gl.shot import Look, take
from sgviz.gui.gl.stage import Stage, blend, restore_state

if TYPE_CHECKING:
    from sgviz.gui.gl.scene_view import SceneView


def picture_of(
    view: "SceneView", stage: Stage, scale: float, transparent: bool
) -> QImage:
    """Draw a view into a framebuffer of its own and read it back.

    A transparent picture has no halo: its colour is that of a background which is
    not there, and would come out as black rims.
    """
    size = (round(view.width() * scale), round(view.height() * scale))
    view.makeCurrent()
    try:
        limit = int(GL.glGetIntegerv(GL.GL_MAX_RENDERBUFFER_SIZE))
        scale *= min(1.0, limit / max(*size, 1))
        size = (round(view.width() * scale), round(view.height() * scale))
        form = QOpenGLFramebufferObjectFormat()
        form.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
        buffer = QOpenGLFramebufferObject(QSize(*size), form)
        buffer.bind()
        shot = take(
            view.camera, view.extent, size, scale, stage.background, Look.FINE,
            halo=not transparent,
        )  # fmt: skip
        on_screen, view.shot = view.shot, shot
        view.draw_scene(shot, transparent)
        buffer.bind()
        blend()
        stage.draw_overlay(shot, view.programs)
        restore_state()
        view.shot = on_screen
        image = buffer.toImage()
        buffer.release()
    finally:
        view.doneCurrent()
    view.update()
    image.setDevicePixelRatio(1.0)
    return image
