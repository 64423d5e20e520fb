"""Plots as inline SVG: axes with round ticks, lines, bars, bands, dots.

Colours are variables of the page's style sheet, so that a plot is light or dark as the
page is. Coordinates are pixels of the view box, y downwards.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Span = tuple[float, float]
WIDTH, HEIGHT = 460, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 40
SERIES = 6
# Of lists: the most that names take, a letter's width, a row's height.
LIST_LEFT, LETTER, LIST_STEP = 170, 5.8, 16
DECADES = 6  # at most so many have a tick


def colour(index: int) -> str:
    """The style sheet's colour of a series; they come again after the sixth."""
    return f"var(--s{index % SERIES})"


def round_ticks(span: Span, most: int = 6) -> list[float]:
    """Steps of 1, 2 or 5 times a power of ten within a span, at most so many."""
    low, high = span
    if not high > low:
        return [low]
    rough = (high - low) / most
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough)
    first = math.ceil(low / step - 1e-9)
    count = math.floor(high / step + 1e-9) - first + 1
    return [round((first + i) * step, 12) for i in range(count)]


def span_of(rows: Iterable[ArrayLike], zero: bool = False) -> Span:
    """The least span that holds all finite numbers, with a little room."""
    numbers = np.concatenate([np.ravel(np.asarray(row, float)) for row in rows])
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    low = min(low, 0.0) if zero else low
    room = 0.05 * (high - low) or abs(high) * 0.05 or 1.0
    return (low if zero and low == 0.0 else low - room), high + room


class Plot:
    """A plot of one pair of axes; ``svg`` is the element.

    ``x`` and ``y`` are the spans of the axes; ``log`` gives y a logarithmic one. With
    ``rows`` the plot is a list: their names stand at y = 0, -1, -2 ... on the left.
    """

    def __init__(
        self,
        title: str,
        axes: tuple[str, str],
        x: Span,
        y: Span,
        log: bool = False,
        ticks: Sequence[tuple[float, str]] | None = None,
        rows: Sequence[str] = (),
    ) -> None:
        self._title, self._log, self._rows = title, log, tuple(rows)
        longest = max(map(len, rows), default=0)
        self._left = max(LEFT, min(LIST_LEFT, 14 + round(LETTER * longest)))
        self._height = max(HEIGHT, TOP + BOTTOM + LIST_STEP * len(rows))
        self._x, self._y = x, (math.log10(y[0]), math.log10(y[1])) if log else y
        self._parts: list[str] = []
        self._draw_axes(axes, ticks)

    @property
    def svg(self) -> str:
        """The whole plot."""
        label = escape(self._title, quote=True)
        box = f"0 0 {WIDTH} {self._height}"
        return (
            f'<svg viewBox="{box}" role="img" aria-label="{label}">'
            f"<title>{escape(self._title)}</title>{''.join(self._parts)}</svg>"
        )

    def line(self, x: ArrayLike, y: ArrayLike, index: int, name: str = "") -> None:
        """A curve through the points that are finite."""
        xs, ys = self._at(x, y)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True))
        self._add(
            f'<polyline class="line" style="stroke:{colour(index)}" '
            f'points="{points}">{_tip(name)}</polyline>'
        )

    def mean(self, x: ArrayLike, y: ArrayLike, name: str) -> None:
        """A thick curve in ink over the others."""
        xs, ys = self._at(x, y)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True))
        self._add(
            f'<polyline class="line mean" points="{points}">{_tip(name)}</polyline>'
        )

    def dots(self, x: ArrayLike, y: ArrayLike, index: int, name: str = "") -> None:
        """A dot a point."""
        for a, b in zip(*self._at(x, y), strict=True):
            self._add(
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.6" '
                f'style="fill:{colour(index)}">{_tip(name)}</circle>'
            )

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, name: str) -> None:
        """The grey area between two curves."""
        xs, ys = self._at(x, low)
        back, tops = self._at(x, high)
        points = [*zip(xs, ys, strict=True), *zip(back[::-1], tops[::-1], strict=True)]
        text = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        self._add(f'<polygon class="band" points="{text}">{_tip(name)}</polygon>')

    def bar(self, centre: float, width: float, y: float, index: int, name: str) -> None:
        """A bar from the bottom of the plot."""
        (left, right), (top, _) = self._at([centre - width / 2, centre + width / 2], y)
        bottom = self._height - BOTTOM
        self._add(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{max(0.0, bottom - top):.1f}" style="fill:{colour(index)}">'
            f"{_tip(name)}</rect>"
        )

    def box(self, x: Span, y: Span, name: str) -> None:
        """A grey box: where untrained networks lie."""
        (left, right), (bottom, top) = self._at(x, y)
        self._add(
            f'<rect class="band" x="{left:.1f}" y="{top:.1f}" '
            f'width="{max(1.0, right - left):.1f}" '
            f'height="{max(1.0, bottom - top):.1f}">{_tip(name)}</rect>'
        )

    def strokes(
        self, x: ArrayLike, y: tuple[ArrayLike, ArrayLike], index: int, name: str = ""
    ) -> None:
        """An upright stroke at each x, between two heights."""
        xs, lows = self._at(x, y[0])
        _, highs = self._at(x, y[1])
        for a, low, high in zip(xs, lows, highs, strict=True):
            self._add(
                f'<line class="line" style="stroke:{colour(index)}" x1="{a:.1f}" '
                f'x2="{a:.1f}" y1="{low:.1f}" y2="{high:.1f}">{_tip(name)}</line>'
            )

    def level(self, y: float, text: str) -> None:
        """A dashed line across, with a word at its end."""
        _, (at, _) = self._at([self._x[0], self._x[1]], y)
        self._add(
            f'<line class="level" x1="{self._left}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" '
            f'y2="{at:.1f}"/>'
        )
        self._text(self._left + 4, at - 4, text, "start")

    def diagonal(self, low: float, high: float) -> None:
        """The dashed line y = x."""
        (left, right), (bottom, top) = self._at([low, high], [low, high])
        self._add(
            f'<line class="level" x1="{left:.1f}" x2="{right:.1f}" y1="{bottom:.1f}" '
            f'y2="{top:.1f}"/>'
        )

    def _draw_axes(
        self, axes: tuple[str, str], ticks: Sequence[tuple[float, str]] | None
    ) -> None:
        bottom = self._height - BOTTOM
        shown = ticks or [(tick, _word(tick)) for tick in round_ticks(self._x)]
        for tick, word in shown:
            (x, _), _ = self._at([tick, tick], self._bottom())
            self._text(x, bottom + 16, word, "middle")
            self._add(
                f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" '
                f'y2="{bottom + 4}"/>'
            )
        for tick, word in self._y_ticks():
            _, (y, _) = self._at([self._x[0]] * 2, tick)
            self._text(self._left - 8, y + 4, word, "end")
            self._add(
                f'<line class="grid" x1="{self._left}" x2="{WIDTH - RIGHT}" '
                f'y1="{y:.1f}" y2="{y:.1f}"/>'
            )
        self._text(
            (self._left + WIDTH - RIGHT) / 2, self._height - 6, axes[0], "middle"
        )
        middle = (TOP + bottom) / 2
        if axes[1]:
            self._add(
                f'<text text-anchor="middle" transform="translate(12 {middle:.0f}) '
                f'rotate(-90)">{escape(axes[1])}</text>'
            )

    def _y_ticks(self) -> list[tuple[float, str]]:
        if self._rows:
            return [(-float(k), name) for k, name in enumerate(self._rows)]
        if not self._log:
            return [(tick, _word(tick)) for tick in round_ticks(self._y, 5)]
        low, high = math.ceil(self._y[0]), math.floor(self._y[1])
        step = -(-(high - low + 1) // DECADES)
        return [(10.0**k, f"{10.0**k:g}") for k in range(low, high + 1, step)]

    def _bottom(self) -> float:
        return 10.0 ** self._y[0] if self._log else self._y[0]

    def _text(self, x: float, y: float, text: str, anchor: str) -> None:
        self._add(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )

    def _add(self, part: str) -> None:
        self._parts.append(part)

    def _at(self, x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:
        """Points in pixels, those that are not finite left out."""
        xs, ys = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        if self._log:
            ys = np.log10(np.maximum(ys, 10.0 ** self._y[0]))
        fine = np.isfinite(xs) & np.isfinite(ys)
        across = (xs[fine] - self._x[0]) / (self._x[1] - self._x[0])
        up = (ys[fine] - self._y[0]) / (self._y[1] - self._y[0])
        wide, high = WIDTH - self._left - RIGHT, self._height - TOP - BOTTOM
        return self._left + wide * across, self._height - BOTTOM - high * np.clip(
            up, -0.02, 1.02
        )


def strip(low: float, high: float, twins: Sequence[float], value: float) -> str:
    """A figure's place, as wide as a cell: the band, every twin, and the value."""
    wide, tall = 150, 18
    span = span_of([[low, high, value], list(twins)])

    def at(x: float) -> float:
        return 4.0 + (wide - 8.0) * (x - span[0]) / (span[1] - span[0])

    marks = "".join(
        f'<line class="twin" x1="{at(t):.1f}" x2="{at(t):.1f}" y1="5" y2="13"/>'
        for t in twins
    )
    return (
        f'<svg class="strip" viewBox="0 0 {wide} {tall}" aria-hidden="true">'
        f'<rect class="band" x="{at(low):.1f}" y="3" '
        f'width="{max(1.0, at(high) - at(low)):.1f}" height="12" rx="2"/>{marks}'
        f'<circle class="value" cx="{at(value):.1f}" cy="9" r="4.2"/></svg>'
    )


def legend(names: Sequence[str], grey: str = "", ink: str = "") -> str:
    """Names of series beside their colours; of the band, and of the mean, in ink."""
    items = [
        f'<span><i style="background:{colour(i)}"></i>{escape(name)}</span>'
        for i, name in enumerate(names)
    ]
    for kind, name in (("mean", ink), ("band", grey)):
        if name:
            items.append(f'<span><i class="{kind}"></i>{escape(name)}</span>')
    return f'<p class="legend">{"".join(items)}</p>'


def _tip(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def _word(tick: float) -> str:
    return f"{tick:g}".replace("-", "−", 1) if tick < 0 else f"{tick:g}"
