"""Circles measured: curve, census and tails, from tensors to the numbers of a table.

The definitions are in :mod:`sgviz.geometry`; what a circle cannot give is NaN, and a
sentence says why.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.speed import FINE, speeds_steps
from sgviz.curves import CurveSet, in_one_go
from sgviz.geometry import curve_measures, harmonics, octants
from sgviz.geometry.circle import sample_angles
from sgviz.measured.curves import NONE, CurveMeasures, Numbers, SelfDistances
from sgviz.measured.octants import LEG, Census, Tails
from sgviz.measured.statistics import Circle, Statistics
from sgviz.models.mapping import Label, MappingNetwork

QUANTILES = 199
# A circle whose variance is less than this part of its mean square is one point.
POINT = 1e-12
NOTHING = np.empty(0)
Steps = Generator[Statistics | None, None, Statistics]


def statistics_steps(
    curves: CurveSet,
    mapping: MappingNetwork | None = None,
    label: Label = 0,
    fine: int = FINE,
) -> Steps:
    """Everything about C circles, a circle between two yields.

    With the ``mapping`` that made them the exact speed comes last: before that,
    everything else is yielded. Its integral is the exact length, of ``fine`` angles.
    """
    circles = yield from circles_steps(curves)
    found = yield from together_steps(curves, circles, QUANTILES)
    if mapping is None or curves.z is None:
        return found
    yield found
    return found.with_speeds((yield from speeds_steps(curves, mapping, label, fine)))


def circles_steps(curves: CurveSet) -> Generator[None, None, tuple[Circle, ...]]:
    """Each curve measured but for its speed, a curve between two yields."""
    circles = []
    for name, w in zip(curves.names, curves.w.cpu(), strict=True):
        signs = census(name, w, curves.centre.cpu())
        curve = measure_curve(name, w, curves.angle, curves.form == "surface")
        circles.append(Circle.of(curve, signs))
        yield
    return tuple(circles)


def truncated_steps(
    curves: CurveSet, whole: CurveSet, circles: tuple[Circle, ...]
) -> Generator[None, None, tuple[Circle, ...]]:
    """The ``circles`` of the ``whole`` curves after a truncation by another psi.

    It draws all points towards w_avg by one share, a similarity: shapes stay, and of
    a positive psi the signs about w_avg do. At psi 0 there is nothing to be like.
    """
    if curves.psi == whole.psi:
        return circles
    if not curves.psi or not whole.psi:
        return (yield from circles_steps(curves))
    ratio, centre, found = curves.psi / whole.psi, curves.centre.cpu(), []
    for circle, w in zip(circles, curves.w.cpu(), strict=True):
        square = float(curve_measures.mean_square(w))
        signs = _census_at(circle.census, w, centre, ratio > 0.0)
        found.append(Circle.of(circle.curve.scaled(abs(ratio), square), signs))
        yield
    return tuple(found)


def together_steps(
    curves: CurveSet, circles: tuple[Circle, ...], quantiles: int = 0
) -> Generator[None, None, Statistics]:
    """Circles that are measured, and the tails of all their numbers together."""
    pooled = curves.w.cpu().flatten(0, 1)
    centre = curves.centre.cpu()
    tails = yield from tails_steps(pooled, "W", quantiles, centre)
    in_p, in_p_centre = octants.p_space(pooled), octants.p_space(centre)
    yield
    tails_in_p = yield from tails_steps(in_p, "P", quantiles, in_p_centre)
    return Statistics(
        circles=circles,
        tails=(tails, tails_in_p),
        w_avg_norm=float(curves.centre.double().norm()),
        notices=tuple(_notices(curves)),
        psis=curves.psi_of_rows,
    )


def statistics_of(
    curves: CurveSet,
    mapping: MappingNetwork | None = None,
    label: Label = 0,
    fine: int = FINE,
) -> Statistics:
    """:func:`statistics_steps` in one go."""
    return in_one_go(statistics_steps(curves, mapping, label, fine))


def measure_curve(
    name: str, w: Tensor, angle: Tensor, of_surface: bool = False
) -> CurveMeasures:
    """One closed curve w [N, w_dim] at ``angle`` [N], but for its speed.

    A row ``of_surface`` may be one point, as a sphere's poles are: that is no problem.
    """
    w = w.double()  # once, and not for each figure
    points, w_dim = w.shape
    problem = _why_shapeless(name, w)
    shares = np.full(points // 2, NONE)
    spectrum, triplets = np.full(min(points, w_dim), NONE), np.full(w_dim // 3, NONE)
    exterior, ratio, odd = np.full(points, NONE), NONE, NONE
    if not problem:
        exterior = _numbers(curve_measures.exterior_angles(w))
        found, values = harmonics.harmonic_shares(w), curve_measures.spectrum(w)
        shares, spectrum = _numbers(found), _numbers(values / values.sum())
        ratio = float(curve_measures.participation_of(values))
        odd = float(harmonics.odd_of(found)) if points % 2 == 0 else NONE
        triplets = _numbers(octants.triplet_energies(w)) if w_dim > 2 else NOTHING
    return CurveMeasures(
        name=name,
        points=points,
        w_dim=w_dim,
        angles=_numbers(angle),
        segments=_numbers(curve_measures.segments(w)),
        exterior=exterior,
        harmonics=shares,
        explained=spectrum,
        antipodal=NOTHING if points % 2 else _numbers(curve_measures.antipodal(w)),
        triplets=triplets,
        energy=float(curve_measures.energy(w)),
        turning=float(exterior.sum()),
        odd_share=odd,
        participation_ratio=ratio,
        mean_square=float(curve_measures.mean_square(w)),
        variance=float(_variance(w)),
        problems=(problem,) if problem and not (of_surface and _is_point(w)) else (),
    )


def census(name: str, w: Tensor, centre: Tensor) -> Census:
    """Signs counted over the finite points of w [N, w_dim], seen from ``centre``."""
    finite = finite_rows(w)
    away = finite - centre
    counts = np.zeros((0, 8), dtype=np.int64)
    if w.shape[1] > 2:
        counts = octants.octant_counts(away).numpy()
    inside, below = _seen_from(finite, centre)
    return Census(
        name=name,
        points=len(finite),
        counts=counts,
        tetrahedron=inside,
        negative=_numbers((away < 0).double().mean(dim=0)),
        negative_share_absolute=below,
    )


def _census_at(known: Census, w: Tensor, centre: Tensor, same_side: bool) -> Census:
    """The census of points w [N, w_dim] that have only moved towards ``centre``."""
    if not same_side:
        return census(known.name, w, centre)
    inside, below = _seen_from(finite_rows(w), centre)
    return replace(known, tetrahedron=inside, negative_share_absolute=below)


def _seen_from(finite: Tensor, centre: Tensor) -> tuple[float, float]:
    """Shares that change with the distance from ``centre``: tetrahedron, w < 0."""
    if not len(finite):
        return NONE, NONE
    inside = NONE
    if finite.shape[1] > 2:
        inside = float(octants.tetrahedron_share(finite - centre, LEG))
    return inside, float(octants.negative_share(finite))


def tails_of(x: Tensor, space: str, centre: Tensor | None = None) -> Tails:
    """Moments and quantiles of the finite points of x [N, dim], in that ``space``.

    With a ``centre`` [dim] also the pooled moments of x - centre.
    """
    return in_one_go(tails_steps(x, space, QUANTILES, centre))


def tails_steps(
    x: Tensor, space: str, quantiles: int, centre: Tensor | None = None
) -> Generator[None, None, Tails]:
    """:func:`tails_of` with so many quantiles, a pass over x between two yields."""
    finite = finite_rows(x)
    each = octants.moments(finite)
    pooled = each.pooled
    about = None if centre is None else each.about(centre).pooled
    yield
    levels = levels_of(quantiles)
    ordered = quantiles_at(finite, levels) if quantiles else levels
    return Tails(
        space=space,
        skewness=float(pooled.skewness),
        excess_kurtosis=float(pooled.excess_kurtosis),
        skewnesses=_numbers(each.skewness),
        excess_kurtoses=_numbers(each.excess_kurtosis),
        quantiles=_numbers((ordered - pooled.mean) / pooled.second.sqrt()),
        normal=_numbers(torch.special.ndtri(levels)),
        centred=(NONE, NONE)
        if about is None
        else (float(about.skewness), float(about.excess_kurtosis)),
    )


def levels_of(count: int) -> Tensor:
    """Hazen's plotting positions (k + 1/2) / count, float64 [count]."""
    return (torch.arange(count, dtype=torch.float64) + 0.5) / count


def finite_rows(x: Tensor) -> Tensor:
    """The rows of x [N, D] whose numbers are all finite; mostly x itself."""
    # By numpy, whose pass over the numbers takes a twentieth of the time.
    good = np.isfinite(x.numpy()).all(axis=1)
    return x if good.all() else x[torch.from_numpy(good)]


def quantiles_at(x: Tensor, levels: Tensor) -> Tensor:
    """Quantiles at ``levels`` [Q] of all numbers of x, float64; NaN of no numbers."""
    numbers = x.reshape(-1)
    if not len(numbers):
        return torch.full_like(levels, torch.nan)
    place = (levels * len(numbers)).long().clamp(max=len(numbers) - 1)
    # As they are, and by numpy: half as wide, and twelve times as fast as by torch.
    return torch.from_numpy(np.sort(numbers.numpy())[place.numpy()]).double()


def self_distances(name: str, w: Tensor, angle: Tensor) -> SelfDistances:
    """All distances between the points of one circle w [N, w_dim]."""
    found = _numbers(curve_measures.self_distances(w.cpu()))
    return SelfDistances(name, _numbers(angle), found)


def _notices(curves: CurveSet) -> Iterator[str]:
    if curves.note:
        yield f"{curves.note}."
    equal = sample_angles(len(curves.angle))
    if not torch.allclose(curves.angle.double(), equal, atol=1e-4):
        yield (
            f"{curves.names[0]}: its angles are not equal steps, so its harmonics, "
            "energy and exact length are not those of the curve."
        )


def _why_shapeless(name: str, w: Tensor) -> str:
    """Why a curve has no shape to be measured, in one sentence; mostly nothing."""
    bad = len(w) - len(finite_rows(w))
    if bad:
        rows = f"{bad} of {len(w)} points are" if bad > 1 else "a point is"
        return (
            f"{name}: {rows} not finite, so length and shape are unknown; "
            "signs and tails are counted without."
        )
    if len(w) < 3:
        few = "one point makes" if len(w) == 1 else "2 points make"
        return f"{name}: {few} no closed curve: it has no shape."
    if _is_point(w):
        return f"{name}: all points are the same: it has no length and no shape."
    return ""


def _is_point(w: Tensor) -> bool:
    """Whether all of w [N, w_dim] are one point; never where some are not finite."""
    return float(_variance(w)) <= POINT * float(curve_measures.mean_square(w))


def _variance(w: Tensor) -> Tensor:
    points = w.double()
    return curve_measures.mean_square(points - points.mean(dim=0))


def _numbers(x: Tensor | Sequence[float]) -> Numbers:
    return np.asarray(torch.as_tensor(x).detach().cpu().double())
