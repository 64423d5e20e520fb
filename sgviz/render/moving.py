"""A picture that is moved while the hand moves it, until its network has drawn it."""

from collections.abc import Hashable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from sgviz.models.synthesis_aliasfree import placement
from sgviz.state import Placement


@dataclass(frozen=True, eq=False)
class Placed:
    """An image [1, 3, R, R] as a network drew it at a place; ``of`` is all but that."""

    of: Hashable
    image: Tensor
    place: Placement

    def moved(self, place: Placement) -> Tensor:
        """The same picture at another place, black where nothing of it was drawn.

        With M(p) the transform of a place, which says where a point comes from, the
        picture at ``place`` shows at x what the drawn one shows at M(drawn)^-1 M(place)
        x. That is what the network draws, as far as it is equivariant
        (arXiv 2106.12423, section 3).
        """
        theta = torch.linalg.solve(matrix(self.place), matrix(place))[:2]
        # torch counts a side of the picture as 2.
        theta[:, 2] *= 2.0
        grid = F.affine_grid(theta[None], list(self.image.shape), align_corners=False)
        image = self.image.detach() + 1.0
        grid = grid.to(image)
        return F.grid_sample(image, grid, align_corners=False) - 1.0


def matrix(place: Placement) -> Tensor:
    """The transform of a place, [3, 3]."""
    return placement(place.right, place.down, place.turn)
