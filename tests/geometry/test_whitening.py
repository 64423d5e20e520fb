"""P_N against numpy's covariance, scipy's Mahalanobis distance, and its own inverse."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import mahalanobis

from sgviz.geometry.octants import from_p_space, p_space
from sgviz.geometry.whitening import Moments, whitening


def cloud(rows=900, dim=7):
    draws = np.random.RandomState(2)
    mix = draws.randn(dim, dim) * np.geomspace(3.0, 0.1, dim)
    return torch.from_numpy(draws.randn(rows, dim) @ mix + 5.0 * draws.randn(dim))


def streamed(x, pieces=(1, 200, 199, 500)):
    moments = Moments(x.shape[1])
    for piece in x.split(list(pieces)):
        moments.add(piece)
    return moments


def test_streamed_moments_are_those_of_all_rows_at_once():
    x = cloud()
    moments = streamed(x)
    assert moments.count == 900
    torch.testing.assert_close(moments.mean, x.mean(0))
    wanted = np.cov(x.numpy().T, bias=True)
    np.testing.assert_allclose(moments.covariance.numpy(), wanted, rtol=1e-10)


def test_what_is_whitened_has_mean_0_and_covariance_1():
    x = cloud()
    found = whitening(streamed(x))
    v = found.apply(x)
    torch.testing.assert_close(v.mean(0), torch.zeros_like(v[0]), atol=1e-10, rtol=0)
    eye = torch.eye(7, dtype=torch.float64)
    torch.testing.assert_close(v.T @ v / 900, eye, atol=1e-10, rtol=0)
    assert (found.deviations.diff() <= 0).all()
    torch.testing.assert_close(found.invert(v), x)


def test_its_length_is_the_mahalanobis_distance():
    x = cloud()
    found, inverse = (
        whitening(streamed(x)),
        np.linalg.inv(np.cov(x.numpy().T, bias=True)),
    )
    for row in x[:5]:
        wanted = mahalanobis(row.numpy(), found.mean.numpy(), inverse)
        assert float(found.apply(row).norm()) == pytest.approx(wanted)


def test_a_direction_that_nothing_reaches_is_zero():
    x = cloud()
    x[:, 3] = 2.0
    found = whitening(streamed(x))
    assert found.deviations.isinf().tolist() == [False] * 6 + [True]
    assert not found.apply(x)[:, 6].any()
    torch.testing.assert_close(found.invert(found.apply(x)), x)


def test_more_samples_keep_the_signs():
    x = cloud()
    few, many = streamed(x[:300], (100, 200)), streamed(x)
    before = whitening(few)
    flipped = type(before)(
        before.mean, -before.components, before.deviations, before.count
    )
    after, other = whitening(many, before), whitening(many, flipped)
    large = after.deviations > 1.0
    for found, given in ((after, before), (other, flipped)):
        cosines = (found.components * given.components).sum(0)
        assert (cosines[large] > 0).all()


def test_too_few_and_infinite_samples_are_refused():
    with pytest.raises(ValueError, match="more than 7 samples"):
        whitening(streamed(cloud(7), (7,)))
    x = cloud()
    x[3, 2] = torch.inf
    with pytest.raises(ValueError, match="not finite"):
        whitening(streamed(x))


def test_p_and_back():
    w = cloud()
    torch.testing.assert_close(from_p_space(p_space(w)), w)
    torch.testing.assert_close(p_space(from_p_space(w)), w)
