"""The rows of the statistics table: what was measured beside what is untrained."""

import math

from sgviz.gui.measure.beside_table import NOTHING, WAITING, place_cell, spread_cell
from sgviz.gui.measure.figures_table import Cell, Row
from sgviz.measured.figure import Figure
from sgviz.measured.null import Null, Place
from sgviz.measured.statistics import POOLED, Statistics

HEADS = ("Mean", "Untrained", "Place", "Infinite width", "Shuffled")
TOGETHER = "All circles together"


def heads_of(found: Statistics) -> tuple[str, ...]:
    """The columns after the first: means and nulls, then a column a circle."""
    return (*HEADS, *(circle.name for circle in found.circles))


def figures_of(found: Statistics) -> tuple[Figure | None, ...]:
    """The figure of each row; None for a heading."""
    pooled = [f for f in POOLED if math.isfinite(found.pooled(f.key))]
    return (*found.shown(), *((None, *pooled) if pooled else ()))


def rows_of(found: Statistics, null: Null | None, awaited: bool) -> tuple[Row, ...]:
    """A row for each figure; ``awaited``: the untrained networks are being measured."""
    pooled = {figure.key for figure in POOLED}
    rows = []
    for figure in figures_of(found):
        if figure is None:
            rows.append(Row(TOGETHER))
        elif figure.key in pooled:
            rows.append(_pooled_row(figure, found, null, awaited))
        else:
            rows.append(_row(figure, found, null, awaited))
    return tuple(rows)


def title_of(figure: Figure, found: Statistics) -> str:
    """The name of a figure; turning belongs to a number of points, so with it."""
    if not figure.key.startswith("turning") or not found.circles:
        return figure.title
    return f"{figure.title}, N = {found.circles[0].curve.points}"


def sentence_of(figure: Figure, found: Statistics, null: Null | None) -> str:
    """What a figure supports, and no more; its definition where nothing is known."""
    if null is None:
        return f"{figure.title} = {figure.formula}. {figure.reading}"
    return null.sentence(figure, _mean(figure, found))


def _row(figure: Figure, found: Statistics, null: Null | None, awaited: bool) -> Row:
    mean = found.mean(figure.key)
    cells = [Cell(figure.shown(mean), mean), *_nulls(figure, mean, null, awaited)]
    for circle in found.circles:
        value = circle.value(figure.key)
        place = null.of_circle(figure.key, value) if null else None
        cells.append(_value_cell(figure, value, place))
    return Row(title_of(figure, found), tuple(cells), _tip(figure, found, null))


def _pooled_row(
    figure: Figure, found: Statistics, null: Null | None, awaited: bool
) -> Row:
    value = found.pooled(figure.key)
    nulls = _nulls(figure, value, null, awaited)
    cells = (Cell(figure.shown(value), value), *nulls)
    return Row(figure.title, cells, _tip(figure, found, null))


def _nulls(
    figure: Figure, value: float, null: Null | None, awaited: bool
) -> tuple[Cell, ...]:
    """Untrained, place, infinite width, shuffled."""
    if null is None:
        return (WAITING if awaited else NOTHING,) * 4
    band = null.mean.get(figure.key)
    closed = null.closed.get(figure.key)
    place = null.of_mean(figure.key, value)
    return (
        spread_cell(figure, band),
        place_cell(place, band),
        NOTHING if closed is None else Cell(figure.shown(closed), closed),
        spread_cell(figure, null.shuffled_mean.get(figure.key)),
    )


def _value_cell(figure: Figure, value: float, place: Place | None) -> Cell:
    if place is None:
        return Cell(figure.shown(value), value)
    tip = f"{place.words} among single circles of untrained networks"
    return Cell(figure.shown(value), value, "accent" if place.side else "text", tip)


def _mean(figure: Figure, found: Statistics) -> float:
    if figure in POOLED:
        return found.pooled(figure.key)
    return found.mean(figure.key)


def _tip(figure: Figure, found: Statistics, null: Null | None) -> str:
    lines = [figure.formula, figure.reading]
    if null is not None:
        lines.append(sentence_of(figure, found, null))
    return "\n".join(lines)
