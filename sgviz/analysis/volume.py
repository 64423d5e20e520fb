"""How the mapping changes volume, without any singular value.

Where Z is as wide as W the product M of masked matrices is square, and volumes on the
tangent space of the sphere follow from determinants that need no product at all:

    log vol = sum_l ln|det W_l| + sum of ln gains + ln|M^-T z / |z|| + (d - 1) ln r,

because a square M takes the hyperplane normal to n to volume |det M| |M^-T n| times
its own (the cofactor of n). A layer is factored once for all points; a point then
costs as much as passing z through the network once.
"""

import torch
from torch import Tensor

from sgviz.analysis.jacobian import (
    Steps,
    jacobian_steps,
    log_volume,
    rank,
    scale,
    unit_gains,
    weights,
)
from sgviz.models.mapping import Label, MappingNetwork

# Points whose Jacobians are held at a time where W is not as wide as Z.
FEW = 4
# Points in one chunk where it is.
MANY = 24


def log_volume_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """Logarithm of the change of (z_dim - 1)-volume at z [N, z_dim] -> [N], float64.

    -inf where a layer is singular. Where W is narrower than the tangent space, the
    volume is that of the directions that survive.
    """
    if mapping.config.z_dim == mapping.config.w_dim:
        return _by_determinants(mapping, z, label)
    return _by_values(mapping, z, label)


def _by_determinants(mapping: MappingNetwork, z: Tensor, label: Label) -> Steps:
    factored, volume = [], 0.0
    for matrix in weights(mapping):
        factors, pivots, _ = torch.linalg.lu_factor_ex(matrix.T)
        volume += float(factors.diagonal().abs().log().sum())
        factored.append((factors, pivots))
        yield
    found = []
    for start in range(0, len(z), MANY):
        rows = z[start : start + MANY]
        normal = (rows / rows.norm(dim=1, keepdim=True)).T
        total = volume + (z.shape[1] - 1) * scale(mapping, rows, label).log()
        gains = unit_gains(mapping, rows, label)
        yield
        for gain, (factors, pivots) in zip(gains, factored, strict=True):
            total = total + gain.log().sum(dim=1)
            normal = torch.linalg.lu_solve(factors, pivots, normal) / gain.T
        found.append(total + normal.norm(dim=0).log())
        yield
    volumes = torch.cat(found)
    return volumes.where(torch.isfinite(volumes), -torch.inf)


def _by_values(mapping: MappingNetwork, z: Tensor, label: Label) -> Steps:
    volumes = []
    for start in range(0, len(z), FEW):
        product = yield from jacobian_steps(mapping, z[start : start + FEW], label)
        yield
        values = torch.linalg.svdvals(product)[:, : rank(mapping)]
        volumes.append(log_volume(values))
        yield
    return torch.cat(volumes)
