"""How the curves of the timeline are painted: on the screen, as PNG, as SVG."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sgviz.gui.train.timeline_panels import (
    COVERAGE,
    Numbers,
    Panel,
    brief,
    nearest,
    short,
    verdict,
)
from sgviz.gui.train.timeline_sheet import (
    LETTERS,
    PAD,
    Cell,
    RunCurves,
    Sheet,
    band_values,
)

ROOMY = 60.0  # pixels of a chart where its curves can be numbered


def paint_charts(painter: QPainter, cells: Sequence[Cell], sheet: Sheet) -> None:
    """Axes, bands and curves: everything that does not move with the cursor."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for cell in cells:
        _paint_axes(painter, cell, sheet)
        painter.save()
        painter.setClipRect(cell.chart.adjusted(-2, -2, 2, 2))
        for run, colour in zip(sheet.runs, sheet.dress.runs, strict=False):
            _paint_bands(painter, cell, sheet, run, colour)
        for number, run in enumerate(sheet.runs):
            _paint_curves(painter, cell, sheet, number, run)
        painter.restore()


def paint_moment(
    painter: QPainter, cells: Sequence[Cell], sheet: Sheet, at: float
) -> None:
    """The words of every panel at a moment, a line through it, a dot on each curve."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for cell in cells:
        _paint_words(painter, cell, sheet, at)
        x = _x(cell, sheet, np.array([at]))[0]
        if not cell.chart.left() - 1 <= x <= cell.chart.right() + 1:
            continue
        painter.setPen(QPen(sheet.dress.text, 1.0))
        painter.drawLine(QPointF(x, cell.chart.top()), QPointF(x, cell.chart.bottom()))
        for run, colour in zip(sheet.runs, sheet.dress.runs, strict=False):
            row = nearest(run.kimg, at)
            places = _places(cell, sheet, run, row) if row >= 0 else []
            painter.setPen(QPen(sheet.dress.paper, 1.5))
            painter.setBrush(colour)
            for place in places:
                painter.drawEllipse(place, 3.6, 3.6)
            painter.setBrush(Qt.BrushStyle.NoBrush)


def words_of(panel: Panel, run: RunCurves, at: float) -> tuple[str, str]:
    """The values of a panel at a moment, and the sentence about them."""
    row = nearest(run.kimg, at)
    if row < 0:
        return "", ""
    if panel.keys == (COVERAGE,):
        return _coverage_words(run.values[COVERAGE][: row + 1])
    values = {key: float(run.values[key][row]) for key in panel.keys}
    start = {key: float(run.values[key][0]) for key in panel.keys}
    began = start if run.kimg[0] == 0.0 else None
    sentence = run.waiting or verdict(values, panel, run.bands, began)
    if len(values) == 1:
        return short(next(iter(values.values()))), sentence
    # Several stand in the room of one: two digits each, and no zero before the point.
    each = (short(value, 2) for value in values.values())
    return " ".join(f".{v[2:]}" if v.startswith("0.") else v for v in each), sentence


def _coverage_words(values: Numbers) -> tuple[str, str]:
    """The last coverage measured by then, and the first in place of a band."""
    measured = values[np.isfinite(values)]
    if not len(measured):
        return "", "not measured yet"
    return short(float(measured[-1])), f"at first {short(float(measured[0]))}"


def tip_of(panel: Panel, runs: Sequence[RunCurves], at: float) -> str:
    """All about a panel: its definition, how to read it, what it says now."""
    lines = [panel.title, panel.formula, panel.reading]
    for letter, run in zip(LETTERS, runs, strict=False):
        figures, sentence = words_of(panel, run, at)
        before = f"{letter}: " if len(runs) > 1 else ""
        if figures:
            lines.append(f"{before}{figures}{' · ' if sentence else ''}{sentence}")
    return "\n".join(lines)


def _x(cell: Cell, sheet: Sheet, kimg: Numbers) -> Numbers:
    x: Numbers = cell.chart.left() + sheet.x.share(kimg) * cell.chart.width()
    return x


def _y(cell: Cell, values: Numbers) -> Numbers:
    y: Numbers = cell.chart.bottom() - cell.y.share(values) * cell.chart.height()
    return y


def _places(cell: Cell, sheet: Sheet, run: RunCurves, row: int) -> list[QPointF]:
    x = float(_x(cell, sheet, run.kimg[row : row + 1])[0])
    values = [run.values[key][row] for key in cell.panel.keys]
    ys = _y(cell, np.array(values)).tolist()
    return [QPointF(x, y) for y in ys if np.isfinite(y)]


def _paint_axes(painter: QPainter, cell: Cell, sheet: Sheet) -> None:
    dress, chart = sheet.dress, cell.chart
    faint = QColor(dress.line)
    faint.setAlphaF(0.55)
    metrics = QFontMetricsF(painter.font())
    half = metrics.height() / 2
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for tick in cell.y.ticks(3 if chart.height() > 60 else 2):
        y = float(_y(cell, np.array([tick]))[0])
        painter.setPen(QPen(faint, 1.0))
        painter.drawLine(QPointF(chart.left(), y), QPointF(chart.right(), y))
        if y < chart.top() + half / 2:
            continue  # the words above need the room
        painter.setPen(dress.muted)
        room = chart.left() - cell.head.left()
        box = QRectF(cell.head.left(), y - half, room - PAD, 2 * half)
        painter.drawText(box, int(right), short(tick))
    painter.setPen(QPen(dress.line, 1.0))
    painter.drawLine(chart.bottomLeft(), chart.bottomRight())
    if cell.footed:
        _paint_foot(painter, cell, sheet)


def _paint_foot(painter: QPainter, cell: Cell, sheet: Sheet) -> None:
    chart, metrics = cell.chart, QFontMetricsF(painter.font())
    ticks = sheet.x.ticks(max(2, int(chart.width() // max(55, 3.6 * metrics.height()))))
    painter.setPen(sheet.dress.muted)
    middle = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    end = chart.right() + PAD
    # From the right: the last says what is counted, others stand where there is room.
    for tick in reversed(ticks):
        x = float(_x(cell, sheet, np.array([tick]))[0])
        text = f"{tick:g}" + (" kimg" if tick == ticks[-1] else "")
        width = metrics.horizontalAdvance(text) + 4
        left = min(x - width / 2, chart.right() + PAD - width)
        box = QRectF(left, chart.bottom() + 2, width, metrics.height() + PAD)
        if left + width <= end:
            painter.drawText(box, middle, text)
            end = left


def _paint_bands(
    painter: QPainter, cell: Cell, sheet: Sheet, run: RunCurves, colour: QColor
) -> None:
    if run.bands is None:
        return
    wash = QColor(colour if len(sheet.runs) > 1 else sheet.dress.muted)
    dash = QColor(wash)
    wash.setAlphaF(0.2)
    dash.setAlphaF(0.85)
    chart = cell.chart
    for key in cell.panel.keys:
        if key not in run.bands:
            continue
        low, mean, high = _y(cell, band_values(run.bands[key])).tolist()
        box = QRectF(chart.left(), high, chart.width(), max(1.5, low - high))
        painter.fillRect(box, wash)
        pen = QPen(dash, 1.0)
        pen.setDashPattern([1.5, 2.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(chart.left(), mean), QPointF(chart.right(), mean))


def _paint_curves(
    painter: QPainter, cell: Cell, sheet: Sheet, number: int, run: RunCurves
) -> None:
    x = _x(cell, sheet, run.kimg)
    for order, key in enumerate(cell.panel.keys):
        y = _y(cell, run.values[key])
        good = np.isfinite(y)
        line = [QPointF(a, b) for a, b in zip(x[good], y[good], strict=True)]
        if not line:
            continue
        pen = QPen(sheet.dress.runs[number], 1.7)
        if number:
            pen.setDashPattern([5.0, 2.2])
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(line)
        if len(line) == 1:
            painter.drawPoint(line[0])
        if len(cell.panel.keys) > 1 and not number and cell.chart.height() >= ROOMY:
            _paint_number(painter, line[-1], order + 1, cell)


def _paint_number(painter: QPainter, end: QPointF, number: int, cell: Cell) -> None:
    """Which of several curves this is, above its end."""
    x = min(end.x(), cell.chart.right()) - 9
    painter.drawText(QPointF(x, end.y() - 3), str(number))


def _paint_words(painter: QPainter, cell: Cell, sheet: Sheet, at: float) -> None:
    """The title; then a line a run: its value beside the title if it is alone."""
    dress, font = sheet.dress, painter.font()
    line, head = QFontMetricsF(font).height(), cell.head
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    painter.setFont(strong)
    painter.setPen(dress.text)
    room = QRectF(head.left(), head.top(), head.width(), line)
    used = _write(painter, room, cell.panel.title)
    painter.setFont(font)
    for number, run in enumerate(sheet.runs):
        figures, sentence = words_of(cell.panel, run, at)
        painter.setPen(dress.runs[number])
        if len(sheet.runs) == 1:
            _write(painter, room.adjusted(used + 8, 0, 0, 0), figures, right=True)
            used = 0.0
        room.translate(0, line)
        if len(sheet.runs) > 1:
            used = _write(painter, room, figures) + 8
        painter.setPen(dress.muted)
        rest = room.adjusted(used, 0, 0, 0)
        fits = QFontMetricsF(font).horizontalAdvance(sentence) <= rest.width()
        _write(painter, rest, sentence if fits else brief(sentence))


def _write(painter: QPainter, room: QRectF, text: str, right: bool = False) -> float:
    """One line of text, elided where it does not fit; returns its width."""
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(
        text, Qt.TextElideMode.ElideRight, max(0.0, room.width())
    )
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)
