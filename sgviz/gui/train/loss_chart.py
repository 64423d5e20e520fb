"""Charts and curves of the loss plot as values, and how they are painted."""

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.loss_thin import Numbers, envelope, pieces, spaced, within
from sgviz.gui.train.timeline_scale import Scale

FAINT, STRONG = 0.32, 2.0
RAW_COLUMN, SMOOTH_COLUMN = 1.5, 4.0  # pixels
_TICK_HEIGHT, _TICK_WIDTH = 26.0, 70.0
_NOTHING = np.zeros(0)


class Curve:
    """A curve of a chart: faint as it came, strong where it is smoothed."""

    def __init__(self) -> None:
        self.is_visible = True
        self.colour = QColor()
        self.raw = self.smooth = _NOTHING

    def paint(self, painter: QPainter, box: QRectF, x: Numbers, y: Scale) -> None:
        """Draw it into a box; ``x`` [N] are pixels."""
        faint = QColor(self.colour)
        faint.setAlphaF(FAINT)
        # Antialiasing a line that goes up and down at every pixel shows nothing more.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(faint, 0))
        for places, values in pieces(x, self._heights(self.raw, box, y)):
            line = polygon(*envelope(places, values, RAW_COLUMN))
            painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(self.colour, STRONG))
        for places, values in pieces(x, self._heights(self.smooth, box, y)):
            few, heights = spaced(places, values, SMOOTH_COLUMN)
            # As one thick path it is stroked in three times the time.
            painter.drawLines(polygon(_pairs(few), _pairs(heights)))  # type: ignore

    @staticmethod
    def _heights(values: Numbers, box: QRectF, y: Scale) -> Numbers:
        heights: Numbers = box.bottom() - y.share(values) * box.height()
        return heights


class Chart:
    """Curves on one scale of their own, above or below others."""

    def __init__(self, curves: int) -> None:
        self.curves = [Curve() for _ in range(curves)]
        self.is_shown = True
        self.box = QRectF()
        self.y = Scale(0.0, 1.0)

    def paint_axes(
        self, painter: QPainter, theme: Theme, x: Scale, words: bool
    ) -> None:
        """Lines at round values, the values beside; those of x only with ``words``."""
        box, grid = self.box, QColor(theme.line)
        grid.setAlphaF(0.45)
        high, wide = in_text(16), in_text(80)
        lines, middle = [], Qt.AlignmentFlag.AlignVCenter
        ticks = self.y.ticks(max(2, int(box.height() / in_text(_TICK_HEIGHT))))
        heights = box.bottom() - self.y.share(np.array(ticks)) * box.height()
        painter.setPen(QColor(theme.muted))
        for value, height in zip(ticks, heights.tolist(), strict=True):
            lines.append(QLineF(box.left(), height, box.right(), height))
            place = QRectF(0, height - high / 2, box.left() - 6, high)
            flags = middle | Qt.AlignmentFlag.AlignRight
            painter.drawText(place, int(flags), tick_words(value))
        ticks = x.ticks(max(1, int(box.width() / in_text(_TICK_WIDTH))))
        places = box.left() + x.share(np.array(ticks)) * box.width()
        for value, place_x in zip(ticks, places.tolist(), strict=True):
            lines.append(QLineF(place_x, box.top(), place_x, box.bottom()))
            if words:
                place = QRectF(place_x - wide / 2, box.bottom() + 3, wide, high)
                flags = middle | Qt.AlignmentFlag.AlignHCenter
                painter.drawText(place, int(flags), tick_words(value))
        painter.setPen(QPen(grid, 1))
        painter.drawLines(lines)
        painter.setPen(QPen(QColor(theme.line), 1))
        corner = QPointF(box.left(), box.bottom())
        painter.drawPolyline([box.topLeft(), corner, box.bottomRight()])

    def paint_curves(self, painter: QPainter, kimg: Numbers, x: Scale) -> None:
        """The curves, clipped; ``kimg`` [N] where their values are."""
        seen = within(kimg, x)
        places = self.box.left() + x.share(kimg[seen]) * self.box.width()
        painter.setClipRect(self.box.adjusted(0, -1, 1, 1))
        for curve in self.curves:
            if curve.is_visible:
                part = Curve()
                part.colour = curve.colour
                part.raw, part.smooth = curve.raw[seen], curve.smooth[seen]
                part.paint(painter, self.box, places, self.y)
        painter.setClipping(False)


def polygon(x: Numbers, y: Numbers) -> QPolygonF:
    """Points [N] as Qt takes them; point by point that lasts longer than painting."""
    points = QPolygonF()
    points.resize(len(x))
    if len(x):
        # The stubs know neither the size nor that a list of points is an address.
        memory = shiboken6.VoidPtr(points.data(), 16 * len(x), True)  # type: ignore
        numbers = np.frombuffer(memory, np.float64).reshape(-1, 2)  # type: ignore
        numbers[:, 0], numbers[:, 1] = x, y
    return points


def _pairs(values: Numbers) -> Numbers:
    """Ends of the segments between neighbours, [2 N - 2]."""
    return np.repeat(values, 2)[1:-1]


def tick_words(value: float) -> str:
    """A number beside an axis: short, and a minus that is one."""
    return f"{value:.6g}".replace("-", "−") if abs(value) > 1e-12 else "0"
