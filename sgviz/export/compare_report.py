"""Two networks as one page: both columns, the difference, their curves together."""

from html import escape
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from sgviz import __version__
from sgviz.checkpoints.atomic import write_atomically
from sgviz.export.compare import HEADS, Compared, cells, spread
from sgviz.export.report_style import STYLE
from sgviz.export.report_svg import Plot, legend, span_of
from sgviz.measured.both_curves import ANGLE, Curve, difference
from sgviz.measured.circle_curves import circle_curves
from sgviz.measured.groups import GROUP
from sgviz.measured.side_by_side import FAR, Pair

ABOUT = (
    "Each figure of both on the same circles, and the difference, second minus first. "
    "<em>In spreads</em> is the difference over √(sd₁² + sd₂²), how much two untrained "
    "networks of these sizes differ; a row stands out from 2 on. <em>Untrained</em> is "
    "the mean and deviation of the first network's untrained counterparts."
)
QUARTERS = [(90.0 * k, f"{90 * k}°") for k in range(5)]
READING = "Both, and the difference, second minus first"
READING_LOG = "Both, and the ratio, second / first"


def write_report(compared: Compared, path: Path) -> None:
    """Write the page, whole or not at all; WriteError."""
    page = as_html(compared).encode("utf-8")

    def write(file: BinaryIO) -> None:
        file.write(page)

    write_atomically(path, write)


def as_html(compared: Compared) -> str:
    """The page."""
    names = " and ".join(map(escape, compared.names))
    parts = compared.parts()
    figures = {pair.figure.title: pair.figure for _, pairs in parts for pair in pairs}
    definitions = "".join(
        f"<dt>{escape(title)}</dt><dd><code>{escape(figure.formula)}</code> "
        f"{escape(figure.reading)}</dd>"
        for title, figure in figures.items()
    )
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{names} compared</title><style>{STYLE}</style></head>",
            f"<body><main><header><h1>{names}</h1>",
            f"<p>{escape(compared.title)}.</p></header>",
            *(f'<p class="problem">{escape(p)}</p>' for p in compared.problems),
            f'<section><p class="lead">{escape(compared.summary)}</p>',
            f"<p>{ABOUT}</p>{_likeness(compared)}</section>",
            *(_section(head, pairs, compared) for head, pairs in parts),
            f"<section><h2>Plots</h2>{_plots(compared)}</section>",
            f"<section><h2>Definitions</h2><dl>{definitions}</dl></section>",
            f"<footer>sgviz {__version__}</footer></main></body></html>",
        )
    )


def _likeness(compared: Compared) -> str:
    rows, said = [], []
    for figure, value, band, says in compared.likeness():
        row = (figure.title, figure.shown(value), spread(figure, band))
        rows.append(_row(row, figure.formula))
        said.append(f"<li>{escape(says)}</li>")
    head = _heads(("How alike", "Value", "Untrained pairs"))
    table = f'<div class="wide"><table>{head}{"".join(rows)}</table></div>'
    return f"{table}<ul>{''.join(said)}</ul>"


def _section(head: str, pairs: tuple[Pair, ...], compared: Compared) -> str:
    rows = [
        _row((p.figure.title, *cells(p)), p.sentence, abs(p.deviations) >= FAR)
        for p in pairs
    ]
    heads = _heads(("Figure", *compared.names, *HEADS))
    table = f'<div class="wide"><table>{heads}{"".join(rows)}</table></div>'
    return f"<section><h2>{escape(head)}</h2>{table}</section>"


def _heads(words: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<th>{escape(word)}</th>' for word in words)}</tr>"


def _row(words: tuple[str, ...], tip: str, stands_out: bool = False) -> str:
    kind = ' class="outside"' if stands_out else ""
    tds = "".join(f"<td>{escape(word)}</td>" for word in words)
    return f'<tr{kind} title="{escape(tip, quote=True)}">{tds}</tr>'


def _plots(compared: Compared) -> str:
    first, second = (
        circle_curves(each, compared.ring) for each in compared.found.statistics
    )
    figures = [_figure("", curve, second.get(key)) for key, curve in first.items()]
    figures += [_figure(GROUP[k].title, a, b) for k, a, b in compared.curves()]
    names = legend((*compared.names, "difference"), "untrained, of the first")
    return f'{names}<div class="plots">{"".join(figures)}</div>'


def _figure(group: str, first: Curve, second: Curve | None) -> str:
    title = f"{group}: {first.title}" if group else first.title
    reading = READING_LOG if first.is_log else READING
    return (
        f"<figure><h3>{escape(title)}</h3>{_svg(title, first, second)}"
        f"<figcaption>{escape(reading)}</figcaption></figure>"
    )


def _svg(title: str, first: Curve, second: Curve | None) -> str:
    """Both curves over the band of the first; the difference in the third colour."""
    both = [(0, first.x, first.y)]
    if second is not None:
        both.append((1, second.x, second.y))
        gap = difference(first, second)
        if gap is not None:
            both.append((2, first.x, gap))
    ends = first.untrained
    rows = [y for _, _, y in both] + ([*ends[1:]] if ends is not None else [])
    if first.is_log:
        rows = [np.maximum(row, 1e-9) for row in rows]
    span = _log_span(rows[0]) if first.is_log else span_of(rows)
    places = (float(first.x[0]), float(first.x[-1]))
    ticks = QUARTERS if first.x_name == ANGLE else None
    if first.names:
        ticks = list(zip(map(float, first.x), first.names, strict=True))
    plot = Plot(title, (first.x_name, first.y_name), places, span, first.is_log, ticks)
    if ends is not None:
        plot.band(*ends, "untrained")
    for index, x, y in both:
        plot.line(x, y, index)
    return plot.svg


def _log_span(row: NDArray[np.float64]) -> tuple[float, float]:
    """With room for the ratio, which is about 1."""
    low, high = float(np.nanmin(row)), float(np.nanmax(row))
    return low / 2.0, max(high, 1.0) * 2.0
