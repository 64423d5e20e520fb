"""What ``measure --full`` adds, as sections: sentences, figures and tables to read.

One function a panel of the Measure menu; text and page show the same sections.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sgviz.measured.beside import Row, Twins
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.dimension import FIGURES as OF_CLOUDS
from sgviz.measured.dimension import Dimension
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.measured.figure import Figure
from sgviz.measured.geodesic import Geodesic
from sgviz.measured.grassmann import Flatness
from sgviz.measured.images import ImageSpeeds, PathLengths
from sgviz.measured.layers import FIGURES as OF_LAYERS
from sgviz.measured.layers import Layers
from sgviz.measured.metric import BasisNull, LocalBasis, Stretch, StretchNull
from sgviz.measured.null import Band
from sgviz.measured.separability import SCORE, Separability

Full = Mapping[str, object]
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Words in columns: names on the left, numbers on the right."""

    heads: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True, eq=False)
class Section:
    """One panel's findings: ``about`` says what is shown, ``says`` what was found.

    ``rows`` are figures with their place among untrained networks.
    """

    name: str
    title: str
    about: str
    says: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = field(default=())


def sections(full: Full) -> Iterator[Section]:
    """A section for each measure that was made, in the order of the menu."""
    for make in MAKERS:
        yield from make(full)


def _layers(full: Full) -> Iterator[Section]:
    found = full.get("layers")
    if not isinstance(found, Layers):
        return
    heads, columns = ["layer"], [list(found.names)]
    for what, values in OF_LAYERS:
        heads += [what, "untrained", "place"]
        bands = found.band(values) or (None,) * len(found.names)
        means = values(found.trained.mean).tolist()
        columns.append([f"{mean:.3f}" for mean in means])
        columns += [[*map(_spread, bands)], [*map(_place, bands, means)]]
    yield Section(
        "layers",
        "Layers",
        "The circles after every layer of the mapping: mean square of a coordinate, "
        "mean cosine of h(t) and h(t + π), the share of the first harmonic, the "
        "participation ratio; means over the circles.",
        (found.sentence,),
        tables=(Table(tuple(heads), tuple(zip(*columns, strict=True))),),
    )


def _stretch(full: Full) -> Iterator[Section]:
    found, null = full.get("stretch"), full.get("stretch_null")
    if isinstance(found, Stretch):
        beside = found.beside(null if isinstance(null, StretchNull) else None)
        about = (
            "The exact Jacobian J of the mapping, on tangents of the sphere of radius "
            "√z_dim: |J v| along the circles, and the volume of all directions."
        )
        yield Section("stretch", "Stretch along the circles", about, rows=beside)
    basis, null = full.get("local_basis"), full.get("local_basis_null")
    if isinstance(basis, LocalBasis):
        rows = basis.beside(null if isinstance(null, BasisNull) else None)
        about = f"The singular values σ₁ ≥ … ≥ σₙ of J at {basis.name}."
        yield Section("local_basis", "Local basis", about, rows=rows)


def _bends(full: Full) -> Iterator[Section]:
    found = full.get("breakpoints")
    if not isinstance(found, Breakpoints):
        return
    yield Section(
        "breakpoints",
        "Bends",
        "Every angle at which a unit of the piecewise linear mapping changes its sign; "
        "infinite width is Rice's formula.",
        (found.sentence,),
        found.beside(_twins(full, "breakpoints_null")),
    )


def _flatness(full: Full) -> Iterator[Section]:
    found = full.get("flatness")
    if not isinstance(found, Flatness):
        return
    rows = []
    above = np.triu_indices(len(found.angles), 1)
    for each in found.distances:
        cells = []
        for values, random in (
            (each.geodesic, each.random),
            (each.projection, each.random_projection),
        ):
            mean = float(np.nanmean(values[above]))
            cells += [f"{mean:.3f}", f"{random[0]:.3f} ± {random[1]:.3f}"]
        rows.append((f"{each.k}", *cells))
    heads = ("directions", "geodesic", "of random", "projection", "of random")
    yield Section(
        "flatness",
        "Flatness",
        f"Grassmann distances between tangent spaces of W at all pairs of points of "
        f"{found.name}: |θ|₂ of the principal angles, and the sine of the largest; "
        "random subspaces beside them. In a flat W all would be 0.",
        tuple(filter(None, (found.sentence(each.k) for each in found.distances)))[-1:],
        found.beside(_twins(full, "flatness_null")),
        (Table(heads, tuple(rows)),),
    )


def _geodesic(full: Full) -> Iterator[Section]:
    found = full.get("geodesic")
    if isinstance(found, Geodesic):
        about = f"The shortest way in W from {found.names[0]} to {found.names[1]}."
        rows = found.beside(_twins(full, "geodesic_null"))
        yield Section("geodesic", "Geodesic", about, (found.sentence(),), rows)


def _images(full: Full) -> Iterator[Section]:
    speeds, lengths = full.get("image_speed"), full.get("path_length")
    if isinstance(speeds, ImageSpeeds):
        about = (
            f"How fast images change along the circles, by {speeds.ruler}; beside "
            "untrained mappings before the same synthesis, at fewer points."
        )
        yield Section("image_speed", "Images", about, rows=speeds.rows())
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


def _factors(full: Full) -> Iterator[Section]:
    found, crossed = full.get("factors"), full.get("crossings")
    if isinstance(found, FactorCurves):
        shares = [
            (factor.title, f"{found.spread(k):.0%}")
            for k, factor in enumerate(found.factors)
            if factor.readable and found.is_read
        ]
        heads = ("factor", "range along the circles / range of its law")
        yield Section(
            "factors",
            "Factors",
            "What a reader of portraits reads from the images along the circles.",
            (found.sentence,),
            tables=(Table(heads, tuple(shares)),) if shares else (),
        )
    if isinstance(crossed, Crossings):
        crossing = ("plane", "space", "right", "always", "crossings", "changes", "near")
        rows = tuple(
            (
                row.name,
                row.space.upper(),
                _share(row.accuracy),
                _share(row.chance),
                *(f"{n}" for n in (row.crossings, row.changes, row.found)),
            )
            for row in crossed.rows
        )
        about = (
            f"Planes fitted to {crossed.samples:,} samples: how often each is right "
            "about samples it has not seen, and saying always the same; how often the "
            "circles cross it, the images change, and both within 15°."
        )
        tables = (Table(crossing, rows),)
        yield Section("crossings", "Planes crossed", about, crossed.notes, (), tables)


def _separability(full: Full) -> Iterator[Section]:
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
            (*(f"{x:.3f}" for x in pair), _spread(row.band), _place(row.band, pair[1]))
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
    )


def _dimension(full: Full) -> Iterator[Section]:
    found = full.get("dimension")
    if not isinstance(found, Dimension):
        return
    clouds = [c for c in found.clouds if c.name != "Z"]
    heads = ["figure", "Z"]
    for cloud in clouds:
        heads += [cloud.name, "untrained", "place"]
    rows = [_of_clouds(figure, found) for figure in OF_CLOUDS]
    yield Section(
        "dimension",
        "Dimension",
        "Estimates of dimension and statistics of directions, of random seeds; those "
        "of Z are the calibration.",
        (found.sentence,),
        tables=(Table(tuple(heads), tuple(rows)),),
    )


def _of_clouds(figure: Figure, found: Dimension) -> Cells:
    cells, bands = [figure.title], found.untrained or {}
    for cloud in found.clouds:
        value = cloud.value(figure.key)
        cells.append(figure.shown(value))
        if cloud.name != "Z":
            band = bands.get((cloud.name, figure.key))
            cells += [_spread(band, figure), _place(band, value)]
    return tuple(cells)


def _twins(full: Full, name: str) -> Twins | None:
    found = full.get(name)
    return found if isinstance(found, Twins) else None


def _spread(band: Band | None, figure: Figure | None = None) -> str:
    if band is None or np.isnan(band.mean):
        return "–"
    shown = (figure or Figure("", "", "", "")).shown
    return f"{shown(band.mean)} ± {shown(band.sd)}"


def _place(band: Band | None, value: float) -> str:
    if band is None or np.isnan(band.mean) or np.isnan(value):
        return "–"
    return band.place(value).words


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0%}"


MAKERS: Sequence[Callable[[Full], Iterator[Section]]] = (
    _layers,
    _images,
    _factors,
    _separability,
    _dimension,
    _stretch,
    _bends,
    _flatness,
    _geodesic,
)
