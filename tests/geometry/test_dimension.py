"""Intrinsic dimension: clouds whose dimension is known, and clouds that have none."""

import numpy as np
import pytest
import torch
from scipy.spatial import KDTree
from torch import Tensor

from sgviz.geometry.dimension import (
    blocks,
    distinct,
    levina_bickel,
    local_dimensions,
    nearest_distances,
    two_nn,
    two_nn_fit,
)


def cloud(count: int, dim: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, dim, generator=generator, dtype=torch.float64)


def test_the_nearest_are_those_that_a_tree_finds() -> None:
    x = cloud(300, 7)
    expected = KDTree(x.numpy()).query(x.numpy(), k=6)[0][:, 1:]
    whole = nearest_distances(x, 5)
    np.testing.assert_allclose(whole.numpy(), expected, rtol=1e-9)
    assert [b.stop - b.start for b in blocks(130, 64)] == [64, 64, 2]


@pytest.mark.parametrize("dim", [2, 5])
def test_a_flat_cloud_has_the_dimension_of_its_plane(dim: int) -> None:
    turned = torch.linalg.qr(cloud(12, 12, 1)).Q[:, :dim]
    near = nearest_distances(cloud(2000, dim) @ turned.T, 20)
    assert two_nn(near) == pytest.approx(dim, rel=0.06)
    assert two_nn_fit(near) == pytest.approx(dim, rel=0.06)
    assert levina_bickel(near) == pytest.approx(dim, rel=0.08)
    assert levina_bickel(near, 10) == pytest.approx(dim, rel=0.08)
    assert float(local_dimensions(near).mean()) == pytest.approx(dim, rel=0.1)


def test_the_formulas_on_distances_that_are_given() -> None:
    near = torch.tensor([[1.0, 2.0, 4.0], [1.0, 3.0, 3.0], [2.0, 3.0, 8.0]])
    logs = np.log([2.0, 3.0, 1.5])
    assert two_nn(near) == pytest.approx(2 / logs.sum())
    inverse = (np.log([4, 3, 4]) + np.log([2, 1, 8 / 3])) / 2
    assert levina_bickel(near) == pytest.approx(1 / inverse.mean())
    heights = -np.log(1 - np.array([1, 2]) / 3)
    across = np.sort(logs)[:2]
    slope = (heights * across).sum() / (across**2).sum()
    assert two_nn_fit(near) == pytest.approx(slope)


def test_many_dimensions_are_underestimated_and_so_need_the_calibration() -> None:
    near = nearest_distances(cloud(400, 128), 20)
    assert 30 < levina_bickel(near) < 110 and 40 < two_nn(near) < 128


def test_points_that_coincide_are_left_out_or_refused() -> None:
    x = cloud(200, 3)
    twice = torch.cat([x, x[:20]])
    assert len(distinct(twice)) == 200
    near = nearest_distances(distinct(twice), 10)
    assert two_nn(near) == pytest.approx(3, rel=0.25)
    assert levina_bickel(near) == pytest.approx(3, rel=0.25)
    same = nearest_distances(torch.ones(50, 3), 10)
    for estimate in (two_nn, two_nn_fit, levina_bickel):
        with pytest.raises(ValueError, match="lie apart"):
            estimate(same)
    with pytest.raises(ValueError, match="need 11 points"):
        nearest_distances(x[:10], 10)
    with pytest.raises(ValueError, match="three neighbours"):
        levina_bickel(near, 2)
