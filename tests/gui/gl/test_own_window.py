"""On X the 3-D view is a window in the window, and only it is drawn by OpenGL."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QSurface
from PySide6.QtTest import QTest

pytestmark = pytest.mark.gl


@pytest.fixture
def window(qapp, make_rings, make_paint):
    if qapp.platformName() != "xcb":
        pytest.skip("only X has windows in windows")
    from sgviz.gui.gl.surface import bind_pyopengl

    bind_pyopengl(qapp.platformName())
    from sgviz.gui.main_window import MainWindow

    window = MainWindow()
    window.resize(1000, 700)
    window.show()
    QTest.qWait(600)
    window.w_view.view.set_scene(make_rings(), make_paint(3, 24))
    QTest.qWait(200)
    yield window
    window.hide_all()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def on_screen(view):
    """What X shows where the view is, and not what the view would paint."""
    QTest.qWait(300)
    corner = view.mapToGlobal(QPoint(0, 0))
    screen = QGuiApplication.primaryScreen()
    size = (view.width(), view.height())
    return screen.grabWindow(0, corner.x(), corner.y(), *size).toImage()


def turns_on_screen(view):
    before = on_screen(view)
    view.orbit(40.0, 5.0)
    return on_screen(view) != before


def test_only_the_view_is_drawn_by_opengl(window):
    view = window.w_view.view
    kinds = {w: w.surfaceType() for w in QGuiApplication.allWindows() if w.isVisible()}
    assert kinds[window.windowHandle()] == QSurface.SurfaceType.RasterSurface
    assert kinds[view.windowHandle()] == QSurface.SurfaceType.OpenGLSurface
    assert not window.w_view.testAttribute(Qt.WidgetAttribute.WA_NativeWindow)


def test_it_is_seen_in_every_window_it_comes_to(window):
    view, dock = window.w_view.view, window.docks["w_view"]
    assert turns_on_screen(view)
    for floating in (True, False, True, False):
        dock.setFloating(floating)
        QTest.qWait(100)
        assert turns_on_screen(view), floating
    window.tabs.setCurrentIndex(1)
    QTest.qWait(100)
    window.tabs.setCurrentIndex(0)
    assert turns_on_screen(view)


def test_notes_lie_over_it_and_have_room_for_their_words(window):
    window.resize(700, 600)
    window.notifications.say("One sentence of many words, so that it needs two lines.")
    window.notifications.say("Another one.")
    before = on_screen(window.w_view.view)
    heights = [note.height() for note in window.notifications._notes()]
    assert all(height >= 36 for height in heights), heights
    for note in window.notifications._notes():
        note.deleteLater()
    assert on_screen(window.w_view.view) != before
