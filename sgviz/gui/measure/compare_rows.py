"""The rows of a comparison: every figure of both networks, and the difference."""

import math

from sgviz.gui.measure.figures_table import Cell, Row
from sgviz.measured.compare import LIKENESS, Comparison, Facts, Untrained
from sgviz.measured.figure import Figure
from sgviz.measured.null import Band, Place
from sgviz.measured.side_by_side import FAR, Pair

NOTHING, WAITING = Cell("–", ink="muted"), Cell("…", ink="muted")
LIKE, EACH = "How alike they are", "Means over the circles"
POOLED = "All circles together"
HEAD_LETTERS = 14  # of a name in the head of a column


def heads_of(found: Comparison) -> tuple[str, ...]:
    """The columns after the first; spreads are of the difference of two untrained."""
    return pair_heads(found.names)


def pair_heads(names: tuple[str, str]) -> tuple[str, ...]:
    """The same of two networks called so."""
    first, second = (short(name, HEAD_LETTERS) for name in names)
    return (first, second, "Difference", "In spreads", "Untrained")


def figures_of(found: Comparison) -> tuple[Figure | None, ...]:
    """The figure of each row; None for a heading."""
    known = [each for each in LIKENESS if not math.isnan(found.alike.value(each.key))]
    pooled = found.pooled()
    more = (None, *pooled) if pooled else ()
    return (None, *known, None, *found.figures(), *more)


def rows_of(found: Comparison, untrained: Untrained | None) -> tuple[Row, ...]:
    """A row for each figure; the untrained ones come later."""
    rows: list[Row] = []
    heads = iter((LIKE, EACH, POOLED))
    for figure in figures_of(found):
        if figure is None:
            rows.append(Row(next(heads)))
        elif figure in LIKENESS:
            rows.append(_likeness_row(figure, found, untrained))
        else:
            pair = found.pair(figure, untrained)
            rows.append(pair_row(pair, awaited=untrained is None))
    return tuple(rows)


def sentence_of(figure: Figure, found: Comparison, untrained: Untrained | None) -> str:
    """What a figure supports, and no more; its definition where nothing is known."""
    if figure in LIKENESS:
        value = found.alike.value(figure.key)
        if untrained is not None:
            return untrained.sentence(figure, value)
        return f"{figure.title} = {figure.formula}. {figure.reading}"
    pair = found.pair(figure, untrained)
    if untrained is None or math.isnan(pair.difference):
        return f"{figure.title} = {figure.formula}. {figure.reading}"
    return pair.sentence


def fact_rows(facts: tuple[Facts, Facts]) -> tuple[Row, ...]:
    """What is known of the two networks, side by side; what differs stands out."""
    first, second = dict(facts[0]), dict(facts[1])
    rows = []
    for name in dict.fromkeys([*first, *second]):
        one, other = first.get(name, "–"), second.get(name, "–")
        ink = "text" if one == other else "accent"
        rows.append(Row(name, (_fact(one, "text"), _fact(other, ink))))
    return tuple(rows)


def _fact(words: str, ink: str) -> Cell:
    """A fact that fits a column; whole where the mouse rests, and in a file."""
    return Cell(short(words, 34), words, ink, words)


def short(name: str, most: int) -> str:
    """A name that fits the head of a column."""
    half = most // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half + 1 :]}"


def _likeness_row(
    figure: Figure, found: Comparison, untrained: Untrained | None
) -> Row:
    value = found.alike.value(figure.key)
    band = untrained.likeness.get(figure.key) if untrained else None
    outside = band is not None and not band.holds(value)
    cells = (
        NOTHING,
        NOTHING,
        Cell(figure.shown(value), value, "accent" if outside else "text"),
        NOTHING,
        WAITING if untrained is None else _spread(figure, band),
    )
    tip = f"{figure.formula}\n{figure.reading}"
    return Row(figure.title, cells, tip)


def pair_row(pair: Pair, awaited: bool) -> Row:
    """A figure of both; ``awaited``: not all of the untrained are measured yet."""
    figure = pair.figure
    places = [row.place if row and not awaited else None for row in pair.rows]
    cells = [
        WAITING if awaited and math.isnan(value) else _value(figure, value, place)
        for value, place in zip(pair.values, places, strict=True)
    ]
    cells.append(_gap(figure, pair.difference))
    if awaited:
        cells += [WAITING, WAITING]
    else:
        cells += [_times(pair.deviations), _spread(figure, pair.bands[0])]
    return Row(figure.title, tuple(cells), _tip(figure))


def _value(figure: Figure, value: float, place: Place | None) -> Cell:
    if place is None:
        return Cell(figure.shown(value), value)
    tip = f"{place.words}, among untrained twins of this network"
    return Cell(figure.shown(value), value, "accent" if place.side else "text", tip)


def _gap(figure: Figure, difference: float) -> Cell:
    return Cell(_signed(figure, difference), difference)


def _times(times: float) -> Cell:
    """A difference in spreads of two untrained networks; far ones stand out."""
    if math.isnan(times):
        return NOTHING
    words = f"{times:+,.1f}".replace("-", "−")
    return Cell(words, times, "accent" if abs(times) >= FAR else "muted")


def _spread(figure: Figure, band: Band | None) -> Cell:
    if band is None or math.isnan(band.mean):
        return NOTHING
    text = figure.shown(band.mean)
    if math.isfinite(band.sd):
        text = f"{text} ± {figure.shown(band.sd)}"
    span = f"{figure.shown(band.low)} to {figure.shown(band.high)}"
    return Cell(text, band.mean, "muted", f"{len(band.values)} values, {span}")


def _signed(figure: Figure, value: float) -> str:
    sign = "+" if value > 0.0 else "−" if value < 0.0 else ""
    return f"{sign}{figure.shown(abs(value))}" if value == value else "–"


def _tip(figure: Figure) -> str:
    return "\n".join(filter(None, (figure.formula, figure.reading)))
