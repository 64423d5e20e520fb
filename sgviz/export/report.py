"""What ``measure`` found, as one page: tables, plots, definitions, nothing fetched."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import BinaryIO

from sgviz import __version__
from sgviz.checkpoints.atomic import write_atomically
from sgviz.export.measure_text import OF_A_CIRCLE, title
from sgviz.export.report_plots import Drawn, names_of, plots
from sgviz.export.report_style import STYLE
from sgviz.export.report_svg import strip
from sgviz.export.section import Section, Table
from sgviz.export.section_plots import section_plots
from sgviz.export.sections import sections
from sgviz.measured.beside import Row
from sgviz.measured.figure import Figure
from sgviz.measured.measurement import Measurement, summary
from sgviz.measured.statistics import FIGURE

SPREAD = "In the spread"
HEAD = "Figure", "Mean", "Untrained", "Infinite width", "Shuffled", SPREAD, ""
PLACE = ' class="place"'
# Longer tables are folded: their plots say it first.
FOLDED = 12
BROAD = ' class="broad"'
ABOUT = (
    "Each figure is the mean over the circles, beside the same circles through "
    "untrained twins: networks of the same sizes and depth, with random weights. The "
    "band holds at least 95 % of untrained networks: t √(1 + 1/N) standard deviations "
    "about the mean of N twins, wider where a twin lies outside; <em>infinite "
    "width</em> is the closed form of such networks; <em>shuffled</em> is the network "
    "itself with the weights of each layer in random order. A figure inside the band "
    "says nothing about training."
)
ABOUT_CIRCLES = (
    "<p>w is a point of a circle in W, N of them at equal angles; w_avg is the "
    "network's mean w; a triplet is three neighbouring coordinates.</p>"
)


def write_report(measurement: Measurement, path: Path) -> None:
    """Write the page, whole or not at all; WriteError."""
    page = as_html(measurement).encode("utf-8")

    def write(file: BinaryIO) -> None:
        file.write(page)

    write_atomically(path, write)


def as_html(measurement: Measurement) -> str:
    """The page."""
    rows = list(measurement.rows())
    name = escape(measurement.of)
    definitions = _definitions(row.figure for row in rows)
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{name}: the shape measured</title><style>{STYLE}</style></head>",
            f"<body><main><header><h1>The shape of {name}</h1>",
            f"<p>{escape(title(measurement))}.</p></header>",
            *_problems(measurement),
            f'<section><p class="lead">{escape(summary(rows))}</p>',
            f"<p>{ABOUT}</p>" if measurement.null else "",
            _figures(rows),
            *_note(measurement),
            f"</section><section><h2>Plots</h2>{names_of(measurement)}",
            f"{_plots(plots(measurement))}</section>",
            f"<section><h2>Circles</h2>{_circles(measurement)}</section>",
            f"<section><h2>What each figure supports</h2>{_sentences(rows)}</section>",
            *(_section(each, measurement) for each in _signs(measurement)),
            *(_section(each, measurement) for each in sections(measurement.full)),
            f"<section><h2>Definitions</h2>{ABOUT_CIRCLES}{definitions}</section>",
            f"<footer>sgviz {__version__}</footer></main></body></html>",
        )
    )


def _signs(measurement: Measurement) -> Iterator[Section]:
    """Octants and tails: of each space, from each zero."""
    for signs, rows in measurement.signs_beside():
        about = (
            f"Signs and tails of {signs.words}, of all circles that are compared "
            "together, and of those of every twin from the same zero."
        )
        says = (signs.sentence, signs.supports(measurement.null))
        title = f"Octants and tails of {signs.words}"
        yield Section("tails", title, about, tuple(filter(None, says)), rows)


def _figures(rows: list[Row], value: str = "Mean") -> str:
    """A line a figure; columns that have nothing to say are left out."""
    lines = [_cells(row) for row in rows]
    kept = [k for k in range(len(HEAD)) if any(cells[k] != "–" for cells in lines)]
    heads = (HEAD[0], value, *HEAD[2:])
    table = [f"<tr>{''.join(f'<th>{heads[k]}</th>' for k in kept)}</tr>"]
    for row, cells in zip(rows, lines, strict=True):
        outside = row.place is not None and row.place.side != 0
        tip = escape(row.says or row.figure.reading, quote=True)
        kind = ' class="outside"' if outside else ""
        words = "".join(
            f"<td{PLACE if k == HEAD.index(SPREAD) else ''}>{cells[k]}</td>"
            for k in kept
        )
        table.append(f'<tr{kind} title="{tip}">{words}</tr>')
    return f'<div class="wide"><table>{"".join(table)}</table></div>'


def _cells(row: Row) -> tuple[str, ...]:
    """What stands in the columns of :data:`HEAD`; a dash where there is nothing."""
    shown, band, place = row.figure.shown, row.band, row.place
    untrained = picture = "–"
    if band is not None and band.values:
        untrained = f"{shown(band.mean)} ± {shown(band.sd)}"
        picture = strip(band.low, band.high, band.values, row.value)
    words = (
        row.figure.title,
        shown(row.value),
        untrained,
        "–" if row.closed is None else shown(row.closed),
        "–" if row.shuffled is None else shown(row.shuffled),
        "–" if place is None else place.words,
    )
    return (*map(escape, words), picture)


def _circles(measurement: Measurement) -> str:
    heads = ("circle", "points", *(short for _, short in OF_A_CIRCLE))
    lines = ["".join(f"<th>{escape(head)}</th>" for head in heads)]
    for i, circle in enumerate(measurement.statistics.circles):
        cells = [f"<td>{escape(circle.name)}</td><td>{circle.curve.points}</td>"]
        for key, _ in OF_A_CIRCLE:
            place = measurement.place(i, key)
            outside = place is not None and place.side != 0
            kind = ' class="outside"' if outside else ""
            tip = "" if place is None else f' title="{escape(place.words)}"'
            shown = FIGURE[key].shown(circle.value(key))
            cells.append(f"<td{kind}{tip}>{escape(shown)}</td>")
        lines.append("".join(cells))
    rows = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="wide"><table>{rows}</table></div>'


def _sentences(rows: list[Row]) -> str:
    said = [row.says for row in rows if row.says]
    if not said:
        return "<p>Nothing is known about untrained networks here.</p>"
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in said)}</ul>"


def _definitions(figures: Iterable[Figure]) -> str:
    lines = "".join(
        f"<dt>{escape(figure.title)}</dt><dd><code>{escape(figure.formula)}</code> "
        f"{escape(figure.reading)}</dd>"
        for figure in figures
    )
    return f"<dl>{lines}</dl>"


def _plots(drawn: Iterable[Drawn]) -> str:
    figures = "".join(
        f"<figure{BROAD if p.broad else ''}><h3>{escape(p.title)}</h3>{p.svg}"
        f"<figcaption>{escape(p.reading)}</figcaption></figure>"
        for p in drawn
    )
    return f'<div class="plots">{figures}</div>' if figures else ""


def _section(section: Section, measurement: Measurement) -> str:
    """What a panel shows: sentences, figures, tables, plots, definitions."""
    rows = list(section.rows)
    parts = [f"<h2>{escape(section.title)}</h2>", f"<p>{escape(section.about)}</p>"]
    parts += [f"<p>{escape(text)}</p>" for text in section.says]
    if rows:
        parts += [_figures(rows, "Value"), _sentences(rows)]
    parts += [_table(table) for table in section.tables]
    parts.append(_plots(section_plots(section.name, measurement.full)))
    if section.definitions:
        words = _definitions(section.definitions)
        parts.append(f"<details><summary>Definitions</summary>{words}</details>")
    return f"<section>{''.join(parts)}</section>"


def _table(table: Table) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads)
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in table.rows
    )
    found = f'<div class="wide"><table><tr>{heads}</tr>{lines}</table></div>'
    if len(table.rows) <= FOLDED:
        return found
    what = f"Table of {len(table.rows)} rows: {', '.join(dict.fromkeys(table.heads))}"
    return f"<details><summary>{escape(what)}</summary>{found}</details>"


def _problems(measurement: Measurement) -> Iterator[str]:
    for problem in measurement.problems:
        yield f'<p class="problem">{escape(problem)}</p>'


def _note(measurement: Measurement) -> Iterator[str]:
    if measurement.null is not None and measurement.null.note:
        yield f"<p>{escape(measurement.null.note)}</p>"
