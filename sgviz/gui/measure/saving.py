"""What figures are saved as: pictures for a paper, tables, the clipboard."""

import csv
import html
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QEvent,
    QIODevice,
    QMimeData,
    QPoint,
    QRectF,
    QSize,
)
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu

from sgviz.checkpoints.atomic import write_atomically
from sgviz.gui.icons import IconButton, icon
from sgviz.gui.theme import LIGHT, Theme

# The look of a picture on paper: the light theme on white.
PAPER = Theme(**{**LIGHT.__dict__, "canvas": "#ffffff", "window": "#ffffff"})
SCALE = 3.0  # pixels of a PNG to a unit of the SVG
Rows = Sequence[Sequence[str]]


class Figure(Protocol):
    """What can be saved: ``file_name`` is a stem, ``rows`` a table with its head."""

    file_name: str

    def rows(self) -> Rows:
        """The numbers that are shown."""
        ...


class Drawn(Figure, Protocol):
    """A figure that is a picture too."""

    def paint_on(self, painter: QPainter, size: QSize) -> None:
        """Draw it for a paper, on white."""
        ...

    def paper_size(self) -> QSize:
        """How large it is there."""
        ...


def as_csv(rows: Rows) -> bytes:
    """Rows as CSV, UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def as_tabs(rows: Rows) -> str:
    """Rows with tabs between the cells, as spreadsheets take them."""
    return "\n".join("\t".join(row) for row in rows)


def as_html(rows: Rows) -> str:
    """Rows as a table of HTML, the first one its head."""
    head, *body = [[html.escape(cell) for cell in row] for row in rows]
    lines = ["<tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in body]
    return f"<table>{''.join(lines)}</table>"


def as_svg(figure: Drawn) -> bytes:
    """A figure as SVG."""
    data, size = QByteArray(), figure.paper_size()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(f"sgviz: {figure.file_name}")
    painter = QPainter(generator)
    figure.paint_on(painter, size)
    painter.end()
    buffer.close()
    return bytes(data.data())


def as_image(figure: Drawn) -> QImage:
    """A figure as a picture of ``SCALE`` times its size."""
    size = figure.paper_size()
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.fill(PAPER.canvas)
    # Not a scaled painter: pens that keep their width would be thin.
    image.setDevicePixelRatio(SCALE)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    figure.paint_on(painter, size)
    painter.end()
    return image


def as_png(figure: Drawn) -> bytes:
    """A figure as PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    as_image(figure).save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


class SaveButton(IconButton):
    """Opens a menu of what a figure can be saved and copied as.

    ``drawn`` is None for a table. What was done is said by the panel around it (its
    signal ``said``), and what could not be done too (``warned``). Over a picture it is
    as quiet as the title beside it and no higher.
    """

    _drawn: Drawn | None = None

    def __init__(self, figure: Figure, drawn: Drawn | None = None) -> None:
        super().__init__(
            "tray-arrow-down", "Export", "Save or copy this: SVG, PNG, CSV, a table"
        )
        self._figure, self._drawn = figure, drawn
        if drawn is not None:
            self.setIconSize(QSize(14, 14))
            self.setFixedSize(22, 18)
            self._draw()
        self.menu_of_ways = QMenu(self)
        self._fill(self.menu_of_ways)
        self.open_with(self.menu_of_ways)

    def open_at(self, place: QPoint) -> None:
        """Open the same menu anywhere on the screen: a right click on the figure."""
        self.menu_of_ways.popup(place)

    def save(self, path: Path, content: bytes) -> None:
        """Write a file, whole or not at all, and say so."""
        try:
            write_atomically(path, lambda file: _write(file, content))
        except OSError as error:
            self._say(f"{error}.", failed=True)
        else:
            self._say(f"Saved {path.name}.")

    def copy_table(self) -> None:
        """The numbers to the clipboard, for a spreadsheet and for a text."""
        rows, data = self._figure.rows(), QMimeData()
        data.setText(as_tabs(rows))
        data.setHtml(as_html(rows))
        QGuiApplication.clipboard().setMimeData(data)

    def event(self, event: QEvent) -> bool:
        """A table's is shown once a panel has given it a place beside the table."""
        if event.type() == QEvent.Type.ParentChange and self._drawn is None:
            at: object = self.parentWidget()
            self.setVisible(at is not self._figure)
        return super().event(event)

    def _draw(self) -> None:
        super()._draw()
        if self._drawn is not None:
            muted = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
            self.setIcon(icon(self._symbol, muted.name()))

    def _fill(self, menu: QMenu) -> None:
        drawn = self._drawn
        if drawn is not None:
            self._add_way(menu, "svg", lambda: as_svg(drawn))
            self._add_way(menu, "png", lambda: as_png(drawn))
        self._add_way(menu, "csv", lambda: as_csv(self._figure.rows()))
        menu.addSeparator()
        if drawn is not None:
            copy = menu.addAction("Copy picture")
            copy.triggered.connect(
                lambda: QGuiApplication.clipboard().setImage(as_image(drawn))
            )
        menu.addAction("Copy as table").triggered.connect(self.copy_table)

    def _add_way(self, menu: QMenu, kind: str, make: Callable[[], bytes]) -> None:
        action = menu.addAction(f"Save as {kind.upper()}…")
        action.triggered.connect(lambda: self._ask(kind, make))

    def _ask(self, kind: str, make: Callable[[], bytes]) -> None:
        name = f"{self._figure.file_name}.{kind}"
        filters = f"{kind.upper()} (*.{kind})"
        path, _ = QFileDialog.getSaveFileName(self, "Save", name, filters)
        if path:
            self.save(Path(path), make())

    def _say(self, text: str, failed: bool = False) -> None:
        signal, at = "warned" if failed else "said", self.parentWidget()
        while at is not None and not hasattr(at, signal):
            at = at.parentWidget()
        if at is not None:
            getattr(at, signal).emit(text)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
