"""The one border where numpy pixels become Qt images, checked and copied."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap, QTransform

from sgviz.frame import Pixels

# A whole multiple that fills this share of the room is sharp and large enough;
# below it the picture is enlarged a little more, its pixel borders antialiased.
_FILLED = 0.8


def to_qimage(pixels: Pixels) -> QImage:
    """A QImage of its own memory from u8 [H, W, 3].

    Qt checks neither the size nor the life of a buffer, so both happen here.
    Raises ValueError where the array is not u8 [H, W, 3] or is empty.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(
            f"an image is u8 [H, W, 3], not {pixels.dtype} {list(pixels.shape)}"
        )
    height, width = pixels.shape[:2]
    if not height or not width:
        raise ValueError(f"an image has pixels, not {width} x {height}")
    rows = np.ascontiguousarray(pixels)
    borrowed = QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # The conversion is the copy: RGB32 is what the raster painter draws fastest.
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)


def from_qimage(image: QImage) -> Pixels:
    """The pixels of a QImage as u8 [H, W, 3], in memory of their own."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width = rgb.height(), rgb.width()
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(height, rgb.bytesPerLine())
    return rows[:, : 3 * width].reshape(height, width, 3).copy()


def fitted_size(image: QSize, room: QSize, smooth: bool) -> QSize:
    """The size, in device pixels, at which an image is shown in a room.

    Smooth fills the room. Crisp takes the largest whole multiple where that fills
    the room well, and fills the room otherwise.
    """
    if image.isEmpty() or room.isEmpty():
        return QSize(0, 0)
    scale = min(room.width() / image.width(), room.height() / image.height())
    whole = int(scale)
    if not smooth and whole >= 1 and whole >= _FILLED * scale:
        return image * whole
    fitted = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
    return fitted.expandedTo(QSize(1, 1))


def scaled(image: QImage, size: QSize, smooth: bool) -> QImage:
    """An image at a size in device pixels.

    Crisp enlarging keeps every pixel a square of the same size: the next whole
    multiple without interpolation, then down to the size, which antialiases only
    the borders between pixels.
    """
    ignore = Qt.AspectRatioMode.IgnoreAspectRatio
    soft = Qt.TransformationMode.SmoothTransformation
    if image.size() == size:
        return image
    if not smooth and size.width() >= image.width():
        image = image.scaled(
            image.size() * -(-size.width() // image.width()),
            ignore,
            Qt.TransformationMode.FastTransformation,
        )
    return image if image.size() == size else image.scaled(size, ignore, soft)


def rounded_pixmap(image: QImage, side: float, radius: float, dpr: float) -> QPixmap:
    """A square picture of ``side`` with rounded corners, crisp at a pixel ratio.

    ``side`` and ``radius`` are in device-independent pixels.
    """
    pixels = max(1, round(side * dpr))
    # A texture brush is antialiased at the corners, a clip path is not.
    texture = QBrush(scaled(image, QSize(pixels, pixels), smooth=True))
    texture.setTransform(QTransform.fromScale(1.0, 1.0))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(texture)
    painter.drawRoundedRect(QRectF(pixmap.rect()), radius * dpr, radius * dpr)
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap
