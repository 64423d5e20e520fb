"""From points in their spaces to places in the picture: one, two, or many spaces."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from sgviz.geometry.projection import Basis, Positions
from sgviz.state import OneSpace

# The points [..., D] of whatever is to be placed, in a space.
PointsIn = Callable[[OneSpace], Tensor]


@dataclass(frozen=True, eq=False)
class Panel:
    """A space, what projects it, and what its places are multiplied by."""

    space: OneSpace
    basis: Basis
    scale: float = 1.0

    def place(self, points: Tensor) -> Positions:
        """Where points [..., D] lie, float32 [S, ..., 3]."""
        placed = self.basis.apply(points)
        return placed if self.scale == 1.0 else placed * np.float32(self.scale)


@dataclass(frozen=True, eq=False)
class Placing:
    """How points come into the picture that was made last.

    One panel; several, whose slices follow one another; or, with a ``share``, two
    between which the picture is: 0 is the first.
    """

    panels: tuple[Panel, ...]
    share: float | None = None

    def apply(self, points_in: PointsIn) -> Positions:
        """Where points lie in every slice, float32 [S, ..., 3]."""
        placed = [panel.place(points_in(panel.space)) for panel in self.panels]
        if self.share is None:
            return np.concatenate(placed) if len(placed) > 1 else placed[0]
        return between(placed[0], placed[1], self.share)

    @property
    def slices(self) -> tuple[int, ...]:
        """The panel of each slice."""
        counts = [len(panel.basis.titles) for panel in self.panels]
        if self.share is not None:
            return (0,) * min(counts)
        return tuple(k for k, count in enumerate(counts) for _ in range(count))


def between(a: Positions, b: Positions, share: float) -> Positions:
    """Part of the way from a [S, ..., 3] to b [S', ..., 3], in the slices of both.

    A projection is linear: where both have the same basis, it is also the picture of
    what is part of the way between the points themselves.
    """
    both = min(len(a), len(b))
    mixed: Positions = a[:both] + np.float32(share) * (b[:both] - a[:both])
    return mixed
