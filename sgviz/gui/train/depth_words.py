"""What the depth laboratory says: rows of figures, honest sentences, a table. No Qt."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sgviz.frame import Pixels
from sgviz.gui.train.depth_shapes import Shape
from sgviz.gui.train.timeline_bands import Sizes
from sgviz.gui.train.timeline_panels import Bands, short
from sgviz.measured.null import Band
from sgviz.training.figures import FIGURES, HARMONICS

Values = Mapping[str, float]

TURNING, COVERAGE, DISPLACEMENT = "turning", "coverage", "displacement"
MEASURING = "Untrained networks are still being measured."
# So often, at most, a figure of one more untrained network lies outside of the band
# that holds 48 of them.
CHANCE = 2.0 / 49.0


@dataclass(frozen=True)
class Row:
    """One row of the table: its key, its name, what it means.

    ``shape``: it says how a circle is bent, which is what depth is about.
    """

    key: str
    title: str
    tip: str
    shape: bool = True


def _rows() -> tuple[Row, ...]:
    tips = {f.key: f"{f.formula}\n{f.reading}" for f in FIGURES}
    harmonics = [f"harmonic_{k}" for k in range(1, HARMONICS + 1)]
    found = [Row(k, f"Harmonic {k[-1]}", tips[k]) for k in harmonics]
    pr = "participation_ratio"
    turning = (
        "The sum of the angles between neighbouring segments; a plane convex curve has"
        " 360°.\nIt grows with the number of points N: compare it at the same N alone."
    )
    coverage = (
        "mean over factors of std(samples) / std(data)\nHow much of the data's variety"
        " the samples have: 1 is all of it. It says nothing about W."
    )
    return (
        *found,
        Row(pr, "Participation ratio", tips[pr]),
        Row(TURNING, "Turning", turning),
        Row("unevenness", "Unevenness", tips["unevenness"]),
        Row(DISPLACEMENT, "Displacement", tips[DISPLACEMENT], shape=False),
        Row(COVERAGE, "Coverage", coverage, shape=False),
    )


ROWS = _rows()
SHAPES = tuple(row for row in ROWS if row.shape)


@dataclass(frozen=True, eq=False)
class DepthFacts:
    """One depth as the page shows it: figures, shapes of its circles, samples.

    ``now``, ``start`` and ``closed`` are figures by key; the first two are empty where
    nothing is recorded yet.
    """

    depth: int
    sizes: Sizes
    kimg: float
    total: float
    now: Values
    start: Values
    closed: Values
    shapes: tuple[Shape, ...] = ()
    names: tuple[str, ...] = ()
    pixels: Pixels | None = None
    points: int = 0
    problem: str = ""


def figure_words(key: str, value: float) -> str:
    """A figure in as many digits as can be read."""
    if math.isnan(value):
        return "–"
    if key == TURNING:
        return f"{math.degrees(value):,.0f}°"
    if key.startswith("harmonic_") or key in (COVERAGE, DISPLACEMENT):
        return f"{value:.4f}" if 5e-5 <= value < 1e-3 else f"{value:.3f}"
    return f"{value:.2f}" if value < 100 else short(value)


def expected_words(key: str, facts: DepthFacts, bands: Bands | None) -> str:
    """The closed form of an untrained mapping, else ≈ the mean of its twins."""
    if key in facts.closed:
        return figure_words(key, facts.closed[key])
    if bands is not None and key in bands:
        return f"≈{figure_words(key, bands[key].mean)}"
    return "–"


def side_of(value: float, band: Band | None) -> int:
    """-1 below the band, 1 above, 0 inside or where there is nothing to compare."""
    return 0 if band is None or math.isnan(value) else band.side(value)


def has_left(now: float, start: float, band: Band | None) -> bool:
    """Whether training brought a figure out of the band, or farther out."""
    return band is not None and band.left(now, start)


def cell_tip(row: Row, facts: DepthFacts, bands: Bands | None) -> str:
    """All about a figure of a depth."""
    value, before = (v.get(row.key, math.nan) for v in (facts.now, facts.start))
    lines = [f"Depth {facts.depth}: {row.title.lower()}", row.tip]
    if row.key == TURNING and facts.points:
        lines[0] += f" of {facts.points} points"
    if not math.isnan(value):
        now, then = (figure_words(row.key, v) for v in (value, before))
        lines.append(f"{now} after {facts.kimg:g} kimg; {then} untrained.")
    band = bands.get(row.key) if bands is not None else None
    if band is not None and row.shape:
        low, high = (figure_words(row.key, v) for v in (band.low, band.high))
        words = ("below", "inside", "above")[side_of(value, band) + 1]
        seen = "" if math.isnan(value) else f": {words}"
        lines.append(f"48 untrained networks of these sizes: {low} to {high}{seen}.")
    if row.key in facts.closed and row.shape:
        closed = figure_words(row.key, facts.closed[row.key])
        lines.append(f"Infinite width: {closed}.")
    return "\n".join(lines)


def conclusion(
    depths: Sequence[DepthFacts], bands: Mapping[Sizes, Bands]
) -> tuple[str, str]:
    """What depth does, and what training does: a sentence each, as far as is known.

    A figure that an untrained network could have is never called learned.
    """
    begun = [each for each in depths if each.start]
    return _of_depth(begun), _of_training([d for d in begun if d.kimg > 0], bands)


def _of_depth(begun: Sequence[DepthFacts]) -> str:
    if len(begun) < 2:
        return ""
    first, last = begun[0], begun[-1]
    (h, bent), (g, more) = (
        (each.start["harmonic_1"], each.start["participation_ratio"])
        for each in (first, last)
    )
    numbers = (
        f"harmonic 1 is {h:.2f} at depth {first.depth} and {g:.2f} at depth"
        f" {last.depth}, the participation ratio {bent:.1f} and {more:.1f}"
    )
    if g < h and more > bent:
        return f"Depth alone bends a circle, before any training: {numbers}."
    return f"Before any training depth shows no clear order here: {numbers}."


def _of_training(depths: Sequence[DepthFacts], bands: Mapping[Sizes, Bands]) -> str:
    if not depths:
        return ""
    if any(each.sizes not in bands for each in depths):
        return MEASURING
    low, high = (f(each.kimg for each in depths) for f in (min, max))
    when = f"{high:g} kimg" if low == high else f"{low:g} to {high:g} kimg"
    moved = [each.now[DISPLACEMENT] for each in depths]
    way = f"{100 * min(moved):.1f}"
    if f"{100 * max(moved):.1f}" != way:
        way += f" to {100 * max(moved):.1f}"
    words = f"{when} of training moved the points by {way} % of the size of W"
    new, old = _outside(depths, bands)
    count = len(depths) * len(SHAPES)
    if not new:
        kept = " or where they lay before it" if old else ""
        return (
            f"{words}; all {count} figures of shape lie where those of untrained"
            f" networks do{kept}: nothing in the shape was learned."
        )
    chance = count * CHANCE
    return (
        f"{words}, and brought out of what untrained networks have:"
        f" {'; '.join(new)}. Of {count} figures up to {chance:.1f} lie outside by"
        " chance."
    )


def _outside(
    depths: Sequence[DepthFacts], bands: Mapping[Sizes, Bands]
) -> tuple[list[str], list[str]]:
    """Figures that training brought out of the band; others that lie outside."""
    new: list[str] = []
    old: list[str] = []
    for facts in depths:
        found: dict[bool, list[str]] = {False: [], True: []}
        for row in SHAPES:
            band = bands[facts.sizes].get(row.key)
            now, start = facts.now[row.key], facts.start[row.key]
            if side := side_of(now, band):
                sign = "▲" if side > 0 else "▼"
                words = f"{row.title.lower()} {sign}"
                found[has_left(now, start, band)].append(words)
        for left, into in ((True, new), (False, old)):
            if found[left]:
                into.append(f"depth {facts.depth}: {', '.join(found[left])}")
    return new, old


def to_csv(depths: Sequence[DepthFacts], bands: Mapping[Sizes, Bands]) -> str:
    """Every figure of every depth, a row each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ("depth", "figure", "points", "kimg", "trained", "untrained", "closed_form")
    writer.writerow([*head, "twins_low", "twins_mean", "twins_high", "outside"])
    for facts in depths:
        for row in ROWS:
            band = bands.get(facts.sizes, {}).get(row.key) if row.shape else None
            now = facts.now.get(row.key, math.nan)
            values = (
                now,
                *(v.get(row.key, math.nan) for v in (facts.start, facts.closed)),
            )
            ends = (
                (band.low, band.mean, band.high)
                if band is not None
                else (math.nan,) * 3
            )
            side = ("below", "", "above")[side_of(now, band) + 1]
            numbers = ["" if math.isnan(v) else repr(v) for v in (*values, *ends)]
            writer.writerow(
                [facts.depth, row.key, facts.points, facts.kimg, *numbers, side]
            )
    return out.getvalue()
