"""The same three directions for every moment of a run."""

import numpy as np
import pytest
import torch

from sgviz.render.moments import basis_over, placed
from sgviz.state import Axes, Pca


def circles(seed: int, scale: float = 1.0, shift: float = 0.0) -> torch.Tensor:
    w = torch.from_numpy(np.random.RandomState(seed).randn(3, 20, 12)).float()
    return w * scale + shift


def test_components_are_of_the_circles_and_not_of_their_way():
    """Two moments far apart: the way between them is no component."""
    first, last = circles(0), circles(0, shift=100.0)
    both, alone = basis_over([first, last], Pca()), basis_over([first], Pca())
    assert both.directions is not None
    assert alone.directions is not None
    overlap = torch.linalg.svdvals(both.directions.T @ alone.directions)
    assert torch.allclose(overlap, torch.ones(3), atol=1e-4)


def test_signs_stay_with_the_basis_of_before():
    first = circles(1)
    before = basis_over([first], Pca())
    after = basis_over([first, circles(1, 1.3) + 0.01], Pca(), before)
    assert before.directions is not None
    assert after.directions is not None
    assert ((before.directions * after.directions).sum(dim=0) > 0.9).all()


@pytest.mark.parametrize("centre", ["w_avg", "mean", "zero"])
def test_where_zero_is(centre):
    w, w_avg = circles(2, shift=3.0), torch.arange(12.0)
    basis = basis_over([w], Axes(4, 5, 6))
    positions, ring = placed(w, w_avg, basis, centre)
    middle = {"w_avg": w_avg, "mean": w.mean(dim=(0, 1)), "zero": 0.0 * w_avg}[centre]
    assert np.allclose(positions, (w - middle)[..., 4:7], atol=1e-5)
    assert np.allclose(ring, (w_avg - middle)[4:7], atol=1e-5)
    assert positions.shape == (3, 20, 3)
    assert ring.shape == (3,)
