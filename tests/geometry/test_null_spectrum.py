"""Free probability against its own moments and against products of matrices."""

import math

import pytest
import torch

from sgviz.geometry import null_spectrum


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_the_moments(depth: int) -> None:
    values = null_spectrum.singular_values(4096, depth)
    assert float(values.square().mean().sqrt()) == pytest.approx(
        null_spectrum.stretch(depth), rel=2e-3
    )
    assert float(values.log().mean()) == pytest.approx(
        null_spectrum.mean_log(depth), rel=5e-3
    )
    assert bool((values.diff() <= 0).all())


def test_the_largest_of_one_layer() -> None:
    """Without the slopes' spread (a = 1) it is a quarter circle: sigma <= 2 sqrt 2."""
    values = null_spectrum.singular_values(2000, 1, slope=1.0 - 1e-9)
    assert float(values[0]) == pytest.approx(2.0 * math.sqrt(2.0), rel=2e-3)
    assert float(values[-1]) < 0.01
    # The median of the quarter circle law of radius 1 is 0.40397.
    middle = float(values[1000]) / (2.0 * math.sqrt(2.0))
    assert middle == pytest.approx(0.40397, abs=2e-3)


@pytest.mark.parametrize("depth", [1, 4])
def test_products_of_masked_gaussian_matrices(depth: int) -> None:
    stream, n = torch.Generator().manual_seed(depth), 200
    found = []
    for _ in range(4):
        product = torch.eye(n, dtype=torch.float64)
        for _ in range(depth):
            matrix = torch.randn(n, n, generator=stream).double() * (2.0 / n) ** 0.5
            open_units = torch.arange(n) % 2 == 0
            product = torch.where(open_units, 1.0, 0.2)[:, None] * (matrix @ product)
        found.append(torch.linalg.svdvals(product))
    mean = torch.stack(found).log().mean(dim=0)
    expected = null_spectrum.singular_values(n, depth).log()
    # Not at the lower end, where single values scatter by their own size.
    assert float((mean - expected)[:160].abs().mean()) < 0.03 * depth
