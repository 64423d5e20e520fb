"""A linear support vector machine: the hyperplane that parts two classes best.

The one of scikit-learn's ``LinearSVC()`` with its defaults, which is what linear
separability is defined with (Karras et al. 2019, arXiv 1812.04948, section 4.2):
squared hinge loss, and the intercept regularised as one more weight.

    min over v = (w, b) of  |v|^2 / 2 + C sum_i max(0, 1 - y_i (w x_i + b))^2

LIBLINEAR walks towards that minimum until it is tired (Fan et al. 2008, JMLR 9); here
it is found to rounding, by Newton steps on a function that is quadratic in pieces
(Keerthi, DeCoste 2005, JMLR 6, section 3): a handful of them, each a matrix of D + 1
by D + 1.
"""

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.curves import in_one_go

C = 1.0
STEPS = 100
# The gradient at the minimum, against that at zero.
SMALL = 1e-9
# Rows of one block: 512 of 513 numbers make a Gram matrix within about 10 ms.
BLOCK = 512

Fit = Generator[None, None, "Hyperplane"]


@dataclass(frozen=True, eq=False)
class Hyperplane:
    """The points with <normal, x> + offset = 0; ``normal`` float64 [D], no unit."""

    normal: Tensor
    offset: float

    def decide(self, x: Tensor) -> Tensor:
        """<normal, x> + offset of x [..., D]: positive on the side of class 1."""
        found: Tensor = x.double() @ self.normal + self.offset
        return found

    def side(self, x: Tensor) -> Tensor:
        """Whether x [..., D] lies on the side of class 1, bool."""
        return self.decide(x) > 0

    def distance(self, x: Tensor) -> Tensor:
        """The signed distance of x [..., D] from the plane."""
        found: Tensor = self.decide(x) / self.normal.norm()
        return found


def fit(x: Tensor, positive: Tensor, c: float = C) -> Hyperplane:
    """The hyperplane between rows of x [N, D] and of two classes, bool [N].

    Raises
    ------
    ValueError
        One sentence: there is only one class, or the shapes do not fit.
    """
    return in_one_go(fit_steps(x, positive, c))


def fit_steps(x: Tensor, positive: Tensor, c: float = C) -> Fit:
    """:func:`fit`, resting every few milliseconds."""
    _check(x, positive)
    ones = torch.ones(len(x), 1, dtype=torch.float64)
    rows = torch.cat([x.double(), ones], dim=1)
    yield
    sign = positive.double() * 2.0 - 1.0
    v = torch.zeros(rows.shape[1], dtype=torch.float64)
    first = 0.0
    for step in range(STEPS):
        missing = 1.0 - sign * (rows @ v)
        active = missing > 0
        found = rows[active]
        gradient = v - 2.0 * c * (found.T @ (sign * missing)[active])
        size = float(gradient.norm())
        first = first or size
        if step and size <= SMALL * first:
            break
        yield
        hessian = torch.eye(len(v), dtype=torch.float64)
        for block in torch.split(found, BLOCK):
            hessian.addmm_(block.T, block, alpha=2.0 * c)
            yield
        direction = -torch.linalg.solve(hessian, gradient)
        v = v + _reach(rows @ v, rows @ direction, sign, v, direction, c) * direction
        yield
    return Hyperplane(v[:-1].clone(), float(v[-1]))


def _reach(
    at: Tensor, along: Tensor, sign: Tensor, v: Tensor, direction: Tensor, c: float
) -> float:
    """How far along a direction the least value lies: an exact line search.

    The derivative is a rising line in pieces; ``at`` and ``along`` are the rows'
    products with v and with the direction.
    """
    flat, bend = float(v @ direction), float(direction @ direction)

    def slope(t: float) -> float:
        short = (1.0 - sign * (at + t * along)).clamp(min=0.0)
        return flat + t * bend - 2.0 * c * float((short * sign) @ along)

    low, high = 0.0, 1.0
    if abs(slope(high)) <= SMALL * abs(slope(0.0)):
        return high
    while slope(high) < 0 and high < 2.0**20:
        low, high = high, 2.0 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


def _check(x: Tensor, positive: Tensor) -> None:
    if x.ndim != 2 or positive.shape != (len(x),) or positive.dtype != torch.bool:
        raise ValueError(
            f"a class for each row is needed: x is {list(x.shape)}, classes are "
            f"{positive.dtype} {list(positive.shape)}"
        )
    if bool(positive.all()) or not bool(positive.any()):
        raise ValueError("there is only one class: no plane parts it from another")
