"""Statistics of directions: how unit vectors of p dimensions lie on their sphere.

``x`` is [N, p] of any length; only its directions matter, and results are float64.
For z there is nothing to see (two random directions of 512 dimensions are 90 +- 2.5
degrees apart); those of w lie in a cone, the more so the less a network has learned.

Source, unless told: Mardia, Jupp, "Directional Statistics" (2000), chapters 9 and 10.
"""

import math
from collections.abc import Generator

import torch
from torch import Tensor

from sgviz.geometry.sphere import dist, exp, normalised, project

# Below this, N directions balance so well that they have no middle.
BALANCED, TINY = 1e-6, 1e-9
STEPS, STILL, LONGEST = 40, 1e-9, 30.0


def mean_resultant_length(x: Tensor) -> float:
    """R = |mean of the directions|: 0 spread evenly (or in balance), 1 all the same."""
    return float(normalised(x.double()).mean(dim=0).norm())


def rayleigh(x: Tensor) -> tuple[float, float]:
    """Rayleigh's statistic p N R^2 and its p-value against uniform directions.

    Uniform directions give chi^2 with p degrees of freedom (large N). Independent
    directions are meant: points of a curve are not, and tell no probability.
    """
    return rayleigh_of(mean_resultant_length(x), *x.shape)


def rayleigh_of(resultant: float, count: int, dim: int) -> tuple[float, float]:
    """:func:`rayleigh` of ``count`` directions with this mean resultant length."""
    statistic = dim * count * resultant**2
    half = torch.tensor([dim / 2, statistic / 2], dtype=torch.float64)
    return statistic, float(torch.special.gammaincc(half[0], half[1]))


def concentration(x: Tensor) -> float:
    """Kappa of the von Mises-Fisher law: R (p - R^2) / (1 - R^2), about.

    Banerjee et al. 2005 (JMLR 6, equation 4.4); inf where all directions are one.
    """
    return concentration_of(mean_resultant_length(x), x.shape[1])


def concentration_of(resultant: float, dim: int) -> float:
    """:func:`concentration` of directions with this mean resultant length."""
    r = resultant
    return r * (dim - r * r) / (1.0 - r * r) if r < 1.0 else math.inf


def frechet_mean(x: Tensor) -> Tensor:
    """The direction [p] with the least mean squared angle to those of x [N, p].

    m <- exp_m(a mean of log_m x_i) from the mean's direction on, until that mean is
    less than 1e-9 (Karcher 1977; Pennec 2006, with a = 1). a is what the last step
    showed of the curvature, |s|^2 / <s, y> (Barzilai and Borwein 1988): Karcher's own
    step takes hundreds where the directions are nearly balanced.

    Raises
    ------
    ValueError
        One sentence: the directions balance, as those of a great circle do.
    """
    steps = frechet_steps(x)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Tensor = end.value
            return found


def frechet_steps(x: Tensor) -> Generator[None, None, Tensor]:
    """:func:`frechet_mean`, a step between two yields."""
    points = normalised(x.double())
    middle = points.mean(dim=0)
    if float(middle.norm()) < BALANCED:
        raise ValueError("these directions balance: no direction is their middle")
    here, size = normalised(middle), 1.0
    last: tuple[Tensor, Tensor] | None = None
    for _ in range(STEPS):
        # log_m(x) = (angle / sin angle) (x - cos angle m): two products with points.
        cosine = points @ here
        sine = (1.0 - cosine.square()).clamp(min=0.0).sqrt()
        far = torch.atan2(sine, cosine) / sine.clamp(min=TINY)
        far = far.where(sine > TINY, 1.0)
        step = project(here, points.T @ far / len(points))
        before = here
        if last is not None:
            moved, change = here - last[0], last[1] - step
            curved = float(moved @ change)
            size = float(moved @ moved) / curved if curved > 0.0 else 1.0
        here = normalised(exp(here, step * min(max(size, 0.5), LONGEST)))
        last = (before, step)
        if float(step.norm()) < STILL:
            break
        yield
    return here


def angular_spread(x: Tensor) -> float:
    """Root mean squared angle to the Fréchet mean, radians; raises as that does."""
    return spread_about(frechet_mean(x), x)


def spread_about(middle: Tensor, x: Tensor) -> float:
    """Root mean squared angle of directions x [N, p] to one direction [p]."""
    angles = dist(middle, normalised(x.double()))
    return float(angles.square().mean().sqrt())


def mean_angle(x: Tensor) -> tuple[float, float]:
    """Mean and standard deviation of the angles between pairs, radians.

    Of random directions pi / 2 and 1 / sqrt(p), nearly.
    """
    return mean_angle_of(pair_cosines(x))


def mean_angle_of(cosines: Tensor) -> tuple[float, float]:
    """:func:`mean_angle` of pairs with these cosines [K]."""
    angles = cosines.clamp(-1.0, 1.0).acos()
    return float(angles.mean()), float(angles.std())


def uniformity(x: Tensor) -> float:
    """Log of the mean over pairs of exp(-2 |x_i - x_j|^2): the less, the more even.

    Wang and Isola 2020 (arXiv 2005.10242, section 4.1.2), t = 2. Uniform directions
    of many dimensions tend to -4 + 8 / p, and 0 is a single direction.
    """
    return uniformity_of(pair_cosines(x))


def uniformity_of(cosines: Tensor) -> float:
    """:func:`uniformity` of pairs with these cosines [K]."""
    squares = 2.0 - 2.0 * cosines
    count = math.log(len(squares))
    return float(torch.logsumexp(-2.0 * squares, dim=0)) - count


def pair_cosines(x: Tensor) -> Tensor:
    """<x_i, x_j> of all pairs i < j, [N (N - 1) / 2]; ValueError for fewer than two."""
    if len(x) < 2:
        raise ValueError("pairs need two directions at least")
    unit = normalised(x.double())
    above = torch.ones(len(unit), len(unit), dtype=torch.bool).triu_(1)
    cosines: Tensor = (unit @ unit.T).masked_select(above)
    return cosines
