"""How each part of the ring is drawn: QPainter, a layout, a theme."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt, tau

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from sgviz.frame import Floats, Pixels
from sgviz.gui.layer_colours import layer_inks
from sgviz.gui.pixmaps import rounded_pixmap, to_qimage
from sgviz.gui.ring import RingLayout, nearest, thumb_side
from sgviz.gui.theme import Theme

Colours = NDArray[np.uint8]
_STALE = 0.35
_DENSEST = 0.7
# Rounder than the eye asks for: squares on a diagonal do not overlap then.
_CORNER = 0.36
# Pixels that the ticks of a layer are high: at most, and where there are any.
BAND, THINNEST = 6.0, 1.2


@dataclass
class Slot:
    """A place for a thumbnail: its angle and, once made, its image."""

    angle: float
    image: QImage | None = None
    stale: bool = False
    pixels: Pixels | None = None
    drawn: dict[tuple[float, float], QPixmap] = field(default_factory=dict)

    def take(self, pixels: Pixels, angle: float) -> None:
        """An image u8 [H, W, 3]; one that is there already costs nothing."""
        self.angle, self.stale = angle, False
        if self.pixels is None or not np.array_equal(self.pixels, pixels):
            self.pixels, self.image = pixels.copy(), to_qimage(pixels)
            self.drawn.clear()

    def pixmap(self, side: float, ratio: float) -> QPixmap | None:
        """The thumbnail at a side, drawn once for each size it is shown at."""
        if self.image is None:
            return None
        key = (round(side * 2) / 2, ratio)
        if key not in self.drawn:
            if len(self.drawn) > 40:
                self.drawn.clear()
            self.drawn[key] = rounded_pixmap(self.image, key[0], _CORNER * side, ratio)
        return self.drawn[key]


class RingPainter:
    """Draws the parts of one ring; the caller decides which, and in which order."""

    def __init__(self, painter: QPainter, layout: RingLayout, theme: Theme) -> None:
        self.painter, self.layout, self.theme = painter, layout, theme

    def circle(self, angles: Floats, colours: Colours) -> None:
        """A faint circle and on it one dot a point, in its own colour."""
        layout, painter = self.layout, self.painter
        centre = QPointF(layout.x, layout.y)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_faded(QColor(self.theme.line), 0.8), 1.0))
        painter.drawEllipse(centre, layout.dots, layout.dots)
        painter.setPen(Qt.PenStyle.NoPen)
        # Dots nearer to each other than this are one line to the eye.
        around = tau * layout.dots / _DENSEST
        step = 1 + int(len(angles) // max(1.0, around))
        drawn = zip(angles[::step].tolist(), colours[::step].tolist(), strict=True)
        for angle, colour in drawn:
            painter.setBrush(QColor(*colour))
            at = QPointF(*layout.at(angle, layout.dots))
            painter.drawEllipse(at, layout.dot, layout.dot)

    def bends(self, layers: Sequence[Floats]) -> None:
        """A tick for each bend: a band inside the circle for each layer, the last out.

        ``layers`` hold the angles of each layer's bends.
        """
        if not layers:
            return
        layout, painter = self.layout, self.painter
        room = layout.dots - layout.dot - 2.0 - layout.image / sqrt(2.0)
        high = min(BAND, max(0.0, room - 2.0) / max(1, len(layers)))
        if high < THINNEST:
            return
        outer = layout.dots - layout.dot - 3.0
        inks = layer_inks(len(layers))
        for ink, angles in reversed(list(zip(inks, layers, strict=True))):
            _ticks(painter, layout, angles, (outer - 0.85 * high, outer), ink)
            outer -= high

    def spokes(self, slots: list[Slot], angles: Floats, colours: Colours) -> None:
        """A short line from the circle to each thumbnail, in the point's colour."""
        layout = self.layout
        if not len(angles) or not layout.step:
            return
        inner = layout.dots + layout.dot + 3
        outer = layout.thumbs - layout.thumb / 2 - 3
        for slot in slots[:: layout.step]:
            colour = QColor(*colours[nearest(angles, slot.angle)].tolist())
            self.painter.setPen(QPen(_faded(colour, 0.7), 1.3))
            near, far = (QPointF(*layout.at(slot.angle, r)) for r in (inner, outer))
            self.painter.drawLine(near, far)

    def still_thumbs(self, slots: list[Slot]) -> None:
        """Every shown thumbnail at rest, a placeholder where it is not made yet."""
        for slot in slots[:: self.layout.step or None]:
            self._thumb(slot, self.layout.thumb)

    def grown_thumbs(self, slots: list[Slot], focus: float | None) -> None:
        """Those that have grown, the largest last."""
        layout = self.layout
        if focus is None or not layout.step:
            return
        sides = [(thumb_side(layout, s.angle, focus), s) for s in slots[:: layout.step]]
        grown = [pair for pair in sides if pair[0] > layout.thumb + 0.25]
        for side, slot in sorted(grown, key=lambda pair: pair[0]):
            self._thumb(slot, side, framed=True)

    def inner_thumbs(self, slots: list[Slot]) -> None:
        """Those of the second network within the dots, dashed as its curves are."""
        painter, side = self.painter, self.layout.inner_thumb
        for slot in slots if side else ():
            self._thumb(slot, side, radius=self.layout.inner)
            x, y = self.layout.at(slot.angle, self.layout.inner)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.theme.muted), 1.2, Qt.PenStyle.DashLine))
            box = QRectF(x - side / 2, y - side / 2, side, side)
            painter.drawRoundedRect(box, _CORNER * side, _CORNER * side)

    def _thumb(
        self, slot: Slot, side: float, framed: bool = False, radius: float | None = None
    ) -> None:
        painter, layout = self.painter, self.layout
        x, y = layout.at(slot.angle, layout.thumbs if radius is None else radius)
        box = QRectF(x - side / 2, y - side / 2, side, side)
        corner = _CORNER * side
        if framed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.canvas))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), corner + 2, corner + 2)
        ratio = painter.device().devicePixelRatioF()
        pixmap = slot.pixmap(side, ratio)
        if pixmap is None or slot.stale:
            painter.setPen(QPen(QColor(self.theme.line), 1.0))
            painter.setBrush(_faded(QColor(self.theme.raised), 0.6))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        if pixmap is not None:
            painter.setOpacity(_STALE if slot.stale else 1.0)
            painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))
            painter.setOpacity(1.0)

    def marker(self, angle: float | None) -> None:
        """The current latent: a ring around its place on the circle."""
        if angle is None:
            return
        layout, painter = self.layout, self.painter
        at = QPointF(*layout.at(angle, layout.dots))
        radius = layout.dot + 3.5
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.canvas), 4.5))
        painter.drawEllipse(at, radius, radius)
        painter.setPen(QPen(QColor(self.theme.text), 1.8))
        painter.drawEllipse(at, radius, radius)

    def focus_dot(self, angles: Floats, colours: Colours, focus: float | None) -> None:
        """The point that is looked at, grown, in its own colour."""
        if focus is None or not len(angles):
            return
        layout, painter = self.layout, self.painter
        at = QPointF(*layout.at(focus, layout.dots))
        radius = max(5.0, 2.2 * layout.dot)
        painter.setPen(QPen(QColor(self.theme.canvas), 2.0))
        painter.setBrush(QColor(*colours[nearest(angles, focus)].tolist()))
        painter.drawEllipse(at, radius, radius)

    def mark(self, angle: float) -> None:
        """One more place on the circle: a small hollow dot, with its paper below."""
        layout, painter = self.layout, self.painter
        at = QPointF(*layout.at(angle, layout.dots))
        radius = layout.dot + 1.5
        painter.setBrush(QColor(self.theme.canvas))
        painter.setPen(QPen(QColor(self.theme.text), 1.4))
        painter.drawEllipse(at, radius, radius)

    def readout(self, angle: float | None) -> None:
        """The angle that is looked at, below the image, where there is room."""
        layout, painter = self.layout, self.painter
        top = layout.y + layout.image / 2
        room = layout.y + layout.dots - layout.dot - top
        height = painter.fontMetrics().height()
        if angle is None or room < height + 8:
            return
        painter.setPen(QColor(self.theme.muted))
        box = QRectF(layout.x - 40, top, 80, room)
        text = f"{round(angle * 180 / np.pi) % 360}°"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def middle_text(self, text: str) -> None:
        """A sentence inside the circle, where there is no image."""
        layout, painter = self.layout, self.painter
        side = layout.image
        box = QRectF(layout.x - side / 2, layout.y - side / 2, side, side)
        painter.setPen(QColor(self.theme.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box, int(flags), text)

    def frame(self, rect: QRect) -> None:
        """The keyboard is here."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(self.theme.accent), 2.0))
        box = QRectF(rect).adjusted(1, 1, -1, -1)
        self.painter.drawRoundedRect(box, 4, 4)


def _ticks(
    painter: QPainter,
    layout: RingLayout,
    angles: Floats,
    radii: tuple[float, float],
    ink: str,
) -> None:
    """Short radial lines; where they are closer than a pixel they add up."""
    colour = _faded(QColor(ink), 0.55)
    painter.setPen(QPen(colour, 0.8))
    lines = [
        QLineF(QPointF(*layout.at(t, radii[0])), QPointF(*layout.at(t, radii[1])))
        for t in angles.tolist()
    ]
    painter.drawLines(lines)


def _faded(colour: QColor, alpha: float) -> QColor:
    colour.setAlphaF(alpha)
    return colour
