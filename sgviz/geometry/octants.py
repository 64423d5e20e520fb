"""Counting signs: octants of coordinate triplets, tails, and what P space undoes.

``w`` is [..., D], any number of points, seen from where the caller put zero (w, or
w - w_avg), and finite. Eyes follow the long positive tails of W; counts do not.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

# The eight octants by the signs of a triplet, "+++" first, "---" last.
OCTANTS = tuple(x + y + z for x in "+-" for y in "+-" for z in "+-")
SLOPE = 0.2
# Numbers of a block whose moments are summed: 400 KB of doubles.
BLOCK = 49_152


def triplets_of(w: Tensor) -> Tensor:
    """Coordinates (0 1 2), (3 4 5) ... as [..., D // 3, 3]; a remainder is left out.

    Raises
    ------
    ValueError
        There are fewer than three coordinates.
    """
    dim = w.shape[-1]
    if dim < 3:
        raise ValueError(f"W has {dim} coordinates: three are needed for an octant")
    return w[..., : dim - dim % 3].reshape(*w.shape[:-1], dim // 3, 3)


def octant_shares(w: Tensor) -> Tensor:
    """Share of all (point, triplet) pairs in each octant, [8] float64.

    In the order of ``OCTANTS``. Zero counts as positive. By chance: 1/8 each.
    """
    counts = octant_counts(w).sum(dim=0)
    return counts.double() / counts.sum()


def octant_counts(w: Tensor) -> Tensor:
    """How many points of w [..., D] each triplet has in each octant, [D // 3, 8]."""
    x, y, z = (triplets_of(w) < 0).byte().unbind(dim=-1)
    # Bytes, and no sum over an axis of three: that takes longer than all the rest.
    place = (4 * x + 2 * y + z).reshape(-1, x.shape[-1])
    count = 8 * place.shape[1]
    places = place + torch.arange(0, count, 8, device=w.device)
    return torch.bincount(places.reshape(-1), minlength=count).reshape(-1, 8)


def tetrahedron_share(w: Tensor, leg: float = 1.5) -> Tensor:
    """Share of the pairs in the tetrahedron x, y, z >= 0, x + y + z <= ``leg``."""
    x, y, z = triplets_of(w).double().unbind(dim=-1)
    inside = (x >= 0) & (y >= 0) & (z >= 0) & (x + y + z <= leg)
    return inside.double().mean()


def negative_share(w: Tensor) -> Tensor:
    """Share of all coordinates of all points below zero, a number."""
    return (w < 0).double().mean()


def triplet_energies(w: Tensor) -> Tensor:
    """Share of a curve's variance within each triplet, [..., N, D] -> [..., D // 3].

    About the curve's own mean, of the variance of all D coordinates: how much of the
    curve a picture of that triplet shows at all.
    """
    points = w.double()
    centred = points - points.mean(dim=-2, keepdim=True)
    squares = centred.square().sum(dim=-2)
    return triplets_of(squares).sum(dim=-1) / squares.sum(dim=-1, keepdim=True)


def p_space(w: Tensor) -> Tensor:
    """P: w where w >= 0, else 5 w; undoes the last LeakyReLU of the mapping.

    Zhu et al. 2020, arXiv 2012.09036, section 3.2; up to the gain sqrt(2) which
    StyleGAN2 applies after it.
    """
    return torch.minimum(w, w / SLOPE)


def from_p_space(p: Tensor) -> Tensor:
    """The w of p: LeakyReLU of slope 0.2."""
    return torch.where(p < 0, p * SLOPE, p)


def skewness(x: Tensor) -> Tensor:
    """Third standardised moment of all numbers of x; 0 for a normal distribution."""
    return moments(x).pooled.skewness


def excess_kurtosis(x: Tensor) -> Tensor:
    """Fourth standardised moment less 3 of all numbers of x; 0 for a normal one."""
    return moments(x).pooled.excess_kurtosis


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and central moments m2, m3, m4 of each coordinate, [D] float64 each."""

    mean: Tensor
    second: Tensor
    third: Tensor
    fourth: Tensor

    @property
    def skewness(self) -> Tensor:
        """m3 / m2^1.5, [D]."""
        return self.third / self.second.pow(1.5)

    @property
    def excess_kurtosis(self) -> Tensor:
        """m4 / m2^2 - 3, [D]."""
        return self.fourth / self.second.square() - 3.0

    def about(self, centre: Tensor) -> "Moments":
        """Those of the numbers seen from ``centre`` [D]: the means alone are others."""
        return Moments(
            self.mean - centre.double(), self.second, self.third, self.fourth
        )

    @property
    def pooled(self) -> "Moments":
        """Those of the numbers of all coordinates together, as numbers.

        Each coordinate has as many points, so they are means over the coordinates of
        the moments about the common mean. Source: Pebay 2008, SAND2008-6212, 3.1.
        """
        mean = self.mean.mean()
        off = self.mean - mean
        square = off.square()
        second = self.second + square
        third = self.third + 3.0 * off * self.second + off * square
        fourth = self.fourth + 4.0 * off * self.third
        fourth += square * (6.0 * self.second + square)
        return Moments(mean, second.mean(), third.mean(), fourth.mean())


def moments(x: Tensor) -> Moments:
    """Moments of each coordinate of the points x [..., D], over all points.

    A block of rows at a time, whose doubles stay in the cache; and products of
    squares, for a power of a double takes ten times as long.
    """
    points = x.reshape(-1, x.shape[-1])
    count, mean = len(points), points.mean(dim=0, dtype=torch.float64)
    second, third, fourth = (torch.zeros_like(mean) for _ in range(3))
    rows = max(1, BLOCK // max(1, points.shape[1]))
    for block in torch.split(points, rows):
        centred = block.double() - mean
        squares = centred.square()
        second += squares.sum(dim=0) / count
        third += centred.mul_(squares).sum(dim=0) / count
        fourth += squares.square_().sum(dim=0) / count
    return Moments(mean, second, third, fourth)
