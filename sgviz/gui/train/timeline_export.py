"""What the timeline page can be saved as: a table, the charts, one frame."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from sgviz.gui.train.timeline_paint import paint_charts, paint_moment
from sgviz.gui.train.timeline_sheet import LETTERS, Sheet

WIDTH, HEIGHT, MARGIN = 1280, 860, 18.0
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


def frame_image(
    views: list[QImage], samples: list[QImage], words: list[str], ink: QColor,
    paper: QColor, font: QFont,
) -> QImage:  # fmt: skip
    """One moment of one or two runs: words, the circles, the samples below."""
    bold = QFont(font)
    bold.setPixelSize(26)
    line = round(QFontMetricsF(bold).height() * 1.6)
    width = max([*(view.width() for view in views), 640])
    below = [grid.scaledToWidth(min(width, grid.width())) for grid in samples]
    tall = max([view.height() for view in views], default=0)
    deep = max([grid.height() for grid in below], default=0)
    count = len(words)
    size = QSize(width * count, line + tall + deep + 24)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(paper)
    painter = QPainter(image)
    painter.setFont(bold)
    painter.setPen(ink)
    middle = int(Qt.AlignmentFlag.AlignCenter)
    for k in range(count):
        painter.drawText(QRectF(k * width, 0, width, line), middle, words[k])
        if k < len(views):
            painter.drawImage(k * width, line, views[k])
        if k < len(below):
            x = k * width + (width - below[k].width()) // 2
            painter.drawImage(x, line + tall + 12, below[k])
    painter.end()
    return image


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
