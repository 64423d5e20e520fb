"""Moments of a run in three dimensions: the same directions from first to last."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from sgviz.geometry.projection import Basis, Positions
from sgviz.render.projecting import basis_for
from sgviz.state import Projection


def basis_over(
    moments: Sequence[Tensor], projection: Projection, previous: Basis | None = None
) -> Basis:
    """Directions for all moments ``w`` [C, N, w_dim] of a run, found from some.

    Each moment counts about its own mean: components are then of the circles, and not
    of the way that W has gone as a whole. Raises as ``basis_for``.
    """
    about = [w - w.mean(dim=(0, 1)) for w in moments]
    points = torch.cat([w.flatten(0, 1) for w in about])
    return basis_for(points, projection, previous=previous)


def placed(
    w: Tensor, w_avg: Tensor, basis: Basis, centre: str
) -> tuple[Positions, Positions]:
    """Circles ``w`` [C, N, w_dim] and ``w_avg`` [w_dim] along a basis.

    Zero is ``"w_avg"``, the ``"mean"`` of the points, or, for any other ``centre``,
    the zero of W. Returns float32 [C, N, 3] and [3].
    """
    middle = torch.zeros_like(w_avg)
    if centre == "w_avg":
        middle = w_avg
    elif centre == "mean":
        middle = w.mean(dim=(0, 1))
    there = replace(basis, centre=middle.float())
    return there.apply(w)[0], there.apply(w_avg[None])[0, 0]
