"""The derivative of the mapping network, exactly: a product of masked matrices.

Between two bends of a LeakyReLU network every layer is linear: with the slopes (1 or
0.2) of its units, times the layer's gain, on the diagonal of D_l and its weights W_l,
the derivative of w is D_L W_L ... D_1 W_1, times the derivative of the normalisation.
On directions tangent to the sphere of z that last factor is one number, r = 1 / sqrt(
mean(z^2) + 1e-8) for pixel norm, for every generation; the radius of z is not felt.

So J [w_dim, z_dim] = r D_L W_L ... D_1 W_1 (I - z z^T / |z|^2), with the metric of the
sphere of radius sqrt(z_dim), on which sgviz draws its circles: |J v| is how much longer
a step along v is in W than it was in Z. Everything is float64: the smallest singular
values of eight layers lie ten orders of magnitude below the largest.
"""

import copy
from collections.abc import Generator

import torch
from torch import Tensor

from sgviz.models.layers import SLOPE
from sgviz.models.mapping import Label, MappingNetwork

# Columns of J in one chunk: directions of Z do not know of each other.
COLUMNS = 256

Steps = Generator[None, None, Tensor]


def exact(mapping: MappingNetwork) -> MappingNetwork:
    """The same network in float64 on the CPU, that takes no gradients."""
    return copy.deepcopy(mapping).cpu().double().requires_grad_(False)


def unit_gains(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> list[Tensor]:
    """The diagonals of D_l at z [N, z_dim], per layer [N, w_dim].

    A unit's slope, 1 or 0.2, times the layer's gain. LeakyReLU keeps the sign of what
    enters it, so what leaves it tells.
    """
    _, *left = mapping.activations(z, label)
    return [
        _gain(layer.alpha, h) for h, layer in zip(left, mapping.layers, strict=True)
    ]


def weights(mapping: MappingNetwork) -> list[Tensor]:
    """The stored weights W_l [out, in] of each layer; of the first, those of z."""
    first, *others = (layer.weight for layer in mapping.layers)
    return [first[:, : mapping.config.z_dim], *others]


def scale(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Tensor:
    """The factor r [N] by which the normalisation multiplies z [N, z_dim]."""
    entering = next(mapping.activations(z, label))[:, : z.shape[1]]
    factor: Tensor = entering.norm(dim=1) / z.norm(dim=1)
    return factor


def on_sphere(z: Tensor) -> Tensor:
    """The latents in the directions of z [N, z_dim] at radius sqrt(z_dim), float64."""
    z = z.double()
    moved: Tensor = z * (z.shape[1] ** 0.5 / z.norm(dim=1, keepdim=True))
    return moved


def tangent(z: Tensor, v: Tensor) -> Tensor:
    """The part of ``v`` [..., z_dim] at right angles to ``z`` [..., z_dim]."""
    share = (v * z).sum(dim=-1, keepdim=True) / z.square().sum(dim=-1, keepdim=True)
    return v - share * z


def jacobian_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """J [N, w_dim, z_dim] at z [N, z_dim] on the tangent space, a layer at a time.

    Its null space holds z; its rank is at most min(w_dim, z_dim - 1).
    """
    gains, matrices = unit_gains(mapping, z, label), weights(mapping)
    yield
    columns, first = [], gains[0][:, :, None] * matrices[0]
    for start in range(0, first.shape[2], COLUMNS):
        product = first[:, :, start : start + COLUMNS]
        for gain, matrix in zip(gains[1:], matrices[1:], strict=True):
            product = (matrix @ product).mul_(gain[:, :, None])
            yield
        columns.append(product)
    product = torch.cat(columns, dim=2)
    unit = z / z.norm(dim=1, keepdim=True)
    radial = product @ unit[:, :, None]
    tangential: Tensor = product - radial * unit[:, None, :]
    return tangential * scale(mapping, z, label)[:, None, None]


def jacobian(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Tensor:
    """:func:`jacobian_steps` in one go."""
    return finish(jacobian_steps(mapping, z, label))


def push(mapping: MappingNetwork, z: Tensor, v: Tensor, label: Label = 0) -> Tensor:
    """J v [N, w_dim] of tangent vectors ``v`` [N, z_dim] at z: forward mode.

    With v = dz/dt along a circle it is w'(t), exactly.
    """
    return finish(push_steps(mapping, z, v, label))


def push_steps(
    mapping: MappingNetwork, z: Tensor, v: Tensor, label: Label = 0
) -> Steps:
    """:func:`push`, a layer of the network and of the product between two yields."""
    layers = mapping.activations(z, label)
    with torch.no_grad():
        entering = next(layers)[:, : z.shape[1]]
        factor = entering.norm(dim=1) / z.norm(dim=1)
        moved: Tensor = tangent(z, v) * factor[:, None]
    for layer, matrix in zip(mapping.layers, weights(mapping), strict=True):
        # Grad mode is a thread's: it is never off while another stage works.
        with torch.no_grad():
            moved = (moved @ matrix.T) * _gain(layer.alpha, next(layers))
        yield
    return moved


def rank(mapping: MappingNetwork) -> int:
    """The largest rank that J can have: min(w_dim, z_dim - 1)."""
    return min(mapping.config.w_dim, mapping.config.z_dim - 1)


def log_volume(values: Tensor) -> Tensor:
    """Sum of ln sigma_i over the last axis: the logarithm of how J changes volume."""
    return values.log().sum(dim=-1)


def condition(values: Tensor) -> Tensor:
    """sigma_1 / sigma_n of falling singular values [..., n]."""
    return values[..., 0] / values[..., -1]


def effective_rank(values: Tensor) -> Tensor:
    """exp(- sum p ln p), p = sigma^2 / sum sigma^2: how many directions matter.

    Roy & Vetterli 2007, "The effective rank", with the shares of the energy.
    """
    shares = values.square()
    shares = shares / shares.sum(dim=-1, keepdim=True)
    return torch.exp(-torch.special.xlogy(shares, shares).sum(dim=-1))


def _gain(alpha: float, left: Tensor) -> Tensor:
    """Slope times gain ``alpha`` of units that ``left`` [N, D] came out of."""
    return torch.full_like(left, alpha * SLOPE).masked_fill_(left > 0, alpha)


def finish(steps: Steps) -> Tensor:
    """The result of work that was cut into chunks, without a rest."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Tensor = end.value
            return result
