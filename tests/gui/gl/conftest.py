"""A shown view of a few curves, and how a test looks at its pixels."""

import numpy as np
import pytest
from PySide6.QtTest import QTest


def rings(slices=2, circles=3, points=24):
    """Round curves beside each other, float32 [S, C, N, 3], in a plane x = const."""
    turn = np.arange(points) * (2 * np.pi / points)
    out = np.zeros((slices, circles, points, 3), dtype=np.float32)
    out[..., 1], out[..., 2] = np.cos(turn), np.sin(turn)
    out[..., 1] += 2.5 * np.arange(circles)[:, None]
    out[..., 2] += 2.5 * np.arange(slices)[:, None, None]
    return out


def paint(circles, points, colour=(255, 80, 40, 255)):
    return np.broadcast_to(np.array(colour, np.uint8), (circles, points, 4)).copy()


def pixels(image):
    """A QImage as u8 [H, W, 4], RGBA."""
    image = image.convertToFormat(image.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8)
    width, height = image.width(), image.height()
    return rows.reshape(height, -1)[:, : 4 * width].reshape(height, width, 4).copy()


def settle(view):
    """What it would come to by itself a moment later."""
    QTest.qWait(1)
    view.settle()
    QTest.qWait(1)


@pytest.fixture(scope="session")
def make_rings():
    return rings


@pytest.fixture(scope="session")
def make_paint():
    return paint


@pytest.fixture(scope="session")
def read():
    return pixels


@pytest.fixture
def empty_view(qtbot):
    """A shown view of nothing, 400 by 300."""
    from sgviz.gui.gl.scene_view import SceneView

    view = SceneView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    settle(view)
    return view


@pytest.fixture
def view(empty_view, make_rings, make_paint):
    """Two slices of three rings, seen from the front, without axes."""
    from sgviz.state import Camera

    empty_view.set_axes(("y", "z", "x"), False)
    empty_view.set_points("off")
    empty_view.set_scene(make_rings(), make_paint(3, 24))
    empty_view.set_camera(Camera((0.0, 2.5, 1.25), 20.0, 0.0, 0.0))
    settle(empty_view)
    return empty_view


@pytest.fixture
def where(make_rings):
    """``where(view, slice, circle, point)``: its pixel, a QPoint of whole numbers."""
    from PySide6.QtCore import QPoint

    from sgviz.gui.gl.camera import to_pixels

    def place(view, s, c, k, positions=None):
        points = make_rings() if positions is None else positions
        point = points[s, c, k].astype(float)[None]
        x, y, _ = to_pixels(point, view.matrix(), view.logical_size())[0]
        return QPoint(round(x), round(y))

    return place


@pytest.fixture(scope="session")
def move():
    """``move(view, at, button)``: the mouse is there; the real cursor stays away."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    def moved(view, at, button=Qt.MouseButton.NoButton):
        local = QPointF(at)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            local,
            view.mapToGlobal(local),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, event)

    return moved
