"""Descent by the curvature that gradients have shown: L-BFGS, an evaluation at a time.

Nocedal & Wright, "Numerical Optimization", algorithm 7.4 (the direction, from the last
steps s and changes of the gradient y) with the step halved until f falls by a share of
what the slope promises (Armijo, 3.1). Nothing is drawn and nothing is guessed but the
first step, which Polyak's rule gives from a bound below f: (f - bound) / |g|^2.
"""

from collections import deque
from collections.abc import Callable, Generator

import torch
from torch import Tensor

# Pairs (s, y) that are remembered, and the share of the slope's promise to be kept.
PAIRS, KEPT = 20, 1e-4
# A step halved so often has left float32 behind: the descent is at its end.
HALVINGS = 12

# f [] and its gradient, of the shape of x.
Valued = Callable[[Tensor], tuple[float, Tensor]]
# x so far and f there, after every evaluation.
Steps = Generator[tuple[Tensor, float], None, None]


def descent_steps(f: Valued, x: Tensor, evaluations: int, bound: float = 0.0) -> Steps:
    """Lower ``f`` from ``x`` on by so many evaluations; f never rises.

    Yields x and f(x) after each evaluation but the one at the start. Ends early where
    no step lowers f any more.
    """
    value, gradient = f(x)
    pairs: deque[tuple[Tensor, Tensor]] = deque(maxlen=PAIRS)
    left, share, halvings = evaluations, 1.0, 0
    way = _first(value, gradient, bound)
    while left and halvings <= HALVINGS:
        left -= 1
        slope = float((gradient * way).sum())
        if not slope < 0.0:
            return
        there = x + share * way
        lower, following = f(there)
        if not lower <= value + KEPT * share * slope:
            share, halvings = share / 2.0, halvings + 1
            yield x, value
            continue
        pair = (there - x, following - gradient)
        if float((pair[0] * pair[1]).sum()) > 0.0:
            pairs.append(pair)
        x, value, gradient = there, lower, following
        way, share, halvings = direction(gradient, pairs), 1.0, 0
        yield x, value


def direction(gradient: Tensor, pairs: deque[tuple[Tensor, Tensor]]) -> Tensor:
    """-H g of the inverse Hessian H that pairs of s and y tell of: two loops."""
    way, shares = -gradient, []
    for s, y in reversed(pairs):
        share = (s * way).sum() / (s * y).sum()
        way = way - share * y
        shares.append(share)
    if pairs:
        s, y = pairs[-1]
        way = way * ((s * y).sum() / y.square().sum())
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        way = way + (share - (y * way).sum() / (s * y).sum()) * s
    return way


def _first(value: float, gradient: Tensor, bound: float) -> Tensor:
    square = float(gradient.square().sum())
    if not square > 0.0:
        return torch.zeros_like(gradient)
    return gradient * (-(value - bound) / square)
