"""Alignment against scipy, and against what it must not see."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial import procrustes as scipy_procrustes

from sgviz.geometry.alignment import aligned, apart, cka, procrustes


def curve(seed: int, points: int = 24, dim: int = 40) -> torch.Tensor:
    """A closed curve of three harmonics."""
    draw = torch.Generator().manual_seed(seed)
    turn = torch.arange(points, dtype=torch.float64) * (math.tau / points)
    waves = [f(k * turn) / k**2 for k in (1, 2, 3) for f in (torch.cos, torch.sin)]
    return torch.stack(waves, 1) @ torch.randn(6, dim, generator=draw).double() + 3.0


def turned(w: torch.Tensor, seed: int = 9) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    square = torch.randn(w.shape[-1], w.shape[-1], generator=draw).double()
    return 2.5 * w @ torch.linalg.qr(square)[0] - 7.0


def test_what_was_turned_scaled_and_moved_is_the_same_shape():
    a, b = curve(0), turned(curve(0))
    assert float(procrustes(a, b)) == pytest.approx(1.0, abs=1e-9)
    assert float(cka(a, b)) == pytest.approx(1.0, abs=1e-9)
    assert torch.allclose(aligned(a, b), b, atol=1e-9)
    assert float(apart(a, b).min()) > 1.0


@pytest.mark.parametrize(("points", "dim"), [(24, 40), (60, 7)])
def test_the_residual_is_scipys(points, dim):
    a, b = curve(1, points, dim), curve(2, points, dim)
    _, _, disparity = scipy_procrustes(b.numpy(), a.numpy())
    similarity = float(procrustes(a, b))
    assert 1.0 - similarity**2 == pytest.approx(disparity, abs=1e-9)
    left = (aligned(a, b) - b).square().sum()
    spread = (b - b.mean(dim=0)).square().sum()
    assert float(left / spread) == pytest.approx(disparity, abs=1e-9)


def test_spaces_of_different_sizes_are_compared_as_if_padded():
    a, b = curve(3, 20, 30), curve(4, 20, 12)
    padded = torch.nn.functional.pad(b, (0, 18))
    assert float(procrustes(a, b)) == pytest.approx(float(procrustes(a, padded)))
    assert float(cka(a, b)) == pytest.approx(float(cka(a, padded)))
    assert aligned(a, b).shape == b.shape
    with pytest.raises(ValueError, match="of 30 and of 12 coordinates"):
        apart(a, b)


def test_cka_is_its_definition():
    a, b = (w - w.mean(dim=0) for w in (curve(5), curve(6)))
    cross, own_a, own_b = (torch.linalg.norm(m) for m in (a.T @ b, a.T @ a, b.T @ b))
    assert float(cka(a, b)) == pytest.approx(float(cross**2 / (own_a * own_b)))


def test_a_batch_is_each_of_it_and_a_point_has_no_shape():
    a = torch.stack([curve(0), curve(1)])
    b = torch.stack([curve(2), torch.full_like(curve(3), 2.0)])
    both = procrustes(a, b)
    assert float(both[0]) == pytest.approx(float(procrustes(a[0], b[0])))
    assert np.isnan(float(both[1]))
    assert np.isnan(float(cka(a, b)[1]))
    assert torch.allclose(aligned(a, b)[1], b[1])
    assert torch.allclose(aligned(b[1], a[1]), a[1].mean(dim=0).expand_as(a[1]))
