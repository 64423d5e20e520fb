"""Counting signs, against the blog's circles, scipy and plain cases."""

import numpy as np
import pytest
import torch
from scipy import stats

from sgviz.geometry.octants import (
    OCTANTS,
    excess_kurtosis,
    moments,
    negative_share,
    octant_shares,
    p_space,
    skewness,
    tetrahedron_share,
    triplet_energies,
    triplets_of,
)
from tests.geometry.circles import FILES, digits, ffhq, synthetic

# +++, ---, the tetrahedron, and the negative share of w - w_avg and of w.
GOLDEN = {
    "plane0,1": (0.0329, 0.2672, 0.0163, 0.6661, 0.6514),
    "random-1": (0.0480, 0.2810, 0.0311, 0.6490, 0.6409),
}


@pytest.mark.parametrize("name", FILES)
def test_the_blogs_circles_to_the_printed_digits(name: str) -> None:
    w, centre = ffhq(name)
    shares = octant_shares(w - centre)
    found = (
        digits(shares[0], 4),
        digits(shares[-1], 4),
        digits(tetrahedron_share(w - centre), 4),
        digits(negative_share(w - centre), 4),
        digits(negative_share(w), 4),
    )
    assert found == GOLDEN[name]


def test_undoing_the_last_activation_undoes_the_tails_of_the_blogs_circles() -> None:
    w = torch.stack([ffhq(name)[0] for name in FILES])
    assert float(skewness(w)) > 1.7 > 0.2 > abs(float(skewness(p_space(w))))
    assert float(excess_kurtosis(w)) > 3.5 > 0.3 > float(excess_kurtosis(p_space(w)))


def test_a_seeded_circle_counted_by_independent_code() -> None:
    w = synthetic()
    centred = w - w.mean(0)
    counts = [53, 246, 195, 187, 149, 180, 239, 287]
    assert (octant_shares(centred) * 1536).tolist() == pytest.approx(counts)
    assert float(tetrahedron_share(centred)) == 27 / 1536
    assert float(negative_share(centred)) == pytest.approx(2663 / 4608)
    assert float(negative_share(w)) == pytest.approx(2455 / 4608)


def test_each_octant_has_its_place() -> None:
    assert OCTANTS[0] == "+++"
    assert OCTANTS[-1] == "---"
    for place, signs in enumerate(OCTANTS):
        point = torch.tensor([1.0 if sign == "+" else -1.0 for sign in signs])
        shares = octant_shares(point)
        assert float(shares[place]) == 1.0
        assert float(shares.sum()) == 1.0


def test_without_a_preference_every_octant_has_an_eighth() -> None:
    cloud = torch.from_numpy(np.random.RandomState(0).randn(2000, 512))
    assert octant_shares(cloud).tolist() == pytest.approx([0.125] * 8, abs=0.002)


def test_the_tetrahedron_has_legs_and_faces() -> None:
    corners = torch.tensor([[0.0, 0, 0], [1.5, 0, 0], [0.5, 0.5, 0.5], [0.6, 0.5, 0.5]])
    assert float(tetrahedron_share(corners)) == 0.75
    assert float(tetrahedron_share(corners, leg=1.0)) == 0.25
    below = corners - torch.tensor([0.0, 0.2, 0.0])
    assert float(tetrahedron_share(below)) == 0.5


def test_what_does_not_fill_a_triplet_is_left_out() -> None:
    assert triplets_of(torch.zeros(7, 512)).shape == (7, 170, 3)
    with pytest.raises(ValueError, match="three are needed"):
        octant_shares(torch.zeros(5, 2))


def test_triplets_share_out_the_variance() -> None:
    w = synthetic()
    shares = triplet_energies(w)
    assert shares.shape == (16,)
    assert float(shares.sum()) == pytest.approx(1.0)
    part = w[:, 3:6] - w[:, 3:6].mean(0)
    whole = (w - w.mean(0)).square().sum()
    assert float(shares[1]) == pytest.approx(float(part.square().sum() / whole))


def test_moments_are_those_of_scipy() -> None:
    w = synthetic()
    for x in (w, p_space(w)):
        flat = x.numpy().ravel()
        assert float(skewness(x)) == pytest.approx(stats.skew(flat))
        assert float(excess_kurtosis(x)) == pytest.approx(stats.kurtosis(flat))
        each = moments(x)
        assert each.skewness.numpy() == pytest.approx(stats.skew(x.numpy()))
        assert each.excess_kurtosis.numpy() == pytest.approx(stats.kurtosis(x.numpy()))


def test_p_space_is_the_inverse_of_the_activation() -> None:
    x = torch.linspace(-3, 3, 13)
    w = torch.nn.functional.leaky_relu(x, 0.2)
    assert torch.allclose(p_space(w), x)
