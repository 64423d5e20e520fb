"""A view whose camera is turned, moved and zoomed by mouse, trackpad and keys."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from sgviz.gui.gl import camera as cam
from sgviz.gui.gl import hand
from sgviz.gui.gl.camera_view import CameraView
from sgviz.gui.gl.extent import Extent
from sgviz.state import Camera

Key = Qt.Key
Button = Qt.MouseButton

SETTLE_MS = 300  # after the last wheel or key event the gesture is over
CLICK_PIXELS = 4.0


class TurntableView(CameraView):
    """The hand on the camera; what is drawn is the subclass's matter.

    Left drag turns; middle, right or shift-left drag moves; the wheel zooms to the
    cursor; arrows turn; F frames all; Home is the first view; 1, 3, 7 look along an
    axis; 5 or O is orthographic; a double click sets what the view turns around.

    ``camera_moved`` says a :class:`Camera` when a gesture ends, or None for the
    first view.
    """

    camera_moved = Signal(object)

    def __init__(self) -> None:
        self._is_given = False
        super().__init__()
        self._drag: str | None = None
        self._is_moving = False
        self._last = QPointF()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._hand_rested)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.has_key_focus = False

    def set_camera(self, camera: Camera | None) -> None:
        """Look from there; None is the first view, with everything in it."""
        wanted = Camera(framed=True) if camera is None else camera
        self._is_given = not wanted.framed
        here = replace(self.camera, framed=wanted.framed) == wanted
        self.jump(self.fitted(wanted) if wanted.framed and not here else wanted)

    def frame_all(self) -> None:
        """Bring everything into view from the same direction, and say so."""
        self._glide_to(self.fitted(replace(self.camera, framed=True)))

    def set_extent(self, extent: Extent, fit: bool) -> None:
        """Where the scene is; without a camera of the user's, ``fit`` frames it."""
        self._extent = extent
        if fit:
            self.refit()

    def refit(self) -> None:
        """Bring everything into view, unless a camera of the user's is in charge."""
        if not self._is_given:
            self.jump(self.fitted(self.camera))

    def orbit(self, azim: float, elev: float) -> None:
        """Turn by degrees, as a drag would."""
        step = cam.DEGREES_PER_PIXEL
        self._move_by_hand(cam.orbit(self.camera, -azim / step, elev / step))

    # What a subclass does about it.

    def hovered(self, at: QPointF) -> None:
        """The cursor moves with no button down."""

    def left(self) -> None:
        """The cursor has gone, or a drag has begun."""

    def clicked(self, at: QPointF) -> None:
        """The left button went down and up in one place."""

    def pivot_at(self, at: QPointF) -> tuple[float, float, float]:
        """What to turn around after a double click there."""
        return cam.place_under(self.camera, (at.x(), at.y()), self.logical_size())

    # The hand.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._last = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        turns = event.button() == Button.LeftButton and not shift
        self._drag = "click" if turns else "pan"
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn, move, or only hover."""
        at = event.position()
        if not event.buttons() and self._drag is not None:
            self._drag = None  # the release went elsewhere
            self._hand_rested()
        if self._drag is None:
            self.hovered(at)
            return
        by = at - self._last
        if self._drag == "click":
            if by.manhattanLength() < CLICK_PIXELS:
                return
            self._drag = "orbit"
        self._last = at
        self.left()
        turns = self._drag == "orbit"
        self._move_by_hand(hand.dragged(self.camera, turns, by, self.logical_size()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or take it for a click."""
        drag, self._drag = self._drag, None
        if drag == "click" and event.button() == Button.LeftButton:
            self.clicked(event.position())
        elif drag is not None:
            self._hand_rested()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn around what lies there from now on."""
        if event.button() == Button.LeftButton:
            self._glide_to(cam.look_at(self.camera, self.pivot_at(event.position())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor."""
        self._move_by_hand(hand.wheeled(self.camera, event, self.logical_size()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F, Home and the keys of :func:`sgviz.gui.gl.hand.keyed`."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and event.key() == Key.Key_F:
            self.frame_all()
        elif plain and event.key() == Key.Key_Home:
            self.set_camera(None)
            self.camera_moved.emit(None)
        elif (moved := hand.keyed(self.camera, event)) is None:
            event.ignore()
        elif hand.is_jump(event):
            self._glide_to(moved)
        else:
            self._move_by_hand(moved)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing to do: keys repeat by themselves."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """The cursor has gone."""
        self.left()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a border when the focus came by a key."""
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.has_key_focus = event.reason() in keys
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No focus, no border."""
        self.has_key_focus = False
        self.update()

    # Within.

    def _move_by_hand(self, camera: Camera) -> None:
        self._is_moving = True
        self.jump(self._own(camera))
        self._settle.start()

    def _glide_to(self, camera: Camera) -> None:
        self.glide(self._own(camera))
        self._gesture_ended()

    def _own(self, camera: Camera) -> Camera:
        """A camera of the user's: who only turns leaves the scene framed."""
        here = self.camera
        turned = (camera.centre, camera.distance) == (here.centre, here.distance)
        fits = camera.framed and camera == self.fitted(camera)
        framed = fits or (turned and not self._is_given)
        self._is_given = not framed
        return replace(camera, framed=framed)

    def _hand_rested(self) -> None:
        # A hand that holds still has not let go.
        if self._is_moving and self._drag not in ("orbit", "pan"):
            self._gesture_ended()

    def _gesture_ended(self) -> None:
        self._settle.stop()
        self._is_moving = False
        self.camera_moved.emit(self.camera)
