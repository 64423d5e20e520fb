"""Twins and shuffled networks: what they share with a network, and what they do not."""

import math

import pytest
import torch

from sgviz.geometry.null_model import mean_share, mean_square
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.untrained import (
    shuffled,
    shuffled_mapping,
    untrained,
    untrained_mapping,
)

SIZES = GeneratorConfig(24, 24, 3, 8, (8, 8), 0.1)


@pytest.fixture(scope="module")
def trained():
    """A network with weights unlike those of any twin, biases included."""
    generator = Generator(SIZES, seed=5)
    draw = torch.Generator().manual_seed(1)
    for parameter in generator.parameters():
        with torch.no_grad():
            parameter.add_(torch.rand(parameter.shape, generator=draw))
    return generator.eval().requires_grad_(requires_grad=False)


def test_a_twin_is_what_a_run_of_its_seed_begins_with():
    begins, twin = Generator(SIZES, seed=3), untrained(SIZES, 3)
    twins, firsts = twin.state_dict(), begins.state_dict()
    assert all(
        torch.equal(twins[name], firsts[name]) for name in firsts if "w_avg" not in name
    )
    alone = untrained_mapping(SIZES.mapping, 3)
    for name, weight in alone.state_dict().items():
        assert torch.equal(weight, twin.mapping.state_dict()[name])
    assert not twin.training
    assert not any(p.requires_grad for p in twin.parameters())
    assert not any(bool(layer.bias.any()) for layer in alone.layers)


def test_seeds_differ_and_repeat():
    one, again, two = (untrained_mapping(SIZES.mapping, seed) for seed in (1, 1, 2))
    assert torch.equal(one.layers[0].weight, again.layers[0].weight)
    assert torch.equal(one.w_avg, again.w_avg)
    assert not torch.equal(one.layers[0].weight, two.layers[0].weight)


def test_w_avg_of_a_twin_is_the_share_of_the_closed_form():
    """|w_avg|^2 / E|w|^2 = c^L(0), at a width where that holds within a tenth."""
    wide = GeneratorConfig(128, 128, 4, 8, (8, 8), 0.01).mapping
    z = torch.randn(512, 128, generator=torch.Generator().manual_seed(0))
    shares, squares = [], []
    for seed in range(4):
        twin = untrained_mapping(wide, seed)
        square = float(twin(z).square().sum(dim=1).mean())
        shares.append(float(twin.w_avg.square().sum()) / square)
        squares.append(square)
    assert math.isclose(sum(shares) / 4, mean_share(4), rel_tol=0.15)
    assert math.isclose(sum(squares) / 4, mean_square(128, 4), rel_tol=0.25)


def test_a_twin_of_a_network_with_classes_has_as_many():
    twin = untrained(GeneratorConfig(8, 8, 2, 8, (4, 4), 0.1, c_dim=3), 0)
    z = torch.ones(1, 8)
    assert not torch.allclose(twin.mapping(z, 0), twin.mapping(z, 2))


def test_shuffling_keeps_each_layers_weights_and_nothing_of_their_places(trained):
    other = shuffled_mapping(trained.mapping, 0)
    for before, after in zip(trained.mapping.layers, other.layers, strict=True):
        assert torch.equal(
            before.weight.flatten().sort()[0], after.weight.flatten().sort()[0]
        )
        assert torch.equal(before.bias.sort()[0], after.bias.sort()[0])
        assert not torch.equal(before.weight, after.weight)
    third = shuffled_mapping(trained.mapping, 1)
    assert not torch.equal(third.layers[0].weight, other.layers[0].weight)


def test_a_shuffled_network_keeps_its_synthesis_and_has_a_mean_of_its_own(trained):
    other = shuffled(trained, 0)
    assert other.synthesis is trained.synthesis
    assert other(torch.ones(1, 24)).shape == (1, 3, 8, 8)
    z = torch.randn(4096, 24, generator=torch.Generator().manual_seed(2))
    mean = other.mapping(z).mean(dim=0)
    spread = other.mapping(z).std(dim=0).norm()
    assert float((mean - other.mapping.w_avg).norm()) < 0.1 * float(spread)
