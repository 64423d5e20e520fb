"""Directions: closed forms, scipy's laws, and those that have no middle."""

import math

import pytest
import torch
from scipy import stats
from torch import Tensor

from sgviz.geometry.circle import GreatCircle, sample_angles
from sgviz.geometry.sphere import dist
from sgviz.geometry.spherical import (
    angular_spread,
    concentration,
    frechet_mean,
    mean_angle,
    mean_resultant_length,
    rayleigh,
    uniformity,
)


def cloud(count: int, dim: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, dim, generator=generator, dtype=torch.float64)


def test_random_directions_are_uniform() -> None:
    x = cloud(1000, 512)
    statistic, chance = rayleigh(x)
    assert chance == pytest.approx(stats.chi2.sf(statistic, 512), rel=1e-9)
    assert chance > 0.001
    assert mean_resultant_length(x) == pytest.approx(1 / math.sqrt(1000), rel=0.2)
    mean, deviation = mean_angle(x)
    assert math.degrees(mean) == pytest.approx(90, abs=0.05)
    assert math.degrees(deviation) == pytest.approx(2.53, abs=0.05)
    assert uniformity(x) == pytest.approx(-4 + 8 / 512, abs=0.01)


def test_a_cone_is_no_accident_and_has_the_concentration_it_was_drawn_with() -> None:
    law = stats.vonmises_fisher([0.0, 0.0, 1.0], 30.0)
    x = torch.tensor(law.rvs(4000, random_state=3)) * 5.0
    assert concentration(x) == pytest.approx(30.0, rel=0.05)
    assert rayleigh(x)[1] < 1e-12
    middle = frechet_mean(x)
    assert float(dist(middle, torch.tensor([0.0, 0.0, 1.0]).double())) < 0.02
    # Small cone: two tangent directions of variance 1 / kappa each.
    assert angular_spread(x) == pytest.approx(math.sqrt(2 / 30), rel=0.05)


def test_one_direction_and_its_opposite() -> None:
    one = torch.ones(5, 4)
    assert mean_resultant_length(one) == pytest.approx(1.0)
    assert concentration(one) > 1e12
    assert uniformity(one) == pytest.approx(0.0, abs=1e-9)
    assert angular_spread(one) == pytest.approx(0.0, abs=1e-7)
    both = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    assert uniformity(both) == pytest.approx(-8.0)
    assert mean_angle(torch.cat([both, both]))[0] == pytest.approx(math.pi * 4 / 6)


def test_a_great_circle_has_no_middle() -> None:
    z = GreatCircle.random(16, 0, 1).at(sample_angles(12))
    with pytest.raises(ValueError, match="balance"):
        frechet_mean(z)
    with pytest.raises(ValueError, match="no direction"):
        mean_resultant_length(torch.zeros(3, 4))
    with pytest.raises(ValueError, match="two directions"):
        uniformity(z[:1])
