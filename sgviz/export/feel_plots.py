"""The plots of what ``measure --full`` says of images: speed, path length, factors."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from sgviz.export.report_plots import QUARTERS, Drawn, along
from sgviz.export.report_svg import SERIES, Plot, legend, span_of
from sgviz.export.section import Full
from sgviz.measured.beside import Row
from sgviz.measured.factor_figures import ALL_FACTORS, ALL_PLANES
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.measured.images import ImageSpeeds, PathLengths
from sgviz.measured.separability import Attribute, Separability

MAPPINGS = "untrained mappings"
WIDEST = 6  # factors whose curves are drawn
WIDE = 30.0  # so much larger than the least: a logarithmic axis


def speeds(full: Full) -> Iterator[Drawn]:
    """How fast images change along the circles, and how the synthesis stretches."""
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
        yield along(title, label, found.circles[0].angles, rows, None, words)


def path_lengths(full: Full) -> Iterator[Drawn]:
    """The four path lengths with their standard errors, in the bands of twins."""
    found = full["path_length"]
    assert isinstance(found, PathLengths)
    means = np.array([row.mean for row in found.rows])
    if not np.isfinite(means).any():
        return
    errors = np.nan_to_num([row.error for row in found.rows])
    bands = [row.band for row in found.beside()]
    ends = [x for b in bands if b is not None for x in (b.low, b.high)]
    known = np.array([x for x in (*means, *ends) if x > 0])
    log = bool(len(known) and known.max() > WIDE * known.min())
    span = span_of([means - errors, means + errors, ends], zero=True)
    if log:
        span = (10.0 ** math.floor(math.log10(known.min())),
                10.0 ** math.ceil(math.log10(known.max())))  # fmt: skip
    ticks = [(float(k), row.name) for k, row in enumerate(found.rows)]
    plot = Plot("Path length", ("", "PPL"), (-0.6, len(means) - 0.4), span, log, ticks)
    for k, (row, band) in enumerate(zip(found.rows, bands, strict=True)):
        if band is not None and band.known:
            plot.box((k - 0.3, k + 0.3), (band.low, band.high), MAPPINGS)
        low, high = row.mean - errors[k], row.mean + errors[k]
        plot.strokes([k], ([low], [high]), 0)
        plot.dots([k], [row.mean], 0, f"{row.title}: {row.mean:.4g}")
    named = legend([found.ruler], MAPPINGS if ends else "")
    words = "By the paper's definition; strokes are standard errors."
    yield Drawn("Path length", plot.svg + named, words)


def factors(full: Full) -> Iterator[Drawn]:
    """Range and changes of every factor, and the curves of those that range widest."""
    found = full["factors"]
    assert isinstance(found, FactorCurves)
    if not (found.is_read and found.readable):
        return
    rows = found.beside()
    rows.pop(ALL_FACTORS, None)
    for k, (title, label, words) in enumerate(OF_FACTORS):
        each = {name.replace("_", " "): own[k] for name, own in rows.items()}
        yield listed(title, label, each, words)
    widths = [np.ptp(found.shares(k, found.angles)) for k in found.readable]
    order = np.argsort(-np.nan_to_num(widths), kind="stable")[:WIDEST]
    for at in sorted(int(found.readable[k]) for k in order):
        factor = found.factors[at]
        curves = found.shares(at, found.angles).astype(float)
        named = dict(zip(found.circles[:SERIES], curves[:SERIES], strict=False))
        label = "0 low, 1 high" if not factor.binary else "0 no, 1 yes"
        words = f"Read from the images; one of the {len(order)} that range widest."
        yield along(factor.title, label, found.angles, named, None, words)


def crossings(full: Full) -> Iterator[Drawn]:
    """How good planes are, and where the first circle crosses them."""
    found = full["crossings"]
    assert isinstance(found, Crossings)
    rows = found.beside()
    rows.pop(ALL_PLANES, None)
    for key, title in OF_CROSSINGS:
        each = {
            name.replace("_", " "): row
            for name, own in rows.items()
            for row in own
            if row.figure.key.split(" ")[0] == key
        }
        if each:
            yield listed(title, "share of the points", each, "Planes in W.")
    planes = [row for row in found.of("w") if not row.note and row.said]
    if not planes:
        return
    names = [row.name.replace("_", " ") for row in planes]
    title = f"{found.circles[0]}: planes in W and changes of the images"
    plot = Plot(title, ("angle in Z", ""), (0, 360), (0.5 - len(names), 0.5),
                ticks=QUARTERS, rows=names)  # fmt: skip
    for k, row in enumerate(planes):
        said = np.degrees(row.said[0])
        plot.strokes(said, (np.full(len(said), -k - 0.36), -k + 0.36), 0, "crossed")
        plot.dots(np.degrees(row.seen[0]), -float(k), 1, "the image changes")
    words = "A plane that knows its factor is crossed where the images change."
    named = legend(["plane crossed", "images change"])
    yield Drawn(title, plot.svg + named, words)


def listed(title: str, label: str, rows: Mapping[str, Row], words: str) -> Drawn:
    """Figures by name, from above: each a dot in the band of untrained networks."""
    known = {n: r.band for n, r in rows.items() if r.band is not None and r.band.known}
    ends = [x for band in known.values() for x in (band.low, band.high)]
    span = span_of([[row.value for row in rows.values()], ends], zero=True)
    plot = Plot(title, (label, ""), span, (0.5 - len(rows), 0.5), rows=tuple(rows))
    for k, (name, row) in enumerate(rows.items()):
        if name in known:
            x = (known[name].low, known[name].high)
            plot.box(x, (-k - 0.36, -k + 0.36), MAPPINGS)
        tip = f"{row.figure.title}: {row.figure.shown(row.value)}"
        plot.dots([row.value], [-float(k)], 0, tip)
    return Drawn(title, plot.svg + legend([], MAPPINGS if known else ""), words)


def separability(full: Full) -> Iterator[Drawn]:
    """What planes leave open of each attribute, and how often they are right."""
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
            plot.band(places, [b.low for b in known], [b.high for b in known], MAPPINGS)
        for index, (name, row) in enumerate(zip("ZW", rows, strict=True)):
            for place, value, attribute in zip(places, row, in_w, strict=True):
                plot.dots([place], [value], 1 - index, f"{attribute.name} in {name}")
        named = legend(["W", "Z"], f"W of {MAPPINGS}" if known else "")
        yield Drawn(title, plot.svg + named, "In the order of the table.")


def _entropy(row: Attribute) -> float:
    return row.entropy


def _held_out(row: Attribute) -> float:
    return row.held_out


OF_FACTORS = (
    ("Range of factors", "share of its law", "1: circles show it from end to end."),
    (
        "Changes of factors",
        "passings of the middle in one turn",
        "Means over the circles; on each it is an even number.",
    ),
)
OF_CROSSINGS = (
    ("seen", "Right about samples not seen"),
    ("agreement", "Points on the side that their image shows"),
)
OF_PLANES: Sequence[tuple[str, str, Callable[[Attribute], float]]] = (
    ("What planes leave open", "H(Y|X) in bits", _entropy),
    ("Right about samples not seen", "share", _held_out),
)
