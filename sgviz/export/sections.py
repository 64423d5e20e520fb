"""What ``measure --full`` adds, as sections: sentences, figures and tables to read.

One function a panel of the Measure menu; text and page show the same sections.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from sgviz.export.feel_sections import factors, images, planes, separability
from sgviz.export.section import (
    Cells,
    Full,
    Section,
    Table,
    place,
    spread,
    twins_in,
)
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.dimension import FIGURES as OF_CLOUDS
from sgviz.measured.dimension import Dimension
from sgviz.measured.figure import Figure, signed
from sgviz.measured.geodesic import Geodesic
from sgviz.measured.grassmann import PROJECTION, Flatness
from sgviz.measured.layers import DEFINITIONS, Layers
from sgviz.measured.layers import FIGURES as OF_LAYERS
from sgviz.measured.metric import BasisNull, LocalBasis, Stretch, StretchNull


def sections(full: Full) -> Iterator[Section]:
    """A section for each measure that was made, in the order of the menu."""
    for make in MAKERS:
        yield from make(full)


def _layers(full: Full) -> Iterator[Section]:
    found = full.get("layers")
    if not isinstance(found, Layers):
        return
    tables = []
    for part in (OF_LAYERS[:2], OF_LAYERS[2:]):
        heads, columns = ["layer"], [list(found.names)]
        for what, values in part:
            heads += [what, "untrained", "place"]
            bands = found.band(values) or (None,) * len(found.names)
            means = values(found.trained.mean).tolist()
            columns.append([signed(f"{mean:.3f}") for mean in means])
            columns += [[*map(spread, bands)], [*map(place, bands, means)]]
        tables.append(Table(tuple(heads), tuple(zip(*columns, strict=True))))
    yield Section(
        "layers",
        "Layers",
        "The circles after every layer of the mapping: mean square of a coordinate, "
        "mean cosine of h(t) and h(t + π), the share of the first harmonic, the "
        "participation ratio; means over the circles.",
        (found.sentence,),
        tables=tuple(tables),
        defines=DEFINITIONS,
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
        found.beside(twins_in(full, "breakpoints_null")),
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
        found.beside(twins_in(full, "flatness_null")),
        (Table(heads, tuple(rows)),),
        (PROJECTION,),
    )


def _geodesic(full: Full) -> Iterator[Section]:
    found = full.get("geodesic")
    if isinstance(found, Geodesic):
        about = f"The shortest way in W from {found.names[0]} to {found.names[1]}."
        rows = found.beside(twins_in(full, "geodesic_null"))
        yield Section("geodesic", "Geodesic", about, (found.sentence(),), rows)


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
        tuple(filter(None, (found.sentence, found.supports))),
        tables=(Table(tuple(heads), tuple(rows)),),
        defines=OF_CLOUDS,
    )


def _of_clouds(figure: Figure, found: Dimension) -> Cells:
    cells = [figure.title]
    for cloud in found.clouds:
        value = cloud.value(figure.key)
        cells.append(figure.shown(value))
        if cloud.name != "Z":
            twins = found.twins_of(cloud.name)
            band = twins.bands.get(figure.key) if twins else None
            cells += [spread(band, figure), place(band, value)]
    return tuple(cells)


MAKERS: Sequence[Callable[[Full], Iterator[Section]]] = (
    _layers,
    images,
    factors,
    planes,
    separability,
    _dimension,
    _stretch,
    _bends,
    _flatness,
    _geodesic,
)
