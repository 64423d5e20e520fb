"""A state's projection, found for the curves that are shown."""

from dataclasses import dataclass, replace

from torch import Tensor

from sgviz.geometry.projection import (
    Basis,
    Called,
    Names,
    Positions,
    best_triplets,
    coordinates,
    principal_axes,
    random_axes,
    triplets,
)
from sgviz.geometry.projection import W as CALLED_W
from sgviz.state import Axes, Pca, Projection, RandomAxes, Triplets


@dataclass(frozen=True, eq=False)
class Projected:
    """Positions float32 [S, C, N, 3] and the basis that made them."""

    positions: Positions
    basis: Basis

    @property
    def titles(self) -> tuple[str, ...]:
        """A title for each slice."""
        return self.basis.titles

    @property
    def axes(self) -> Names:
        """The three directions of the first slice."""
        return self.basis.axes

    @property
    def shares(self) -> tuple[float, ...]:
        """The explained share of each direction, where it is known."""
        return self.basis.shares

    @property
    def note(self) -> str:
        """One sentence where not all that was asked for could be shown."""
        return self.basis.note


def basis_for(
    w: Tensor,
    projection: Projection,
    centre: Tensor | None = None,
    previous: Basis | None = None,
    called: Called = CALLED_W,
) -> Basis:
    """The basis of a projection for ``w`` [..., D], about ``centre`` [D] or zero.

    ``previous`` is the basis of the frame before: components keep its signs. ``called``
    names the space, where it is another than W.

    Raises
    ------
    ValueError
        One sentence: the space has no such coordinate, or no components.
    """
    dim = w.shape[-1]
    match projection:
        case Triplets(start=start, count=count, stride=stride, order="energy"):
            basis = best_triplets(w, start, count, stride, called)
        case Triplets(start=start, count=count, stride=stride):
            basis = triplets(dim, start, count, stride, called)
        case Axes(i=i, j=j, k=k):
            basis = coordinates(dim, i, j, k, called)
        case RandomAxes(seed=seed):
            basis = random_axes(dim, seed, called)
        case Pca(first=first):
            basis = principal_axes(w, first, previous, called)
    if centre is None:
        return basis
    return replace(basis, centre=centre.detach().cpu().float())


def project(
    w: Tensor,
    projection: Projection,
    centre: Tensor | None = None,
    previous: Basis | None = None,
) -> Projected:
    """Curves ``w`` [C, N, D] in every slice of a projection (see :func:`basis_for`)."""
    basis = basis_for(w, projection, centre, previous)
    return Projected(basis.apply(w), basis)
