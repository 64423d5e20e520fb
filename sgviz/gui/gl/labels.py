"""Numbers and names of the axes, written where there is room for them."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QOpenGLContext, QPainter
from PySide6.QtOpenGL import QOpenGLPaintDevice

from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.gl.shot import Shot
from sgviz.gui.gl.ticks import Label, spread_out

OUTWARD = 13.0  # pixels from the tick to the middle of its number
BOX = 160.0
OUTLINE = ((-1, 0), (1, 0), (0, -1), (0, 1))


def write_labels(
    labels: Sequence[Label],
    shot: Shot,
    font: QFont,
    colours: tuple[str, str, str],
) -> None:
    """Write labels into the framebuffer that is bound.

    ``colours`` are those of numbers, of names and of the outline that keeps both
    readable on top of curves. Leaves OpenGL's state as the painter left it.
    """
    logical = (shot.size[0] / shot.scale, shot.size[1] / shot.scale)
    places = to_pixels(np.array([label.place for label in labels]), shot.mvp, logical)
    places[:, :2] += _outward(places[:, :2])
    room = spread_out(places, logical)
    if not room.any() or QOpenGLContext.currentContext() is None:
        return
    device = QOpenGLPaintDevice(*shot.size)
    device.setDevicePixelRatio(shot.scale)
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    numbers, names, outline = map(QColor, colours)
    for index in np.flatnonzero(room).tolist():
        label = labels[index]
        bold = QFont(font)
        bold.setBold(label.strong)
        painter.setFont(bold)
        _write(painter, places[index], label.text, names if label.strong else numbers,
               outline)  # fmt: skip
    painter.end()


def _outward(
    places: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A push of a few pixels away from the middle of all labels, [N, 2]."""
    seen = places[np.isfinite(places).all(axis=1)]
    if not len(seen):
        return np.zeros_like(places)
    away = places - seen.mean(axis=0)
    length = np.linalg.norm(away, axis=1, keepdims=True)
    down = np.array([0.0, 1.0])
    return OUTWARD * np.where(length > 1.0, away / np.maximum(length, 1.0), down)


def _write(
    painter: QPainter,
    place: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    text: str,
    colour: QColor,
    outline: QColor,
) -> None:
    box = QRectF(place[0] - BOX / 2, place[1] - BOX / 2, BOX, BOX)
    painter.setPen(outline)
    for dx, dy in OUTLINE:
        moved = box.translated(QPointF(dx, dy))
        painter.drawText(moved, Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
