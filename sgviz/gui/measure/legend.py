"""What the colours of a plot are, beside its title; on the screen and on paper."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.gui.measure.saving import PAPER
from sgviz.gui.measure.series import Band, Bars, Dots, Line, Rule, Series, ink_colour
from sgviz.gui.theme import Theme

SWATCH, SPACE, GAP = 16.0, 5.0, 14.0


class Legend(QWidget):
    """Names with their colours in as many rows as the width asks for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._series: tuple[Series, ...] = ()
        self._theme = theme
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_series(self, series: Sequence[Series]) -> None:
        """Other names."""
        self._series = named(series)
        self.updateGeometry()
        self.update()

    def offer_room(self, room: bool) -> None:
        """Shown where there is room, and something to say."""
        self.setVisible(room and bool(self._series))

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetricsF(self.font())
        return int(legend_height(self._series, width - 8, metrics)) + 1

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(60, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.heightForWidth(max(60, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(4, 0, self.width() - 8, self.height())
        paint_legend(painter, room, self._series, self._theme)


def named(series: Sequence[Series]) -> tuple[Series, ...]:
    """Those that have a name."""
    return tuple(one for one in series if one.name)


def legend_height(series: Sequence[Series], width: float, on: QFontMetricsF) -> float:
    """Height of the rows that names need in a width; 0 for none."""
    places = _places(series, width, on)
    return (max(y for _, y in places) + on.height()) if places else 0.0


def paint_legend(
    painter: QPainter, room: QRectF, series: Sequence[Series], theme: Theme
) -> None:
    """Draw names with their colours, row by row from the upper left."""
    painter.save()
    metrics = QFontMetricsF(painter.font())
    places = _places(series, room.width(), metrics)
    for one, (x, y) in zip(series, places, strict=True):
        left, top = room.left() + x, room.top() + y
        middle = QPointF(left + SWATCH / 2, top + metrics.height() / 2)
        _paint_swatch(painter, middle, one, theme)
        painter.setPen(QColor(theme.muted))
        text = QRectF(left + SWATCH + SPACE, top, room.width(), metrics.height())
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), one.name)
    painter.restore()


def paint_heading(
    painter: QPainter, width: int, title: str, font: QFont, series: Sequence[Series]
) -> float:
    """Title and legend of a picture for a paper; where the plot begins below them."""
    bold = QFont(font)
    bold.setBold(True)
    painter.setPen(QColor(PAPER.text))
    painter.setFont(bold)
    wide, line = width - 24.0, QFontMetricsF(bold).height()
    painter.drawText(QRectF(12, 8, wide, line), 0, title)
    painter.setFont(font)
    tall = legend_height(series, wide, QFontMetricsF(font))
    paint_legend(painter, QRectF(12, 12.0 + line, wide, tall), series, PAPER)
    return 16.0 + line + tall


def _paint_swatch(painter: QPainter, at: QPointF, one: Series, theme: Theme) -> None:
    colour, half = ink_colour(one.ink, theme), SWATCH / 2
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(one, Band):
        colour.setAlphaF(min(1.0, one.opacity + 0.1))
        painter.fillRect(QRectF(at.x() - half, at.y() - 5, SWATCH, 10), colour)
    elif isinstance(one, Bars):
        painter.fillRect(QRectF(at.x() - 5, at.y() - 5, 10, 10), colour)
    elif isinstance(one, Dots):
        painter.setBrush(colour)
        painter.drawEllipse(at, 3.5, 3.5)
    elif isinstance(one, Line | Rule):
        pen = QPen(colour, 2.0)
        if one.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(at.x() - half, at.y()), QPointF(at.x() + half, at.y()))


def _places(
    series: Sequence[Series], width: float, on: QFontMetricsF
) -> list[tuple[float, float]]:
    """Where each name begins, a row below where it would not fit."""
    places: list[tuple[float, float]] = []
    x = y = 0.0
    for one in series:
        wide = SWATCH + SPACE + on.horizontalAdvance(one.name)
        if x > 0 and x + wide > width:
            x, y = 0.0, y + on.height() + 2.0
        places.append((x, y))
        x += wide + GAP
    return places
