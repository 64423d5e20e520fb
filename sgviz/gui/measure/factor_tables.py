"""Factors and planes as tables beside untrained mappings, and the sentences on both."""

import math

from sgviz.gui.measure.beside_table import WAITING, null_cells
from sgviz.gui.measure.figures_table import Cell, Row
from sgviz.measured.beside import Row as Beside
from sgviz.measured.factor_figures import ALL_FACTORS, ALL_PLANES
from sgviz.measured.factors import Crossing, Crossings, FactorCurves

BESIDE = ("untrained", "place")
CURVE_HEADS = ("range", *BESIDE, "changes", *BESIDE)
# What the planes are about first; what else is known of them behind.
PLANE_HEADS = (
    "in",
    *("not seen", *BESIDE),
    *("found", *BESIDE),
    *("crossings", *BESIDE),
    *("agreement", *BESIDE),
    "chance",
    "changes",
)
FOUND = 2  # the place of the figure that the blog's inference is about
BEGIN = "Do circles change their images where they cross a plane? Test the planes."
CURVES_AWAITED = "Under way: the same circles through untrained mappings."
PLANES_AWAITED = "Under way: the same planes in the W of untrained mappings."
IN_Z = Cell("–", ink="muted", tip="No mapping has made Z: none of it is untrained")


def curve_rows(found: FactorCurves, awaited: bool) -> list[Row]:
    """Range and changes of every factor; first their means."""
    waits = awaited and found.twins is None and not found.note
    rows = []
    for name, beside in found.beside().items():
        cells = [c for row in beside for c in (_value(row), *null_cells(row, waits))]
        rows.append(Row(name.replace("_", " "), tuple(cells), _tip(beside)))
    return rows


def plane_rows(tested: Crossings, awaited: bool) -> list[Row]:
    """Every plane in Z and in W; first the means of those in W."""
    waits = awaited and tested.twins is None
    beside = tested.beside()
    means = beside[ALL_PLANES]
    rows = [Row(ALL_PLANES, _plane_cells(None, means, waits), _tip(means))]
    for row in tested.rows:
        if row.note:
            rows.append(Row(row.name, (Cell(row.space.upper()),), row.note))
            continue
        own = beside[row.name] if row.space == "w" else ()
        tip = "\n".join(filter(None, (row.sentence, _tip(own))))
        rows.append(Row(row.name, _plane_cells(row, own, waits), tip))
    return rows if tested.rows else []


def page_words(
    page: str,
    found: FactorCurves,
    tested: Crossings | str,
    column: int | None,
    awaited: bool,
) -> tuple[str, str]:
    """What a page supports as a whole, and what it says of the factor of a column.

    Where no plane is ``tested``, why not.
    """
    if found.is_read and column is not None:
        name = found.factors[column].name
        if page == "changes":
            return _of_curves(found, name, awaited)
        if page == "planes":
            if isinstance(tested, str):
                return tested, ""
            return _of_planes(tested, name, awaited)
    return found.sentence, ""


def _of_curves(found: FactorCurves, name: str, awaited: bool) -> tuple[str, str]:
    beside = found.beside()
    waiting = CURVES_AWAITED if awaited and found.is_whole else ""
    head = _says(beside[ALL_FACTORS]) or found.note or waiting
    return head, _says(beside.get(name, ()))


def _of_planes(tested: Crossings, name: str, awaited: bool) -> tuple[str, str]:
    beside = tested.beside()
    waiting = PLANES_AWAITED if awaited and tested.is_whole else ""
    head = _says(beside[ALL_PLANES][FOUND:][:1]) or waiting
    own = [row for row in tested.of("w") if row.name.split(" >")[0] == name]
    says = (_says(beside.get(row.name, ())[FOUND:][:1]) for row in own)
    return head, " ".join(filter(None, (*(row.sentence for row in own), *says)))


def _plane_cells(
    row: Crossing | None, beside: tuple[Beside, ...], waits: bool
) -> tuple[Cell, ...]:
    """The cells of one plane; of none: of the means."""
    nulls = [null_cells(each, waits) for each in beside] or [(IN_Z, IN_Z)] * 4
    space = "W" if row is None else row.space.upper()
    if row is None:
        seen, crossed, found, agreed = map(_value, beside)
        chance = changes = Cell("")
    else:
        better = row.accuracy > row.chance + 0.05
        seen = _share(row.accuracy, "good" if better else "text")
        chance = _share(row.chance, "muted")
        crossed = Cell(str(row.crossings), float(row.crossings))
        changes = Cell(str(row.changes), float(row.changes))
        found = _share(row.values["found"])
        agreed = Cell(f"{row.agreement:.0%} ({row.usual:.0%})", row.agreement)
    return (
        Cell(space, space),
        *(seen, *nulls[0]),
        *(found, *nulls[2]),
        *(crossed, *nulls[1]),
        *(agreed, *nulls[3]),
        *(chance, changes),
    )


def _share(value: float, ink: str = "text") -> Cell:
    return Cell("–" if math.isnan(value) else f"{value:.1%}", value, ink)


def _value(row: Beside) -> Cell:
    if math.isnan(row.value):
        return WAITING
    return Cell(row.figure.shown(row.value), row.value)


def _says(rows: tuple[Beside, ...]) -> str:
    """What rows support, where there is something untrained beside them."""
    return " ".join(row.says for row in rows if row.band is not None)


def _tip(rows: tuple[Beside, ...]) -> str:
    return "\n".join(row.says for row in rows if row.band is not None)
