"""How the board of the depth laboratory is painted, on the screen and into a file."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPolygonF,
)

from sgviz.gui.colours import angle_colours
from sgviz.gui.pixmaps import to_qimage
from sgviz.gui.train.depth_shapes import Numbers
from sgviz.gui.train.depth_sheet import (
    ACROSS,
    PAD,
    SAMPLES,
    Board,
    Column,
    columns_of,
    gutter,
    least_size,
    sample_side,
)
from sgviz.gui.train.depth_words import (
    ROWS,
    Row,
    expected_words,
    figure_words,
    has_left,
    side_of,
)
from sgviz.gui.train.timeline_export import png_bytes
from sgviz.measured.null import Band

HEADS = (
    ("trained", "untrained", "closed form"),
    ("trained", "untrained", "theory"),
    ("now", "start", "theory"),
)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
MIDDLE = int(Qt.AlignmentFlag.AlignCenter)
THIN, THICK = 1.3, 3.0
WIDTH, MARGIN, TALL = 320.0, 24.0, 760.0
WAITING = "not begun yet"
LEGEND = ("colour: angle in Z", "ring: angle 0", "grey: untrained")


def paint_board(painter: QPainter, board: Board, area: QRectF, font: QFont) -> None:
    """Names of the rows, then a column a depth."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    columns = columns_of(board, area, font)
    if columns:
        _paint_names(painter, board, columns, area, font)
    for column in columns:
        _paint_head(painter, board, column, font)
        _paint_circle(painter, board, column, font)
        _paint_samples(painter, board, column)
        _paint_table(painter, board, column, font)


def board_png(board: Board, sentences: Sequence[str], font: QFont) -> bytes:
    """The board with its sentences as a PNG, at twice its size."""
    sized = QFont(font)
    sized.setPixelSize(13)
    least = least_size(len(board.depths), sized)
    width = gutter(sized) + len(board.depths) * WIDTH + 2 * MARGIN
    width = max(width, least.width() + 2 * MARGIN, 640.0)
    words = "\n".join(each for each in sentences if each)
    room = QRectF(MARGIN, MARGIN, width - 2 * MARGIN, 1000.0)
    flags = int(Qt.TextFlag.TextWordWrap)
    told = QFontMetricsF(sized).boundingRect(room, flags, words).height()
    top = MARGIN + told + (PAD if words else 0.0)
    height = top + max(TALL, least.height()) + MARGIN
    image = QImage(round(2 * width), round(2 * height), QImage.Format.Format_RGB32)
    image.fill(QColor(board.theme.window))
    painter = QPainter(image)
    painter.scale(2.0, 2.0)
    painter.setFont(sized)
    painter.setPen(QColor(board.theme.text))
    painter.drawText(room, flags, words)
    area = QRectF(MARGIN, top, width - 2 * MARGIN, height - top - MARGIN)
    paint_board(painter, board, area, sized)
    painter.end()
    return png_bytes(image)


def _paint_legend(painter: QPainter, board: Board, column: Column, left: float) -> None:
    """What the colours are: a wheel of angles, and the grey of before."""
    theme = board.theme
    metrics = QFontMetricsF(painter.font())
    radius, line = 22.0, metrics.height()
    middle = QPointF(left + radius + 4, column.circle.top() + radius + 10)
    steps = 48
    angles = np.arange(steps, dtype=np.float32) * np.float32(2.0 * np.pi / steps)
    box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    for k, (red, green, blue, _) in enumerate(angle_colours(angles, theme).tolist()):
        pen = QPen(QColor(red, green, blue), 4.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, round(16 * 360 * k / steps), round(16 * 360 / steps) + 8)
    painter.setPen(QPen(QColor(theme.text), 1.3))
    painter.drawEllipse(QPointF(box.right(), middle.y()), 4.0, 4.0)
    painter.setPen(QColor(theme.muted))
    room = QRectF(left, box.bottom() + 8, column.circle.left() - left - 4, line)
    for words in LEGEND:
        painter.drawText(room, LEFT, words)
        room.translate(0, line)
    room.setTop(column.samples.top())
    room.setHeight(line)
    painter.drawText(room, LEFT, "Samples")
    room.translate(0, line)
    painter.drawText(room, LEFT, "seeds 0 to 7")


def _paint_names(
    painter: QPainter,
    board: Board,
    columns: Sequence[Column],
    area: QRectF,
    font: QFont,
) -> None:
    painter.setFont(font)
    first, last = columns[0], columns[-1]
    _paint_legend(painter, board, first, area.left())
    for number, row in enumerate(ROWS, start=1):
        room = first.row(number)
        room.setLeft(area.left())
        room.setRight(last.table.right())
        painter.setPen(QPen(_faint(board), 1.0))
        painter.drawLine(room.topLeft(), room.topRight())
        painter.setPen(QColor(board.theme.text))
        painter.drawText(room, LEFT, row.title)


def _paint_head(painter: QPainter, board: Board, column: Column, font: QFont) -> None:
    theme, facts = board.theme, column.facts
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    painter.setFont(strong)
    painter.setPen(QColor(theme.text))
    name = f"Depth {facts.depth}"
    painter.drawText(column.head, LEFT, name)
    used = QFontMetricsF(strong).horizontalAdvance(name) + PAD
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    room = column.head.adjusted(used, 0, 0, 0)
    words = board.states.get(facts.depth) or (f"{facts.kimg:g} kimg")
    _write(painter, room, words, RIGHT)


def _paint_circle(painter: QPainter, board: Board, column: Column, font: QFont) -> None:
    theme, facts = board.theme, column.facts
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.canvas))
    painter.drawRoundedRect(column.circle, 6, 6)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shape = board.shape(facts)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    if shape is None:
        room = column.circle.adjusted(PAD, PAD, -PAD, -PAD)
        flags = MIDDLE | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room, flags, facts.problem or WAITING)
        return
    foot = column.circle.adjusted(PAD, 0, -PAD, -PAD / 2)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
    words = facts.problem or f"{100 * shape.share:.0f} % of it in 3-D"
    _write(painter, foot, words, flags)
    painter.save()
    painter.setClipRect(column.circle)
    before = column.places(board, shape.start.astype(np.float64))
    grey = QColor(theme.muted)
    grey.setAlphaF(0.6)
    painter.setPen(QPen(grey, 1.4))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in before[:, :2].tolist()]))
    places = column.places(board, shape.now.astype(np.float64))
    _paint_curve(painter, board, places)
    _paint_marks(painter, board, places, before)
    painter.restore()


def _paint_curve(painter: QPainter, board: Board, places: Numbers) -> None:
    """The segments, far ones first, thin and pale; each in the colour of its angle."""
    count = len(places)
    angles = np.arange(count, dtype=np.float32) * np.float32(2.0 * np.pi / count)
    colours = angle_colours(angles, board.theme)
    following = np.roll(places, -1, axis=0)
    near = np.clip((places[:, 2] + following[:, 2]) / 4.0 + 0.5, 0.0, 1.0)
    pen = QPen()
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    for k in np.argsort(near).tolist():
        red, green, blue, _ = colours[k].tolist()
        alpha = round(255 * (0.45 + 0.55 * near[k]))
        pen.setColor(QColor(red, green, blue, alpha))
        pen.setWidthF(THIN + (THICK - THIN) * float(near[k]))
        painter.setPen(pen)
        (x, y), (u, v) = places[k, :2].tolist(), following[k, :2].tolist()
        painter.drawLine(QPointF(x, y), QPointF(u, v))


def _paint_marks(
    painter: QPainter, board: Board, places: Numbers, before: Numbers
) -> None:
    """A ring at the angle 0; where the hand is, a dot and its way from the start."""
    ink = QColor(board.theme.text)
    painter.setPen(QPen(ink, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(*places[0, :2].tolist()), 4.0, 4.0)
    k = board.hovered
    if k is None or k >= len(places):
        return
    here, then = (QPointF(*each[k, :2].tolist()) for each in (places, before))
    painter.drawLine(then, here)
    painter.setBrush(ink)
    painter.drawEllipse(here, 4.5, 4.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_samples(painter: QPainter, board: Board, column: Column) -> None:
    pixels = column.facts.pixels
    side = sample_side(column.samples.width())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(board.theme.surface))
    for k in range(SAMPLES):
        down, along = divmod(k, ACROSS)
        x = column.samples.left() + along * (side + 3.0)
        y = column.samples.top() + down * (side + 3.0)
        box = QRectF(x, y, side, side)
        if pixels is not None and k < len(pixels):
            painter.drawImage(box, to_qimage(pixels[k]))
        else:
            painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_table(painter: QPainter, board: Board, column: Column, font: QFont) -> None:
    painter.setFont(font)
    painter.setPen(QColor(board.theme.muted))
    metrics = QFontMetricsF(font)
    room = column.cell(0, 0).width() - 4.0
    fits = (h for h in HEADS if max(map(metrics.horizontalAdvance, h)) <= room)
    for part, word in enumerate(next(fits, HEADS[-1])):
        painter.drawText(column.cell(0, part), RIGHT, word)
    for number, row in enumerate(ROWS, start=1):
        _paint_row(painter, board, column, number, row)


def _paint_row(
    painter: QPainter, board: Board, column: Column, number: int, row: Row
) -> None:
    theme, facts = board.theme, column.facts
    bands = board.bands.get(facts.sizes)
    nothing = float("nan")
    now, start = (v.get(row.key, nothing) for v in (facts.now, facts.start))
    band = bands.get(row.key) if bands is not None and row.shape else None
    # What was outside before the first step says nothing of training.
    left = has_left(now, start, band)
    expected = expected_words(row.key, facts, bands) if row.shape else "–"
    for part, (text, ink) in enumerate(
        (
            (_signed(row.key, now, band), theme.warning if left else theme.text),
            (_signed(row.key, start, band), theme.muted),
            (expected, theme.muted),
        )
    ):
        painter.setPen(QColor(ink))
        painter.drawText(column.cell(number, part), RIGHT, text)


def _signed(key: str, value: float, band: Band | None) -> str:
    """A figure, with an arrow where it lies outside of the untrained band."""
    return ("▼", "", "▲")[side_of(value, band) + 1] + figure_words(key, value)


def _faint(board: Board) -> QColor:
    faint = QColor(board.theme.line)
    faint.setAlphaF(0.55)
    return faint


def _write(painter: QPainter, room: QRectF, text: str, flags: int) -> None:
    """One line of text, elided where it does not fit."""
    metrics = QFontMetricsF(painter.font())
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(room, flags, metrics.elidedText(text, elide, room.width()))
