"""Intrinsic dimension of a cloud of points, from the distances to nearest neighbours.

``x`` is [N, D]; everything is computed in float64. Both estimators need many more
points than a space of hundreds of dimensions can be given, and then say too little:
beside the estimate on W stands the same estimate on as many points of Z, whose
dimension is known. That column is what the number must be read against.

Sources: Facco, d'Errico, Rodriguez, Laio 2017 (Scientific Reports 7, 12140): TwoNN.
Levina, Bickel 2004 (NIPS 17): maximum likelihood; MacKay, Ghahramani 2005 (a comment
on it): the inverses are what must be averaged.
"""

from collections.abc import Generator
from itertools import pairwise

import torch
from torch import Tensor

# Rows of one block of distances: 64 x 4,096 of 512 numbers take about 10 ms.
BLOCK = 64
NEIGHBOURS = 20
# Below this share of the squared norms, a squared distance is rounding.
SAME = 1e-13
# TwoNN's largest ratios are not of one density any more (Facco et al. drop a tenth).
DROPPED = 0.1


def nearest_distances(x: Tensor, count: int) -> Tensor:
    """Distances of points x [N, D] to their ``count`` nearest others, rising.

    float64 [N, count]. A point equal to another is at distance 0 from it.

    Raises
    ------
    ValueError
        One sentence: there are not so many other points.
    """
    steps = nearest_steps(x, count)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Tensor = end.value
            return found


def nearest_steps(x: Tensor, count: int) -> Generator[None, None, Tensor]:
    """:func:`nearest_distances`, a block of rows between two yields; raises as it.

    |a_i - b_j|^2 by inner products: in float64 nothing that matters is lost.
    """
    if x.ndim != 2 or len(x) <= count:
        raise ValueError(f"{count} neighbours need {count + 1} points at least")
    points = x.double()
    sizes = points.square().sum(dim=1)
    yield
    nearest = []
    for rows in blocks(len(points)):
        both = sizes[rows, None] + sizes
        square = torch.addmm(both, points[rows], points.T, alpha=-2.0)
        square.masked_fill_(square <= both.mul_(SAME), 0.0)
        square[:, rows].fill_diagonal_(torch.inf)
        nearest.append(square.topk(count, largest=False).values)
        yield
    return torch.cat(nearest).sqrt_()


def distinct(x: Tensor) -> Tensor:
    """The points of x [N, D] without repetition: ties say nothing of a dimension."""
    found: Tensor = torch.unique(x, dim=0)
    return found


def blocks(count: int, size: int = BLOCK) -> list[slice]:
    """``count`` rows as slices of at most ``size``, to be worked off one by one."""
    edges = [*range(0, count, size), count]
    return [slice(a, b) for a, b in pairwise(edges)]


def two_nn(nearest: Tensor) -> float:
    """TwoNN by maximum likelihood: (N - 1) / sum of ln mu_i, mu = r2 / r1.

    ``nearest`` [N, >= 2] from :func:`nearest_distances`. mu has the law
    P(mu > m) = m^-d wherever the density hardly changes within the second neighbour.

    Raises
    ------
    ValueError
        One sentence: fewer than three points have two neighbours apart from them.
    """
    logs = _log_ratios(nearest)
    return (len(logs) - 1) / float(logs.sum())


def two_nn_fit(nearest: Tensor, dropped: float = DROPPED) -> float:
    """TwoNN as Facco et al. draw it: the slope of -ln(1 - F(mu)) over ln mu.

    Least squares through the origin, F the empirical distribution function i / N,
    without the ``dropped`` share of the largest mu. Raises as :func:`two_nn`.
    """
    logs = _log_ratios(nearest).sort().values
    count = len(logs)
    kept = max(2, min(count - 1, int(count * (1.0 - dropped))))
    heights = -torch.log1p(-torch.arange(1, kept + 1, dtype=torch.float64) / count)
    across = logs[:kept]
    return float((across * heights).sum() / across.square().sum())


def levina_bickel(nearest: Tensor, neighbours: int | None = None) -> float:
    """The maximum-likelihood dimension of k neighbours, 1 / mean of the inverses.

    1 / m = mean over points of (1 / (k - 1)) sum over j < k of ln(T_k / T_j), T_j the
    distance of the j-th neighbour. Averaged so (MacKay and Ghahramani), k - 1 makes
    it unbiased; Levina and Bickel's own mean of the m_k needs k - 2.

    Raises
    ------
    ValueError
        One sentence: fewer than three neighbours are known, or too few points have
        them apart.
    """
    inverse = 1.0 / local_dimensions(nearest, neighbours)
    k = neighbours or nearest.shape[1]
    return float((k - 1) / (k - 2) / inverse.mean())


def local_dimensions(nearest: Tensor, neighbours: int | None = None) -> Tensor:
    """m_k(x) = [(1 / (k - 2)) sum over j < k of ln(T_k / T_j)]^-1, [N'].

    Of those points whose neighbours are apart from them. Raises as
    :func:`levina_bickel`.
    """
    k = neighbours or nearest.shape[1]
    if not 3 <= k <= nearest.shape[1]:
        raise ValueError("the estimate by likelihood needs three neighbours at least")
    near = nearest[:, :k].double()
    near = near[(near[:, 0] > 0) & (near[:, -1] > near[:, 0])]
    if len(near) < 3:
        raise ValueError(_TOO_FEW)
    logs = (near[:, -1:] / near[:, :-1]).log().sum(dim=1)
    return (k - 2) / logs


_TOO_FEW = "fewer than three points lie apart from each other: they have no dimension"


def _log_ratios(nearest: Tensor) -> Tensor:
    first, second = nearest[:, 0].double(), nearest[:, 1].double()
    logs = (second / first)[first > 0].log()
    if len(logs) < 3 or not float(logs.sum()) > 0:
        raise ValueError(_TOO_FEW)
    return logs
