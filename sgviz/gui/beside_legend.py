"""Whose curves are drawn: one line below the W view while others are beside."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgviz.frame import Companion, Companions
from sgviz.gui.beside_look import colour_of, paler, second_of
from sgviz.gui.colours import angle_colours
from sgviz.gui.theme import DARK, Theme

Stroke = Literal["own", "second", "twin", "shuffled", "infinite", "none"]
SWATCH, GAP, SPACE = 26, 5, 14
LEFT, TOP = 8, 3
STEPS = 24


@dataclass(frozen=True)
class Entry:
    """A stroke and what it is; one of ``"none"`` is a sentence."""

    stroke: Stroke
    words: str
    scale: str = ""


@dataclass(frozen=True)
class _Place:
    entry: Entry
    words: str
    x: int
    row: int


def entries(name: str, companions: Companions) -> tuple[Entry, ...]:
    """What the legend says of the network called ``name`` and of those beside it."""
    found = [Entry("own", name)]
    second = second_of(companions)
    if second is not None:
        found.append(Entry("second", second.label, _scales([second])))
    for item in companions.items:
        if (kind := item.kind) in ("infinite", "shuffled") and len(item.positions):
            found.append(Entry(kind, item.label, _scales([item])))
    twins = [item for item in companions.items if item.kind == "twin"]
    if twins:
        plural = "s" if len(twins) > 1 else ""
        words = f"{len(twins)} untrained twin{plural}"
        found.append(Entry("twin", words, _scales(twins)))
    if len(companions.items) < companions.total:
        more = companions.total - len(companions.items)
        found.append(Entry("none", f"{more} more being mapped …"))
    notes = [companions.note, *map(_note, companions.items)]
    said = (words for note in notes for words in note.split(" · ") if words)
    return (*found, *(Entry("none", words) for words in dict.fromkeys(said)))


def _note(item: Companion) -> str:
    """What is to be said of a network; whose it is where nothing else shows that."""
    is_there = len(item.positions) or item.kind in ("twin", "model")
    return item.note if is_there or not item.note else f"{item.label}: {item.note}"


def _scales(items: list[Companion]) -> str:
    """What they were multiplied by, in words; empty where by nothing."""
    low, high = min(i.scale for i in items), max(i.scale for i in items)
    if low == high == 1.0:
        return ""
    near = f"{low:.2f}" == f"{high:.2f}"
    return f" × {low:.2f}" if near else f" × {low:.2f} to {high:.2f}"


class BesideLegend(QWidget):
    """Strokes and names; a click asks for the settings."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.entries: tuple[Entry, ...] = ()
        self._theme = DARK
        self.setAccessibleName("Networks that are drawn")
        self.setToolTip(
            "Whose curves these are; × is what they were multiplied by to be as large"
            " as the first. Click to choose what is drawn beside."
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_entries(self, found: tuple[Entry, ...]) -> None:
        """Show others; one alone, the network itself, needs no legend."""
        if found != self.entries:
            self.entries = found
            self.setAccessibleDescription(
                ", ".join(each.words + each.scale for each in found)
            )
            self.setVisible(len(found) > 1)
            self._fit()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        lift = (metrics.ascent() - metrics.descent()) // 2
        for place in self._places():
            middle = TOP + metrics.height() // 2 + place.row * metrics.height()
            x, stroke = place.x, place.entry.stroke
            if stroke != "none":
                self._stroke(painter, stroke, x, middle)
                x += SWATCH + GAP
            painter.setPen(quiet if stroke == "none" else ink)
            painter.drawText(x, middle + lift, place.words)
        painter.end()

    def _fit(self) -> None:
        """As high as its lines."""
        rows = max((place.row for place in self._places()), default=0) + 1
        self.setFixedHeight(rows * self.fontMetrics().height() + 2 * TOP)

    def _places(self) -> list["_Place"]:
        """One entry after another, on the next line where there is no more room."""
        metrics, places = self.fontMetrics(), list[_Place]()
        x, row = LEFT, 0
        for entry in self.entries:
            swatch = 0 if entry.stroke == "none" else SWATCH + GAP
            room = max(40, self.width() - 2 * LEFT - swatch)
            room -= metrics.horizontalAdvance(entry.scale)
            middle = Qt.TextElideMode.ElideMiddle
            words = metrics.elidedText(entry.words, middle, room) + entry.scale
            width = swatch + metrics.horizontalAdvance(words)
            if x > LEFT and x + width > self.width() - LEFT:
                x, row = LEFT, row + 1
            places.append(_Place(entry, words, x, row))
            x += width + SPACE
        return places

    def _stroke(self, painter: QPainter, stroke: Stroke, x: int, y: int) -> None:
        """A piece of line as the view draws it."""
        if stroke in ("twin", "shuffled", "infinite"):
            painter.setPen(QPen(QColor(*colour_of(stroke, self._theme)), 1.6))
            painter.drawLine(x, y, x + SWATCH, y)
            return
        turn = np.linspace(0.0, 2.0 * np.pi, STEPS, endpoint=False, dtype=np.float32)
        colours = angle_colours(turn, self._theme)
        if stroke == "second":
            colours = paler(colours, self._theme)
        for k, colour in enumerate(colours.tolist()):
            if stroke == "second" and k % 6 >= 4:
                continue
            pen = QPen(QColor(*colour), 2.4)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            left, right = x + SWATCH * k / STEPS, x + SWATCH * (k + 1) / STEPS
            painter.drawLine(QPointF(left, y), QPointF(right, y))
