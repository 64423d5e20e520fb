"""OpenGL where it is, and a view that does not mind where it is not."""

import os
import subprocess
import sys

import pytest
from PySide6.QtGui import QSurfaceFormat

from sgviz.gui.gl import surface

SCRIPT = """
import sys
import numpy as np
from sgviz.gui.gl.surface import bind_pyopengl, is_opengl_available, prepare_opengl
prepare_opengl()
from PySide6.QtWidgets import QApplication
app = QApplication(["test"])
bind_pyopengl(app.platformName())
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.gl.scene_view import SceneView
from sgviz.state import Camera
there = is_opengl_available()
view = SceneView()
view.resize(400, 300)
view.set_axes(("", "", ""), False)
view.set_points("off")
view.set_line_width(6.0)
turn = np.arange(24) * (2 * np.pi / 24)
ring = np.stack([0 * turn, np.cos(turn), np.sin(turn)], axis=1)
ring = ring.astype(np.float32)[None, None]
view.set_scene(ring, np.full((1, 24, 4), 255, np.uint8))
view.set_camera(Camera(distance=6.0, azimuth=0.0, elevation=0.0))
said = []
view.point_hovered.connect(lambda *at: said.append(at))
view.show()
QTest.qWait(250)
places = to_pixels(ring[0, 0].astype(float), view.matrix(), (400.0, 300.0))
for x, y, _ in places:
    before = len(said)
    QTest.mouseMove(view, QPoint(round(x), round(y)))
    for _ in range(40):
        if there and len(said) == before:
            QTest.qWait(10)
image = view.grabFramebuffer() if there else view.grab().toImage()
ratio = view.devicePixelRatioF()
column = 0
if there:
    x, top = places[6][:2] * ratio
    for y in range(round(top - 10 * ratio), round(top + 10 * ratio)):
        column += image.pixelColor(round(x), y).red() > 128
picture = view.to_image(2.0) if there else None
print(there, ratio, image.width(), column, len(said), picture and picture.width())
view.close()
"""


def run(**environment):
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.gl
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_pixel_ratios(scale):
    there, ratio, width, thickness, said, picture = run(QT_SCALE_FACTOR=scale)
    factor = float(scale)
    assert there == "True" and float(ratio) == factor
    assert int(width) == 400 * factor and int(picture) == 800
    assert abs(int(thickness) - 6 * factor) <= 1
    assert int(said) >= 22  # the server may pass over a movement


def test_without_opengl_nothing_crashes():
    there, *_ = run(QT_QPA_PLATFORM="offscreen")
    assert there == "False"


@pytest.mark.gl
def test_opengl_is_found_where_it_is(qapp):
    assert surface.is_opengl_available()


def test_the_format_is_plain():
    wanted = surface.surface_format()
    assert wanted.samples() <= 0 and wanted.depthBufferSize() == 24
    assert wanted.profile() == QSurfaceFormat.OpenGLContextProfile.CoreProfile


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="GLX or EGL")
@pytest.mark.parametrize(
    ("platform", "wanted"), [("xcb", "glx"), ("wayland", "egl"), ("wayland-egl", "egl")]
)
def test_pyopengl_looks_where_qt_draws(monkeypatch, platform, wanted):
    import OpenGL

    monkeypatch.setattr(OpenGL, "ERROR_CHECKING", OpenGL.ERROR_CHECKING)
    monkeypatch.delenv("PYOPENGL_PLATFORM", raising=False)
    surface.bind_pyopengl(platform)
    assert os.environ["PYOPENGL_PLATFORM"] == wanted
    monkeypatch.setenv("PYOPENGL_PLATFORM", "osmesa")
    surface.bind_pyopengl(platform)
    assert os.environ["PYOPENGL_PLATFORM"] == "osmesa"
