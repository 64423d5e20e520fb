"""The charts of the timeline as values: what they show, in which colours, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF

from sgviz.gui.colours import circle_colours
from sgviz.gui.theme import Theme
from sgviz.gui.train.timeline_panels import Bands, Numbers, Panel
from sgviz.gui.train.timeline_scale import Scale, scale_of
from sgviz.measured.null import Band

GAP, AXIS, FOOT, PAD = 14.0, 41.0, 18.0, 4.0
LEAST_WIDTH, BEST_RATIO = 190.0, 1.45
LETTERS = ("A", "B")


@dataclass(frozen=True, eq=False)
class RunCurves:
    """The curves of one run: values by key at ``kimg`` [T], and what they are beside.

    ``bands`` are None until they are known; ``waiting`` says why.
    """

    kimg: Numbers
    values: dict[str, Numbers]
    bands: Bands | None = None
    waiting: str = ""


@dataclass(frozen=True)
class Dress:
    """The colours of a theme, and one for each run."""

    paper: QColor
    line: QColor
    text: QColor
    muted: QColor
    runs: tuple[QColor, QColor]

    @classmethod
    def of(cls, theme: Theme) -> "Dress":
        """The colours of a theme."""
        a, b = (QColor(*rgba.tolist()) for rgba in circle_colours(2, theme))
        return cls(
            QColor(theme.canvas),
            QColor(theme.line),
            QColor(theme.text),
            QColor(theme.muted),
            (a, b),
        )


@dataclass(frozen=True, eq=False)
class Cell:
    """Where a panel is: its words, its chart, and whether kimg stand below."""

    panel: Panel
    head: QRectF
    chart: QRectF
    footed: bool
    y: Scale


@dataclass(frozen=True, eq=False)
class Sheet:
    """All panels of one or two runs over one range of kimg."""

    panels: Sequence[Panel]
    runs: tuple[RunCurves, ...]
    x: Scale
    dress: Dress

    def cells(self, area: QRectF, font: QFont) -> list[Cell]:
        """The panels in rows and columns that fill an area."""
        count = max(1, len(self.panels))
        columns = columns_for(count, area.width(), area.height())
        rows = ceil(count / columns)
        metrics = QFontMetricsF(font)
        line = metrics.height()
        head = line * (1 + len(self.runs)) + 3
        axis = max(AXIS, metrics.horizontalAdvance("0.571") + PAD + 2)
        foot = max(FOOT, line + PAD)
        width = (area.width() - GAP * (columns - 1)) / columns
        height = (area.height() - foot - GAP * 0.6 * (rows - 1)) / rows
        out = []
        for number, panel in enumerate(self.panels):
            row, column = divmod(number, columns)
            x = area.x() + column * (width + GAP)
            y = area.y() + row * (height + GAP * 0.6)
            box = QRectF(x + axis, y + head, width - axis, max(8.0, height - head))
            words = QRectF(x, y, width, head)
            footed = number + columns >= count
            out.append(Cell(panel, words, box, footed, self._scale(panel)))
        return out

    def _scale(self, panel: Panel) -> Scale:
        found: list[Numbers] = []
        for run in self.runs:
            seen = (run.kimg >= self.x.low) & (run.kimg <= self.x.high)
            for key in panel.keys:
                found.append(run.values[key][seen])
                if run.bands is not None and key in run.bands:
                    found.append(band_values(run.bands[key]))
        return scale_of(found, panel.log)


def columns_for(count: int, width: float, height: float) -> int:
    """How many columns make cells whose shape is nearest to what reads best."""
    most = max(1, min(count, int((width + GAP) // (LEAST_WIDTH + GAP))))

    def misfit(columns: int) -> float:
        rows = ceil(count / columns)
        across, down = width / columns, max(height, 1.0) / rows
        return abs(float(np.log(across / down / BEST_RATIO))) + 0.1 * (
            rows * columns - count
        )

    return min(range(1, most + 1), key=misfit)


def band_values(band: Band) -> Numbers:
    """Lowest, dashed line, highest: the closed form where there is one."""
    line = band.mean if band.closed_form is None else band.closed_form
    return np.array([band.low, line, band.high])
