"""The laws of great circles, and which circle a seed means."""

import math

import numpy as np
import pytest
import torch

from sgviz.geometry.circle import GreatCircle, random_circles, sample_angles
from sgviz.geometry.sphere import dist, normalised, random_rows


def test_angles_are_equal_and_begin_with_zero() -> None:
    angles = sample_angles(96)
    assert angles[0] == 0.0
    assert angles.dtype == torch.float64
    steps = torch.diff(
        torch.cat([angles, torch.tensor([math.tau], dtype=torch.float64)])
    )
    torch.testing.assert_close(
        steps, torch.full((96,), math.tau / 96, dtype=torch.float64)
    )


@pytest.mark.parametrize("dim", [2, 3, 64, 512])
def test_points_lie_on_the_sphere_at_equal_steps(dim: int) -> None:
    z = GreatCircle.random(dim, 7, 2).at(sample_angles(96))
    assert z.shape == (96, dim)
    assert z.dtype == torch.float32
    norms = z.double().norm(dim=-1)
    torch.testing.assert_close(norms, torch.full_like(norms, math.sqrt(dim)))
    unit = normalised(z.double())
    steps = dist(unit, unit.roll(-1, 0))
    torch.testing.assert_close(
        steps, torch.full_like(steps, math.tau / 96), rtol=1e-5, atol=0
    )


def test_a_circle_is_closed_and_odd() -> None:
    circle = GreatCircle.random(512, 0, 1)
    t = torch.tensor([0.3])
    torch.testing.assert_close(circle.at(t), circle.at(t + math.tau), atol=1e-5, rtol=0)
    torch.testing.assert_close(circle.at(t), -circle.at(t + math.pi), atol=1e-5, rtol=0)


def test_a_circle_through_two_latents_meets_both() -> None:
    a, b = random_rows(512, 1, 0, 2)
    circle = GreatCircle.through(a[None], 3.0 * b[None])
    start, angle = circle.at(torch.zeros(1))[0], dist(normalised(a), normalised(b))
    radius = math.sqrt(512)
    torch.testing.assert_close(start, (normalised(a) * radius).float())
    reached = circle.at(angle[None])[0]
    torch.testing.assert_close(reached, (normalised(b) * radius).float())


@pytest.mark.parametrize("factor", [1.0, -1.0, 2.5, 1.0 + 1e-7])
def test_parallel_latents_are_refused(factor: float) -> None:
    a = random_rows(64, 1, 0)[0].float()
    with pytest.raises(ValueError, match="one line through the centre"):
        GreatCircle.through(a, factor * a)


def test_a_plane_of_axes_goes_from_the_first_to_the_second() -> None:
    circle = GreatCircle.on_axes(8, 5, 2)
    z = circle.at(torch.tensor([0.0, math.pi / 2]))
    expected = torch.zeros(2, 8)
    expected[0, 5] = expected[1, 2] = math.sqrt(8)
    torch.testing.assert_close(z, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize(("i", "j"), [(0, 8), (8, 0), (3, 3), (-1, 2)])
def test_axes_that_are_not_there_are_refused(i: int, j: int) -> None:
    with pytest.raises(ValueError, match="axes 0 to 7"):
        GreatCircle.on_axes(8, i, j)


def test_circle_k_comes_from_its_two_rows_of_the_stream() -> None:
    rows = np.random.RandomState(5).randn(6, 512)
    start, second = rows[4], rows[5]
    u = start / np.linalg.norm(start)
    v = second - (second @ u) * u
    v /= np.linalg.norm(v)
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)[:, None]
    expected = math.sqrt(512) * (np.cos(angles) * u + np.sin(angles) * v)
    found = GreatCircle.random(512, 5, 3).at(sample_angles(12)).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_more_circles_never_change_the_first_ones() -> None:
    few, many = random_circles(32, 9, (1, 2)), random_circles(32, 9, range(1, 20))
    assert torch.equal(few[1].tangent, many[1].tangent)
    assert torch.equal(GreatCircle.random(32, 9, 2).tangent, many[1].tangent)


def test_the_first_start_is_the_seed_itself() -> None:
    z = np.random.RandomState(85).randn(1, 512)[0]
    start = GreatCircle.random(512, 85, 1).start.numpy()
    np.testing.assert_allclose(start, z / np.linalg.norm(z), atol=1e-12)


def test_circles_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        random_circles(8, 0, (0,))


def test_two_vectors_must_be_orthonormal() -> None:
    u = torch.tensor([1.0, 0.0], dtype=torch.float64)
    with pytest.raises(ValueError, match="right angles"):
        GreatCircle(u, u)
