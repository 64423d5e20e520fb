"""How a value slider looks: groove, default mark, handle; where a value is on it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from superqt import QDoubleSlider

RADIUS, GROOVE = 6.0, 4.0


class SliderFace(QDoubleSlider):
    """A horizontal slider with exact floats, drawn in the colours of the palette.

    The handle is filled for a value of its own and hollow for an inherited one; a
    tick marks the default, a band the span of the rows of a group.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)  # type: ignore[no-untyped-call]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(48)
        self._default, self._step = 0.0, 0.05
        self._own, self._span = False, (0.0, 0.0)

    def value(self) -> float:  # type: ignore[override]
        """Where the handle is."""
        return float(super().value())

    def set_scale(self, low: float, high: float, default: float, step: float) -> None:
        """The range, the mark of the default, and the step of a key or the wheel."""
        self._default, self._step = default, step
        self.setRange(low, high)
        self.update()

    def show_value(
        self, value: float, own: bool, span: tuple[float, float] | None = None
    ) -> None:
        """Put the handle at ``value``; hollow where it is inherited (not ``own``).

        ``span`` is the range of the values that a group handle stands for.
        """
        look = (value, own, span or (value, value))
        if look != (self.value(), self._own, self._span):
            self._own, self._span = look[1], look[2]
            self.setValue(value)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 20)

    def x_of(self, value: float) -> float:
        """The pixel (from the left) of a value."""
        share = (value - self.minimum()) / ((self.maximum() - self.minimum()) or 1.0)
        return RADIUS + 1 + min(1.0, max(0.0, share)) * self.travel()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, middle = self.palette(), self.height() / 2.0
        ends = self.x_of(self.minimum()), self.x_of(self.maximum())
        self._bar(painter, *ends, palette.color(QPalette.ColorRole.Mid))
        tick = QRectF(self.x_of(self._default) - 0.75, middle - 5, 1.5, 10)
        painter.fillRect(tick, palette.color(QPalette.ColorRole.PlaceholderText))
        if not self.isEnabled():
            return
        tone = self._tone()
        faint = QColor(tone)
        faint.setAlpha(110)
        origin = min(max(0.0, self.minimum()), self.maximum())
        self._bar(painter, self.x_of(origin), self.x_of(self.value()), faint)
        if self._span[0] != self._span[1]:
            self._bar(painter, self.x_of(self._span[0]), self.x_of(self._span[1]), tone)
        self._handle(painter, QPointF(self.x_of(self.value()), middle), tone)

    def _handle(self, painter: QPainter, centre: QPointF, tone: QColor) -> None:
        if self.hasFocus():
            ring = QColor(self.palette().color(QPalette.ColorRole.Accent))
            ring.setAlpha(90)
            painter.setBrush(ring)
            painter.drawEllipse(centre, RADIUS + 3, RADIUS + 3)
        surface = self.palette().color(QPalette.ColorRole.Base)
        painter.setBrush(tone if self._own else surface)
        painter.setPen(QPen(tone, 1.6))
        painter.drawEllipse(centre, RADIUS - 0.8, RADIUS - 0.8)

    def _tone(self) -> QColor:
        palette = self.palette()
        if not self._own:
            return palette.color(QPalette.ColorRole.PlaceholderText)
        return palette.color(QPalette.ColorRole.Accent)

    def _bar(self, painter: QPainter, a: float, b: float, colour: QColor) -> None:
        top = (self.height() - GROOVE) / 2.0
        painter.setBrush(colour)
        bar = QRectF(min(a, b), top, abs(b - a), GROOVE)
        painter.drawRoundedRect(bar, GROOVE / 2, GROOVE / 2)

    def travel(self) -> float:
        """The pixels from the least value to the greatest."""
        return max(1.0, self.width() - 2 * (RADIUS + 1))
