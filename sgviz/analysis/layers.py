"""The circles after every layer of a mapping, and of untrained ones.

Poole et al. 2016 (arXiv 1606.05340, section 2): the mean square grows by a factor a
layer, and the cosine of two points goes through one and the same map; with LeakyReLU
these are 1.04 and c (:mod:`sgviz.geometry.null_model`).
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from sgviz.analysis.closed_form import layer_growth, z_share
from sgviz.curves import in_one_go
from sgviz.geometry import null_model
from sgviz.geometry.curve_measures import participation_ratio
from sgviz.geometry.harmonics import harmonic_shares
from sgviz.measured.layers import HARMONICS, LayerFigures
from sgviz.models.mapping import Label, MappingConfig, MappingNetwork

Steps = Generator[None, None, LayerFigures]


def layer_figures_steps(mapping: MappingNetwork, z: Tensor, label: Label = 0) -> Steps:
    """Figures [C, L + 1] of circles z [C, N, z_dim], with a pause after each layer.

    Layer 0 is z as it is given, whatever enters the first layer beside it.
    """
    found: list[LayerFigures] = []
    for flat in _activations(mapping, z, label):
        yield
        h = flat.cpu().reshape(*z.shape[:-1], -1) if found else z
        found.append((yield from _figures_steps(h)))
        yield
    return stacked(found, axis=1)


def figures_of(h: Tensor) -> LayerFigures:
    """The figures of circles h [C, N, D] after one layer, [C]."""
    return in_one_go(_figures_steps(h))


def _figures_steps(h: Tensor) -> Steps:
    points = h.double()
    shares = torch.full((len(h), HARMONICS), torch.nan, dtype=torch.float64)
    first = harmonic_shares(points)[:, :HARMONICS]
    shares[:, : first.shape[1]] = first
    yield
    participation = participation_ratio(points)
    yield
    return LayerFigures(
        mean_square=points.square().mean(dim=(1, 2)).numpy(),
        antipodal=antipodal_cosine(points).numpy(),
        participation=participation.numpy(),
        harmonics=shares.numpy(),
    )


def antipodal_cosine(h: Tensor) -> Tensor:
    """Mean over t of the cosine of h(t) and h(t + pi), [C]; NaN for an odd N."""
    points = h.shape[1]
    if points % 2:
        return torch.full((len(h),), torch.nan, dtype=torch.float64)
    unit = torch.nn.functional.normalize(h.double(), dim=-1)
    cosines: Tensor = (unit * unit.roll(points // 2, 1)).sum(dim=-1).mean(dim=-1)
    return cosines


def closed_form(config: MappingConfig) -> LayerFigures:
    """What is expected after each layer of an untrained mapping, [L + 1].

    Mean square 1.04^l (what the gains give, in other families), cosine of antipodes
    c^l(-1), shares of the harmonics of t -> c^l(cos t), and 2 / sum F_k^2.
    """
    share = z_share(config)
    square, inputs = 1.0, config.z_dim + config.embed_dim
    if config.gains.norm == "unit":
        square = (2.0 if config.c_dim else 1.0) / inputs
    squares = [1.0]
    cosines, ratios = [-1.0], [2.0]
    harmonics = [[1.0] + [0.0] * (HARMONICS - 1)]
    for layer in range(1, config.depth + 1):
        square *= layer_growth(config, inputs)
        inputs = config.w_dim
        squares.append(square)
        opposite = torch.tensor([torch.pi], dtype=torch.float64)
        cosines.append(float(null_model.circle_cosines(opposite, layer, share)))
        ratios.append(null_model.participation_ratio(layer, share))
        harmonics.append(null_model.harmonic_shares(layer, HARMONICS, share).tolist())
    return LayerFigures(*map(np.array, (squares, cosines, ratios, harmonics)))


def stacked(figures: Sequence[LayerFigures], axis: int = 0) -> LayerFigures:
    """Several figures as one, along a new axis."""

    def stack(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.stack([getattr(each, name) for each in figures], axis=axis)

    first = replace(figures[0], mean_square=stack("mean_square"))
    first = replace(first, antipodal=stack("antipodal"))
    first = replace(first, participation=stack("participation"))
    return replace(first, harmonics=stack("harmonics"))


def _activations(
    mapping: MappingNetwork, z: Tensor, label: Label
) -> Generator[Tensor, None, None]:
    """Grad mode is a thread's: it is never off while another stage works."""
    on_device = z.reshape(-1, z.shape[-1]).to(mapping.w_avg.device)
    layers = mapping.activations(on_device, label)
    while True:
        with torch.no_grad():
            x = next(layers, None)
        if x is None:
            return
        yield x
