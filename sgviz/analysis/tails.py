"""Signs and tails of the points of circles, in W and in P (see geometry.octants)."""

from collections.abc import Generator

import torch
from torch import Tensor

from sgviz.analysis.statistics import census, tails_of
from sgviz.curves import CurveSet
from sgviz.geometry.octants import p_space
from sgviz.measured.tails import Signs, SignsOfAll, SpaceName

# Places of a Q-Q plot of one coordinate: at most so many.
PLACES = 192

Steps = Generator[None, None, SignsOfAll]


def signs_steps(curves: CurveSet) -> Steps:
    """All points of the circles, counted in both spaces from both zeros.

    P is w where w >= 0, else 5 w; its centre is that of w_avg.
    """
    w = curves.w.flatten(0, 1)
    found: list[Signs] = []
    in_both: tuple[tuple[SpaceName, Tensor, Tensor], ...] = (
        ("W", w, curves.centre),
        ("P", p_space(w), p_space(curves.centre)),
    )
    for space, x, centre in in_both:
        own = coordinate_quantiles(x)
        yield
        for centred in (True, False):
            zero = centre if centred else torch.zeros_like(centre)
            counted = census(space, x, zero)
            yield
            found.append(
                Signs(
                    space,
                    centred,
                    counted,
                    tails_of(x - zero, space),
                    own.numpy(),
                    normal_quantiles(own.shape[1]).numpy(),
                )
            )
            yield
    return SignsOfAll(len(w), len(curves.names), tuple(found))


def normal_quantiles(count: int) -> Tensor:
    """Quantiles of the standard normal at (k + 1/2) / count, [count] float64.

    Hazen's plotting positions.
    """
    levels = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    normal: Tensor = torch.special.ndtri(levels)
    return normal


def coordinate_quantiles(x: Tensor) -> Tensor:
    """Quantiles [D, Q] of each coordinate of x [N, D], at mean 0 and variance 1.

    Every point up to Q = 192 of them, then the nearest to as many levels. NaN for a
    coordinate that does not vary, and where no point is finite.
    """
    finite = x[torch.isfinite(x).all(dim=1)].double()
    count = min(PLACES, max(1, len(finite)))
    if not len(finite):
        return torch.full((x.shape[1], count), torch.nan, dtype=torch.float64)
    # A row a coordinate: torch sorts a column several times as slowly.
    rows = finite.T.contiguous()
    centred = rows - rows.mean(dim=1, keepdim=True)
    standard = centred / rows.std(dim=1, correction=0, keepdim=True)
    levels = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    place = (levels * len(finite)).long().clamp(max=len(finite) - 1)
    quantiles: Tensor = standard.sort(dim=1).values[:, place]
    return quantiles
