"""What the timeline page can be saved as: a table, the charts, one frame."""

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from sgviz.frame import Pixels
from sgviz.gui.pixmaps import to_qimage
from sgviz.gui.train.timeline_paint import paint_charts, paint_moment
from sgviz.gui.train.timeline_sheet import LETTERS, Sheet

WIDTH, HEIGHT, MARGIN = 1280, 860, 18.0
GAP, LEAST_FRAME = 8, 640
LEGEND = "shaded: untrained twins · dotted: closed form, or their mean"


def charts_png(sheet: Sheet, names: tuple[str, ...], at: float, font: QFont) -> bytes:
    """The charts as a PNG at twice 1280 x 860, with names and a legend."""
    image = QImage(2 * WIDTH, 2 * HEIGHT, QImage.Format.Format_RGB32)
    image.fill(sheet.dress.paper)
    painter = QPainter(image)
    painter.scale(2.0, 2.0)
    _paint(painter, sheet, names, at, _sized(font))
    painter.end()
    return png_bytes(image)


def charts_svg(sheet: Sheet, names: tuple[str, ...], at: float, font: QFont) -> bytes:
    """The charts as an SVG of 1280 x 860."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(WIDTH, HEIGHT))
    generator.setViewBox(QRectF(0, 0, WIDTH, HEIGHT))
    generator.setTitle("sgviz: " + ", ".join(names))
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, WIDTH, HEIGHT), sheet.dress.paper)
    _paint(painter, sheet, names, at, _sized(font))
    painter.end()
    buffer.close()
    return bytes(data.data())


@dataclass(frozen=True, eq=False)
class Shown:
    """One run in a frame: its words, its 3-D view if there is one, its samples."""

    words: str
    view: QImage | None
    samples: Pixels | None


def frame_image(sides: list[Shown], ink: QColor, paper: QColor, font: QFont) -> QImage:
    """One moment of one or two runs: words, the circles, the samples below."""
    sized = QFont(font)
    sized.setPixelSize(26)
    head = round(QFontMetricsF(sized).height() * 1.7)
    views = [side.view for side in sides if side.view is not None]
    width = max([view.width() for view in views], default=LEAST_FRAME)
    grids = [mosaic(side.samples, width) for side in sides]
    tall = max([view.height() for view in views], default=0)
    deep = max([grid.height() for grid in grids if grid is not None], default=0)
    size = QSize(width * max(1, len(sides)), head + tall + deep + 3 * GAP)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(paper)
    painter = QPainter(image)
    painter.setFont(sized)
    painter.setPen(ink)
    for k, (side, grid) in enumerate(zip(sides, grids, strict=True)):
        room = QRectF(k * width, 0, width, head)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), side.words)
        if side.view is not None:
            painter.drawImage(k * width, head, side.view)
        if grid is not None:
            x = k * width + (width - grid.width()) // 2
            painter.drawImage(x, head + tall + GAP, grid)
    painter.end()
    return image


def mosaic(pixels: Pixels | None, width: int) -> QImage | None:
    """Images u8 [S, h, h, 3] in rows of eight that are at most so wide, crisp."""
    if pixels is None:
        return None
    count, side = len(pixels), pixels.shape[1]
    columns = min(8, count)
    times = max(1, (width // columns - GAP) // side)
    cell = side * times
    rows = -(-count // columns)
    grid = QImage(
        columns * (cell + GAP) - GAP,
        rows * (cell + GAP) - GAP,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    grid.fill(Qt.GlobalColor.transparent)
    painter = QPainter(grid)
    for k, each in enumerate(pixels):
        row, column = divmod(k, columns)
        box = QRect(column * (cell + GAP), row * (cell + GAP), cell, cell)
        painter.drawImage(box, to_qimage(each))
    painter.end()
    return grid


def png_bytes(image: QImage) -> bytes:
    """An image as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def _paint(
    painter: QPainter, sheet: Sheet, names: tuple[str, ...], at: float, font: QFont
) -> None:
    painter.setFont(font)
    line = QFontMetricsF(font).height()
    x = MARGIN
    for letter, name, colour in zip(LETTERS, names, sheet.dress.runs, strict=False):
        text = f"{letter}  {name}" if len(names) > 1 else name
        painter.setPen(colour)
        width = QFontMetricsF(font).horizontalAdvance(text)
        painter.drawText(QRectF(x, MARGIN, width + 4, line), 0, text)
        x += width + 24
    painter.setPen(sheet.dress.muted)
    right = int(Qt.AlignmentFlag.AlignRight)
    painter.drawText(QRectF(x, MARGIN, WIDTH - MARGIN - x, line), right, LEGEND)
    top = MARGIN + 1.8 * line
    area = QRectF(MARGIN, top, WIDTH - 2 * MARGIN, HEIGHT - MARGIN - top)
    cells = sheet.cells(area, font)
    paint_charts(painter, cells, sheet)
    paint_moment(painter, cells, sheet, at)


def _sized(font: QFont) -> QFont:
    """The same font in pixels: a picture has no screen with dots an inch."""
    sized = QFont(font)
    sized.setPixelSize(13)
    return sized
