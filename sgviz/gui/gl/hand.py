"""What a hand's movements do to a camera: a table of gestures, no widget."""

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from sgviz.gui.gl import camera as cam
from sgviz.state import Camera

Key = Qt.Key

KEY_PIXELS = 14.0  # an arrow key turns as far as a drag of so many pixels
FINE = 0.2  # of that with shift
KEY_ZOOM = 1.12
WHEEL_STEP = 0.0012  # of the logarithm of the distance, per eighth of a degree
PIXEL_STEP = 0.004  # the same per pixel of a trackpad
LARGEST_STEP = 1.0  # a fling of a trackpad is no more than this
AXIS_KEYS = {Key.Key_1: "y", Key.Key_3: "x", Key.Key_7: "z"}
ARROWS = {
    Key.Key_Left: (1.0, 0.0),
    Key.Key_Right: (-1.0, 0.0),
    Key.Key_Up: (0.0, 1.0),
    Key.Key_Down: (0.0, -1.0),
}


def dragged(camera: Camera, turns: bool, by: QPointF, size: cam.Size) -> Camera:
    """After a drag by some pixels that turns the table or moves the scene."""
    if turns:
        return cam.orbit(camera, by.x(), by.y())
    return cam.pan(camera, by.x(), by.y(), size)


def wheeled(camera: Camera, event: QWheelEvent, size: cam.Size) -> Camera:
    """Zoomed to the cursor; a trackpad's pixels are finer than a wheel's steps."""
    pixels, angle = event.pixelDelta(), event.angleDelta()
    power = -PIXEL_STEP * pixels.y() if pixels.y() else -WHEEL_STEP * angle.y()
    factor = math.exp(max(-LARGEST_STEP, min(LARGEST_STEP, power)))
    at = event.position()
    return cam.zoom(camera, factor, (at.x(), at.y()), size)


def is_jump(event: QKeyEvent) -> bool:
    """Whether a key leads to another view at once, not step by step."""
    return event.key() in AXIS_KEYS


def keyed(camera: Camera, event: QKeyEvent) -> Camera | None:
    """After a key; None for a key that is no gesture."""
    held = event.modifiers()
    if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return None
    key = Key(event.key())
    if key in ARROWS:
        step = KEY_PIXELS
        if held & Qt.KeyboardModifier.ShiftModifier:
            step *= FINE
        return cam.orbit(camera, ARROWS[key][0] * step, ARROWS[key][1] * step)
    if key in AXIS_KEYS:
        return cam.along_axis(camera, AXIS_KEYS[key])
    if key in (Key.Key_5, Key.Key_O):
        return replace(camera, orthographic=not camera.orthographic)
    if key in (Key.Key_Plus, Key.Key_Equal):
        return replace(camera, distance=camera.distance / KEY_ZOOM)
    if key == Key.Key_Minus:
        return replace(camera, distance=camera.distance * KEY_ZOOM)
    return None
