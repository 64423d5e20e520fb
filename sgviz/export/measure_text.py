"""What ``measure`` found, as tables for a person: figures, circles, slow measures."""

from collections.abc import Sequence

from sgviz.export.section import Section
from sgviz.export.sections import sections
from sgviz.measured.beside import Row
from sgviz.measured.measurement import Measurement, summary
from sgviz.measured.statistics import FIGURE

# What tells one circle from another.
OF_A_CIRCLE = (
    ("length", "length"),
    ("turning_deg", "turning"),
    ("harmonic_1", "h1"),
    ("harmonic_2", "h2"),
    ("participation_ratio", "PR"),
    ("octant_+++", "+++"),
    ("octant_---", "−−−"),
    ("antipodal_max", "antipodes"),
)
MOST = 24
NUMBERS_RIGHT = 1


def as_text(measurement: Measurement) -> str:
    """Everything, a line a figure and a line a circle."""
    rows = list(measurement.rows())
    blocks = [title(measurement), _figures(rows), _circles(measurement)]
    null = measurement.null
    if null is not None:
        blocks.append(summary(rows))
        blocks.append(_outside(rows))
        blocks.append(null.note)
    blocks += [block for each in sections(measurement.full) for block in _section(each)]
    blocks.append("\n".join(f"! {problem}" for problem in measurement.problems))
    return "\n\n".join(block for block in blocks if block)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equally many words as a table: words left, numbers right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str]) -> str:
        cells = [
            word.ljust(width) if i < NUMBERS_RIGHT else word.rjust(width)
            for i, (word, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    return "\n".join(map(line, rows))


def title(measurement: Measurement) -> str:
    """What was measured, and beside what; one line."""
    circles = measurement.statistics.circles
    points = sorted({circle.curve.points for circle in circles})
    each = " and ".join(map(str, points)) if len(points) < 3 else "several"
    plural = "circle" if len(circles) == 1 else "circles"
    psi = "" if measurement.psi == 1.0 else f", psi {measurement.psi:g}"
    text = f"{measurement.of}: {len(circles)} {plural} of {each} points{psi}"
    null = measurement.null
    if null is None:
        return text
    return (
        f"{text}; beside {null.twins} untrained twins of depth {null.depth}, "
        f"{null.w_dim} wide"
    )


def _figures(rows: list[Row], value: str = "mean") -> str:
    head = ("figure", value, "untrained", "sd", "infinite width", "shuffled", "place")
    table = [head, *map(_figure, rows)]
    filled = [any(set(cells) - {"–"}) for cells in zip(*table[1:], strict=True)]
    return aligned(
        [[c for c, some in zip(row, filled, strict=True) if some] for row in table]
    )


def _figure(row: Row) -> tuple[str, ...]:
    shown, band = row.figure.shown, row.band
    return (
        row.figure.title,
        shown(row.value),
        shown(band.mean) if band else "–",
        shown(band.sd) if band else "–",
        "–" if row.closed is None else shown(row.closed),
        "–" if row.shuffled is None else shown(row.shuffled),
        row.place.words if row.place else "–",
    )


def _circles(measurement: Measurement) -> str:
    circles = measurement.statistics.circles
    rows = [("circle", "points", *(title for _, title in OF_A_CIRCLE))]
    for circle in circles[:MOST]:
        cells = (FIGURE[key].shown(circle.value(key)) for key, _ in OF_A_CIRCLE)
        rows.append((circle.name, str(circle.curve.points), *cells))
    left = len(circles) - MOST
    more = f"\n… and {left} more: --json has them all" if left > 0 else ""
    return aligned(rows) + more


def _section(section: Section) -> list[str]:
    """One panel: what it shows, its sentences, figures and tables."""
    blocks = [f"{section.title}. {section.about}", "\n".join(section.says)]
    if section.rows:
        blocks += [_figures(list(section.rows), "value"), _outside(section.rows)]
    blocks += [aligned([table.heads, *table.rows]) for table in section.tables]
    return blocks


def _outside(rows: Sequence[Row]) -> str:
    """The sentences of the figures that lie outside of their bands."""
    outside = (row for row in rows if row.place is not None and row.place.side != 0)
    return "\n".join(f"- {row.says}" for row in outside)
