"""Signs and tails in W and P: a seeded circle's committed numbers, and the blog's."""

import numpy as np
import pytest
import torch
from scipy import stats

from sgviz.analysis.tails import coordinate_quantiles, normal_quantiles, signs_steps
from sgviz.curves import CurveSet
from sgviz.geometry.octants import p_space
from sgviz.measured.tails import SignsOfAll
from tests.geometry.circles import FILES, ffhq, synthetic


def signs_of(w: torch.Tensor, centre: torch.Tensor) -> SignsOfAll:
    angle = torch.arange(w.shape[1], dtype=torch.float64)
    names = tuple(map(str, range(len(w))))
    steps = signs_steps(CurveSet(names, None, w, centre, angle))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_the_blogs_circles_undone() -> None:
    """Five random ones have 1.931 and 4.390 in W, .083 and .274 in P; these are two.

    Theirs were computed beside the project, by scipy on the bytes of both files.
    """
    both = [ffhq(name) for name in FILES]
    found = signs_of(torch.stack([w for w, _ in both]), both[0][1])
    w, p = found.of("W", False).tails, found.of("P", False).tails
    assert (w.skewness, w.excess_kurtosis) == pytest.approx((1.841, 3.837), abs=5e-4)
    assert (p.skewness, p.excess_kurtosis) == pytest.approx((0.0735, 0.1146), abs=5e-5)
    medians = (w.median_skewness, p.median_skewness)
    assert medians == pytest.approx((1.0802, 0.2747), abs=5e-5)
    for (name, (circle, _)), skew, kurtosis in zip(
        zip(FILES, both, strict=True), (0.1145, 0.0376), (0.0663, 0.1612), strict=True
    ):
        one = p_space(circle).double().numpy().ravel()
        assert stats.skew(one) == pytest.approx(skew, abs=5e-5), name
        assert stats.kurtosis(one) == pytest.approx(kurtosis, abs=5e-5), name
    shares = found.of("W", True).census.shares
    assert shares[0] == pytest.approx((0.0329 + 0.0480) / 2, abs=1e-4)
    assert shares[-1] == pytest.approx((0.2672 + 0.2810) / 2, abs=1e-4)
    assert "fewer than by chance" in found.of("W", True).sentence


def test_a_seeded_circle_has_these_numbers() -> None:
    w = synthetic()
    found = signs_of(w[None], w.mean(0))
    assert (found.circles, found.points) == (1, 96)
    centred = found.of("W", True)
    assert (centred.census.shares * 1536).tolist() == pytest.approx(
        [53, 246, 195, 187, 149, 180, 239, 287]
    )
    for space, x in (("W", w), ("P", p_space(w))):
        signs = found.of(space, False)
        flat = x.numpy().ravel()
        assert signs.tails.skewness == pytest.approx(stats.skew(flat))
        assert signs.tails.excess_kurtosis == pytest.approx(stats.kurtosis(flat))
        own = stats.skew(x.numpy(), axis=0)
        np.testing.assert_allclose(signs.tails.skewnesses, own)
    about = found.of("P", True).census.shares
    wanted = p_space(w) - p_space(w.mean(0))
    assert about[0] == pytest.approx(
        float((wanted.reshape(96, 16, 3) >= 0).all(-1).double().mean())
    )


def test_the_words_say_what_is_counted() -> None:
    w = synthetic()
    found = signs_of(w[None], w.mean(0))
    assert [s.words for s in found.each] == ["w − w_avg", "w", "p − p_avg", "p"]


def test_quantiles_of_a_coordinate_are_its_sorted_points() -> None:
    x = torch.from_numpy(np.random.RandomState(1).gamma(2.0, size=(50, 3)))
    found = coordinate_quantiles(x).numpy()
    scored = np.sort(stats.zscore(x.numpy(), axis=0), axis=0).T
    np.testing.assert_allclose(found, scored)
    line = stats.norm.ppf((np.arange(50) + 0.5) / 50)
    np.testing.assert_allclose(normal_quantiles(50).numpy(), line, atol=1e-12)


def test_normal_numbers_lie_on_the_line() -> None:
    x = torch.from_numpy(np.random.RandomState(2).randn(4000, 2))
    found = coordinate_quantiles(x)
    assert found.shape == (2, 192)
    inner = slice(10, -10)
    away = (found - normal_quantiles(192)).abs()[:, inner]
    assert float(away.max()) < 0.15


def test_what_is_not_finite_or_does_not_vary_is_nan_and_no_error() -> None:
    x = torch.ones(5, 3)
    x[:, 1] = torch.arange(5.0)
    found = coordinate_quantiles(x)
    assert found.isnan().all(dim=1).tolist() == [True, False, True]
    assert coordinate_quantiles(torch.full((4, 3), torch.nan)).isnan().all()
    w = torch.full((1, 8, 6), torch.nan)
    assert np.isnan(signs_of(w, torch.zeros(6)).of("W", True).tails.skewness)
