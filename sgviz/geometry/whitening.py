"""P_N: coordinates along the principal components of P, each of variance 1.

Zhu et al. 2020, arXiv 2012.09036, section 3.2: v = Lambda^-1 C^T (p - mu), with C the
components and Lambda the standard deviations of many p = P(w); |v| is then the
Mahalanobis distance. The covariance is streamed: no sample is kept.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

# A component of so small a share of the largest variance is rounding, not a direction.
NO_VARIANCE = 1e-12


class Moments:
    """Count, mean [D] and covariance [D, D] (float64) of rows that come in batches."""

    def __init__(self, dim: int) -> None:
        self.count = 0
        self.mean = torch.zeros(dim, dtype=torch.float64)
        # Sum of (x - mean) (x - mean)^T over all rows so far.
        self._scatter = torch.zeros(dim, dim, dtype=torch.float64)

    @property
    def covariance(self) -> Tensor:
        """About the mean, divided by the count."""
        return self._scatter / max(1, self.count)

    def frozen(self) -> "Moments":
        """As they are now, whatever rows come after: for another thread."""
        found = Moments(len(self.mean))
        found.count, found.mean = self.count, self.mean
        found._scatter = self._scatter.clone()
        return found

    def add(self, x: Tensor) -> None:
        """Take rows [M, D] in (Chan, Golub & LeVeque 1979: merging two samples)."""
        rows = x.detach().cpu().double()
        fresh = rows.mean(dim=0)
        centred = rows - fresh
        apart = fresh - self.mean
        total = self.count + len(rows)
        weight = self.count * len(rows) / total
        self._scatter += centred.T @ centred + weight * torch.outer(apart, apart)
        self.mean = self.mean + apart * (len(rows) / total)
        self.count = total


@dataclass(frozen=True, eq=False)
class Whitening:
    """The map p -> v and back, found from ``count`` samples; float64.

    ``mean`` [D]; ``components`` [D, D]: orthonormal columns, by falling ``deviations``
    [D]. A component without variance has deviation infinity: its v is 0.
    """

    mean: Tensor
    components: Tensor
    deviations: Tensor
    count: int

    def apply(self, p: Tensor) -> Tensor:
        """The v of p [..., D], in the type of p: (p - mean) C / deviations."""
        rows = p.detach().cpu().double()
        v: Tensor = (rows - self.mean) @ self.components / self.deviations
        return v.to(p.dtype)

    def invert(self, v: Tensor) -> Tensor:
        """The p of v [..., D], in the type of v."""
        reached = self.deviations.isfinite()
        scaled = v.double() * self.deviations.where(reached, 0.0)
        p: Tensor = scaled @ self.components.T + self.mean
        return p.to(v.dtype)


def whitening(moments: Moments, previous: Whitening | None = None) -> Whitening:
    """The whitening of what was streamed into ``moments``.

    A component's sign is that of the sum of its cubed loadings, or the one that is
    nearer to ``previous``, found from fewer samples.

    Raises
    ------
    ValueError
        There are fewer samples than dimensions, or numbers that are not finite.
    """
    dim = len(moments.mean)
    if moments.count <= dim:
        raise ValueError(f"P_N of {dim} dimensions needs more than {dim} samples")
    covariance = moments.covariance
    if not bool(torch.isfinite(covariance).all()):
        raise ValueError("W holds numbers that are not finite: it has no P_N")
    variances, components = torch.linalg.eigh(covariance)
    variances, components = variances.flip(0).clamp(min=0.0), components.flip(1)
    signs = torch.where((components**3).sum(dim=0) < 0, -1.0, 1.0)
    if previous is not None:
        cosines = (previous.components * components).sum(dim=0)
        signs = torch.where(cosines.abs() > 0.5, cosines.sign(), signs)
    reached = variances > NO_VARIANCE * variances[0]
    deviations = variances.sqrt().where(reached, torch.inf)
    return Whitening(moments.mean, components * signs, deviations, moments.count)
