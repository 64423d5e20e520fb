"""The plots of what ``measure --full`` says of W: dimension, flatness, the geodesic."""

from collections.abc import Iterator, Sequence

import numpy as np

from sgviz.export.report_pictures import image_strip, matrix
from sgviz.export.report_plots import HALF, TWINS, Drawn
from sgviz.export.report_svg import SERIES, Plot, legend, span_of
from sgviz.export.section import Full
from sgviz.measured.dimension import DIMENSIONS, FIGURE, Dimension
from sgviz.measured.geodesic import Geodesic
from sgviz.measured.grassmann import Distances, Flatness

SHOWN_K = 5
ANGLES = ("spread_deg", "angle_deg", "angle_sd_deg")


def dimension(full: Full) -> Iterator[Drawn]:
    """Estimates of dimension, and angles, of each cloud of random seeds."""
    found = full["dimension"]
    assert isinstance(found, Dimension)
    words = f"Read those of W beside those of Z, whose dimension is {found.true}."
    yield from _clouds(found, "Estimates of dimension", DIMENSIONS, "dimension", words)
    words = "90° to the mean and between two are those of uniform directions."
    yield from _clouds(found, "Angles between directions", ANGLES, "degrees", words)


def _clouds(
    found: Dimension, title: str, keys: Sequence[str], label: str, words: str
) -> Iterator[Drawn]:
    """Figures of clouds by name, side by side, W in the bands of its twins."""
    values = [[cloud.value(key) for key in keys] for cloud in found.clouds]
    if not np.isfinite(values).any():
        return
    bands = {
        (name, key): band
        for (name, key), band in (found.untrained or {}).items()
        if key in keys and band.known
    }
    ends = [x for band in bands.values() for x in (band.low, band.high)]
    ticks = [(float(k), _short(FIGURE[key].title)) for k, key in enumerate(keys)]
    plot = Plot(title, ("", label), (-0.6, len(keys) - 0.4),
                span_of([np.ravel(values), ends], True), ticks=ticks)  # fmt: skip
    count = len(found.clouds)
    for index, cloud in enumerate(found.clouds):
        for k, key in enumerate(keys):
            x, value = k + (index - (count - 1) / 2) * 0.22, cloud.value(key)
            band = bands.get((cloud.name, key))
            if band is not None:
                plot.box((x - 0.09, x + 0.09), (band.low, band.high), TWINS)
            tip = f"{FIGURE[key].title}, {cloud.name}: {FIGURE[key].shown(value)}"
            plot.dots([x], [value], index, tip)
    named = legend([cloud.name for cloud in found.clouds], TWINS if bands else "")
    yield Drawn(title, plot.svg + named, words)


def _short(title: str) -> str:
    return title.removesuffix(" (degrees)").replace(
        "Levina–Bickel, k = 20", "L.–Bickel"
    )


def flatness(full: Full) -> Iterator[Drawn]:
    """Distances of tangent spaces: of all pairs, and by how far apart they are in Z."""
    found = full["flatness"]
    assert isinstance(found, Flatness)
    if not found.distances:
        return
    shown = found.of(SHOWN_K) or found.distances[-1]
    title = f"Distances of tangent spaces, k = {shown.k}"
    svg = matrix(title, shown.geodesic, "|θ|₂", f"angle in Z along {found.name}")
    words = f"0 where two tangent spaces are one; at most {shown.furthest:.3g}."
    yield Drawn(title, svg, words)
    title = "Distance by angle"
    rows = {each.k: _by_angle(each) for each in found.distances[:SERIES]}
    plot = Plot(title, ("angle apart in Z", "of random subspaces"), (0, 180),
                span_of([*rows.values(), [1.0]], True), ticks=HALF)  # fmt: skip
    for index, (k, row) in enumerate(rows.items()):
        plot.line(np.linspace(0.0, 180.0, len(row)), row, index, f"k = {k}")
    plot.level(1.0, "random subspaces")
    named = legend([f"k = {k}" for k in rows])
    words = "Mean over all pairs so far apart. In a flat W all would be 0."
    yield Drawn(title, plot.svg + named, words)


def _by_angle(each: Distances) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The mean |theta|_2 of pairs 0 ... M // 2 steps apart / that of random ones."""
    around, count = np.arange(len(each.geodesic)), len(each.geodesic)
    means = [
        each.geodesic[around, (around + step) % count].mean()
        for step in range(count // 2 + 1)
    ]
    return np.array(means) / each.random[0]


def geodesic(full: Full) -> Iterator[Drawn]:
    """The images along both ways, how fast W goes by, and the descent."""
    found = full["geodesic"]
    assert isinstance(found, Geodesic)
    a, b = found.names
    ways = (("the great circle", found.great), ("the geodesic", found.best))
    strips = [image_strip(way.images, f"Along {name}") for name, way in ways]
    if any(strips):
        words = f"From {a} to {b}, at equal steps of each way's own parameter."
        yield Drawn("Images", "".join(strips), words, broad=True)
    names = [name for name, _ in ways]
    steps = [way.steps * len(way.steps) for _, way in ways]
    plot = Plot("Speed in W", ("share of the way", "|w′|"), (0, 1),
                span_of(steps, True))  # fmt: skip
    for index, row in enumerate(steps):
        at = (np.arange(len(row)) + 0.5) / len(row)
        plot.line(at, row, index, names[index])
    words = "A geodesic runs at a constant speed; the areas below are the lengths."
    yield Drawn("Speed in W", plot.svg + legend(names), words)
    count = len(found.energies)
    plot = Plot("Descent", ("step", "energy in W"), (0, max(1, count - 1)),
                span_of([found.energies]))  # fmt: skip
    plot.line(np.arange(count), found.energies, 1, "energy")
    words = (
        "Of the way from the great circle to the geodesic; it ends where it is flat."
    )
    yield Drawn("Descent", plot.svg, words)
