"""Curves whose measures are known: circles, the blog's two, and a seeded one."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.geometry.curve_measures import (
    antipodal,
    energy,
    length,
    mean_square,
    participation_ratio,
    planarity,
    segments,
    self_distances,
    spectrum,
    speed_variation,
    turning,
    unevenness,
)
from tests.geometry.circles import FILES, digits, ffhq, plane_circle, synthetic

# length; shortest, mean and longest segment; turning in degrees; participation ratio;
# nearest and farthest antipodes: to the digits that are printed with the blog's data.
GOLDEN = {
    "plane0,1": (114.3473, 0.8797, 1.1911, 1.7861, 2762.21, 2.7739, 14.944, 23.202),
    "random-1": (108.1147, 0.8632, 1.1262, 1.3650, 2720.50, 2.9809, 14.013, 21.546),
}


@pytest.mark.parametrize("name", FILES)
def test_the_blogs_circles_to_the_printed_digits(name: str) -> None:
    w, centre = ffhq(name)
    steps, across = segments(w), antipodal(w)
    found = (
        digits(length(w), 4),
        digits(steps.min(), 4),
        digits(steps.mean(), 4),
        digits(steps.max(), 4),
        digits(turning(w).rad2deg(), 2),
        digits(participation_ratio(w), 4),
        digits(across.min(), 3),
        digits(across.max(), 3),
    )
    assert found == GOLDEN[name]
    assert digits(centre.norm(), 4) == 4.1216


def test_a_seeded_circle_measured_by_independent_code() -> None:
    w = synthetic()
    across = antipodal(w)
    found = [
        float(value)
        for value in (
            length(w),
            segments(w).min(),
            segments(w).max(),
            speed_variation(w),
            energy(w),
            turning(w).rad2deg(),
            participation_ratio(w),
            planarity(w),
            across.min(),
            across.max(),
            mean_square(w),
        )
    ]
    # Plain loops of numpy, acos for the angles, singular values for the spectrum.
    committed = [
        37.612376545,
        0.243171388,
        0.497975111,
        0.157156525,
        230.715963156,
        1382.541067527,
        2.509792152,
        0.867767556,
        7.815956904,
        9.568750606,
        34.379534720,
    ]
    assert found == pytest.approx(committed, rel=1e-8)


def test_a_round_circle_is_what_school_says() -> None:
    w, points, radius = plane_circle(), 96, 3.0
    chord = 2.0 * radius * math.sin(math.pi / points)
    assert torch.allclose(segments(w), torch.full((points,), chord).double())
    assert float(length(w)) == pytest.approx(points * chord)
    assert float(unevenness(w)) == pytest.approx(1.0)
    assert float(speed_variation(w)) == pytest.approx(0.0, abs=1e-9)
    assert float(turning(w)) == pytest.approx(math.tau)
    assert float(participation_ratio(w)) == pytest.approx(2.0)
    assert float(planarity(w)) == pytest.approx(1.0)
    assert torch.allclose(antipodal(w), torch.full((points // 2,), 6.0).double())
    assert float(mean_square(w)) == pytest.approx(radius**2 + 25.0)
    fine = plane_circle(4096)
    assert float(energy(fine)) == pytest.approx(math.tau * radius**2, rel=1e-5)


def test_length_and_energy_know_each_other() -> None:
    for w, equal in ((plane_circle(), True), (synthetic(), False)):
        gap = float(math.tau * energy(w) - length(w).square())
        assert gap == pytest.approx(0.0, abs=1e-9) if equal else gap > 1.0


def test_a_corner_turns_and_a_halt_does_not() -> None:
    square = torch.tensor([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    assert float(turning(square)) == pytest.approx(math.tau)
    halting = square[[0, 1, 1, 2, 3]]
    assert float(turning(halting)) == pytest.approx(math.tau)
    assert float(unevenness(halting)) == math.inf
    there_and_back = torch.tensor([[0.0, 0], [1, 0]])
    assert float(turning(there_and_back)) == pytest.approx(math.tau)


def test_turning_does_not_lose_digits_where_a_curve_is_nearly_straight() -> None:
    many = plane_circle(points=20_000)
    assert float(turning(many)) == pytest.approx(math.tau, rel=1e-9)


def test_many_curves_at_once_are_the_curves_one_by_one() -> None:
    both = torch.stack([synthetic(), synthetic().flip(1) * 2.0])[:, None]
    for measure in (length, energy, unevenness, turning, participation_ratio):
        found = measure(both)
        assert found.shape == (2, 1)
        assert found.dtype == torch.float64
        assert float(found[0, 0]) == pytest.approx(float(measure(synthetic())))


@pytest.mark.parametrize("shape", [(40, 9), (9, 40)])
def test_the_spectrum_is_that_of_the_singular_values(shape: tuple[int, int]) -> None:
    w = torch.from_numpy(np.random.RandomState(1).randn(*shape)) + 3.0
    singular = np.linalg.svd(w.numpy() - w.numpy().mean(0), compute_uv=False)
    found = spectrum(w)
    assert found.shape == (9,)
    assert np.allclose(found.numpy(), singular**2 / shape[0], atol=1e-12)


def test_self_distances_are_the_distances() -> None:
    w = synthetic()
    found = self_distances(w)
    assert torch.equal(found, found.T)
    assert not found.diagonal().any()
    assert torch.allclose(found[:48].diagonal(48), antipodal(w))
    assert torch.allclose(found.diagonal(1), segments(w)[:-1])


def test_a_curve_with_a_number_that_is_none_spoils_no_other() -> None:
    both = torch.stack([synthetic(), synthetic()])
    both[0, 5, 7] = torch.nan
    for measure in (length, turning, participation_ratio, planarity, unevenness):
        found = measure(both)
        assert math.isnan(found[0])
        assert float(found[1]) == pytest.approx(float(measure(synthetic())))


def test_an_odd_number_of_points_has_no_antipodes() -> None:
    with pytest.raises(ValueError, match="no antipodes"):
        antipodal(synthetic()[:95])


def test_float32_costs_no_digits_that_are_shown() -> None:
    def all_of(w: Tensor) -> list[float]:
        return [float(f(w)) for f in (length, energy, turning, participation_ratio)]

    w = synthetic()
    assert all_of(w.float()) == pytest.approx(all_of(w), rel=1e-5)
