"""A 3x3 convolution in half the multiplications, for one large picture.

Winograd's minimal filtering F(4, 3) down the columns (Lavin and Gray 2016, arXiv
1509.09308, section 4.3), and plain sums along the rows: four rows of the result are
combinations of six products instead of twelve. In both directions it would save more
work, but move so much memory that it is no faster here. The rounding is two to four
times that of the plain sum.
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

# How six rows of the picture, and the three of a kernel, enter the six products, and
# how these leave as four rows: interpolation at 0, 1, -1, 2, -2 and infinity.
INTO = (
    (4.0, 0.0, -5.0, 0.0, 1.0, 0.0),
    (0.0, -4.0, -4.0, 1.0, 1.0, 0.0),
    (0.0, 4.0, -4.0, -1.0, 1.0, 0.0),
    (0.0, -2.0, -1.0, 2.0, 1.0, 0.0),
    (0.0, 2.0, -1.0, -2.0, 1.0, 0.0),
    (0.0, 4.0, 0.0, -5.0, 0.0, 1.0),
)
KERNEL = (
    (1 / 4, 0.0, 0.0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0.0, 0.0, 1.0),
)
OUT = (
    (1.0, 1.0, 1.0, 1.0, 1.0, 0.0),
    (0.0, 1.0, -1.0, 2.0, -2.0, 0.0),
    (0.0, 1.0, 1.0, 4.0, 4.0, 0.0),
    (0.0, 1.0, -1.0, 8.0, -8.0, 1.0),
)
# Groups of four rows that are in the cache together.
GROUPS = 8
# Where it is faster than the plain convolution.
SMALLEST, FEWEST = 32, 256


def pays(x: Tensor, weight: Tensor) -> bool:
    """Whether this is faster: one large float32 picture of many channels on the CPU.

    Never where it would be differentiated.
    """
    count, _, height, width = x.shape
    large = height >= SMALLEST and width >= SMALLEST and height % (4 * GROUPS) == 0
    plain = x.dtype == torch.float32 and x.device.type == "cpu"
    plain = plain and not torch.is_grad_enabled()
    return count == 1 and large and plain and min(weight.shape[:2]) >= FEWEST


def kernels_of(weight: Tensor) -> Tensor:
    """What the six products are multiplied with, of ``weight`` [O, I, 3, 3].

    [6, O, I, 1, 3], each channels last: a convolution along the rows.
    """
    columns = weight.permute(0, 3, 2, 1)  # [O, 3 along, 3 down, I]
    mixed = torch.einsum("ij,okjc->iokc", weight.new_tensor(KERNEL), columns)
    return mixed.contiguous()[:, :, None].permute(0, 1, 4, 2, 3)


def convolve_rows(x: Tensor, kernels: Tensor) -> Tensor:
    """The convolution of x [1, I, H, W] with a weight [O, I, 3, 3], zero beyond it.

    ``kernels`` are the weight's :func:`kernels_of`; H is a multiple of 32. Result
    [1, O, H, W], channels last. Not to be differentiated.
    """
    _, inputs, height, width = x.shape
    outputs, strip = kernels.shape[1], 4 * GROUPS
    rows = x.permute(0, 2, 3, 1).reshape(height, width * inputs)
    result = x.new_empty(height, width * outputs)
    products = x.new_empty(6, GROUPS, width, outputs)
    for top in range(0, height, strip):
        above, below = top > 0, top + strip < height
        into, out = _matrices(above=above, below=below)
        seen = rows[top - above : top + strip + below]
        mixed = (into.to(x) @ seen).view(6, 1, GROUPS, width, inputs)
        for i, kernel in enumerate(kernels):
            one = mixed[i].permute(0, 3, 1, 2)
            products[i] = F.conv2d(one, kernel, padding=(0, 1))[0].permute(1, 2, 0)
        torch.mm(
            out.to(x), products.view(6 * GROUPS, -1), out=result[top : top + strip]
        )
    return result.view(1, height, width, outputs).permute(0, 3, 1, 2)


@lru_cache
def _matrices(*, above: bool, below: bool) -> tuple[Tensor, Tensor]:
    """A strip's rows into 6 x groups, and these into the rows of the result.

    A strip at the border lacks the row ``above`` or ``below`` it.
    """
    into, out = (
        torch.zeros(6, GROUPS, 4 * GROUPS + 2),
        torch.zeros(4 * GROUPS, 6, GROUPS),
    )
    for group in range(GROUPS):
        into[:, group, 4 * group : 4 * group + 6] = torch.tensor(INTO)
        out[4 * group : 4 * group + 4, :, group] = torch.tensor(OUT)
    rows = slice(not above, 4 * GROUPS + 1 + below)
    return into.flatten(0, 1)[:, rows].contiguous(), out.flatten(1)
