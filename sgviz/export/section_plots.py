"""The plots of what ``measure --full`` adds: by the name of a section."""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sgviz.export.feel_plots import (
    crossings,
    factors,
    path_lengths,
    separability,
    speeds,
)
from sgviz.export.report_plots import TWINS, Drawn, along
from sgviz.export.report_svg import SERIES, Numbers, Plot, legend, span_of
from sgviz.export.section import Full, twins_in
from sgviz.export.space_plots import dimension, flatness, geodesic
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.layers import LayerFigures, Layers, harmonic
from sgviz.measured.metric import BasisNull, LocalBasis, Stretch, StretchNull

MEAN = "mean of all circles"
MEANS = "means of untrained twins"


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
        plot.mean(x, values(found.trained.mean), MEAN)
        named = legend(found.circles[:SERIES], MEANS if bands else "", MEAN)
        yield Drawn(title, plot.svg + named, words)


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
        yield along(title, label, found.angles, rows, band, words)


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
    rows = found.beside(twins_in(full, "breakpoints_null"))[1:]
    bands = [row.band for row in rows if row.band is not None and row.band.known]
    ends = [x for band in bands for x in (band.low, band.high)]
    counts = found.counts
    span = span_of([counts, [found.untrained], ends], zero=True)
    ticks = [(float(k + 1), str(k + 1)) for k in range(len(counts))]
    plot = Plot("Bends", ("layer", "bends of the circle"), (0.4, len(counts) + 0.6),
                span, ticks=ticks)  # fmt: skip
    for k, band in enumerate(bands, start=1):
        plot.box((k - 0.44, k + 0.44), (band.low, band.high), TWINS)
    for k, count in enumerate(counts, start=1):
        plot.bar(float(k), 0.5, float(count), 0, f"layer {k}: {count:,}")
    plot.level(found.untrained, "Rice's formula")
    named = legend([found.name], TWINS if bands else "")
    words = "Rice's formula counts those of an untrained layer without biases."
    yield Drawn("Bends", plot.svg + named, words)


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
PLOTS: Mapping[str, Callable[[Full], Iterator[Drawn]]] = {
    "layers": _layers,
    "image_speed": speeds,
    "path_length": path_lengths,
    "factors": factors,
    "crossings": crossings,
    "separability": separability,
    "dimension": dimension,
    "stretch": _stretch,
    "local_basis": _basis,
    "breakpoints": _bends,
    "flatness": flatness,
    "geodesic": geodesic,
}
