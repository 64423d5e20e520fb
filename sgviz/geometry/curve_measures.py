"""Lengths, angles and shape of closed polygons: circles of Z as they lie in W.

``w`` is [..., N, D] throughout: N points of a closed curve at equal angles of its
circle, the last one joined to the first; results are [...], float64. N matters: the
mapping is piecewise linear, and a polygon of 96 points passes over thousands of its
bends. Lengths and harmonics hardly change with more points; the turning does.
"""

import math

import torch
from torch import Tensor

# A squared length below the largest one by this factor is the noise of float32.
NOTHING = 1e-12


def segments(w: Tensor) -> Tensor:
    """Chords s_i = |w_{i+1} - w_i|, [..., N]; the last one closes the curve."""
    sizes: Tensor = _steps(w).norm(dim=-1)
    return sizes


def length(w: Tensor) -> Tensor:
    """Length of the closed polygon: sum of s_i."""
    return segments(w).sum(dim=-1)


def energy(w: Tensor) -> Tensor:
    """(N / 2 pi) sum of s_i^2, which tends to the integral of |w'(t)|^2 over a turn.

    length^2 <= 2 pi energy, and equal where the speed is constant (Cauchy-Schwarz;
    do Carmo, "Riemannian Geometry" (1992), section 9.2).
    """
    return segments(w).square().sum(dim=-1) * (w.shape[-2] / math.tau)


def unevenness(w: Tensor) -> Tensor:
    """Longest / shortest s_i: 1 where equal steps in Z are equal in W; inf: a halt."""
    steps = segments(w)
    return steps.amax(dim=-1) / steps.amin(dim=-1)


def speed_variation(w: Tensor) -> Tensor:
    """Coefficient of variation of the s_i: standard deviation / mean."""
    steps = segments(w)
    return steps.std(dim=-1, correction=0) / steps.mean(dim=-1)


def turning(w: Tensor) -> Tensor:
    """Sum of exterior angles in radians, >= 2 pi (Fenchel 1929).

    a_i = angle between consecutive chords. It grows about as sqrt(N) for circles of
    W, because every layer bends them at thousands of points: a number for this N
    only. Chords of no length, at which a curve stands still, are passed over; NaN for a
    curve with numbers that are not finite.
    """
    return exterior_angles(w).sum(dim=-1)


def exterior_angles(w: Tensor) -> Tensor:
    """The angle a_i between the chords that meet at point i, radians, [..., N].

    0 where the curve stands still: it turns where it goes on. See :func:`turning`.
    """
    steps = _steps(w)
    flat = steps.reshape(-1, *steps.shape[-2:])
    return torch.stack([_turns(curve) for curve in flat]).reshape(steps.shape[:-1])


def antipodal(w: Tensor) -> Tensor:
    """Distances |w(t) - w(t + pi)| of the N / 2 pairs, [..., N / 2].

    Raises
    ------
    ValueError
        N is odd: the antipodes of its points are not among them.
    """
    half = _half(w)
    points = w.double()
    across: Tensor = (points[..., half:, :] - points[..., :half, :]).norm(dim=-1)
    return across


def self_distances(w: Tensor) -> Tensor:
    """D_ij = |w_i - w_j|, [..., N, N]: zero on the diagonal, symmetric."""
    points = w.double()
    # Not through the inner products: they lose the distance of what is close.
    return torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")


def spectrum(w: Tensor) -> Tensor:
    """Variances along the principal components, falling, [..., min(N, D)].

    About the curve's own mean: eigenvalues of the smaller of the two products of the
    centred points with themselves, / N. Below 1e-15 of the largest they are noise.
    NaN for a curve with numbers that are not finite.
    """
    points = w.double()
    centred = points - points.mean(dim=-2, keepdim=True)
    count, dim = w.shape[-2:]
    few = count <= dim
    product = centred @ centred.mT if few else centred.mT @ centred
    # LAPACK would give up on all of them.
    finite = torch.isfinite(product).all(dim=-1).all(dim=-1)[..., None]
    values: Tensor = torch.linalg.eigvalsh(product.where(finite[..., None], 0.0))
    values = values.flip(-1).clamp(min=0.0) / count
    return values.where(finite, torch.nan)


def participation_ratio(w: Tensor) -> Tensor:
    """(sum l)^2 / sum l^2 of the spectrum l: among how many directions it spreads.

    2 for a circle in a plane. Source: Gao et al. 2017, bioRxiv 214262, section 2.
    """
    return participation_of(spectrum(w))


def participation_of(values: Tensor) -> Tensor:
    """(sum l)^2 / sum l^2 of variances l [..., n]."""
    return values.sum(dim=-1).square() / values.square().sum(dim=-1)


def planarity(w: Tensor) -> Tensor:
    """Share of the variance in the first two principal components; 1: plane."""
    values = spectrum(w)
    return values[..., :2].sum(dim=-1) / values.sum(dim=-1)


def mean_square(w: Tensor) -> Tensor:
    """Mean of |w|^2 over the points."""
    return w.double().square().sum(dim=-1).mean(dim=-1)


def _steps(w: Tensor) -> Tensor:
    points = w.double()
    return points.roll(-1, -2) - points


def _turns(steps: Tensor) -> Tensor:
    """Exterior angles [N] of one curve whose chords are ``steps`` [N, D]."""
    sizes: Tensor = steps.norm(dim=-1)
    if not bool(torch.isfinite(sizes).all()):
        return torch.full_like(sizes, torch.nan)
    moving = sizes > math.sqrt(NOTHING) * sizes.amax()
    along = steps[moving] / sizes[moving, None]
    before = along.roll(1, 0)
    turns = torch.zeros_like(sizes)
    # Kahan's angle: acos loses half of the digits where chords are nearly parallel.
    turns[moving] = 2.0 * torch.atan2(
        (along - before).norm(dim=-1), (along + before).norm(dim=-1)
    )
    return turns


def _half(w: Tensor) -> int:
    points = w.shape[-2]
    if points % 2:
        raise ValueError(f"a circle of {points} points holds no antipodes")
    return points // 2
