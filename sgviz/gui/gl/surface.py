"""What OpenGL needs before and after the application is made, and whether it is there.

Order: :func:`prepare_opengl`, then ``QApplication``, then :func:`bind_pyopengl`, then
``import pyqtgraph.opengl``. Without shared contexts a floated dock draws nothing. A
widget that draws with OpenGL gets a window of its own: :func:`give_own_window`.
"""

import os
import sys
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLoggingCategory, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QOffscreenSurface,
    QOpenGLContext,
    QSurfaceFormat,
)
from PySide6.QtWidgets import QWidget

MIN_VERSION = (3, 3)
# Qt's platforms that have no OpenGL at all: asking them prints warnings.
NO_OPENGL_PLATFORMS = frozenset({"offscreen", "minimal", "vnc"})


def surface_format() -> QSurfaceFormat:
    """A core profile with 24 bits of depth and no multisampling.

    Every edge is antialiased in its shader, and four samples cost 54 ms a composed
    window with software OpenGL even where nothing is drawn. Apple offers either 2.1
    or 4.1 core, so there 4.1 is asked for.
    """
    surface = QSurfaceFormat()
    surface.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    surface.setVersion(*((4, 1) if sys.platform == "darwin" else MIN_VERSION))
    surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface.setDepthBufferSize(24)
    surface.setStencilBufferSize(8)
    surface.setSamples(0)
    if sys.platform != "darwin":
        # Wide lines count as deprecated; software OpenGL is quickest with them.
        surface.setOption(QSurfaceFormat.FormatOption.DeprecatedFunctions)
    return surface


def prepare_opengl() -> None:
    """Shared contexts and the default surface format; before ``QApplication``."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QSurfaceFormat.setDefaultFormat(surface_format())


def bind_pyopengl(platform_name: str) -> None:
    """Tell PyOpenGL where Qt's contexts come from; before it is first imported.

    Parameters
    ----------
    platform_name
        ``QGuiApplication.platformName()``. PyOpenGL alone would look at
        WAYLAND_DISPLAY, also where Qt draws through X.

    """
    if sys.platform.startswith("linux"):
        wayland = platform_name.startswith("wayland")
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl" if wayland else "glx")
    if __debug__ and os.environ.get("SGVIZ_GL_ERRORS"):
        return
    # Asking for an error after each call costs; our own frame asks once.
    import OpenGL

    OpenGL.ERROR_CHECKING = False


def give_own_window(widget: QWidget) -> None:
    """Make a widget a window of the X server's, where X is what Qt draws with.

    For a widget that draws with OpenGL, and for what may lie over one. Qt composes
    all of a window by OpenGL whenever any widget in it changes, if one of them draws
    with it: 10 ms a label with software OpenGL, else a fraction of one. The widget
    must stand in another one by then, or nothing of it is ever shown.
    """
    if QGuiApplication.platformName() != "xcb":
        return
    # Else what stands beside it, and all that they stand in, become windows too.
    siblings = Qt.ApplicationAttribute.AA_DontCreateNativeWidgetSiblings
    QCoreApplication.setAttribute(siblings)
    widget.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
    widget.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
    # Qt warns of what it does rightly when a floating panel is docked again.
    QLoggingCategory.setFilterRules("qt.widgets.window.warning=false")


def renew_own_window(widget: QWidget) -> None:
    """Make that window anew after the widget's panel has left its window for another.

    What composes it belongs to the first window, and would never show it in the next.
    """
    if widget.testAttribute(Qt.WidgetAttribute.WA_NativeWindow):
        focused, shown = widget.hasFocus(), not widget.isHidden()
        widget.destroy()
        widget.hide()
        widget.setVisible(shown)
        if focused:
            widget.setFocus()


@lru_cache(maxsize=1)
def is_opengl_available() -> bool:
    """Whether a context of OpenGL 3.3 or newer can be made current here."""
    if QGuiApplication.instance() is None:
        return False
    if QGuiApplication.platformName() in NO_OPENGL_PLATFORMS:
        return False
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not (surface.isValid() and context.create() and context.makeCurrent(surface)):
        return False
    version = context.format().version()
    desktop = not context.isOpenGLES()
    context.doneCurrent()
    return desktop and (version[0], version[1]) >= MIN_VERSION
