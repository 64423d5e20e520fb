"""A mapping that nobody trained, infinitely wide: one sample of it along circles.

The units of a layer are independent there, and each is LeakyReLU of a normal random
function whose covariance is the closed form of :mod:`sgviz.geometry.null_model` (Poole
et al. 2016, arXiv 1606.05340; Lee et al. 2018, arXiv 1711.00165). ``w_dim`` of those
units are drawn: E w w' and the tails of w are those of the limit at any width, and what
a finite network adds to them is left out.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from sgviz.analysis.closed_form import mean_square, z_share
from sgviz.geometry.null_model import cosine_map, growth
from sgviz.geometry.random_process import process_steps
from sgviz.geometry.whitening import Whitening
from sgviz.models.layers import SLOPE
from sgviz.models.mapping import MappingConfig

Steps = Generator[None, None, Tensor]


@dataclass(frozen=True)
class InfinitelyWide:
    """The mapping of a configuration in the limit of infinite width, of a seed."""

    config: MappingConfig
    seed: int = 0

    def circles_steps(self, z: Tensor, layer: int) -> Steps:
        """Circles z [C, N, z_dim] after ``layer`` layers, float32 [C, N, w_dim].

        Raises
        ------
        ValueError
            One sentence: too many circles, or a z of another size.
        """
        if z.shape[-1] != self.config.z_dim:
            raise ValueError(
                f"The closed form takes latents of {self.config.z_dim} numbers, not of"
                f" {z.shape[-1]}."
            )
        sphere = F.normalize(z.double(), dim=-1)
        share, depth = z_share(self.config), layer - 1

        def covariance(cosines: Tensor) -> Tensor:
            return cosine_map(share * cosines + (1.0 - share), depth)

        shared = self._shared(layer)
        x = yield from process_steps(sphere, covariance, shared, self._normals)
        return F.leaky_relu_(x, SLOPE).mul_(self._size(layer))

    def mean(self, layer: int) -> Tensor:
        """The mean after ``layer`` layers over all z, float32 [w_dim]: its w_avg.

        Over z a unit's function is normal about its own mean m, so E phi = p m +
        q E|x|, with E|x| that of a folded normal. Classes count as very many.
        """
        m, rest = self._mean(layer), math.sqrt(1.0 - self._shared(layer))
        bent = math.sqrt(2.0 / math.pi) * rest * (-0.5 * (m / rest).square()).exp()
        folded = bent + m * torch.erf(m / (rest * math.sqrt(2.0)))
        p, q = (1.0 + SLOPE) / 2.0, (1.0 - SLOPE) / 2.0
        return (self._size(layer) * (p * m + q * folded)).float()

    def whitening(self) -> Whitening:
        """P_N: all directions of P have the same variance, so its coordinates do."""
        depth, width = self.config.depth, self.config.w_dim
        size, shared = self._size(depth), self._shared(depth)
        return Whitening(
            mean=size * self._mean(depth),
            components=torch.eye(width, dtype=torch.float64),
            deviations=torch.full((width,), size * math.sqrt(1.0 - shared)).double(),
            count=0,
        )

    def _normals(self, circle: int, count: int) -> Tensor:
        """A stream for each circle; circle 0 is the mean."""
        stream = np.random.RandomState([self.seed, circle])
        return torch.from_numpy(stream.randn(count, self.config.w_dim))

    def _mean(self, layer: int) -> Tensor:
        """The mean of each unit before its LeakyReLU, of variance 1 there: [w_dim]."""
        return math.sqrt(self._shared(layer)) * self._normals(0, 1)[0]

    def _shared(self, layer: int) -> float:
        """The part of a unit's variance that all z have in common, before LeakyReLU.

        Two z at random are at right angles; so are two classes, and one of c_dim is
        the same.
        """
        same, classes = 1.0 - z_share(self.config), max(1, self.config.c_dim)
        starts = torch.tensor([same, 0.0], dtype=torch.float64)
        one, other = cosine_map(starts, layer - 1).tolist()
        return float(one / classes + other * (1.0 - 1.0 / classes))

    def _size(self, layer: int) -> float:
        """What LeakyReLU of a normal number is multiplied by: E phi^2 is growth / 2."""
        square = mean_square(replace(self.config, depth=layer)) / self.config.w_dim
        return math.sqrt(2.0 * square / growth())
