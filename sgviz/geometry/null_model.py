"""The null model: what circles of W look like in a mapping that nobody trained.

Poole et al. 2016 (arXiv 1606.05340, sections 2 and 3) push a great circle through a
random network; for LeakyReLU the maps of the correlations have a closed form (the
arc-cosine kernel of order 1 plus a linear part). Width is taken to infinity, weights
are normal with variance 2 / inputs in effect, and biases are zero: every mapping of
NVIDIA's before its first step. Plain numbers and tensors float64; angles in radians.

At a width of 512 the participation ratio of depth 8 is 3.6, not 3.83, and harmonics 3
and 4 are off by up to 6 %: compare those with untrained networks of the same width.
"""

import math

import torch
from torch import Tensor

SLOPE = 0.2
# Enough angles for the cosine series: its terms fall as k^-4.
SERIES = 8192


def kernel(rho: Tensor, slope: float = SLOPE) -> Tensor:
    """K(rho) = E[phi(x) phi(y)], x and y normal of variance 1, correlation ``rho``.

    phi(x) = p x + q |x| is LeakyReLU with p = (1 + a) / 2, q = (1 - a) / 2, so
    K = p^2 rho + q^2 (2 / pi) (sqrt(1 - rho^2) + rho asin rho) (Cho & Saul 2009).
    """
    p, q = (1.0 + slope) / 2.0, (1.0 - slope) / 2.0
    rho = rho.double().clamp(-1.0, 1.0)
    bent = (1.0 - rho.square()).clamp(min=0.0).sqrt() + rho * rho.asin()
    return p * p * rho + q * q * (2.0 / math.pi) * bent


def cosine_map(rho: Tensor, depth: int = 1, slope: float = SLOPE) -> Tensor:
    """The cosine of two w, of z at cosine ``rho``: c(rho) = K(rho) / K(1), iterated.

    c(1) = 1, and c'(1) = 1 for every slope: neither order nor chaos.
    """
    rho = rho.double()
    for _ in range(depth):
        rho = kernel(rho, slope) / growth(slope) * 2.0
    return rho


def growth(slope: float = SLOPE) -> float:
    """Growth of the mean square in a layer: 2 K(1) = 1 + slope^2 (gain sqrt(2))."""
    return 1.0 + slope * slope


def mean_square(w_dim: int, depth: int, slope: float = SLOPE) -> float:
    """E |w|^2 = w_dim (1 + slope^2)^depth, for z of mean square 1 (pixel norm)."""
    return w_dim * growth(slope) ** depth


def mean_share(depth: int, slope: float = SLOPE) -> float:
    """|E w|^2 / E|w|^2: the cosine of the w of two independent z, c^depth(0)."""
    return float(cosine_map(torch.zeros(1), depth, slope))


def twins_apart(slope: float = SLOPE) -> float:
    """sqrt(mean |w - w'|^2 / mean |w|^2) for the same z in two untrained networks.

    Their last layers are independent, so the cosine of w and w' is c(0) whatever the
    depth: sqrt(2 (1 - c(0))) = 1.268.
    """
    return math.sqrt(2.0 * (1.0 - mean_share(1, slope)))


def circle_cosines(
    angles: Tensor, depth: int, z_share: float = 1.0, slope: float = SLOPE
) -> Tensor:
    """Cosine of two points of a circle of W, ``angles`` apart in Z.

    ``z_share`` is z's part in what enters the first layer. With classes it is
    z_dim / (z_dim + embedding), because z and the label's embedding are normalised
    separately and the latter does not change along the circle.
    """
    start = z_share * torch.cos(angles.double()) + (1.0 - z_share)
    return cosine_map(start, depth, slope)


def harmonic_shares(
    depth: int, count: int = 8, z_share: float = 1.0, slope: float = SLOPE
) -> Tensor:
    """Expected shares F_1 ... F_count of a circle's variance, [count].

    The cosine series of t -> c^depth(cos t) without its constant term.
    """
    angles = torch.arange(SERIES, dtype=torch.float64) * (math.tau / SERIES)
    series = _cosine_series(circle_cosines(angles, depth, z_share, slope))
    # A kernel has no negative terms: what is below zero is rounding.
    terms = series[1:].clamp(min=0.0)
    shares: Tensor = terms / terms.sum()
    return shares[:count]


def participation_ratio(depth: int, z_share: float = 1.0) -> float:
    """2 / sum of F_k^2: each harmonic fills two directions, evenly, at right angles."""
    shares = harmonic_shares(depth, SERIES // 2, z_share)
    return float(2.0 / shares.square().sum())


def arc_length(w_dim: int, depth: int) -> float:
    """Length of a circle: 2 pi sqrt(E |w|^2), as c'(1) = 1 keeps the speed."""
    return math.tau * math.sqrt(mean_square(w_dim, depth))


def chord(angle: float, depth: int, z_share: float = 1.0) -> float:
    """|w - w'| / sqrt(E|w|^2) of points ``angle`` apart: sqrt(2 (1 - c^depth))."""
    at = torch.tensor([angle], dtype=torch.float64)
    return math.sqrt(2.0 * (1.0 - float(circle_cosines(at, depth, z_share))))


def turn(angle: float, depth: int, z_share: float = 1.0) -> float:
    """The angle between two chords that follow one another, of points ``angle`` apart.

    With k the cosine of points: acos((2 k(t) - 1 - k(2 t)) / (2 - 2 k(t))).
    """
    at = torch.tensor([angle, 2.0 * angle], dtype=torch.float64)
    near, far = circle_cosines(at, depth, z_share).tolist()
    cosine = (2.0 * near - 1.0 - far) / (2.0 - 2.0 * near)
    return math.acos(min(1.0, max(-1.0, cosine)))


def chord_length(w_dim: int, depth: int, points: int) -> float:
    """Length of the polygon of N points: N chords of 2 pi / N."""
    size = math.sqrt(mean_square(w_dim, depth))
    return points * size * chord(math.tau / points, depth)


def centre_share(depth: int, z_share: float = 1.0) -> float:
    """|mean of a circle|^2 / E|w|^2: the constant term of t -> c^depth(cos t)."""
    angles = torch.arange(SERIES, dtype=torch.float64) * (math.tau / SERIES)
    return float(circle_cosines(angles, depth, z_share).mean())


def tails(slope: float = SLOPE) -> tuple[float, float]:
    """Skewness and excess kurtosis of all coordinates of W, pooled.

    Over units, what enters the last LeakyReLU is normal, of mean 0: these are the
    moments of phi(x), E phi^k = (1 + (-a)^k) E[x^k; x > 0]. In P both are 0.
    """
    half = (1.0 / math.sqrt(math.tau), 0.5, 2.0 / math.sqrt(math.tau), 1.5)
    m1, m2, m3, m4 = (
        (1.0 + (-slope) ** k) * moment for k, moment in enumerate(half, start=1)
    )
    variance = m2 - m1**2
    third = m3 - 3.0 * m1 * m2 + 2.0 * m1**3
    fourth = m4 - 4.0 * m1 * m3 + 6.0 * m1**2 * m2 - 3.0 * m1**4
    return third / variance**1.5, fourth / variance**2 - 3.0


def flips(width: int) -> float:
    """Sign changes of pre-activations in a layer along a circle, 2 ``width``.

    Rice's formula, (1 / pi) sqrt(-rho''(0)) a radian and unit, with -rho''(0) =
    c'(1) = 1 in every layer.
    """
    return 2.0 * width


def _cosine_series(values: Tensor) -> Tensor:
    """Coefficients a_k of sum a_k cos k t, k = 0 ... n / 2, of an even function."""
    series: Tensor = torch.fft.rfft(values).real / len(values)
    series[1:-1] *= 2.0
    return series
