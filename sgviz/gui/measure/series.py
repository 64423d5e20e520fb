"""What a plot shows, as values: lines, bands, bars, dots, rules; and their table.

A colour is meant, not given: a theme says later what it is, and a picture for a paper
has one of its own. ``circle`` says whose line it is, so that a hand on it is on that
circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtGui import QColor, QPainterPath

from sgviz.gui.colours import circle_colours
from sgviz.gui.theme import Theme

Numbers = NDArray[np.floating[Any]]
# "text", "muted", "accent", "warning", "good", "#rrggbb", or the number of a circle.
Ink = str | int

MOST_CIRCLES = 1024
BESIDE = 0.45  # of the way to the next name: bars stand side by side


@dataclass(frozen=True, eq=False)
class Line:
    """``y`` over ``x`` [N]; NaN leaves a gap. Without a name it is in no legend.

    ``column`` is what a table calls it, where that is not its name.
    """

    x: Numbers
    y: Numbers
    name: str = ""
    ink: Ink = "text"
    circle: int | None = None
    width: float = 1.6
    dashed: bool = False
    column: str = ""


@dataclass(frozen=True, eq=False)
class Band:
    """The area from ``low`` to ``high`` over ``x`` [N]: what untrained networks do."""

    x: Numbers
    low: Numbers
    high: Numbers
    name: str = ""
    ink: Ink = "muted"
    opacity: float = 0.22
    column: str = ""


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of ``width`` around ``x`` [N] from zero, as high as ``y``."""

    x: Numbers
    y: Numbers
    name: str = ""
    ink: Ink = "accent"
    width: float = 0.8
    circle: int | None = None
    column: str = ""


@dataclass(frozen=True, eq=False)
class Dots:
    """Dots at (x, y) [N]; ``colours`` u8 [N, 4] where each has its own."""

    x: Numbers
    y: Numbers
    name: str = ""
    ink: Ink = "accent"
    circle: int | None = None
    size: float = 5.0
    colours: NDArray[np.uint8] | None = None
    shape: str = "o"  # pyqtgraph's: o s t d + x
    column: str = ""


@dataclass(frozen=True)
class Rule:
    """A line through the whole plot at one value: a reference, such as chance."""

    at: float
    name: str = ""
    ink: Ink = "muted"
    is_vertical: bool = False
    dashed: bool = True
    column: str = ""


Series = Line | Band | Bars | Dots | Rule


@dataclass(frozen=True)
class Axes:
    """What the axes are called, and how they are divided.

    ``is_angle``: x are degrees of a circle, 0 to 360, and a hand on the plot is on the
    circle. ``low`` and ``high`` hold y where it has an end of its own. ``names``: words
    at places of x in place of numbers.
    """

    x: str
    y: str
    is_angle: bool = False
    log_x: bool = False
    log_y: bool = False
    low: float | None = None
    high: float | None = None
    names: tuple[tuple[float, str], ...] = field(default=())


Columns = list[tuple[str, list[str]]]


def ink_colour(ink: Ink, theme: Theme) -> QColor:
    """The colour that is meant, in a theme."""
    if isinstance(ink, int):
        rgba = circle_colours(MOST_CIRCLES, theme)[ink % MOST_CIRCLES]
        return QColor(*rgba.tolist())
    if ink.startswith("#"):
        return QColor(ink)
    return QColor(getattr(theme, ink))


def shape_of(one: Dots) -> QPainterPath:
    """A mark of width 1 about its place, y down."""
    return QPainterPath(Symbols[one.shape])


def columns(series: Sequence[Series], axes: Axes) -> Columns:
    """The numbers of a plot as columns, one pair (x, y) for each that has its own x.

    Neighbours over the same x share its column. A level is a column as long as the
    longest, with one value; where places have names, they are called by them.
    """
    found: Columns = []
    longest = max(
        (len(one.x) for one in series if not isinstance(one, Rule)), default=1
    )
    last: Numbers | None = None
    for number, one in enumerate(series):
        name = one.column or one.name or f"series {number + 1}"
        if isinstance(one, Rule):
            count = 1 if one.is_vertical else max(longest, 1)
            side = "x" if one.is_vertical else "y"
            found.append((f"{name} ({side})", [f"{one.at!r}"] * count))
            continue
        if last is None or not np.array_equal(last, one.x):
            found.append((axes.x, _places(one.x, axes)))
            last = one.x
        if isinstance(one, Band):
            found.append((f"{name}, from", _texts(one.low)))
            found.append((f"{name}, to", _texts(one.high)))
        else:
            found.append((name, _texts(one.y)))
    return found


def as_rows(found: Columns) -> list[list[str]]:
    """Columns as rows of words, a head first; short ones end in empty cells."""
    longest = max((len(values) for _, values in found), default=0)
    rows = [[name for name, _ in found]]
    for at in range(longest):
        rows.append([v[at] if at < len(v) else "" for _, v in found])
    return rows


def _places(x: Numbers, axes: Axes) -> list[str]:
    """Values of x, or the names of the places that they are at or beside."""
    if not axes.names:
        return _texts(x)
    places = np.array([place for place, _ in axes.names])
    return [
        axes.names[at][1] if abs(places[at] - value) < BESIDE else f"{value:.9g}"
        for value in np.asarray(x, dtype=float)
        for at in [int(np.argmin(np.abs(places - value)))]
    ]


def _texts(values: Numbers) -> list[str]:
    return [f"{float(value):.9g}" for value in np.asarray(values)]
