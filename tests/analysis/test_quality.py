"""Distances with closed forms: between Gaussians, between uniform laws, in shares."""

import math

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch

from sgviz.analysis.quality import (
    Moments,
    compare,
    frechet_distance,
    histogram_distance,
    moments,
    overlap,
    spread_ratio,
    square_root,
)
from sgviz.analysis.reader import Readings


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    own = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=own, dtype=torch.float64)


def covariance(size: int, rank: int, seed: int) -> torch.Tensor:
    factor = normal(size, rank, seed=seed)
    return factor @ factor.T / rank


def test_one_dimension_has_the_textbook_distance() -> None:
    a = Moments(torch.tensor([1.0]), torch.tensor([[4.0]]))
    b = Moments(torch.tensor([-2.0]), torch.tensor([[0.25]]))
    assert frechet_distance(a, b) == pytest.approx(3**2 + (2 - 0.5) ** 2)


def test_gaussians_with_common_axes_are_far_by_their_axes() -> None:
    turn, _ = torch.linalg.qr(normal(6, 6))
    sides_a, sides_b = torch.arange(1.0, 7).double(), torch.arange(6.0, 0, -1).double()
    a = Moments(normal(6, seed=1), turn @ torch.diag(sides_a**2) @ turn.T)
    b = Moments(normal(6, seed=2), turn @ torch.diag(sides_b**2) @ turn.T)
    wanted = (a.mean - b.mean).square().sum() + (sides_a - sides_b).square().sum()
    assert frechet_distance(a, b) == pytest.approx(float(wanted))


def test_the_distance_is_that_of_the_root_of_the_product() -> None:
    a = Moments(normal(12, seed=3), covariance(12, 40, 4))
    b = Moments(normal(12, seed=5), covariance(12, 40, 6))
    root = scipy.linalg.sqrtm((a.covariance @ b.covariance).numpy())
    wanted = (a.mean - b.mean).square().sum() + a.covariance.trace()
    wanted += b.covariance.trace() - 2 * np.trace(root.real)
    assert frechet_distance(a, b) == pytest.approx(float(wanted), rel=1e-9)
    assert frechet_distance(b, a) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize("rank", [1, 5, 12])
def test_a_law_is_no_way_from_itself_also_without_full_rank(rank: int) -> None:
    a = Moments(normal(12), covariance(12, rank, 7))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    moved = Moments(a.mean + 0.5, a.covariance)
    assert frechet_distance(a, moved) == pytest.approx(12 * 0.25, abs=1e-6)


def test_the_root_of_a_matrix_is_symmetric_and_squares_to_it() -> None:
    matrix = covariance(9, 4, 8)
    root = square_root(matrix)
    torch.testing.assert_close(root @ root, matrix, atol=1e-12, rtol=0)
    torch.testing.assert_close(root, root.T, atol=1e-12, rtol=0)
    assert torch.linalg.eigvalsh(root).min() > -1e-9
    # Rounding may leave -1e-17 for a zero: its root is 0, not a NaN.
    assert square_root(torch.diag(torch.tensor([1.0, -1e-17]))).isfinite().all()


def test_moments_are_mean_and_unbiased_covariance() -> None:
    rows = normal(50, 4).float()
    found = moments(rows)
    assert found.mean.dtype == found.covariance.dtype == torch.float64
    np.testing.assert_allclose(found.covariance, np.cov(rows.double().T), rtol=1e-12)
    with pytest.raises(ValueError, match="two rows at least"):
        moments(rows[:1])


def uniform(count: int, low: float, high: float) -> torch.Tensor:
    """The quantiles of a uniform law: [count, 1], in a shuffled order."""
    x = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    own = torch.Generator().manual_seed(count)
    return (low + (high - low) * x[torch.randperm(count, generator=own)])[:, None]


def test_uniform_laws_are_far_by_the_area_between_them() -> None:
    data, deviation = uniform(1000, 0, 1), 1 / math.sqrt(12)
    found = {
        "moved": (uniform(700, 0.5, 1.5), 0.5),
        "half as wide": (uniform(900, 0.25, 0.75), 0.125),
        "all in the middle": (torch.full((10, 1), 0.5), 0.25),
        "itself": (uniform(1000, 0, 1), 0.0),
    }
    for name, (samples, area) in found.items():
        distance = float(histogram_distance(samples, data))
        assert distance == pytest.approx(area / deviation, abs=0.01), name


def test_the_distance_of_histograms_is_scipys() -> None:
    samples, data = normal(300, 5, seed=1), 2 * normal(200, 5, seed=2) + 1
    wanted = [
        scipy.stats.wasserstein_distance(samples[:, k], data[:, k]) / data[:, k].std()
        for k in range(5)
    ]
    np.testing.assert_allclose(histogram_distance(samples, data), wanted, rtol=1e-12)


def test_what_histograms_share() -> None:
    data = uniform(2000, 0, 1)
    assert float(overlap(uniform(500, 0, 1), data)) == pytest.approx(1, abs=0.01)
    assert float(overlap(uniform(500, 0.5, 1), data)) == pytest.approx(0.5, abs=0.01)
    assert float(overlap(uniform(500, 0.25, 1.25), data)) == pytest.approx(
        0.75, abs=0.06
    )
    assert float(overlap(torch.full((9, 1), 0.5), data)) == pytest.approx(1 / 20)


def test_the_spread_is_a_ratio_of_deviations() -> None:
    data = normal(100, 3)
    factors = torch.tensor([0.0, 0.5, 2.0], dtype=torch.float64)
    torch.testing.assert_close(spread_ratio(data * factors + 7, data), factors)


def readings(values: torch.Tensor, confidence: float) -> Readings:
    sure = torch.full(values.shape, confidence) + 0.01 * normal(*values.shape, seed=9)
    return Readings(values, sure, values.repeat(1, 2))


def test_a_comparison_holds_every_figure() -> None:
    data = readings(normal(400, 3), 0.8)
    same = compare(data, data, (True, True, False))
    assert same.frechet == pytest.approx(0, abs=1e-9)
    assert same.confident == pytest.approx(0.95, abs=0.01)
    assert same.confidence == pytest.approx(0.8, abs=0.01)
    other = readings(0.5 * normal(400, 3) + torch.tensor([1.0, 0, 0]).double(), 0.4)
    found = compare(other, data, (True, True, False))
    assert found.confident == 0
    assert found.confidence == pytest.approx(0.4, abs=0.01)
    assert found.frechet > 2
    torch.testing.assert_close(found.spread, torch.full((3,), 0.5).double())
    assert float(found.shift[0]) == pytest.approx(1, abs=0.1)
    assert float(found.distance[0]) > float(found.distance[1]) > 0.2
    assert float(found.overlap[0]) < float(found.overlap[1]) < 0.9


def test_only_what_can_be_read_counts_for_the_confidence() -> None:
    data = readings(normal(50, 2), 0.9)
    data.confidence[:, 1] = 0.0
    assert compare(data, data, (True, False)).confidence == pytest.approx(0.9, abs=0.01)
    assert compare(data, data, (True, True)).confidence == pytest.approx(0.45, abs=0.01)
    with pytest.raises(ValueError, match="no factor can be read"):
        compare(data, data, (False, False))
