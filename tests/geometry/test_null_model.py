"""The closed form: its printed numbers, and untrained networks that agree with it."""

import math
from functools import cache

import pytest
import torch
from torch import Tensor

from sgviz.geometry import null_model
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.geometry.curve_measures import length, mean_square, participation_ratio
from sgviz.geometry.harmonics import harmonic_shares
from sgviz.models.layers import own_stream
from sgviz.models.mapping import MappingConfig, MappingNetwork

WIDTH, POINTS, NETWORKS = 512, 96, 40
SHARES = {
    1: [0.9223, 0.0738, 0.0, 0.0030],
    2: [0.8696, 0.1132, 0.0097, 0.0047, 0.0010],
    4: [0.7929, 0.1585, 0.0296, 0.0104, 0.0037],
    8: [0.6916, 0.1996, 0.0599, 0.0239, 0.0105, 0.0055],
}
RATIOS = {1: 2.34, 2: 2.60, 4: 3.05, 8: 3.83}
COSINES = {
    1: (0.195883, -0.384615),
    2: (0.335265, -0.055714),
    4: (0.519086, 0.307440),
    8: (0.709873, 0.622643),
}


@pytest.mark.parametrize("depth", SHARES)
def test_the_printed_numbers(depth: int) -> None:
    expected = SHARES[depth]
    shares = null_model.harmonic_shares(depth, len(expected)).tolist()
    assert [round(share, 4) for share in shares] == expected
    assert round(null_model.participation_ratio(depth), 2) == RATIOS[depth]
    ends = null_model.cosine_map(torch.tensor([0.0, -1.0]), depth).tolist()
    assert tuple(round(cosine, 6) for cosine in ends) == COSINES[depth]
    assert null_model.mean_share(depth) == pytest.approx(ends[0])


def test_the_printed_numbers_of_eight_layers() -> None:
    assert null_model.mean_square(512, 8) == pytest.approx(512 * 1.36857, rel=1e-5)
    assert null_model.mean_square(1, 2) == pytest.approx(1.0816)
    assert round(null_model.arc_length(512, 8), 1) == 166.3
    assert round(null_model.chord_length(512, 8, 96), 1) == 160.8
    # The cosine about the mean, at 22.5, 45, 90 and 180 degrees.
    t = torch.tensor([22.5, 45.0, 90.0, 180.0]).deg2rad()
    common = null_model.mean_share(8)
    centred = (null_model.circle_cosines(t, 8) - common) / (1.0 - common)
    assert centred.tolist() == pytest.approx([0.821, 0.508, 0.0, -0.301], abs=6e-4)
    # Classes: equal sizes of z and of the label's embedding.
    assert float(null_model.harmonic_shares(8, 1, z_share=0.5)) == pytest.approx(
        0.778, abs=6e-4
    )


def test_the_map_keeps_what_is_one_and_its_slope() -> None:
    near = torch.tensor([1.0, 1.0 - 1e-8], dtype=torch.float64)
    for slope in (0.0, 0.2, 0.7):
        mapped = null_model.cosine_map(near, slope=slope)
        assert float(mapped[0]) == pytest.approx(1.0, abs=1e-15)
        assert float(mapped[0] - mapped[1]) == pytest.approx(1e-8, rel=1e-3)


def test_the_kernel_is_the_mean_over_normal_pairs() -> None:
    draws = torch.Generator().manual_seed(5)
    x, y = torch.randn(2, 400_000, generator=draws, dtype=torch.float64)
    for rho in (-0.9, 0.0, 0.6):
        mixed = rho * x + math.sqrt(1 - rho * rho) * y
        leaky = torch.nn.functional.leaky_relu
        mean = float((leaky(x, 0.2) * leaky(mixed, 0.2)).mean())
        kernel = null_model.kernel(torch.tensor([rho]))
        assert float(kernel) == pytest.approx(mean, abs=4e-3)


def test_a_linear_network_draws_ellipses() -> None:
    shares = null_model.harmonic_shares(8, 3, slope=1.0)
    assert shares.tolist() == pytest.approx([1.0, 0.0, 0.0], abs=1e-12)


@cache
def untrained(depth: int) -> Tensor:
    """One circle through each of 40 untrained networks, [40, 96, 512]."""
    config = MappingConfig(z_dim=WIDTH, w_dim=WIDTH, depth=depth)
    circles = random_circles(WIDTH, 11, range(1, NETWORKS + 1))
    angles, found = sample_angles(POINTS), []
    with torch.no_grad():
        for seed, circle in enumerate(circles):
            network = MappingNetwork(config)
            network.reset(own_stream(seed, "null"))
            found.append(network(circle.at(angles)))
    return torch.stack(found)


def agrees(values: Tensor, expected: float) -> bool:
    """Whether the mean is within three standard errors of what was expected."""
    error = values.std() / math.sqrt(len(values))
    return abs(float(values.mean()) - expected) <= 3.0 * float(error)


@pytest.mark.parametrize("depth", SHARES)
def test_untrained_networks_agree_with_the_closed_form(depth: int) -> None:
    w = untrained(depth)
    shares = harmonic_shares(w)
    expected = null_model.harmonic_shares(depth, 2).tolist()
    assert agrees(shares[:, 0], expected[0])
    assert agrees(shares[:, 1], expected[1])
    for apart in (12, 24):
        # One pair a network: the mean over a circle has errors so small that the
        # finite width shows.
        cosines = torch.cosine_similarity(w[:, 0], w[:, apart]).double()
        angle = torch.tensor([math.tau * apart / POINTS])
        assert agrees(cosines, float(null_model.circle_cosines(angle, depth)))
    assert float(mean_square(w).mean()) == pytest.approx(
        null_model.mean_square(WIDTH, depth), rel=0.1
    )
    assert float(length(w).mean()) == pytest.approx(
        null_model.chord_length(WIDTH, depth, POINTS), rel=0.05
    )


def test_at_a_width_of_512_the_ratio_is_that_of_stored_simulations() -> None:
    # 3.614 +- .221 over 20 networks x 3 circles; harmonics 3 and 4: .0601, .0236.
    w = untrained(8)
    assert float(participation_ratio(w).mean()) == pytest.approx(3.614, abs=0.11)
    assert harmonic_shares(w).mean(0)[2:4].tolist() == pytest.approx(
        [0.0601, 0.0236], rel=0.06
    )


def test_two_untrained_networks_are_far_apart() -> None:
    # The same circle needs the same start: here any two w of different networks.
    w = untrained(2)
    size = w.double().square().sum(-1).mean()
    cosines = torch.stack(
        [(w[i] * w[i + 1]).double().sum(-1).mean() / size for i in range(0, 40, 2)]
    )
    assert agrees(cosines, null_model.mean_share(1))
    assert null_model.twins_apart() == pytest.approx(1.268162, abs=1e-6)


def test_the_signs_of_a_layer_flip_twice_a_unit() -> None:
    z = random_circles(WIDTH, 3, [1])[0].at(sample_angles(20_000))
    network = MappingNetwork(MappingConfig(z_dim=WIDTH, w_dim=WIDTH, depth=2))
    network.reset(own_stream(0, "flips"))
    with torch.no_grad():
        for after in list(network.activations(z))[1:]:
            signs = after > 0
            flips = int((signs != signs.roll(1, 0)).sum())
            assert flips == pytest.approx(null_model.flips(WIDTH), rel=0.04)
