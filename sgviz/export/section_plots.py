"""The plots of what ``measure --full`` adds: by the name of a section."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from sgviz.export.report_plots import QUARTERS, Drawn
from sgviz.export.report_svg import SERIES, Numbers, Plot, legend, span_of
from sgviz.export.section import Full
from sgviz.measured.beside import Twins
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.images import ImageSpeeds
from sgviz.measured.layers import LayerFigures, Layers, harmonic
from sgviz.measured.metric import BasisNull, Ends, LocalBasis, Stretch, StretchNull
from sgviz.measured.separability import Attribute, Separability

TWINS = "untrained twins"
MEANS = "means over the circles, untrained twins"


def section_plots(name: str, full: Full) -> Iterator[Drawn]:
    """Every plot of a section that there are the numbers for."""
    if name in PLOTS:
        yield from PLOTS[name](full)


def _layers(full: Full) -> Iterator[Drawn]:
    found = full["layers"]
    assert isinstance(found, Layers)
    for title, words, values in OF_LAYERS:
        rows, bands = values(found.trained), found.band(values)
        ends = [x for b in bands for x in (b.low, b.high)]
        ticks = [(float(k), name) for k, name in enumerate(found.names)]
        plot = Plot(title, ("layer", title.lower()), (-0.3, found.depth + 0.3),
                    span_of([*rows, ends]), ticks=ticks)  # fmt: skip
        x = np.arange(found.depth + 1)
        if bands:
            plot.band(x, [b.low for b in bands], [b.high for b in bands], TWINS)
        for k, row in enumerate(rows[:SERIES]):
            plot.line(x, row, k, found.circles[k])
            plot.dots(x, row, k, found.circles[k])
        named = legend(found.circles[:SERIES], MEANS if bands else "")
        yield Drawn(title, plot.svg + named, words)


def _speeds(full: Full) -> Iterator[Drawn]:
    found = full["image_speed"]
    assert isinstance(found, ImageSpeeds)
    for title, label, name in (
        ("Speed of the image", "√d / Δt", "image"),
        ("Stretch of the synthesis", "image / w", "stretch"),
    ):
        rows = {c.name: getattr(c, name) for c in found.circles[:SERIES]}
        words = "A radian of Z; what changes the picture most."
        if name == "stretch":
            words = "Flat where the synthesis answers alike to equal steps in W."
        yield _along(title, label, found.circles[0].angles, rows, None, words)


def _stretch(full: Full) -> Iterator[Drawn]:
    found, null = full["stretch"], full.get("stretch_null")
    assert isinstance(found, Stretch)
    for title, label, is_volume in (
        ("Stretch along the circles", "|J v|", False),
        ("Stretch of all directions", "geometric mean of σ", True),
    ):
        rows = dict(zip(found.names, found.rows(is_volume)[:SERIES], strict=False))
        band = None
        if isinstance(null, StretchNull):
            band = (null.angles, null.ends(is_volume))
        words = "Grey: single circles of untrained twins."
        yield _along(title, label, found.angles, rows, band, words)


def _along(
    title: str,
    label: str,
    angles: Numbers,
    rows: Mapping[str, Numbers],
    band: tuple[Numbers, Ends] | None,
    words: str,
) -> Drawn:
    """Curves over the angle, closed, and the band that they lie in untrained."""
    turn = np.append(np.degrees(angles), 360.0)
    ends = list(band[1]) if band else []
    plot = Plot(title, ("angle in Z", label), (0, 360),
                span_of([*rows.values(), *ends], True), ticks=QUARTERS)  # fmt: skip
    if band:
        at = np.append(np.degrees(band[0]), 360.0)
        low, high = (np.append(end, end[0]) for end in band[1])
        plot.band(at, low, high, TWINS)
    for k, (name, row) in enumerate(rows.items()):
        plot.line(turn, np.append(row, row[0]), k, name)
    return Drawn(title, plot.svg + legend(list(rows), TWINS if band else ""), words)


def _basis(full: Full) -> Iterator[Drawn]:
    found, null = full["local_basis"], full.get("local_basis_null")
    assert isinstance(found, LocalBasis)
    shown = np.where(found.values > 0.0, found.values, math.nan)
    numbers = np.arange(1, len(found.values) + 1)
    plot = Plot("Singular values", ("number", "σ"), (0, len(numbers)),
                (np.nanmin(shown) / 2.0, 2.0 * shown[0]), log=True)  # fmt: skip
    if isinstance(null, BasisNull):
        plot.band(numbers, *null.ends, TWINS)
    plot.line(numbers, shown, 0)
    named = legend([found.name], TWINS if null else "")
    words = "How much longer small steps are in W, the longest first."
    yield Drawn("Singular values", plot.svg + named, words)


def _bends(full: Full) -> Iterator[Drawn]:
    found = full["breakpoints"]
    assert isinstance(found, Breakpoints)
    counts = found.counts
    ticks = [(float(k + 1), str(k + 1)) for k in range(len(counts))]
    plot = Plot("Bends", ("layer", "bends of the circle"), (0.4, len(counts) + 0.6),
                span_of([counts, [found.untrained]], True), ticks=ticks)  # fmt: skip
    twins = full.get("breakpoints_null")
    rows = found.beside(twins if isinstance(twins, Twins) else None)
    bands = [row.band for row in rows[1:] if row.band is not None]
    for k, count in enumerate(counts):
        plot.bar(k + 1.0, 0.7, float(count), 0, f"layer {k + 1}: {count:,}")
    if bands and len(bands) == len(counts):
        at = np.arange(len(counts)) + 1.0
        plot.band(at, [b.low for b in bands], [b.high for b in bands], TWINS)
    plot.level(found.untrained, "Rice's formula")
    yield Drawn("Bends", plot.svg, "Rice's formula counts those of an untrained layer.")


def _separability(full: Full) -> Iterator[Drawn]:
    found = full["separability"]
    assert isinstance(found, Separability)
    in_z, in_w = found.of("z"), found.of("w")
    places = np.arange(1, len(in_w) + 1)
    beside = [found.beside(row) for row in in_w]
    for k, (title, label, of) in enumerate(OF_PLANES):
        rows = [[of(row) for row in space] for space in (in_z, in_w)]
        bands = [pair[k].band for pair in beside]
        known = [band for band in bands if band is not None]
        ends = [x for band in known for x in (band.low, band.high)]
        plot = Plot(title, ("attribute", label), (0.2, len(in_w) + 0.8),
                    span_of([*rows, ends], k == 0))  # fmt: skip
        if known and len(known) == len(bands):
            plot.band(places, [b.low for b in known], [b.high for b in known], TWINS)
        for index, (name, row) in enumerate(zip("ZW", rows, strict=True)):
            for place, value, attribute in zip(places, row, in_w, strict=True):
                plot.dots([place], [value], 1 - index, f"{attribute.name} in {name}")
        named = legend(["W", "Z"], "W of untrained mappings" if known else "")
        yield Drawn(title, plot.svg + named, "In the order of the table.")


def _entropy(row: Attribute) -> float:
    return row.entropy


def _held_out(row: Attribute) -> float:
    return row.held_out


def _participation(figures: LayerFigures) -> Numbers:
    return figures.participation


OF_LAYERS = (
    ("First harmonic", "1 is a plane ellipse, 0 none of it.", harmonic(1)),
    (
        "Participation ratio",
        "Among how many directions a circle spreads, layer by layer.",
        _participation,
    ),
)
OF_PLANES: Sequence[tuple[str, str, Callable[[Attribute], float]]] = (
    ("What planes leave open", "H(Y|X) in bits", _entropy),
    ("Right about samples not seen", "share", _held_out),
)
PLOTS: Mapping[str, Callable[[Full], Iterator[Drawn]]] = {
    "layers": _layers,
    "image_speed": _speeds,
    "stretch": _stretch,
    "local_basis": _basis,
    "breakpoints": _bends,
    "separability": _separability,
}
