"""What the curves of the timeline are: panels of figures, bands, sentences, CSV.

No Qt here, and no torch: figures in, numbers and words out.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import Figure
from sgviz.measured.null import Band
from sgviz.training.figures import FIGURES, HARMONICS, Figures

Numbers = NDArray[np.float64]

COVERAGE = "coverage"
UNTRAINED = "as any untrained network"
AS_BEGUN = "outside by chance: as it began, untrained"


Bands = Mapping[str, Band]


@dataclass(frozen=True)
class Panel:
    """One small chart: its title, the keys of its curves, and how to read it.

    ``log`` draws it on a logarithmic scale.
    """

    title: str
    keys: tuple[str, ...]
    formula: str
    reading: str
    log: bool = False


def _panel(figure: Figure) -> Panel:
    return Panel(figure.title, (figure.key,), figure.formula, figure.reading)


def _panels() -> tuple[Panel, ...]:
    found: list[Panel] = []
    for figure in FIGURES:
        if not figure.key.startswith("harmonic_"):
            found.append(_panel(figure))
        elif figure.key == "harmonic_1":
            keys = tuple(f"harmonic_{k}" for k in range(1, HARMONICS + 1))
            panel = Panel("Harmonics", keys, figure.formula, figure.reading, log=True)
            found.append(panel)
    return tuple(found)


COVERAGE_PANEL = Panel(
    "Mean coverage",
    (COVERAGE,),
    "mean over factors of std(samples) / std(data)",
    "How much of the data's variety the samples have: 1 is all of it.",
)
PANELS = _panels()


def panels_of(*runs: Sequence[Figures]) -> tuple[Panel, ...]:
    """The panels that runs have something to show in."""
    covered = any(figures.coverage for run in runs for figures in run)
    return (*PANELS, COVERAGE_PANEL) if covered else PANELS


def value_of(figures: Figures, key: str) -> float:
    """One figure; NaN where it was not measured."""
    if key != COVERAGE:
        return figures.value(key)
    shares = [share for _, share in figures.coverage]
    return float(np.mean(shares)) if shares else float("nan")


def curve_of(run: Sequence[Figures], key: str) -> Numbers:
    """A figure over the records of a run, float64 [T]."""
    return np.array([value_of(figures, key) for figures in run], dtype=np.float64)


def kimg_of(run: Sequence[Figures]) -> Numbers:
    """Thousands of images at the records of a run, float64 [T]."""
    return np.array([figures.images / 1000.0 for figures in run], dtype=np.float64)


def nearest(kimg: Numbers, at: float) -> int:
    """The record nearest to a moment, the later of two; -1 where there is none."""
    if not len(kimg):
        return -1
    distances = np.abs(kimg - at)[::-1]
    return len(kimg) - 1 - int(np.argmin(distances))


def verdict(
    values: Mapping[str, float],
    panel: Panel,
    bands: Bands | None,
    start: Mapping[str, float] | None = None,
) -> str:
    """One honest sentence about the values of a panel beside untrained networks.

    A value inside the band is never called learned: untrained networks have it, too.
    Nor is one outside that has not moved from ``start``, the values before the first
    step: of nine figures of an untrained network, one lies outside now and then.
    """
    if bands is None:
        return ""
    known = [key for key in panel.keys if key in bands and np.isfinite(values[key])]
    if not known:
        return ""
    outside = [key for key in known if not bands[key].holds(values[key])]
    if not outside:
        return UNTRAINED
    if start is not None and panel.keys != ("displacement",):
        outside = [k for k in outside if bands[k].left(values[k], start[k])]
        if not outside:
            return AS_BEGUN
    if len(panel.keys) > 1:
        numbers = ", ".join(key.rsplit("_", 1)[-1] for key in outside)
        return f"outside untrained bands: {numbers}"
    band = bands[outside[0]]
    if panel.keys == ("displacement",) and values[outside[0]] < band.low:
        return f"nearer than twins are, {short(band.low)}\u2013{short(band.high)}"
    side = "above" if values[outside[0]] > band.high else "below"
    return f"{side} the untrained {short(band.low)}\u2013{short(band.high)}"


def brief(sentence: str) -> str:
    """A sentence of :func:`verdict` where there is room for a few words only."""
    if sentence in (UNTRAINED, AS_BEGUN):
        return "as untrained" if sentence == UNTRAINED else "as it began"
    words, _, numbers = sentence.rpartition(" ")
    return words.rstrip(",") if "\u2013" in numbers else sentence


def short(value: float, digits: int = 3) -> str:
    """A number in a few digits, with a true minus; a dash where there is none."""
    if not np.isfinite(value):
        return "\u2013"
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.1e}".replace("-", "\u2212")
    text = f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "\u2212")


def to_csv(runs: Mapping[str, tuple[Sequence[Figures], Bands | None]]) -> str:
    """The curves of runs by name, a record a row, then their untrained bands."""
    keys = [figure.key for figure in FIGURES]
    factors = sorted(
        {name for run, _ in runs.values() for f in run for name, _ in f.coverage}
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["run", "row", "images", *keys, *(f"coverage {n}" for n in factors)]
    )
    for name, (run, bands) in runs.items():
        for figures in run:
            shares = dict(figures.coverage)
            row = [repr(figures.value(key)) for key in keys]
            row += [repr(shares[each]) if each in shares else "" for each in factors]
            writer.writerow([name, "record", figures.images, *row])
        for part in ("low", "mean", "high", "closed_form"):
            if bands is not None:
                row = [_part(bands.get(key), part) for key in keys]
                empty = ["" for _ in factors]
                writer.writerow(
                    [name, f"untrained {part.replace('_', ' ')}", "", *row, *empty]
                )
    return out.getvalue()


def _part(band: Band | None, part: str) -> str:
    value = getattr(band, part, None)
    return "" if value is None else repr(float(value))
