"""All singular values of the Jacobian, also those that lie below its own rounding.

The product of eight masked matrices is known to about 1e-16 of its largest singular
value, and its smallest ones are as small: an SVD of it invents them. Where Z is as wide
as W, its inverse is a product, too, and there the smallest are the largest:

    J  = r M (I - n n^T),  M = D_L W_L ... D_1 W_1,  n = z / |z|,
    J+ = M^-1 (I - m m^T) / r,  m = M^-T n / |M^-T n|,

because m is normal to what M makes of the hyperplane normal to n. The upper half of
the values (in logarithms) is taken from J, the lower one from J+: where they meet, both
are known to some 1e-15 sqrt(condition) of themselves, and better everywhere else.
"""

import math
from collections.abc import Generator

import torch
from torch import Tensor

from sgviz.analysis.jacobian import Steps, rank, scale, unit_gains, weights
from sgviz.models.mapping import Label, MappingNetwork

# Columns of the inverse in one chunk.
COLUMNS = 128
EPS = 2.0**-52


def has_inverse(mapping: MappingNetwork) -> bool:
    """Whether W is as wide as Z: only then are all layers square."""
    return mapping.config.z_dim == mapping.config.w_dim


def inverse_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """J+ [z_dim, w_dim] at one z [1, z_dim], float64; not finite where J is singular.

    Pseudo-inverse of J on the tangent space, layer by layer from the last.
    """
    gains, factored = unit_gains(mapping, z, label), []
    for matrix in weights(mapping):
        factored.append(torch.linalg.lu_factor_ex(matrix)[:2])
        yield
    columns, width = [], mapping.config.w_dim
    for start in range(0, width, COLUMNS):
        part = torch.eye(width, dtype=z.dtype)[:, start : start + COLUMNS]
        for gain, (factors, pivots) in zip(
            reversed(gains), reversed(factored), strict=True
        ):
            part = torch.linalg.lu_solve(factors, pivots, part / gain[0][:, None])
            yield
        columns.append(part)
    inverse = torch.cat(columns, dim=1)
    normal = (z[0] / z[0].norm()) @ inverse
    normal = normal / normal.norm()
    yield
    across: Tensor = inverse - torch.outer(inverse @ normal, normal)
    return across / scale(mapping, z, label)


def joined(upper: Tensor, of_inverse: Tensor | None, count: int) -> Tensor:
    """The ``count`` largest singular values of J, falling, [count].

    ``upper`` are those of J as computed, falling; ``of_inverse`` those of J+, falling,
    None where there is none. What is then not known is NaN: below n eps sigma_1.
    """
    upper = upper[:count]
    floor = EPS * len(upper) * float(upper[0])
    if of_inverse is None or not torch.isfinite(of_inverse[:1]).all():
        return upper.where(upper > floor, math.nan)
    lower = of_inverse[:count].flip(0).reciprocal()
    middle = math.sqrt(float(upper[0]) * float(lower[-1]))
    known = int((upper > max(middle, floor)).sum())
    return torch.cat([upper[:known], lower[known:]])


def inverse_or_none(
    mapping: MappingNetwork, z: Tensor, label: Label = 0
) -> Generator[None, None, Tensor | None]:
    """:func:`inverse_steps`; None where J has none, or one that is not finite."""
    if not has_inverse(mapping) or rank(mapping) < 1:
        return None
    found = yield from inverse_steps(mapping, z, label)
    return found if bool(torch.isfinite(found).all()) else None
