"""OpenGL's state around our drawing: what we rely on, and what we leave behind."""

from OpenGL import GL

from sgviz.gui.gl.shot import Rgb, Shot


def begin(shot: Shot, transparent: bool = False) -> None:
    """Clear the framebuffer that is bound and set what every draw relies on."""
    ready(shot)
    clear = (0.0, 0.0, 0.0, 0.0) if transparent else (*shot.background, 1.0)
    GL.glClearColor(*clear)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)


def ready(shot: Shot) -> None:
    """Set what every draw relies on; what is drawn already stays."""
    GL.glViewport(0, 0, *shot.size)
    for capability in (GL.GL_SCISSOR_TEST, GL.GL_CULL_FACE, GL.GL_STENCIL_TEST):
        GL.glDisable(capability)
    GL.glColorMask(True, True, True, True)
    GL.glEnable(GL.GL_DEPTH_TEST)
    GL.glDepthMask(GL.GL_TRUE)
    GL.glDepthFunc(GL.GL_LESS)
    blend()


def blend() -> None:
    """Premultiplied colours over colours; coverage adds up on a clear ground, too."""
    GL.glEnable(GL.GL_BLEND)
    GL.glBlendEquation(GL.GL_FUNC_ADD)
    GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)


def restore() -> None:
    """Leave OpenGL as Qt and pyqtgraph expect to find it."""
    GL.glDepthFunc(GL.GL_LESS)
    GL.glDepthMask(GL.GL_TRUE)
    GL.glBlendFunc(GL.GL_ONE, GL.GL_ZERO)
    for capability in (GL.GL_BLEND, GL.GL_SCISSOR_TEST, GL.GL_PROGRAM_POINT_SIZE):
        GL.glDisable(capability)
    GL.glActiveTexture(GL.GL_TEXTURE0)
    GL.glBindVertexArray(0)
    GL.glUseProgram(0)
    GL.glBindBuffer(GL.GL_ARRAY_BUFFER, 0)


def draw_border(size: tuple[int, int], width: int, colour: Rgb) -> None:
    """A frame along the edge of the view, ``width`` device pixels thick."""
    across, up = size
    GL.glEnable(GL.GL_SCISSOR_TEST)
    GL.glClearColor(*colour, 1.0)
    for box in (
        (0, 0, across, width),
        (0, up - width, across, width),
        (0, 0, width, up),
        (across - width, 0, width, up),
    ):
        GL.glScissor(*box)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
    GL.glDisable(GL.GL_SCISSOR_TEST)
