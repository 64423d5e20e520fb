"""Factors as what a plot shows: one of all circles, all of one circle."""

import numpy as np

from sgviz.gui.measure.image_series import closed
from sgviz.gui.measure.marks import Marks
from sgviz.gui.measure.series import Axes, Dots, Line, Rule, Series
from sgviz.measured.factors import Crossings, FactorCurves, FactorInfo

NAMED = 6
# Okabe and Ito's colours, for curves that are not circles.
INKS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
SPACES = {"z": ("crosses Z's plane", "t"), "w": ("crosses W's plane", "d")}


def one_factor(
    found: FactorCurves, column: int, tested: Crossings | None
) -> list[Series]:
    """A factor along every circle, its middle, and where circles cross its planes."""
    factor = found.factors[column]
    x = np.degrees(found.angles)
    series: list[Series] = []
    for place, name, values in zip(
        found.places, found.circles, found.values[..., column], strict=True
    ):
        known = np.isfinite(values)
        around, y = x[known], values[known].astype(float)
        if known.all():
            around, y = np.append(x, 360.0), closed(y)
        series.append(Line(around, y, name, place, place))
    middle = factor.middle
    series.append(Rule(middle, "its middle"))
    for row in tested.rows if tested is not None else ():
        if row.note or row.name.split(" >")[0] != factor.name:
            continue
        name, shape = SPACES[row.space]
        of_each = zip(found.places, found.circles, row.said, strict=True)
        for place, of, angles in of_each:
            at = np.degrees(angles)
            y = np.full(len(at), middle)
            called = f"{of} crosses {row.space.upper()}'s plane"
            dots = Dots(at, y, name, place, place, 10.0, shape=shape, column=called)
            series.append(dots)
            name = ""
    return series


def axes_of(factor: FactorInfo) -> Axes:
    """Degrees, and the factor from the low to the high end of its law."""
    words = f"as read, {factor.low:g} to {factor.high:g}"
    return Axes("angle (°)", words, True, low=factor.low, high=factor.high)


def crossing_marks(found: FactorCurves, column: int, tested: Crossings | None) -> Marks:
    """Where the circles cross the planes of a factor, to be marked in the views."""
    name = found.factors[column].name
    return Marks(
        tuple(
            (place, float(angle))
            for row in (tested.rows if tested is not None else ())
            if not row.note and row.name.split(" >")[0] == name
            for place, angles in zip(found.places, row.said, strict=True)
            for angle in angles
        )
    )


def every_factor(found: FactorCurves, place: int, column: int) -> list[Series]:
    """All readable factors of one circle from low to high; the widest are named."""
    circle = found.places[place]
    angles = found.angles
    x = np.append(np.degrees(angles), 360.0)
    curves = {
        k: closed(found.shares(k, angles)[place])
        for k, factor in enumerate(found.factors)
        if factor.readable
    }
    ranges = {
        k: float(np.ptp(y)) if np.isfinite(y).all() else 0.0 for k, y in curves.items()
    }
    widest = sorted(ranges, key=lambda k: -ranges[k])[:NAMED]
    if column in curves and column not in widest:
        widest[-1] = column
    rest = [k for k in curves if k not in widest]
    titles = [factor.title for factor in found.factors]
    series: list[Series] = [
        Line(x, curves[k].astype(float), "", "muted", circle, 0.5, column=titles[k])
        for k in rest
    ]
    for ink, k in zip(INKS, widest, strict=False):
        width = 2.6 if k == column else 1.6
        series.append(Line(x, curves[k].astype(float), titles[k], ink, circle, width))
    return series
