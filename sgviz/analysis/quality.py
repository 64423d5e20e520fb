"""How near a set of samples is to the data, by what a reader makes of both.

No weights from elsewhere are needed: the features and the factors are those of
:mod:`sgviz.analysis.reader`. Everything is computed in float64 and drawn from no
random numbers.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.analysis.reader import Readings

BINS = 20
# One real image in so many has a smaller confidence than this asks of a sample.
DOUBTED = 20


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean [D] and covariance [D, D] of features."""

    mean: Tensor
    covariance: Tensor


def moments(features: Tensor) -> Moments:
    """Mean and (unbiased) covariance of features [N, D].

    Raises
    ------
    ValueError
        Fewer than two rows have no covariance.
    """
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"moments need two rows at least, not {list(features.shape)}")
    features = features.double()
    mean = features.mean(0)
    centred = features - mean
    return Moments(mean, centred.T @ centred / (len(features) - 1))


def square_root(matrix: Tensor) -> Tensor:
    """The symmetric root of a positive semidefinite matrix [D, D].

    By its eigenvalues; those that rounding made negative count as 0, so that a
    covariance of less than full rank has a root too.
    """
    values, vectors = torch.linalg.eigh(matrix.double())
    root: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    return root


def frechet_distance(a: Moments, b: Moments) -> float:
    """|m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a^1/2 C_b C_a^1/2)^1/2).

    The squared 2-Wasserstein distance of two Gaussians (Dowson and Landau 1982; Heusel
    et al. 2017, arXiv 1706.08500, equation 6, there with the root of C_a C_b, which has
    the same trace but is not symmetric).
    """
    cov_a, cov_b = a.covariance.double(), b.covariance.double()
    root = square_root(cov_a)
    inner = root @ cov_b @ root
    values = torch.linalg.eigvalsh((inner + inner.T) / 2).clamp(min=0)
    moved = (a.mean.double() - b.mean.double()).square().sum()
    distance = moved + cov_a.trace() + cov_b.trace() - 2 * values.sqrt().sum()
    return max(0.0, float(distance))


def spread_ratio(samples: Tensor, data: Tensor) -> Tensor:
    """Deviation over samples / over data, [F], of values [N, F] and [M, F].

    1 where a factor is covered, 0 where it has collapsed to one value.
    """
    return samples.double().std(0) / data.double().std(0)


def histogram_distance(samples: Tensor, data: Tensor) -> Tensor:
    """Wasserstein-1 between the empirical laws, in deviations of the data, [F].

    The area between the two distribution functions, exact for values [N, F] and
    [M, F]: how far values have to move on average to make one histogram the other.
    """
    samples, data = samples.double().T.contiguous(), data.double().T.contiguous()
    a, b = samples.sort(1).values, data.sort(1).values
    places = torch.cat([a, b], 1).sort(1).values
    gaps, left = places.diff(dim=1), places[:, :-1].contiguous()
    below_a = torch.searchsorted(a, left, right=True).double() / a.shape[1]
    below_b = torch.searchsorted(b, left, right=True).double() / b.shape[1]
    return ((below_a - below_b).abs() * gaps).sum(1) / data.std(1)


def overlap(samples: Tensor, data: Tensor, bins: int = BINS) -> Tensor:
    """What two histograms share, [F]: 1 the same, 0 nothing in common.

    Sum over bins of min(p, q), 1 minus the total variation; the bins are the data's
    own quantiles, so that each holds as much of the data [M, F].
    """
    samples, data = samples.double(), data.double()
    inner = torch.linspace(0, 1, bins + 1, dtype=torch.float64)[1:-1]
    edges = torch.quantile(data, inner, dim=0).T.contiguous()
    shares = []
    for values in (samples, data):
        place = torch.searchsorted(edges, values.T.contiguous())
        counts = torch.nn.functional.one_hot(place, bins).sum(1)
        shares.append(counts.double() / len(values))
    return torch.minimum(*shares).sum(1)


@dataclass(frozen=True, eq=False)
class Quality:
    """How samples compare with data, as read; [F] has one number a factor.

    ``frechet`` is the Fréchet distance of the features. ``confidence`` is the mean over
    images and readable factors; ``confident`` the share of images that are read with
    at least the confidence that 19 of 20 images of the data have. ``spread``,
    ``distance`` and ``overlap`` [F] are those of this module; ``shift`` [F] is the
    difference of the means in deviations of the data.
    """

    frechet: float
    confidence: float
    confident: float
    spread: Tensor
    distance: Tensor
    overlap: Tensor
    shift: Tensor


def compare(samples: Readings, data: Readings, readable: tuple[bool, ...]) -> Quality:
    """Compare the readings of samples with those of data.

    ``readable`` says which factors count for the confidence.

    Raises
    ------
    ValueError
        Fewer than two images on a side, or no factor is readable.
    """
    if not any(readable):
        raise ValueError("no factor can be read in images of this size")
    columns = torch.tensor(readable)
    sure = samples.confidence[:, columns].double().mean(1)
    really = data.confidence[:, columns].double().mean(1)
    asked = torch.quantile(really, 1 / DOUBTED)
    values, real = samples.values.double(), data.values.double()
    return Quality(
        frechet=frechet_distance(moments(samples.features), moments(data.features)),
        confidence=float(sure.mean()),
        confident=float((sure >= asked).double().mean()),
        spread=spread_ratio(values, real),
        distance=histogram_distance(values, real),
        overlap=overlap(values, real),
        shift=(values.mean(0) - real.mean(0)) / real.std(0),
    )
