"""A view whose camera is turned, moved and zoomed by mouse, trackpad and keys."""

from dataclasses import replace

import pyqtgraph.opengl as gl
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMatrix4x4,
    QMouseEvent,
    QWheelEvent,
)

from sgviz.gui.gl import camera as cam
from sgviz.state import Camera

Key = Qt.Key
Button = Qt.MouseButton

SETTLE_MS = 300  # after the last wheel or key event the gesture is over
CLICK_PIXELS = 4.0
KEY_PIXELS = 14.0  # an arrow key turns as far as a drag of so many pixels
WHEEL_STEP = 0.0012  # of the logarithm of the distance, per eighth of a degree
PIXEL_STEP = 0.004  # the same per pixel of a trackpad
AXIS_KEYS = {Key.Key_1: "y", Key.Key_3: "x", Key.Key_7: "z"}
ARROWS = {
    Key.Key_Left: (1.0, 0.0),
    Key.Key_Right: (-1.0, 0.0),
    Key.Key_Up: (0.0, 1.0),
    Key.Key_Down: (0.0, -1.0),
}


class TurntableView(gl.GLViewWidget):  # type: ignore[misc]
    """The camera and the hand on it; what is drawn is the subclass's matter.

    Left drag turns; middle, right or shift-left drag moves; the wheel zooms to the
    cursor; arrows turn; F frames all; Home is the first view; 1, 3, 7 look along an
    axis; 5 or O is orthographic; a double click sets what the view turns around.
    """

    camera_moved = Signal(object)

    def __init__(self) -> None:
        self._camera, self._given = Camera(), False
        self._extent = cam.Extent()
        super().__init__()
        self._drag: str | None = None
        self._last, self._pressed = QPointF(), QPointF()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._gesture_ended)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.keyboard_focus = False

    @property
    def camera(self) -> Camera:
        """Where the eye is now."""
        return self._camera

    @property
    def extent(self) -> cam.Extent:
        """Where the scene is."""
        return self._extent

    def set_camera(self, camera: Camera | None) -> None:
        """Look from there; None is the first view, with everything in it."""
        if camera is None and not self._given and self._settle.isActive():
            return  # the hand is on it: what it does will be told when it ends
        self._given = camera is not None
        self._move(cam.fit(Camera(), self._extent) if camera is None else camera)

    def frame_all(self) -> None:
        """Bring everything into view from the same direction, and say so."""
        self._move_by_hand(cam.fit(self._camera, self._extent))
        self._gesture_ended()

    def set_extent(self, extent: cam.Extent, fit: bool) -> None:
        """Where the scene is; without a camera of the user's, ``fit`` frames it."""
        self._extent = extent
        if fit and not self._given:
            self._move(cam.fit(self._camera, extent))

    def matrix(self) -> cam.Matrix:
        """Projection times view for logical pixels, as a picker needs it."""
        size = self.logical_size()
        projection = cam.projection_matrix(self._camera, size, self._extent)
        return projection @ cam.view_matrix(self._camera)

    def logical_size(self) -> tuple[float, float]:
        """Width and height in logical pixels."""
        return float(self.width()), float(self.height())

    def viewMatrix(self) -> QMatrix4x4:
        """From the world to the eye, for items of pyqtgraph's own."""
        return QMatrix4x4(cam.view_matrix(self._camera).reshape(-1).tolist())

    def projectionMatrix(self, region: object, viewport: object) -> QMatrix4x4:
        """From the eye to clip space, for items of pyqtgraph's own."""
        size = self.logical_size()
        matrix = cam.projection_matrix(self._camera, size, self._extent)
        return QMatrix4x4(matrix.reshape(-1).tolist())

    # What a subclass does about it.

    def camera_changed(self) -> None:
        """The camera is another one."""
        self.update()

    def hovered(self, at: QPointF) -> None:
        """The cursor moves with no button down."""

    def left(self) -> None:
        """The cursor has gone, or a drag has begun."""

    def clicked(self, at: QPointF) -> None:
        """A press and release of the left button in one place."""

    def pivot_at(self, at: QPointF) -> tuple[float, float, float]:
        """What to turn around after a double click there."""
        return cam.place_under(self._camera, (at.x(), at.y()), self.logical_size())

    # The hand.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._last = self._pressed = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        turns = event.button() == Button.LeftButton and not shift
        self._drag = "click" if turns else "pan"
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn, move, or only hover."""
        at = event.position()
        if self._drag is None or not event.buttons():
            self._drag = None
            self.hovered(at)
            return
        if self._drag == "click":
            if (at - self._pressed).manhattanLength() < CLICK_PIXELS:
                return
            self._drag = "orbit"
        delta, self._last = at - self._last, at
        self.left()
        self._move_by_hand(self._dragged(delta.x(), delta.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or take it for a click."""
        drag, self._drag = self._drag, None
        if drag == "click" and event.button() == Button.LeftButton:
            self.clicked(event.position())
        elif drag is not None and self._settle.isActive():
            self._gesture_ended()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn around what lies there from now on."""
        if event.button() == Button.LeftButton:
            self._move_by_hand(
                cam.look_at(self._camera, self.pivot_at(event.position()))
            )
            self._gesture_ended()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor; a trackpad's pixels are finer than a wheel's steps."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        power = -PIXEL_STEP * pixels.y() if pixels.y() else -WHEEL_STEP * angle.y()
        at = event.position()
        factor = 2.718281828 ** max(-1.0, min(1.0, power))
        self._move_by_hand(
            cam.zoom(self._camera, factor, (at.x(), at.y()), self.logical_size())
        )
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, F, Home, 1, 3, 7, 5, O, plus and minus."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        key = Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Key.Key_F:
            self.frame_all()
        elif key == Key.Key_Home:
            self.set_camera(None)
            self.camera_moved.emit(None)
        elif (moved := self._moved_by_key(key, shift)) is not None:
            self._move_by_hand(moved)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing to do: keys repeat by themselves."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor has gone."""
        self.left()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a frame when the focus came by a key."""
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.keyboard_focus = event.reason() in keys
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No focus, no frame."""
        self.keyboard_focus = False
        self.update()

    # Within.

    def _dragged(self, dx: float, dy: float) -> Camera:
        if self._drag == "orbit":
            return cam.orbit(self._camera, dx, dy)
        return cam.pan(self._camera, dx, dy, self.logical_size())

    def _moved_by_key(self, key: Qt.Key, shift: bool) -> Camera | None:
        now = self._camera
        if key in ARROWS:
            step = KEY_PIXELS * (0.2 if shift else 1.0)
            return cam.orbit(now, ARROWS[key][0] * step, ARROWS[key][1] * step)
        if key in AXIS_KEYS:
            return cam.along_axis(now, AXIS_KEYS[key])
        if key in (Key.Key_5, Key.Key_O):
            return replace(now, orthographic=not now.orthographic)
        if key in (Key.Key_Plus, Key.Key_Equal, Key.Key_Minus):
            factor = 1.12 if key == Key.Key_Minus else 1 / 1.12
            return replace(now, distance=now.distance * factor)
        return None

    def _move(self, camera: Camera) -> None:
        if camera != self._camera:
            self._camera = camera
            self.camera_changed()

    def _move_by_hand(self, camera: Camera) -> None:
        self._given = True
        self._move(camera)
        self._settle.start()

    def _gesture_ended(self) -> None:
        self._settle.stop()
        self.camera_moved.emit(self._camera)
