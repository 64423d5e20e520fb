"""The curves that two networks are compared by: what is drawn of each group."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.factors import FactorCurves
from sgviz.measured.geodesic import Geodesic
from sgviz.measured.grassmann import Flatness
from sgviz.measured.images import ImageSpeeds
from sgviz.measured.layers import FIGURES as OF_LAYERS
from sgviz.measured.layers import Layers
from sgviz.measured.metric import BasisNull, LocalBasis, Stretch, StretchNull
from sgviz.measured.separability import Separability
from sgviz.measured.side_by_side import Full

Numbers = NDArray[np.float64]
ANGLE = "angle in Z"


@dataclass(frozen=True, eq=False)
class Curve:
    """``y`` over ``x`` [N]; over ANGLE x are degrees, and the last point is the first.

    ``title`` says what it is: that of the other network has the same one. ``circle``:
    whose it is; ``names``: words at places of x; ``is_log``: read it on a logarithmic
    axis. ``untrained``: x, and both ends of what untrained counterparts have there.
    """

    title: str
    x_name: str
    y_name: str
    x: Numbers
    y: Numbers
    circle: int | None = None
    names: tuple[str, ...] = field(default=())
    is_log: bool = False
    untrained: tuple[Numbers, Numbers, Numbers] | None = None

    def matches(self, other: "Curve") -> bool:
        """Whether both have their points at the same places."""
        same = self.x.shape == other.x.shape and self.names == other.names
        return same and bool(np.allclose(self.x, other.x))


def difference(first: Curve, second: Curve) -> Numbers | None:
    """Second minus first, or second / first on a logarithmic axis; None: no match."""
    if not first.matches(second):
        return None
    if not first.is_log:
        return np.asarray(second.y - first.y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(first.y > 0.0, second.y / first.y, np.nan)


def curves_of(group: str, found: Full, ring: int) -> tuple[Curve, ...]:
    """What is drawn of a group, of the circle on the ring; () where nothing is."""
    make = MAKERS.get(group)
    return tuple(make(found, ring)) if make is not None else ()


def around(
    title: str, y_name: str, angles: Numbers, y: NDArray[np.floating], circle: int
) -> Curve:
    """Over the angle: the first point comes again at 360 degrees."""
    x = np.append(np.degrees(angles), 360.0)
    values = np.asarray(y, dtype=np.float64)
    return Curve(title, ANGLE, y_name, x, np.append(values, values[:1]), circle)


def _layers(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("layers")
    if not isinstance(found, Layers):
        return
    x = np.arange(found.depth + 1, dtype=np.float64)
    for what, values in OF_LAYERS:
        bands, mean = found.band(values), values(found.trained.mean)
        ends = None
        if bands:
            low, high = (np.array([getattr(b, e) for b in bands]) for e in _ENDS)
            ends = (x, low, high)
        yield Curve(
            f"{what.capitalize()} by layer", "after layer", what, x, mean,
            names=found.names, untrained=ends,
        )  # fmt: skip


_ENDS = ("low", "high")


def _stretch(full: Full, ring: int) -> Iterator[Curve]:
    found, null = full.get("stretch"), full.get("stretch_null")
    if isinstance(found, Stretch) and found.names:
        at = min(ring, len(found.names) - 1)
        name = found.names[at]
        for title, is_volume in (("Stretch", False), ("Volume", True)):
            rows = found.rows(is_volume)
            if not len(rows):
                continue
            y_name = "(∏ σᵢ)^(1/n)" if is_volume else "|J v|"
            curve = around(f"{title} along {name}", y_name, found.angles, rows[at], at)
            if isinstance(null, StretchNull):
                x = np.append(np.degrees(null.angles), 360.0)
                low, high = (np.append(e, e[:1]) for e in null.ends(is_volume))
                curve = _with_ends(curve, x, (low, high))
            yield curve
    basis, null = full.get("local_basis"), full.get("local_basis_null")
    if isinstance(basis, LocalBasis):
        x = np.arange(1, len(basis.values) + 1, dtype=np.float64)
        y = np.asarray(basis.values, dtype=np.float64)
        title = f"Singular values at {basis.name}"
        spectrum = Curve(title, "number i", "σᵢ", x, y, is_log=True)
        if isinstance(null, BasisNull) and len(null.ends[0]) == len(x):
            spectrum = _with_ends(spectrum, x, null.ends)
        yield spectrum


def _with_ends(curve: Curve, x: Numbers, ends: tuple[Numbers, Numbers]) -> Curve:
    return replace(curve, untrained=(x, *ends))


def _bends(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("breakpoints")
    if isinstance(found, Breakpoints) and found.is_whole:
        counts = np.array(found.counts, dtype=np.float64)
        x = np.arange(1, len(counts) + 1, dtype=np.float64)
        names = tuple(f"{k}" for k in range(1, len(counts) + 1))
        title = f"Bends a layer along {found.name}"
        yield Curve(title, "layer", "bends", x, counts, names=names)


def _flatness(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("flatness")
    if not isinstance(found, Flatness):
        return
    name, at = found.name, found.circle
    for title, y_name, y in (
        ("Effective rank", "effective rank", found.effective_rank),
        ("Largest stretch", "σ₁", found.largest),
        ("Condition", "log₁₀ σ₁ / σₙ", np.log10(np.maximum(found.condition, 1.0))),
    ):
        yield around(f"{title} along {name}", y_name, found.angles, y, at)
    for each in found.distances:
        title = f"Distance to the space at 0°, k = {each.k}"
        yield around(title, "|θ|₂", found.angles, each.geodesic[0], at)


def _geodesic(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("geodesic")
    if not isinstance(found, Geodesic):
        return
    for title, way in (
        ("Speed along the great circle", found.great),
        ("Speed along the geodesic", found.best),
    ):
        steps = way.steps
        x = (np.arange(len(steps)) + 0.5) / max(1, len(steps))
        yield Curve(title, "from A (0) to B (1)", "|Δw| / Δt", x, steps * len(steps))


def _images(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("image_speed")
    if not isinstance(found, ImageSpeeds) or not found.circles:
        return
    places = found.places
    at = places.index(ring) if ring in places else len(places) - 1
    circle = found.circles[at]
    for title, y_name, y in (
        ("Speed of the image", "√d / Δt", circle.image),
        ("Speed of w", "|w′(t)|", circle.w),
        ("Stretch of the synthesis", "image / w", circle.stretch),
    ):
        title = f"{title} along {circle.name}"
        yield around(title, y_name, circle.angles, y, places[at])


def _factors(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("factors")
    if not isinstance(found, FactorCurves) or not (found.circles and found.is_read):
        return
    at = found.places.index(ring) if ring in found.places else len(found.places) - 1
    for column in found.readable:
        factor = found.factors[column]
        title = f"{factor.title.capitalize()} along {found.circles[at]}"
        y = found.values[at, :, column]
        yield around(title, factor.title, found.angles, y, found.places[at])


def _separability(full: Full, ring: int) -> Iterator[Curve]:
    found = full.get("separability")
    if not isinstance(found, Separability) or not found.is_whole("w"):
        return
    for space in "zw":
        rows = found.of(space)
        x = np.arange(1, len(rows) + 1, dtype=np.float64)
        y = np.array([row.entropy for row in rows])
        yield Curve(
            f"What planes in {space.upper()} leave open", "attribute",
            "H(Y|X) in bits", x, y, names=tuple(row.name for row in rows),
        )  # fmt: skip


MAKERS: Mapping[str, Callable[[Full, int], Iterator[Curve]]] = {
    "layers": _layers,
    "stretch": _stretch,
    "bends": _bends,
    "flatness": _flatness,
    "geodesic": _geodesic,
    "images": _images,
    "factors": _factors,
    "separability": _separability,
}
