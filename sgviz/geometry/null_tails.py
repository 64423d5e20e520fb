"""Signs and tails of W about its mean in an untrained mapping of infinite width.

What enters the last LeakyReLU is, over units and random z, normal with correlation rho
of the same unit at two z: x = sqrt(rho) a + sqrt(1 - rho) b, a of the unit, b of the z
(:func:`sgviz.geometry.null_model.cosine_map` gives rho). So w = phi(x) and w_avg =
m(a) = E_b phi(x), and every expectation is one over two normal numbers.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from sgviz.geometry.null_model import SLOPE
from sgviz.geometry.octants import Moments, p_space

# Places of the trapezoidal rule, from -8 to 8 standard deviations.
PLACES = 129


class Law(NamedTuple):
    """Share below zero; skewness and excess kurtosis, pooled over units."""

    negative: float
    skewness: float
    excess_kurtosis: float


def about_mean(rho: float, in_p: bool = False, slope: float = SLOPE) -> Law:
    """The law of w - w_avg, or of p(w) - p(w_avg), over units and z; 0 <= rho < 1.

    Bigger or smaller gains and psi > 0 multiply w - w_avg alone: this law stays.
    """
    a = torch.linspace(-8.0, 8.0, PLACES, dtype=torch.float64)
    weight = torch.exp(-a.square() / 2.0)
    weight /= weight.sum()
    common, own = math.sqrt(rho) * a, math.sqrt(1.0 - rho)
    mean = _mean_of(common, own, slope)
    border = torch.where(mean < 0.0, mean / slope, mean)
    below = torch.special.ndtr((border - common) / own)
    w = _leaky(common[:, None] + own * a, slope)
    away = p_space(w) - p_space(mean)[:, None] if in_p else w - mean[:, None]
    joint = weight[:, None] * weight
    first, second, third, fourth = (
        (joint * away**power).sum() for power in (1, 2, 3, 4)
    )
    variance = second - first**2
    pooled = Moments(
        first,
        variance,
        third - 3.0 * first * second + 2.0 * first**3,
        fourth - 4.0 * first * third + 6.0 * first**2 * second - 3.0 * first**4,
    )
    negative = float((weight * below).sum())
    return Law(negative, float(pooled.skewness), float(pooled.excess_kurtosis))


def octants_of(negative: float) -> list[float]:
    """Shares of the eight octants, "+++" first: units know nothing of each other."""
    above = 1.0 - negative
    return [above ** (3 - k.bit_count()) * negative ** k.bit_count() for k in range(8)]


def _leaky(x: Tensor, slope: float) -> Tensor:
    return torch.maximum(x, slope * x)


def _mean_of(centre: Tensor, spread: float, slope: float) -> Tensor:
    """E phi(x) of normal x about ``centre``: phi(x) = p x + q |x|, E|x| is known."""
    p, q = (1.0 + slope) / 2.0, (1.0 - slope) / 2.0
    scored = centre / (spread * math.sqrt(2.0))
    folded = math.sqrt(2.0 / math.pi) * spread * torch.exp(-scored.square())
    mean: Tensor = p * centre + q * (folded + centre * torch.special.erf(scored))
    return mean
