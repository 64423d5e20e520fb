"""The view as a picture of its own, larger than the screen's if wanted."""

from typing import TYPE_CHECKING

from OpenGL import GL
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from sgviz.gui.gl import gl_state
from sgviz.gui.gl.shot import Look, Shot, take
from sgviz.gui.gl.stage import Stage
from sgviz.gui.gl.whole_picture import WholePicture

if TYPE_CHECKING:
    from sgviz.gui.gl.scene_view import SceneView

MAX_PIXELS = 50_000_000  # some 600 MB while the picture is read back


def picture_of(
    view: "SceneView", stage: Stage, scale: float, transparent: bool
) -> QImage:
    """Draw a view into a framebuffer of its own and read it back.

    Parameters
    ----------
    view, stage
        What is drawn, as large as the view is now.
    scale
        Device pixels to a logical one; less above 50 million pixels, or where the
        driver's limit says so.
    transparent
        Nothing behind the curves, and then no halo: its colour is that of a
        background which is not there, and would come out as dark rims.

    Returns
    -------
    QImage
        ARGB32, premultiplied; null where the view has no context.

    """
    view.makeCurrent()
    if view.context() is None:
        return QImage()
    on_screen = view.shot
    try:
        limit = int(GL.glGetIntegerv(GL.GL_MAX_RENDERBUFFER_SIZE))
        scale = min(scale, limit / max(view.width(), view.height(), 1))
        scale = min(scale, (MAX_PIXELS / max(view.width() * view.height(), 1)) ** 0.5)
        size = (round(view.width() * scale), round(view.height() * scale))
        shot = take(
            view.camera, view.extent, size, scale, stage.background, Look.FINE
        ).haloed(not transparent)
        buffer = _drawn(view, stage, shot, transparent)
        buffer.bind()
        gl_state.blend()
        stage.marks.draw(shot, view.programs)
        gl_state.restore()
        image = buffer.toImage()
        buffer.release()
    finally:
        view.shot = on_screen
        view.doneCurrent()
        view.update()
    return image


def _drawn(
    view: "SceneView", stage: Stage, shot: Shot, transparent: bool
) -> QOpenGLFramebufferObject:
    """The scene in a framebuffer of its own: every curve, if that takes seconds."""
    whole = WholePicture()
    if stage.is_coarse:
        whole.begin(shot, stage, lambda shot: view.draw_items(shot, transparent))
        while not whole.is_whole:
            whole.advance(stage, view.programs)
        view.write_labels(shot)
        drawn = whole.buffer
        whole.release(current=True)
        if drawn is not None:
            return drawn
    form = QOpenGLFramebufferObjectFormat()
    form.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
    buffer = QOpenGLFramebufferObject(QSize(*shot.size), form)
    buffer.bind()
    view.draw_scene(shot, transparent)
    return buffer
