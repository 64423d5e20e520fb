"""The groups of figures that two networks are compared by, each as rows."""

from dataclasses import replace

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
from sgviz.measured.separability import SCORE, Separability
from sgviz.measured.side_by_side import Full, Group, Headed, headed, placed

MINUTES = "Press Measure: it takes minutes."


def _layers(full: Full) -> Headed:
    found = full.get("layers")
    if not isinstance(found, Layers):
        return []
    parts = []
    for what, values in OF_LAYERS:
        bands = found.band(values) or (None,) * len(found.names)
        rows = []
        for name, band, mean in zip(
            found.names, bands, values(found.trained.mean), strict=True
        ):
            figure = Figure(f"{what} {name}", f"{what.capitalize()}, {name}", what, "")
            rows.append(placed(figure, float(mean), band))
        parts.append((what.capitalize(), rows))
    return headed(*parts)


def _stretch(full: Full) -> Headed:
    found, null = full.get("stretch"), full.get("stretch_null")
    along = null if isinstance(null, StretchNull) else None
    basis, null = full.get("local_basis"), full.get("local_basis_null")
    here = null if isinstance(null, BasisNull) else None
    parts: list[tuple[str, tuple[Row, ...]]] = []
    if isinstance(found, Stretch):
        parts.append(("Along the circles", found.beside(along)))
    if isinstance(basis, LocalBasis):
        parts.append((f"Singular values at {basis.name}", basis.beside(here)))
    return headed(*parts)


def _twins(full: Full, name: str) -> Twins | None:
    found = full.get(name)
    return found if isinstance(found, Twins) else None


def _bends(full: Full) -> Headed:
    found, twins = full.get("breakpoints"), _twins(full, "breakpoints_null")
    if not isinstance(found, Breakpoints):
        return []
    return headed((f"Bends of {found.name}", found.beside(twins)))


def _flatness(full: Full) -> Headed:
    found, twins = full.get("flatness"), _twins(full, "flatness_null")
    if not isinstance(found, Flatness):
        return []
    return headed((f"Tangent spaces of {found.name}", found.beside(twins)))


def _geodesic(full: Full) -> Headed:
    found, twins = full.get("geodesic"), _twins(full, "geodesic_null")
    if not isinstance(found, Geodesic):
        return []
    return headed((f"From {found.names[0]} to {found.names[1]}", found.beside(twins)))


def _dimension(full: Full) -> Headed:
    found = full.get("dimension")
    if not isinstance(found, Dimension):
        return []
    parts = []
    for cloud in found.clouds:
        keys = tuple(figure.key for figure in OF_CLOUDS if figure.key in cloud.figures)
        head = f"{cloud.name}, {cloud.points:,} seeds"
        parts.append((head, found.beside(cloud.name, keys)))
    return headed(*parts)


def _images(full: Full) -> Headed:
    speeds, lengths = full.get("image_speed"), full.get("path_length")
    return headed(
        (
            "Images along the circles",
            speeds.rows() if isinstance(speeds, ImageSpeeds) else (),
        ),
        (
            "Perceptual path length",
            lengths.beside() if isinstance(lengths, PathLengths) else (),
        ),
    )


def _factors(full: Full) -> Headed:
    curves, planes = full.get("factors"), full.get("crossings")
    read = (
        curves.beside() if isinstance(curves, FactorCurves) and curves.is_read else {}
    )
    crossed = planes.beside() if isinstance(planes, Crossings) else {}
    return headed(
        ("Factors along the circles", [row for rows in read.values() for row in rows]),
        ("Planes in W", [row for rows in crossed.values() for row in rows]),
    )


def _separability(full: Full) -> Headed:
    found = full.get("separability")
    if not isinstance(found, Separability):
        return []
    in_z = replace(SCORE, key="score_z", title=f"{SCORE.title}, Z")
    rows = [found.beside(row) for row in found.of("w")]
    return headed(
        ("All attributes", (Row(in_z, found.score("z")), *found.summed_up())),
        ("What planes in W leave open", [left for left, _ in rows]),
        ("Samples not seen, W", [seen for _, seen in rows]),
    )


GROUPS: tuple[Group, ...] = (
    Group(
        "layers",
        "Layers",
        "What each layer of the mapping does to the circles",
        ("layers",),
        _layers,
    ),
    Group(
        "stretch",
        "Stretch",
        "Jacobian: stretch and volume along the circles, singular values at the latent",
        ("stretch", "local_basis", "stretch_null", "local_basis_null"),
        _stretch,
    ),
    Group(
        "bends",
        "Bends",
        "Where the circle on the ring bends, layer by layer",
        ("breakpoints", "breakpoints_null"),
        _bends,
    ),
    Group(
        "flatness",
        "Flatness",
        "Distances between tangent spaces along the circle on the ring",
        ("flatness", "flatness_null"),
        _flatness,
    ),
    Group(
        "geodesic",
        "Geodesic",
        "The shortest way from A to B beside the great circle",
        ("geodesic", "geodesic_null"),
        _geodesic,
    ),
    Group(
        "dimension",
        "Dimension",
        "Intrinsic dimension, with its calibration on Z; statistics of directions",
        ("dimension",),
        _dimension,
    ),
    Group(
        "images",
        "Images",
        "Speed of the images along the circles; perceptual path length",
        ("image_speed", "path_length"),
        _images,
        "The images of both along the circles and their perceptual path lengths, "
        "beside untrained mappings. " + MINUTES,
    ),
    Group(
        "factors",
        "Factors",
        "What the images show along the circles, and the planes that these cross",
        ("factors", "crossings"),
        _factors,
        "The factors of portraits in the images of both, and the planes in Z and W, "
        "beside untrained mappings. " + MINUTES,
    ),
    Group(
        "separability",
        "Separability",
        "How well planes part the images of both, in Z and in W",
        ("separability",),
        _separability,
        "Many images of both are read, and a plane is fitted for each attribute, "
        "beside untrained mappings. " + MINUTES,
    ),
)
GROUP = {group.key: group for group in GROUPS}
