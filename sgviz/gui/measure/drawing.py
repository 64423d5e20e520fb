"""Series as items of pyqtgraph, and how much of them is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsPathItem

from sgviz.gui.measure.canvas import Canvas
from sgviz.gui.measure.series import (
    Axes,
    Band,
    Bars,
    Dots,
    Line,
    Numbers,
    Rule,
    Series,
    ink_colour,
    shape_of,
)
from sgviz.gui.theme import Theme

NUMBERS = frozenset({"x", "y", "low", "high", "at", "colours", "column"})
NO_LIMIT = 1e307  # pyqtgraph's own: a logarithmic axis cannot do with None


@dataclass(frozen=True)
class Paper:
    """How much of the axes a pixel is, and how many of a picture's it has."""

    pixel: tuple[float, float]
    thick: float


def items_of(
    one: Series,
    theme: Theme,
    axes: Axes,
    paper: Paper | None = None,
) -> list[Any]:
    """The items of pyqtgraph that draw a series.

    On paper dots are shapes among others, and pens are so much thicker: pyqtgraph's
    keep their size in pixels.
    """
    colour = ink_colour(one.ink, theme)
    thick = paper.thick if paper is not None else 1.0
    match one:
        case Line():
            style = Qt.PenStyle.DashLine if one.dashed else Qt.PenStyle.SolidLine
            pen = pg.mkPen(colour, width=one.width * thick, style=style)
            return [
                pg.PlotDataItem(one.x, one.y, pen=pen, antialias=True, connect="finite")
            ]
        case Band():
            edge = pg.mkPen(colour, width=0.5 * thick)
            x = placed(one.x, axes.log_x)
            # Not the items that follow the axes: what lies between would not.
            low = pg.PlotCurveItem(x, placed(one.low, axes.log_y), pen=edge)
            high = pg.PlotCurveItem(x, placed(one.high, axes.log_y), pen=edge)
            fill = QColor(colour)
            fill.setAlphaF(one.opacity)
            return [low, high, pg.FillBetweenItem(low, high, brush=fill)]
        case Bars():
            return [_bars(one, axes, colour)]
        case Dots():
            if paper is not None:
                return _dots_on_paper(one, axes, paper.pixel, theme)
            brush: Any = pg.mkBrush(colour)
            if one.colours is not None:
                brush = [pg.mkBrush(*rgba) for rgba in one.colours.tolist()]
            dots = pg.PlotDataItem(
                *_seen(one),
                pen=None,
                symbol=one.shape,
                symbolSize=one.size,
                symbolBrush=brush,
                symbolPen=None if one.shape not in "+x" else pg.mkPen(colour),
            )
            return [dots]
        case Rule():
            style = Qt.PenStyle.DashLine if one.dashed else Qt.PenStyle.SolidLine
            pen = pg.mkPen(colour, width=1.2 * thick, style=style)
            angle = 90 if one.is_vertical else 0
            is_log = axes.log_x if one.is_vertical else axes.log_y
            at = float(placed(np.array([one.at]), is_log)[0])
            return [pg.InfiniteLine(at, angle=angle, pen=pen)]


def all_renewed(
    series: Sequence[Series],
    before: Sequence[Series],
    items: Sequence[Sequence[Any]],
    axes: Axes,
) -> bool:
    """Give the items of each series other numbers; False: one looks otherwise as well.

    Items of pyqtgraph take several times as long to be made anew.
    """
    if not before or len(before) != len(series):
        return False
    each = zip(series, before, items, strict=True)
    return all(_renewed(one, old, its, axes) for one, old, its in each)


def _renewed(one: Series, before: Series, items: Sequence[Any], axes: Axes) -> bool:
    if _look(one) != _look(before) or getattr(one, "colours", None) is not None:
        return False
    match one:
        case Line() | Dots():
            items[0].setData(*_seen(one))
        case Band():
            x = placed(one.x, axes.log_x)
            items[0].setData(x, placed(one.low, axes.log_y))
            items[1].setData(x, placed(one.high, axes.log_y))
        case Rule():
            is_log = axes.log_x if one.is_vertical else axes.log_y
            items[0].setValue(float(placed(np.array([one.at]), is_log)[0]))
        case Bars():
            return False
    return True


def _seen(one: Line | Dots) -> tuple[Any, Any]:
    """X and y; nothing where all is NaN, of which pyqtgraph finds no bounds."""
    some = bool((np.isfinite(one.x) & np.isfinite(one.y)).any())
    return (one.x, one.y) if some else (one.x[:0], one.y[:0])


def _look(one: Series) -> tuple[object, ...]:
    """Everything about a series but its numbers."""
    look = (getattr(one, each.name) for each in fields(one) if each.name not in NUMBERS)
    return type(one), *look


def _dots_on_paper(
    one: Dots, axes: Axes, pixel: tuple[float, float], theme: Theme
) -> list[Any]:
    """A path for each colour, of the shapes that pyqtgraph draws on the screen."""
    x, y = placed(one.x, axes.log_x), placed(one.y, axes.log_y)
    paths: dict[tuple[int, ...], QPainterPath] = {}
    # Shapes are drawn with y down, axes go up.
    mark = QTransform.fromScale(one.size * pixel[0], -one.size * pixel[1]).map(
        shape_of(one)
    )
    ink = ink_colour(one.ink, theme)
    own: tuple[int, ...] = (ink.red(), ink.green(), ink.blue(), ink.alpha())
    for at in np.flatnonzero(np.isfinite(x) & np.isfinite(y)):
        rgba = own if one.colours is None else tuple(one.colours[at].tolist())
        path = paths.setdefault(rgba, QPainterPath())
        path.addPath(mark.translated(float(x[at]), float(y[at])))
    items = []
    for rgba, path in paths.items():
        item = QGraphicsPathItem(path)
        item.setPen(QPen(Qt.PenStyle.NoPen))
        item.setBrush(QColor(*rgba))
        items.append(item)
    return items


def placed(values: Numbers, is_log: bool) -> Numbers:
    """Where values lie on an axis: their logarithm where it is one, else themselves."""
    if not is_log:
        return values
    found = np.asarray(values, dtype=float)
    return np.log10(np.where(found > 0.0, found, np.nan))


def _bars(one: Bars, axes: Axes, colour: QColor) -> Any:
    """Bars from zero; on a logarithmic axis from the power of ten below the least."""
    x, y = placed(one.x, axes.log_x), placed(one.y, axes.log_y)
    finite = y[np.isfinite(y)]
    ground = np.floor(finite.min()) if axes.log_y and len(finite) else 0.0
    height = np.nan_to_num(y - ground)
    return pg.BarGraphItem(
        x=x, y0=ground, height=height, width=one.width, brush=colour, pen=None
    )


def fit(canvas: Canvas, axes: Axes, series: Sequence[Series]) -> None:
    """Show all of x, and y from and to the ends that are held."""
    box = canvas.plotItem.vb
    if not axes.is_angle:
        box.setLimits(xMin=-NO_LIMIT, xMax=NO_LIMIT)  # not an angle's of before
    box.enableAutoRange(x=True, y=True)
    if axes.is_angle:
        box.setLimits(xMin=0.0, xMax=360.0)
        canvas.plotItem.setXRange(0.0, 360.0, padding=0.0)
    if axes.low is None and axes.high is None:
        return
    low, high = _ends(series)
    low = axes.low if axes.low is not None else low
    high = axes.high if axes.high is not None else high + 0.06 * (high - low)
    low, high = placed(np.array([low, high]), axes.log_y)
    if np.isfinite([low, high]).all() and high > low:
        canvas.plotItem.setYRange(low, high, padding=0.0)


def _ends(series: Sequence[Series]) -> tuple[float, float]:
    """Least and greatest y of finite values; NaN where there are none."""
    values = [np.asarray(v, float).ravel() for one in series for v in _heights(one)]
    flat = np.concatenate(values) if values else np.zeros(0)
    flat = flat[np.isfinite(flat)]
    return (float(flat.min()), float(flat.max())) if len(flat) else (np.nan, np.nan)


def _heights(one: Series) -> tuple[Any, ...]:
    if isinstance(one, Band):
        return one.low, one.high
    if isinstance(one, Rule):
        return () if one.is_vertical else (one.at,)
    return (one.y,)
