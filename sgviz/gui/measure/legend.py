"""What the colours of a plot are, beside its title; on the screen and on paper."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.gui.measure.saving import PAPER
from sgviz.gui.measure.series import (
    Band,
    Bars,
    Dots,
    Line,
    Rule,
    Series,
    ink_colour,
    shape_of,
)
from sgviz.gui.theme import Theme

SWATCH, SPACE, GAP = 16.0, 5.0, 14.0
TIGHT = 0.65  # of them in one line
DOTS = " …"
SMALL = 11  # pixels of the words of a legend in one line


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


class LegendLine(QWidget):
    """The names in one line beside a title, as many as fit; all of them in the tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._series: tuple[Series, ...] = ()
        self._theme = theme
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_series(self, series: Sequence[Series]) -> None:
        """Other names; none: nothing is drawn, the place stays."""
        self._series = named(series)
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.setToolTip(as_tip(self._series, theme))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = QFontMetricsF(self.font())
        shown = fitting(self._series, self.width(), on)
        dots = on.horizontalAdvance(DOTS) if len(shown) < len(self._series) else 0.0
        left = self.width() - dots - _length(shown, on)
        room = QRectF(left, (self.height() - on.height()) / 2, 4096.0, on.height())
        paint_legend(painter, room, shown, self._theme, TIGHT)
        if dots:
            painter.setPen(QColor(self._theme.muted))
            at = QPointF(self.width() - dots, room.top() + on.ascent())
            painter.drawText(at, DOTS)


def fitting(
    series: Sequence[Series], width: float, on: QFontMetricsF
) -> tuple[Series, ...]:
    """Those whose names have room in one line; before dots where it is not all."""
    if _length(series, on) <= width:
        return tuple(series)
    room = width - on.horizontalAdvance(DOTS)
    shown: tuple[Series, ...] = ()
    for one in series:
        longer = (*shown, one)
        shown = longer if _length(longer, on) <= room else shown
    return shown


def _length(series: Sequence[Series], on: QFontMetricsF) -> float:
    """Pixels of names in one line."""
    wide = sum((SWATCH + SPACE) * TIGHT + on.horizontalAdvance(s.name) for s in series)
    return wide + max(len(series) - 1, 0) * GAP * TIGHT


def as_tip(series: Sequence[Series], theme: Theme) -> str:
    """Names with their colours, one a line, as rich text; "" where there are none."""
    lines = (
        f'<span style="color: {ink_colour(one.ink, theme).name()}">■</span> '
        f"{escape(one.name)}"
        for one in series
    )
    return "<br>".join(lines)


def named(series: Sequence[Series]) -> tuple[Series, ...]:
    """Those that have a name."""
    return tuple(one for one in series if one.name)


def legend_height(series: Sequence[Series], width: float, on: QFontMetricsF) -> float:
    """Height of the rows that names need in a width; 0 for none."""
    places = _places(series, width, on)
    return (max(y for _, y in places) + on.height()) if places else 0.0


def paint_legend(
    painter: QPainter,
    room: QRectF,
    series: Sequence[Series],
    theme: Theme,
    tight: float = 1.0,
) -> None:
    """Draw names with their colours, row by row from the upper left."""
    painter.save()
    metrics, swatch = QFontMetricsF(painter.font()), SWATCH * tight
    places = _places(series, room.width(), metrics, tight)
    for one, (x, y) in zip(series, places, strict=True):
        left, top = room.left() + x, room.top() + y
        middle = QPointF(left + swatch / 2, top + metrics.height() / 2)
        _paint_swatch(painter, middle, one, theme, swatch / 2)
        painter.setPen(QColor(theme.muted))
        at = QPointF(left + swatch + SPACE * tight, top)
        text = QRectF(at, QSizeF(room.width(), metrics.height()))
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


def _paint_swatch(
    painter: QPainter, at: QPointF, one: Series, theme: Theme, half: float
) -> None:
    colour = ink_colour(one.ink, theme)
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(one, Band):
        colour.setAlphaF(min(1.0, one.opacity + 0.1))
        painter.fillRect(QRectF(at.x() - half, at.y() - 5, 2 * half, 10), colour)
    elif isinstance(one, Bars):
        painter.fillRect(QRectF(at.x() - 5, at.y() - 5, 10, 10), colour)
    elif isinstance(one, Dots):
        size = min(max(one.size, 7.0), 9.0)
        mark = QTransform.fromScale(size, size).map(shape_of(one))
        painter.fillPath(mark.translated(at), colour)
    elif isinstance(one, Line | Rule):
        pen = QPen(colour, 2.0)
        if one.dashed:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(at.x() - half, at.y()), QPointF(at.x() + half, at.y()))


def _places(
    series: Sequence[Series], width: float, on: QFontMetricsF, tight: float = 1.0
) -> list[tuple[float, float]]:
    """Where each name begins, a row below where it would not fit."""
    places: list[tuple[float, float]] = []
    x = y = 0.0
    for one in series:
        wide = (SWATCH + SPACE) * tight + on.horizontalAdvance(one.name)
        if x > 0 and x + wide > width:
            x, y = 0.0, y + on.height() + 2.0
        places.append((x, y))
        x += wide + GAP * tight
    return places
