"""The sections on images: their speed and path length, factors, planes, labels."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sgviz.export.section import Full, Section, Table, beside, place, spread
from sgviz.measured.beside import Row
from sgviz.measured.factor_figures import ALL_FACTORS, ALL_PLANES
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.measured.figure import Figure
from sgviz.measured.images import ImageSpeeds, PathLengths
from sgviz.measured.separability import (
    SCORE,
    Separability,
    accuracy_figure,
    entropy_figure,
)

ALWAYS = Figure(
    "always",
    "Always",
    "share of the commoner label among samples not seen",
    "What a plane is right about that knows nothing but that.",
    is_share=True,
)


def images(full: Full) -> Iterator[Section]:
    """How fast images change along the circles, and perceptual path length."""
    speeds, lengths = full.get("image_speed"), full.get("path_length")
    if isinstance(speeds, ImageSpeeds):
        about = (
            f"How fast images change along the circles, by {speeds.ruler}; beside "
            "untrained mappings before the same synthesis, at fewer points."
        )
        heads, rows = ["circle"], []
        for name, each in speeds.rows_of_circles():
            heads[1:] = [row.figure.title for row in each]
            rows.append((name, *(row.figure.shown(row.value) for row in each)))
        tables = (Table(tuple(heads), tuple(rows)),)
        yield Section("image_speed", "Images", about, (), speeds.rows(), tables)
    if isinstance(lengths, PathLengths):
        about = (
            f"Perceptual path length by {lengths.ruler}, of {lengths.pairs:,} pairs; "
            "beside untrained mappings before the same synthesis, the first pairs."
        )
        yield Section(
            "path_length",
            "Path length",
            about,
            (lengths.sentence,),
            lengths.beside(),
        )


def factors(full: Full) -> Iterator[Section]:
    """What images show along the circles, and beside untrained mappings."""
    found = full.get("factors")
    if not isinstance(found, FactorCurves):
        return
    rows = found.beside() if found.is_read else {}
    yield Section(
        "factors",
        "Factors",
        "What a reader of portraits reads from the images along the circles: how much "
        "of its law each factor ranges over, and how often it passes its middle in "
        "one turn; beside untrained mappings, moved to w_avg, before the same "
        "synthesis, at the same points.",
        tuple(filter(None, (found.sentence, found.note))),
        rows.pop(ALL_FACTORS, ()),
        _tables("factor", ("range", "changes"), rows, (slice(0, 2),)),
    )


def planes(full: Full) -> Iterator[Section]:
    """The hyperplanes of factors, where circles cross them, and untrained ones."""
    found = full.get("crossings")
    if not isinstance(found, Crossings):
        return
    heads = ("plane", "space", "right", "always", "crossings", "changes", "near",
             "agreement")  # fmt: skip
    cells = tuple(
        (
            row.name,
            row.space.upper(),
            *map(_share, (row.accuracy, row.chance)),
            *(f"{n}" for n in (row.crossings, row.changes, row.found)),
            _share(row.agreement),
        )
        for row in found.rows
    )
    rows = found.beside()
    means = rows.pop(ALL_PLANES)
    names = ("right", "crossings", "found", "agreement")
    pairs = (slice(0, 2), slice(2, 4))
    yield Section(
        "crossings",
        "Planes crossed",
        f"Planes fitted to {found.samples:,} samples: how often each is right about "
        "samples it has not seen, and saying always the same; how often the circles "
        "cross it, the images change, and both within 15°; the share of points on the "
        "side that their image shows. Those in W beside planes in the W of untrained "
        "mappings, for the same z and labels.",
        found.notes,
        means,
        (Table(heads, cells), *_tables("plane in W", names, rows, pairs)),
        (ALWAYS,),
    )


def _tables(
    first: str,
    names: Sequence[str],
    rows: Mapping[str, Sequence[Row]],
    parts: Sequence[slice],
) -> tuple[Table, ...]:
    """Figures by name beside untrained networks, some of them to a table."""
    if not rows:
        return ()
    made = []
    for part in parts:
        heads = [w for name in names[part] for w in (name, "untrained", "place")]
        cells = (
            (name.replace("_", " "), *(c for row in own[part] for c in beside(row)))
            for name, own in rows.items()
        )
        made.append(Table((first, *heads), tuple(cells)))
    return tuple(made)


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0%}"


def separability(full: Full) -> Iterator[Section]:
    """How well planes part the attributes in Z, in W and in the W of untrained ones."""
    found = full.get("separability")
    if not isinstance(found, Separability):
        return
    heads = ("attribute", "H in Z", "H in W", "untrained", "place",
             "not seen, Z", "not seen, W", "untrained", "place")  # fmt: skip
    rows = []
    for z, w in zip(found.of("z"), found.of("w"), strict=True):
        left, seen = found.beside(w)
        values = (z.entropy, w.entropy), (z.held_out, w.held_out)
        cells = [
            (*(f"{x:.3f}" for x in pair), spread(row.band), place(row.band, pair[1]))
            for pair, row in zip(values, (left, seen), strict=True)
        ]
        rows.append((w.name, *cells[0], *cells[1]))
    in_z, in_w = (SCORE.shown(found.score(space)) for space in "zw")
    says = (f"2^ΣH is {in_z} in Z and {in_w} in W.", found.warning, *found.problems)
    yield Section(
        "separability",
        "Separability",
        f"H(Y|X) in bits that planes leave open of {found.total} attributes by "
        f"{found.labels}, {found.samples:,} samples; beside planes in the W of "
        "untrained mappings, for the same z and labels.",
        tuple(filter(None, says)),
        found.summed_up(),
        (Table(heads, tuple(rows)),),
        (entropy_figure("an attribute"), accuracy_figure("an attribute")),
    )
