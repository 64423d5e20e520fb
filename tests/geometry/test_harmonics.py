"""Harmonics of curves that were made of them, and of those whose numbers are known."""

import math

import pytest
import torch

from sgviz.geometry.harmonics import harmonic_energies, harmonic_shares, odd_share
from tests.geometry.circles import FILES, digits, ffhq, plane_circle, synthetic

GOLDEN = {
    "plane0,1": [0.7567, 0.1581, 0.0452, 0.0192],
    "random-1": [0.7495, 0.1719, 0.0443, 0.0164],
}


@pytest.mark.parametrize("name", FILES)
def test_the_blogs_circles_to_the_printed_digits(name: str) -> None:
    shares = harmonic_shares(ffhq(name)[0])
    assert [digits(share, 4) for share in shares[:4]] == GOLDEN[name]


def test_a_seeded_circle_measured_by_independent_code() -> None:
    committed = [0.8625886, 0.1175824, 0.0122401, 0.0041656, 0.0012532, 0.0010626]
    assert harmonic_shares(synthetic())[:6].tolist() == pytest.approx(
        committed, abs=5e-8
    )
    assert float(odd_share(synthetic())) == pytest.approx(0.87657104770)


def test_a_curve_made_of_harmonics_has_them() -> None:
    t = torch.arange(96, dtype=torch.float64) * (math.tau / 96)
    w = torch.stack([2 * torch.cos(t), torch.sin(3 * t), torch.cos(48 * t), t * 0 + 9])
    energies = harmonic_energies(w.T)
    expected = torch.zeros(48, dtype=torch.float64)
    # A cosine of amplitude a has the mean square a^2 / 2; the last one, +1 -1 +1 ...,
    # has 1.
    expected[0], expected[2], expected[47] = 2.0, 0.5, 1.0
    assert torch.allclose(energies, expected, atol=1e-12)
    assert float(odd_share(w.T)) == pytest.approx(2.5 / 3.5)


@pytest.mark.parametrize("points", [96, 95])
def test_harmonics_share_out_the_variance(points: int) -> None:
    w = synthetic()[:points]
    variance = (w - w.mean(0)).square().sum(-1).mean()
    assert float(harmonic_energies(w).sum()) == pytest.approx(float(variance))
    assert float(harmonic_shares(w).sum()) == pytest.approx(1.0)


def test_the_image_of_a_linear_map_is_the_first_harmonic_alone() -> None:
    ellipse = plane_circle() @ torch.diag(torch.arange(1.0, 13.0).double())
    assert float(harmonic_shares(ellipse)[0]) == pytest.approx(1.0)
    assert float(odd_share(ellipse)) == pytest.approx(1.0)


def test_odd_and_even_are_what_antipodes_do() -> None:
    w = synthetic()
    w = w - w.mean(0)
    odd = (w - w.roll(48, 0)) / 2
    share = float(odd.square().sum() / w.square().sum())
    assert float(odd_share(w)) == pytest.approx(share)
    with pytest.raises(ValueError, match="no antipodes"):
        odd_share(w[:95])


def test_a_point_has_no_shares() -> None:
    assert bool(harmonic_shares(torch.ones(8, 3)).isnan().all())
