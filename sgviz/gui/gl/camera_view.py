"""A view with a camera: where it looks from, jumping or gliding there."""

import pyqtgraph.opengl as gl
from PySide6.QtCore import QEasingCurve, QVariantAnimation
from PySide6.QtGui import QMatrix4x4

from sgviz.gui.gl import camera as cam
from sgviz.gui.gl.extent import Extent
from sgviz.state import Camera

GLIDE_MS = 180  # a jump to another view is shown as a movement


class CameraView(gl.GLViewWidget):  # type: ignore[misc]
    """pyqtgraph's view with our camera in place of its own.

    A subclass reads ``camera``, moves it by :meth:`jump` and :meth:`glide`, and
    overrides :meth:`camera_changed`.
    """

    def __init__(self) -> None:
        self._shown = self._from = self._to = Camera()
        self._extent = Extent()
        super().__init__()
        self._glide = QVariantAnimation(self, duration=GLIDE_MS)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._glided)

    @property
    def camera(self) -> Camera:
        """Where the eye is, or is gliding to."""
        return self._to

    @property
    def shown_camera(self) -> Camera:
        """Where the eye is at this moment."""
        return self._shown

    @property
    def extent(self) -> Extent:
        """Where the scene is."""
        return self._extent

    def camera_changed(self) -> None:
        """The camera is another one."""
        self.update()

    def jump(self, camera: Camera) -> None:
        """Be there at once - or go on gliding there."""
        if camera == self._to and self._is_gliding():
            return
        self._glide.stop()
        self._to = camera
        self._show(camera)

    def glide(self, camera: Camera) -> None:
        """Move there in a fifth of a second; at once where nobody sees it."""
        self._glide.stop()
        self._from, self._to = self._shown, camera
        if self.isVisible():
            self._glide.start()
        else:
            self._show(camera)

    def fitted(self, camera: Camera) -> Camera:
        """The same direction, with the whole scene in view."""
        return cam.fit(camera, self._extent, self.logical_size())

    def matrix(self) -> cam.Matrix:
        """Projection times view for logical pixels, as a picker needs it."""
        return self._projection() @ cam.view_matrix(self._shown)

    def logical_size(self) -> cam.Size:
        """Width and height in logical pixels."""
        return float(self.width()), float(self.height())

    def viewMatrix(self) -> QMatrix4x4:
        """From the world to the eye, for items of pyqtgraph's own."""
        return QMatrix4x4(cam.view_matrix(self._shown).reshape(-1).tolist())

    def projectionMatrix(self, region: object, viewport: object) -> QMatrix4x4:
        """From the eye to clip space, for items of pyqtgraph's own."""
        return QMatrix4x4(self._projection().reshape(-1).tolist())

    def _projection(self) -> cam.Matrix:
        return cam.projection_matrix(self._shown, self.logical_size(), self._extent)

    def _is_gliding(self) -> bool:
        return bool(self._glide.state() != QVariantAnimation.State.Stopped)

    def _glided(self, share: float) -> None:
        self._show(cam.between(self._from, self._to, share))

    def _show(self, camera: Camera) -> None:
        if camera != self._shown:
            self._shown = camera
            self.camera_changed()
