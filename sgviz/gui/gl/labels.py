"""Writes numbers and names of the axes into the framebuffer that is bound."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtOpenGL import QOpenGLPaintDevice

from sgviz.gui.gl.label_layout import Placed

BOX = 240.0  # pixels around a text, wider than any
OUTLINE = ((-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0))


def write_labels(
    labels: Sequence[Placed],
    size: tuple[int, int],
    scale: float,
    font: QFont,
    colours: tuple[str, str, str],
) -> None:
    """Write texts with an outline that keeps them readable on top of curves.

    Parameters
    ----------
    labels
        What stands where, in logical pixels.
    size
        The framebuffer's size in device pixels.
    scale
        Device pixels to a logical one.
    font
        Of the numbers; names are bold.
    colours
        Of numbers, of names, of the outline.

    A painter on a paint device of the framebuffer, and not on the widget: only so
    is the text in every grab and in a picture drawn off the screen. OpenGL's state
    is afterwards the painter's, not ours.

    """
    if not labels:
        return
    numbers, names, outline = map(QColor, colours)
    bold = QFont(font)
    bold.setBold(True)
    device = QOpenGLPaintDevice(*size)
    device.setDevicePixelRatio(scale)
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for label in labels:
        painter.setFont(bold if label.name else font)
        _write(painter, label, names if label.name else numbers, outline)
    painter.end()


def _write(painter: QPainter, label: Placed, colour: QColor, outline: QColor) -> None:
    box = QRectF(0.0, 0.0, BOX, BOX)
    box.moveCenter(QPointF(*label.at))
    painter.setPen(outline)
    for dx, dy in OUTLINE:
        moved = box.translated(dx, dy)
        painter.drawText(moved, Qt.AlignmentFlag.AlignCenter, label.text)
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label.text)
