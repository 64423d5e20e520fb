"""Geodesic polar coordinates: every law that a small circle and a cap must obey."""

import math

import pytest
import torch

from sgviz.geometry.circle import GreatCircle, sample_angles
from sgviz.geometry.polar import PolarFrame, SmallCircle, polar
from sgviz.geometry.sphere import dist, log, normalised, random_rows

DIM = 32


@pytest.fixture(scope="module")
def rows():
    return torch.cat([random_rows(DIM, seed, 0) for seed in (0, 1, 2)])


@pytest.fixture(scope="module")
def frame(rows):
    return PolarFrame.through(*rows)


def test_the_sphere_goes_through_all_three_latents(frame, rows):
    span = torch.stack([frame.pole, frame.first, frame.second])
    for row in normalised(rows):
        assert float((span @ row).norm()) == pytest.approx(1.0, abs=1e-9)
    assert torch.allclose(frame.pole, normalised(rows[:1])[0])
    # The second latent lies on the meridian 0, its own distance from the pole.
    rho = dist(*normalised(rows[:2]))
    there = frame.at(rho, torch.tensor(0.0)).double()
    assert float(dist(normalised(there), normalised(rows[1]))) < 1e-6


@pytest.mark.parametrize("degrees", [0.0, 0.5, 30.0, 90.0, 179.0, 180.0])
def test_every_point_of_a_small_circle_is_at_its_distance(frame, degrees):
    rho = math.radians(degrees)
    z = SmallCircle(frame, rho).at(sample_angles(24))
    assert z.dtype == torch.float32 and z.shape == (24, DIM)
    away = dist(normalised(z.double()), frame.pole)
    assert float((away - rho).abs().max()) < 3e-7
    assert torch.allclose(z.norm(dim=-1), torch.tensor(math.sqrt(DIM)))


def test_a_small_circle_of_90_degrees_is_the_great_circle(frame):
    great = GreatCircle(frame.first, frame.second)
    angles = sample_angles(16)
    small = SmallCircle(frame, math.pi / 2)
    assert small.dim == DIM
    assert torch.allclose(small.at(angles), great.at(angles), atol=1e-5)


def test_a_sphere_is_a_unit_sphere_of_its_3_space(frame):
    rho, phi = torch.linspace(0, math.pi, 13)[:, None], sample_angles(24)
    unit = frame.at(rho, phi).double() / frame.radius
    span = torch.stack([frame.pole, frame.first, frame.second])
    inside = unit @ span.T
    assert torch.allclose(inside.norm(dim=-1), torch.ones(13, 24, dtype=torch.float64))
    assert torch.allclose(inside @ span, unit, atol=1e-6)


def test_exp_and_log_agree_on_a_tangent_grid(frame):
    side = torch.linspace(-1.2, 1.2, 9, dtype=torch.float64)
    x, y = side[None, :].expand(9, 9), side[:, None].expand(9, 9)
    z = normalised(frame.exp(x, y).double())
    back = log(frame.pole.expand_as(z), z)
    assert torch.allclose(back @ frame.first, x, atol=1e-6)
    assert torch.allclose(back @ frame.second, y, atol=1e-6)
    rho, phi = polar(1.2, -0.6)
    one = torch.tensor([1.2]), torch.tensor([-0.6])
    by_polar = frame.at(torch.tensor(rho), torch.tensor([phi]))
    assert torch.allclose(frame.exp(*one), by_polar, atol=1e-5)


def test_latents_that_span_no_sphere_are_refused(rows):
    a, b, _ = rows
    with pytest.raises(ValueError, match="one line"):
        PolarFrame.through(a, -a, b)
    with pytest.raises(ValueError, match="one plane"):
        PolarFrame.through(a, b, a + b)
    with pytest.raises(ValueError, match="no direction"):
        PolarFrame.through(a, b, 0 * a)
    with pytest.raises(ValueError, match="right angles"):
        PolarFrame(a, a, a)
