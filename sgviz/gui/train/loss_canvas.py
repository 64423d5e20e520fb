"""Where the curves of a run are painted: charts below each other, x is kimg for all."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.loss_chart import Chart
from sgviz.gui.train.loss_curves import CHARTS, CURVES
from sgviz.gui.train.loss_thin import Numbers, kimg_scale, value_scale, within
from sgviz.gui.train.timeline_scale import Scale

_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 48, 12, 8, 42, 14
_WORDS = "kimg (thousands of images shown)"
_LEAST_SPAN = 1e-3  # kimg
_NOTCH = 1.25


class LossCanvas(QWidget):
    """Painted once for each state of the run; a cursor over it paints nothing anew.

    ``hovered(kimg)`` where the mouse is (None: it has left), ``zoomed(bool)`` whether
    less than the whole run is shown.
    """

    hovered = Signal(object)
    zoomed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Curves of the run")
        self.setToolTip("Wheel or drag: closer in kimg. Double click: all of it.")
        self.setMouseTracking(True)
        self.setMinimumSize(160, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        counts = [sum(c.chart == n for c in CURVES) for n in range(len(CHARTS))]
        self.charts = [Chart(count) for count in counts]
        self._theme = theme
        self._kimg: Numbers = self.charts[0].curves[0].raw
        self._zoom: Scale | None = None
        self._cursor: float | None = None
        self._pulled: float | None = None
        self._axes: tuple[object, QPixmap] | None = None
        self._picture: QPixmap | None = None

    @property
    def scale(self) -> Scale:
        """What is shown of the run, in kimg."""
        return self._zoom or self._whole

    def place_of(self, kimg: float, chart: int = 0) -> QPointF:
        """Where a moment is, in the middle of a chart."""
        self._place()
        box = self.charts[chart].box
        share = (kimg - self.scale.low) / (self.scale.high - self.scale.low)
        return QPointF(box.left() + share * box.width(), box.center().y())

    def set_kimg(self, kimg: Numbers) -> None:
        """Where the values of all curves are [N]; painted anew."""
        self._kimg = kimg
        self.repaint_all()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.repaint_all()

    def set_cursor(self, kimg: float | None) -> None:
        """A line through the values that are read; None takes it away."""
        if kimg != self._cursor:
            self._cursor = kimg
            self.update()

    def show_all(self) -> None:
        """The whole run, as far as it has come."""
        if self._zoom is not None:
            self._zoom = None
            self.zoomed.emit(False)
        self.repaint_all()

    def repaint_all(self) -> None:
        """Something has changed: curves, colours, or which charts are there."""
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    # From the hand.

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120.0
        at, scale = self._kimg_at(event.position().x()), self.scale
        factor = _NOTCH**-notches
        self._show(
            Scale(at - (at - scale.low) * factor, at + (scale.high - at) * factor)
        )
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pulled = event.position().x()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pulled = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().x()
        if self._pulled is not None:
            by = self._kimg_at(self._pulled) - self._kimg_at(place)
            by = min(max(by, -self.scale.low), self._whole.high - self.scale.high)
            self._pulled = place
            if by:
                self._show(Scale(self.scale.low + by, self.scale.high + by))
        self.hovered.emit(self._kimg_at(place))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.repaint_all()

    @property
    def _whole(self) -> Scale:
        return kimg_scale(float(self._kimg[-1]) if len(self._kimg) else 1.0)

    def _kimg_at(self, place: float) -> float:
        self._place()
        box, scale = self.charts[0].box, self.scale
        share = min(max((place - box.left()) / max(1.0, box.width()), 0.0), 1.0)
        return scale.value(share)

    def _show(self, scale: Scale) -> None:
        """A part of the run; what holds all of it is no part."""
        whole = self._whole
        low, high = max(0.0, scale.low), min(scale.high, whole.high)
        if low <= 0.0 and high >= whole.high:
            self.show_all()
        elif high - low >= _LEAST_SPAN:
            self._zoom = Scale(low, high)
            self.zoomed.emit(True)
            self.repaint_all()

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self._cursor is None:
            return
        painter.setPen(QColor(self._theme.muted))
        for number, chart in enumerate(self.charts):
            if chart.is_shown:
                x = round(self.place_of(self._cursor, number).x())
                painter.drawLine(x, int(chart.box.top()), x, int(chart.box.bottom()))

    def _painted(self) -> QPixmap:
        self._place()
        seen = within(self._kimg, self.scale)
        for chart in self.charts:
            chart.y = value_scale([c.raw[seen] for c in chart.curves if c.is_visible])
        picture = QPixmap(self._background())
        painter = QPainter(picture)
        for chart in self._shown():
            chart.paint_curves(painter, self._kimg, self.scale)
        painter.end()
        return picture

    def _background(self) -> QPixmap:
        """Axes, kept as long as nothing of them changes."""
        ratio, shown, x = self.devicePixelRatioF(), self._shown(), self.scale
        boxes = tuple((QRectF(chart.box), chart.y) for chart in shown)
        key = (
            self.width(),
            self.height(),
            ratio,
            x,
            boxes,
            self._theme,
            self.font().key(),
        )
        if self._axes is None or self._axes[0] != key:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(self._theme.canvas))
            painter = QPainter(picture)
            painter.setFont(self.font())
            for chart in shown:
                chart.paint_axes(painter, self._theme, x, chart is shown[-1])
            left = in_text(_LEFT)
            below = QRectF(
                left, self.height() - in_text(22), self.width() - left, in_text(18)
            )
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), _WORDS)
            painter.end()
            self._axes = (key, picture)
        return self._axes[1]

    def _shown(self) -> list[Chart]:
        return [chart for chart in self.charts if chart.is_shown]

    def _place(self) -> None:
        """A box for each chart that is shown, as high as it is worth."""
        shown = [n for n, chart in enumerate(self.charts) if chart.is_shown]
        left = in_text(_LEFT)
        room = self.height() - _TOP - in_text(_BOTTOM) - _GAP * (len(shown) - 1)
        top, whole = float(_TOP), sum(CHARTS[n] for n in shown) or 1
        for n in shown:
            height = max(8.0, room * CHARTS[n] / whole)
            width = max(8.0, self.width() - left - _RIGHT)
            self.charts[n].box = QRectF(left, round(top), width, round(height))
            top += height + _GAP
