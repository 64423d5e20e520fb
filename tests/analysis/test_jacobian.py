"""The product of masked matrices against autograd, differences and its own SVD."""

import math

import pytest
import torch
from torch import Tensor

from sgviz.analysis.jacobian import (
    condition,
    effective_rank,
    exact,
    finish,
    jacobian,
    log_volume,
    on_sphere,
    push,
    rank,
    tangent,
)
from sgviz.analysis.volume import log_volume_steps
from sgviz.geometry.circle import GreatCircle
from sgviz.models.layers import own_stream
from sgviz.models.mapping import (
    LUCIDRAINS,
    STYLEGAN1,
    MappingConfig,
    MappingNetwork,
)

KINDS = {
    "stylegan2": MappingConfig(24, 24, 4),
    "stylegan1": MappingConfig(24, 24, 3, gains=STYLEGAN1),
    "lucidrains": MappingConfig(24, 24, 3, gains=LUCIDRAINS),
    "wide": MappingConfig(16, 24, 2),
    "narrow": MappingConfig(24, 16, 2),
    "one layer": MappingConfig(24, 24, 1),
    "classes apart": MappingConfig(24, 24, 2, c_dim=3),
    "classes together": MappingConfig(24, 24, 2, c_dim=3, label_norm="together"),
}


def network(config: MappingConfig, seed: int = 0) -> MappingNetwork:
    made = MappingNetwork(config)
    stream = own_stream(seed, "jacobian")
    made.reset(stream)
    for layer in made.layers:
        # A trained network has biases.
        torch.nn.init.normal_(layer.bias, std=0.3 / layer.beta, generator=stream)
    return exact(made)


def latents(count: int, dim: int, seed: int = 1) -> Tensor:
    stream = torch.Generator().manual_seed(seed)
    return on_sphere(torch.randn(count, dim, generator=stream))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_autograd_finds_on_the_tangent_space(kind: str) -> None:
    config = KINDS[kind]
    mapping, label = network(config), 1 if config.c_dim else 0
    z = latents(3, config.z_dim)
    ours = jacobian(mapping, z, label)
    for row, found in zip(z, ours, strict=True):
        full = torch.autograd.functional.jacobian(
            lambda x: mapping(x[None], label)[0], row
        )
        expected = tangent(row, full)
        assert torch.allclose(found, expected, rtol=1e-9, atol=1e-9)
        assert float((found @ row).norm()) < 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_central_differences_find(kind: str) -> None:
    config = KINDS[kind]
    mapping, label = network(config), 2 if config.c_dim else 0
    z, step = latents(1, config.z_dim), 1e-6
    product = jacobian(mapping, z, label)[0]
    directions = tangent(z, torch.eye(config.z_dim, dtype=torch.float64))
    ahead, behind = (
        mapping(z + sign * step * directions, label) for sign in (1.0, -1.0)
    )
    differences = ((ahead - behind) / (2.0 * step)).T
    assert float((product - differences).abs().max()) < 1e-5
    # The same, one direction at a time.
    pushed = push(mapping, z.expand_as(directions), directions, label).T
    assert torch.allclose(pushed, product, atol=1e-10)


def test_along_a_circle_it_is_the_velocity() -> None:
    mapping = network(KINDS["stylegan2"])
    circle = GreatCircle.random(24, 0, 1)
    t = torch.tensor([0.3, 2.0, 5.1], dtype=torch.float64)[:, None]
    z, toward = (
        circle.radius * (a * circle.start + b * circle.tangent)
        for a, b in ((t.cos(), t.sin()), (-t.sin(), t.cos()))
    )
    step = 1e-6
    near = [
        circle.radius * ((t + s).cos() * circle.start + (t + s).sin() * circle.tangent)
        for s in (step, -step)
    ]
    slow = (mapping(near[0]) - mapping(near[1])) / (2.0 * step)
    assert float((push(mapping, z, toward) - slow).abs().max()) < 1e-5


@pytest.mark.parametrize("kind", ["stylegan2", "lucidrains", "wide", "narrow"])
def test_the_volume_is_the_product_of_the_singular_values(kind: str) -> None:
    mapping = network(KINDS[kind])
    z = latents(5, KINDS[kind].z_dim)
    values = torch.linalg.svdvals(jacobian(mapping, z))
    kept = values[:, : rank(mapping)]
    found = finish(log_volume_steps(mapping, z))
    assert found.tolist() == pytest.approx(log_volume(kept).tolist(), rel=1e-8)
    # The rest is the direction of z, which is mapped to nothing.
    assert float(values[:, rank(mapping) :].sum()) < 1e-8


def test_the_volume_of_a_network_with_classes() -> None:
    mapping = network(KINDS["classes apart"])
    z = latents(3, 24)
    values = torch.linalg.svdvals(jacobian(mapping, z, 2))[:, : rank(mapping)]
    found = finish(log_volume_steps(mapping, z, 2))
    assert found.tolist() == pytest.approx(log_volume(values).tolist(), rel=1e-8)


def test_a_layer_of_zeros_has_no_volume() -> None:
    mapping = network(KINDS["stylegan2"])
    mapping.layers[1].weight.zero_()
    assert finish(log_volume_steps(mapping, latents(2, 24))).tolist() == [-math.inf] * 2
    assert float(jacobian(mapping, latents(2, 24)).abs().max()) == 0.0


def test_measures_of_singular_values() -> None:
    values = torch.tensor([[2.0, 2.0, 2.0, 2.0], [4.0, 1e-9, 1e-9, 1e-9]]).double()
    assert effective_rank(values).tolist() == pytest.approx([4.0, 1.0])
    assert log_volume(values)[0].item() == pytest.approx(4 * math.log(2.0))
    assert condition(values).tolist() == pytest.approx([1.0, 4e9])
    assert effective_rank(torch.tensor([3.0, 0.0])).item() == pytest.approx(1.0)


def test_the_mean_stretch_of_untrained_networks() -> None:
    """E |J v|^2 = 1.04^L at radius sqrt(z_dim)."""
    config = MappingConfig(64, 64, 4)
    means = []
    for seed in range(8):
        made = MappingNetwork(config)
        made.reset(own_stream(seed, "stretch"))
        product = jacobian(exact(made), latents(4, 64, seed))
        means.append(float(product.square().sum(dim=(1, 2)).mean()) / 63)
    spread = torch.tensor(means).std().item() / math.sqrt(len(means))
    assert abs(sum(means) / 8 - 1.04**4) < 4.0 * spread
