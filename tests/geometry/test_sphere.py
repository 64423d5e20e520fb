"""The laws of the sphere."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.geometry import sphere

DIMS = (2, 3, 17, 512)


def points(dim: int, seed: int, count: int = 20) -> Tensor:
    return sphere.normalised(sphere.random_rows(dim, seed, 0, count))


def tangents(x: Tensor, length: float) -> Tensor:
    v = sphere.project(x, sphere.random_rows(x.shape[-1], 99, 0, len(x)))
    return length * sphere.normalised(v)


def close(a: Tensor, b: Tensor, atol: float = 1e-12) -> None:
    torch.testing.assert_close(a, b, rtol=0.0, atol=atol)


@pytest.mark.parametrize("dim", DIMS)
def test_normalised_points_have_length_one(dim: int) -> None:
    close(points(dim, 1).norm(dim=-1), torch.ones(20, dtype=torch.float64))


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30, 1e300])
def test_normalised_survives_any_size(size: float) -> None:
    x = size * torch.tensor([3.0, 4.0], dtype=torch.float64)
    close(sphere.normalised(x), torch.tensor([0.6, 0.8], dtype=torch.float64))


@pytest.mark.parametrize("bad", [0.0, math.nan, math.inf])
def test_what_has_no_direction_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="no direction"):
        sphere.normalised(torch.full((2, 3), bad))


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("length", [0.0, 1e-12, 1e-3, 1.0, 3.0])
def test_log_undoes_exp(dim: int, length: float) -> None:
    x = points(dim, 2)
    v = tangents(x, 1.0) * length
    y = sphere.exp(x, v)
    close(y.norm(dim=-1), torch.ones(20, dtype=torch.float64))
    close(sphere.log(x, y), v, 1e-11)
    close(sphere.dist(x, y), torch.full((20,), length, dtype=torch.float64), 1e-14)


@pytest.mark.parametrize("dim", DIMS)
def test_exp_undoes_log(dim: int) -> None:
    x, y = points(dim, 3), points(dim, 4)
    close(sphere.exp(x, sphere.log(x, y)), y)


@pytest.mark.parametrize("dim", DIMS)
def test_dist_is_a_metric(dim: int) -> None:
    x, y, z = points(dim, 5), points(dim, 6), points(dim, 7)
    close(sphere.dist(x, y), sphere.dist(y, x))
    close(sphere.dist(x, x), torch.zeros(20, dtype=torch.float64))
    close(sphere.dist(x, -x), torch.full((20,), math.pi, dtype=torch.float64))
    longer = sphere.dist(x, z) + sphere.dist(z, y)
    assert bool((sphere.dist(x, y) <= longer + 1e-12).all())


def test_dist_keeps_its_digits_where_acos_loses_them() -> None:
    small = 1e-9
    x = torch.tensor([1.0, 0.0], dtype=torch.float64)
    y = torch.tensor([math.cos(small), math.sin(small)], dtype=torch.float64)
    assert sphere.dist(x, y).item() == pytest.approx(small, rel=1e-9)
    assert math.pi - sphere.dist(x, -y).item() == pytest.approx(small, rel=1e-6)


@pytest.mark.parametrize("dim", DIMS)
def test_project_is_tangent_and_a_projection(dim: int) -> None:
    x, v = points(dim, 8), sphere.random_rows(dim, 9, 0, 20)
    tangent = sphere.project(x, v)
    close(sphere.inner(x, tangent), torch.zeros(20, dtype=torch.float64))
    close(sphere.project(x, tangent), tangent)


def test_the_antipode_has_no_one_log() -> None:
    x = points(5, 10)
    with pytest.raises(ValueError, match="antipode"):
        sphere.log(x, -x)


@pytest.mark.parametrize("dim", DIMS)
def test_slerp_has_constant_speed(dim: int) -> None:
    x, y = points(dim, 11), points(dim, 12)
    close(sphere.slerp(x, y, 0.0), x)
    close(sphere.slerp(x, y, 1.0), y)
    t = torch.linspace(0, 1, 20, dtype=torch.float64)[:, None]
    on_the_way = sphere.slerp(x, y, t)
    close(sphere.dist(x, on_the_way), t[:, 0] * sphere.dist(x, y), 1e-11)


def test_rows_are_the_fields_seed_convention() -> None:
    expected = np.random.RandomState(85).randn(1, 512)
    assert np.array_equal(sphere.random_rows(512, 85, 0).numpy(), expected)
    later = sphere.random_rows(7, 3, 4, 2).numpy()
    assert np.array_equal(later, np.random.RandomState(3).randn(6, 7)[4:])
    close(sphere.random_point(512, 85).norm(), torch.tensor(1.0).double())


def test_functions_keep_the_type_of_their_numbers() -> None:
    x, y = points(4, 1).float(), points(4, 2).float()
    for result in (
        sphere.log(x, y),
        sphere.exp(x, y),
        sphere.dist(x, y),
        sphere.project(x, y),
    ):
        assert result.dtype == torch.float32
