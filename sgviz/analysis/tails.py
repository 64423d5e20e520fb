"""Signs and tails of the points of circles, in W and in P (see geometry.octants)."""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.statistics import QUANTILES, census, finite_rows, tails_steps
from sgviz.curves import CurveSet, in_one_go
from sgviz.geometry.octants import p_space
from sgviz.measured.tails import Signs, SignsOfAll, SpaceName

# Places of a Q-Q plot of one coordinate: at most so many.
PLACES = 192

Steps = Generator[None, None, SignsOfAll]


def signs_steps(curves: CurveSet) -> Steps:
    """All points of the circles, counted in both spaces from both zeros.

    P is w where w >= 0, else 5 w; its centre is that of w_avg.
    """
    w = curves.w.cpu().flatten(0, 1)
    in_w = yield from _signs_in("W", w, curves.centre.cpu())
    x = p_space(w)
    yield
    in_p = yield from _signs_in("P", x, p_space(curves.centre.cpu()))
    return SignsOfAll(len(w), len(curves.names), in_w + in_p)


def _signs_in(
    space: SpaceName, x: Tensor, centre: Tensor
) -> Generator[None, None, tuple[Signs, ...]]:
    """Points x [N, D] of a space seen from its centre, and from its zero."""
    own = yield from quantiles_steps(x)
    found: list[Signs] = []
    for zero in (centre, torch.zeros_like(centre)):
        counted = census(space, x, zero)
        yield
        away = x - zero
        yield
        found.append(
            Signs(
                space,
                zero is centre,
                counted,
                (yield from tails_steps(away, space, QUANTILES)),
                own.numpy(),
                normal_quantiles(own.shape[1]).numpy(),
            )
        )
        yield
    return tuple(found)


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
    return in_one_go(quantiles_steps(x))


def quantiles_steps(x: Tensor) -> Generator[None, None, Tensor]:
    """:func:`coordinate_quantiles`, a pass over the numbers between two yields."""
    finite = finite_rows(x)
    count = min(PLACES, max(1, len(finite)))
    if not len(finite):
        return torch.full((x.shape[1], count), torch.nan, dtype=torch.float64)
    yield
    # A row a coordinate, and by numpy: torch sorts twelve times as slowly.
    rows = torch.from_numpy(np.sort(finite.T.numpy(), axis=1))
    yield
    levels = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    place = (levels * len(finite)).long().clamp(max=len(finite) - 1)
    wide = rows.double()
    mean = wide.mean(dim=1, keepdim=True)
    yield
    quantiles: Tensor = (wide[:, place] - mean) / wide.std(
        dim=1, correction=0, keepdim=True
    )
    return quantiles
