"""Where everything lies on the board of the depth laboratory: a column a depth."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF

from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.depth_shapes import Numbers, Shape, Turn
from sgviz.gui.train.depth_words import ROWS, DepthFacts
from sgviz.gui.train.timeline_bands import Sizes
from sgviz.gui.train.timeline_panels import Bands

GAP, PAD = 12.0, 8.0
NARROW, WIDE = 178.0, 420.0
LEAST_CIRCLE, MOST_CIRCLE = 128.0, 460.0
ACROSS, SAMPLES = 4, 8
MOST_SAMPLE = 56.0
FILLED = 0.44


@dataclass(frozen=True, eq=False)
class Board:
    """Everything that is painted: depths, what they are compared with, how to look.

    ``states`` are the words beside the name of a depth; ``hovered`` the number of the
    point that is marked in every circle.
    """

    depths: tuple[DepthFacts, ...] = ()
    bands: Mapping[Sizes, Bands] = field(default_factory=dict)
    states: Mapping[int, str] = field(default_factory=dict)
    theme: Theme = DARK
    circle: int = 0
    same_scale: bool = True
    turn: Turn = field(default_factory=Turn)
    hovered: int | None = None

    def shape(self, facts: DepthFacts) -> Shape | None:
        """The circle that is shown of a depth, if there is one yet."""
        shapes = facts.shapes
        return shapes[min(self.circle, len(shapes) - 1)] if shapes else None

    def radius(self, shape: Shape) -> float:
        """What fills the room of a circle: its own radius, or the largest of all."""
        if not self.same_scale:
            return shape.radius
        shapes = (self.shape(facts) for facts in self.depths)
        return max(each.radius for each in shapes if each is not None)


@dataclass(frozen=True, eq=False)
class Column:
    """The rooms of one depth: its name, its circle, its samples, its table."""

    facts: DepthFacts
    head: QRectF
    circle: QRectF
    samples: QRectF
    table: QRectF
    line: float

    def row(self, number: int) -> QRectF:
        """The room of a row of the table; 0 is its head."""
        table = self.table
        top = table.top() + number * self.line
        return QRectF(table.left(), top, table.width(), self.line)

    def cell(self, number: int, part: int) -> QRectF:
        """Of a row the trained, the untrained or the closed form: 0, 1, 2."""
        row = self.row(number)
        third = row.width() / 3
        return QRectF(row.left() + part * third, row.top(), third, row.height())

    def places(self, board: Board, points: Numbers) -> Numbers:
        """Where points [N, 3] are seen: x, y in pixels and how near, -1 to 1."""
        shape = board.shape(self.facts)
        radius = board.radius(shape) if shape is not None else 1.0
        seen = points @ board.turn.matrix().T / radius
        middle, room = self.circle.center(), self.circle
        scale = FILLED * min(room.width(), room.height())
        x, y = middle.x() + scale * seen[:, 0], middle.y() - scale * seen[:, 1]
        return np.stack([x, y, seen[:, 2]], axis=1)


def gutter(font: QFont) -> float:
    """The width of the names of the rows."""
    metrics = QFontMetricsF(font)
    return max(metrics.horizontalAdvance(row.title) for row in ROWS) + PAD


def line_height(font: QFont) -> float:
    """The height of a row."""
    return round(QFontMetricsF(font).height()) + 4.0


def least_size(count: int, font: QFont) -> QSizeF:
    """The smallest board on which ``count`` depths can be read."""
    width = gutter(font) + count * (NARROW + GAP)
    samples = _samples_height(NARROW)
    table = (len(ROWS) + 1) * line_height(font)
    height = line_height(font) + LEAST_CIRCLE + samples + table + 3 * PAD
    return QSizeF(width, height)


def columns_of(board: Board, area: QRectF, font: QFont) -> tuple[Column, ...]:
    """The columns of a board, as large as they fit an area."""
    count, line = len(board.depths), line_height(font)
    if not count:
        return ()
    left = area.left() + gutter(font)
    width = min(WIDE, (area.right() - left) / count - GAP)
    samples, table = _samples_height(width), (len(ROWS) + 1) * line
    rest = area.height() - line - samples - table - 3 * PAD
    tall = max(LEAST_CIRCLE, min(MOST_CIRCLE, rest, 1.25 * width))
    made = []
    for number, facts in enumerate(board.depths):
        x, y = left + GAP + number * (width + GAP), area.top()
        head = QRectF(x, y, width, line)
        circle = QRectF(x, head.bottom() + PAD / 2, width, tall)
        strip = QRectF(x, circle.bottom() + PAD, width, samples)
        figures = QRectF(x, strip.bottom() + PAD, width, table)
        made.append(Column(facts, head, circle, strip, figures, line))
    return tuple(made)


def sample_side(width: float) -> float:
    """The side of a sample in a column."""
    return min(MOST_SAMPLE, (width - 3.0 * (ACROSS - 1)) / ACROSS)


def nearest_point(board: Board, column: Column, at: QPointF) -> int | None:
    """The point of a circle nearest to the hand; None where none is near."""
    shape = board.shape(column.facts)
    if shape is None or not column.circle.contains(at):
        return None
    places = column.places(board, shape.now.astype(np.float64))
    away = np.hypot(places[:, 0] - at.x(), places[:, 1] - at.y())
    # Of two that lie over each other the nearer to the eye.
    best = int(np.argmin(away - 2.0 * places[:, 2]))
    return best if away[best] < 16.0 else None


def _samples_height(width: float) -> float:
    rows = -(-SAMPLES // ACROSS)
    return rows * (sample_side(width) + 3.0) - 3.0
