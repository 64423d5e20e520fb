"""A sample of an infinitely wide mapping: its figures are those of the closed form."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sgviz.analysis.closed_form import mean_share, mean_square, z_share
from sgviz.analysis.infinite_width import InfinitelyWide
from sgviz.geometry import null_model
from sgviz.geometry.octants import excess_kurtosis, p_space, skewness
from sgviz.models.mapping import LUCIDRAINS, MappingConfig

SEEDS = 24
WIDE = MappingConfig(z_dim=64, w_dim=256, depth=8)
CONFIGS = {
    "one layer": replace(WIDE, depth=1),
    "eight layers": WIDE,
    "classes": replace(WIDE, depth=3, c_dim=1),
    "lucidrains": replace(WIDE, depth=2, gains=LUCIDRAINS),
}


def circles(count=3, points=48):
    """Random great circles of norm sqrt(64)."""
    draws = np.random.RandomState(5)
    turn = 2.0 * np.pi * np.arange(points) / points
    made = []
    for _ in range(count):
        u, v = np.linalg.qr(draws.randn(64, 2))[0].T
        made.append(8.0 * (np.outer(np.cos(turn), u) + np.outer(np.sin(turn), v)))
    return torch.tensor(np.array(made), dtype=torch.float32)


Z = circles()


def sample(config, seed, z=Z, layer=None):
    steps = InfinitelyWide(config, seed).circles_steps(z, layer or config.depth)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value.double()


@pytest.fixture(scope="module", params=CONFIGS, ids=str)
def drawn(request):
    """A configuration and the circles through so many of its samples, [S, C, N, D]."""
    config = CONFIGS[request.param]
    return config, torch.stack([sample(config, seed) for seed in range(SEEDS)])


def within(values, expected, errors=4.0):
    """Whether the mean of values [S] is within standard errors of what is expected."""
    error = float(values.std()) / len(values) ** 0.5
    away = abs(float(values.mean()) - float(expected))
    return away < errors * error + 1e-5 * abs(float(expected))


def test_the_mean_square_is_that_of_the_closed_form(drawn):
    config, w = drawn
    assert within(w.square().sum(dim=-1).mean(dim=(1, 2)), mean_square(config))


def test_every_pair_of_points_has_the_cosine_of_the_closed_form(drawn):
    config, w = drawn
    unit = F.normalize(Z.double(), dim=-1).flatten(0, 1)
    share = z_share(config)
    expected = null_model.cosine_map(
        share * (unit @ unit.T) + 1.0 - share, config.depth
    )
    rows = w.flatten(1, 2)
    found = rows @ rows.transpose(1, 2) / mean_square(config)
    error = found.std(dim=0) / SEEDS**0.5
    away = ((found.mean(dim=0) - expected).abs() / error.clamp(min=1e-6)).flatten()
    # Of 20,736 pairs, which know each other, few are far and none is very far.
    assert float(away.max()) < 7.0
    assert float(away.square().mean().sqrt()) < 2.0
    # A network's points scatter together: without their common scale it is sharper.
    cosines = F.normalize(rows, dim=-1)
    cosines = (cosines @ cosines.transpose(1, 2)).mean(dim=0)
    assert float((cosines - expected).abs().max()) < 0.05


def test_the_harmonics_have_the_shares_of_the_closed_form(drawn):
    config, w = drawn
    power = torch.fft.fft(w, dim=2).abs().square().sum(dim=-1)[:, :, 1:24]
    shares = (power / power.sum(dim=-1, keepdim=True)).mean(dim=1)
    expected = null_model.harmonic_shares(config.depth, 4, z_share(config))
    for k in (0, 1):
        # The mean of quotients is no quotient of means: off by some thousandths.
        error = float(shares[:, k].std()) / SEEDS**0.5
        away = abs(float(shares[:, k].mean() - expected[k]))
        assert away < 3.0 * error + 0.004, k


def test_the_mean_over_the_sphere_is_its_w_avg(drawn):
    config, w = drawn
    mean = torch.stack(
        [InfinitelyWide(config, s).mean(config.depth) for s in range(24)]
    )
    square = mean.double().square().sum(dim=-1)
    assert within(square, mean_share(config) * mean_square(config))
    # Every point is as far from it as the closed form says.
    away = (w - mean[:, None, None]).square().sum(dim=-1).mean(dim=(1, 2))
    assert within(away, (1.0 - mean_share(config)) * mean_square(config))


def test_in_p_it_is_normal_and_p_n_has_variance_one(drawn):
    config, w = drawn
    p = p_space(w)
    kurtosis = torch.stack([excess_kurtosis(each) for each in p])
    assert abs(float(kurtosis.mean())) < 0.25
    assert abs(float(torch.stack([skewness(each) for each in p]).mean())) < 0.1
    for seed in range(3):
        v = InfinitelyWide(config, seed).whitening().apply(p[seed])
        assert abs(float(v.square().mean()) - 1.0) < 0.25


def test_every_layer_is_that_of_a_mapping_of_so_many_layers():
    found = sample(WIDE, 4, layer=3)
    assert torch.equal(found, sample(replace(WIDE, depth=3), 4))
    assert not torch.allclose(found, sample(WIDE, 5, layer=3))


def test_z_of_another_size_is_refused():
    with pytest.raises(ValueError, match="latents of 64 numbers, not of 24"):
        sample(WIDE, 0, torch.zeros(1, 8, 24))
