"""Every coordinate can be reached, components are what they should be."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.geometry.projection import (
    best_triplets,
    coordinates,
    principal_axes,
    random_axes,
    triplets,
)


def curves(dim: int = 512, seed: int = 0, count: int = 6, points: int = 32) -> Tensor:
    scales = torch.linspace(3.0, 0.1, dim)
    drawn = np.random.RandomState(seed).randn(count, points, dim)
    return torch.from_numpy(drawn).float() * scales + 1.0


def test_triplets_are_the_coordinates_themselves() -> None:
    w = curves()
    basis = triplets(512, 10, 3, 7)
    positions = basis.apply(w)
    assert positions.shape == (3, 6, 32, 3)
    assert positions.dtype == np.float32
    for s, d in enumerate((10, 17, 24)):
        assert np.array_equal(positions[s], w[..., d : d + 3].numpy())
    assert basis.titles[1] == "w17\u2013w19"
    assert basis.axes == ("w10", "w11", "w12")
    assert basis.note == ""


def test_all_170_triplets_at_once_from_any_start() -> None:
    for start in (0, 1, 2):
        basis = triplets(512, start, 170, 3)
        assert len(basis.titles) == 170
        assert basis.note == ""
    assert basis.columns is not None
    assert basis.columns.max() == 511


@pytest.mark.parametrize("start", [509, 510, 511, 4000])
def test_the_last_two_coordinates_are_reached(start: int) -> None:
    basis = triplets(512, start, 1, 3)
    w = curves()
    assert np.array_equal(basis.apply(w)[0], w[..., 509:].numpy())
    assert (basis.note != "") == (start > 509)


def test_a_count_too_large_is_fitted_and_told() -> None:
    basis = triplets(64, 0, 170, 3)
    assert len(basis.titles) == 21
    assert basis.note == "W ends at coordinate 63: showing 21 triplets from 0"


def test_overlapping_triplets() -> None:
    basis = triplets(5, 0, 9, 1)
    assert basis.columns is not None
    assert basis.columns.tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]


def test_any_three_coordinates() -> None:
    w = curves()
    positions = coordinates(512, 511, 0, 30).apply(w)
    assert np.array_equal(positions[0], w[..., [511, 0, 30]].numpy())
    with pytest.raises(ValueError, match="there is no 512"):
        coordinates(512, 0, 512, 1)


def test_random_axes_are_orthonormal_and_repeatable() -> None:
    directions = random_axes(512, 3).directions
    assert directions is not None
    torch.testing.assert_close(directions.T @ directions, torch.eye(3))
    again, other = random_axes(512, 3).directions, random_axes(512, 4).directions
    assert again is not None
    assert other is not None
    assert torch.equal(directions, again)
    assert not torch.equal(directions, other)


@pytest.mark.parametrize(("dim", "points"), [(20, 32), (512, 32), (300, 1)])
def test_components_equal_those_of_numpy(dim: int, points: int) -> None:
    w = curves(dim, points=points)
    basis = principal_axes(w, 1)
    flat = w.reshape(-1, dim).double().numpy()
    _, s, v = np.linalg.svd(flat - flat.mean(0), full_matrices=False)
    assert basis.directions is not None
    cosines = np.abs((basis.directions.double().numpy() * v[1:4].T).sum(0))
    np.testing.assert_allclose(cosines, 1.0, atol=1e-5)
    np.testing.assert_allclose(basis.shares, (s**2 / (s**2).sum())[1:4], rtol=1e-4)
    assert basis.axes == ("PC2", "PC3", "PC4")


def test_shares_add_up_to_one_over_all_components() -> None:
    w = curves(9)
    shares = [principal_axes(w, first).shares for first in (0, 3, 6)]
    assert sum(map(sum, shares)) == pytest.approx(1.0, abs=1e-5)


def test_the_offset_of_a_curve_is_kept() -> None:
    w = curves(8)
    basis = principal_axes(w)
    assert basis.directions is not None
    expected = w @ basis.directions
    np.testing.assert_allclose(basis.apply(w)[0], expected.numpy(), atol=1e-4)


def test_signs_are_fixed_and_stay_from_frame_to_frame() -> None:
    w, noise = curves(), curves(seed=5)
    basis = principal_axes(w)
    assert basis.directions is not None
    assert bool(((basis.directions**3).sum(0) > 0).all())
    mirrored = principal_axes(-w)
    torch.testing.assert_close(
        mirrored.directions, basis.directions, atol=1e-3, rtol=0.0
    )
    for step in range(8):
        moved = principal_axes(w + 0.02 * step * noise, previous=basis)
        assert moved.directions is not None
        assert bool(((moved.directions * basis.directions).sum(0) > 0).all())
        basis = moved


@pytest.mark.parametrize("first", [0, 300, 509, 4000])
def test_components_without_variance_are_orthonormal_still(first: int) -> None:
    basis = principal_axes(torch.ones(1, 8, 512), first)
    directions = basis.directions
    assert directions is not None
    torch.testing.assert_close(directions.T @ directions, torch.eye(3))
    assert basis.shares == (0.0, 0.0, 0.0)
    assert (basis.note != "") == (first > 509)


def test_what_has_no_components_is_said_in_a_sentence() -> None:
    w = curves(8)
    w[0, 0, 0] = torch.nan
    with pytest.raises(ValueError, match="not finite"):
        principal_axes(w)
    for make in (triplets(3, 0, 1, 1), random_axes(3, 0), principal_axes(curves(3))):
        assert make.apply(curves(3)).shape == (1, 6, 32, 3)
    with pytest.raises(ValueError, match="three are needed"):
        triplets(2, 0, 1, 1)


def test_the_same_basis_places_single_points() -> None:
    w = curves()
    for basis in (triplets(512, 0, 170, 3), principal_axes(w), random_axes(512, 0)):
        all_points, one = basis.apply(w), basis.apply(w[2, 5:6])
        np.testing.assert_allclose(one[:, 0], all_points[:, 2, 5], atol=1e-5)
    with pytest.raises(ValueError, match="512 coordinates, not 64"):
        basis.apply(torch.zeros(1, 64))


def test_the_best_triplets_come_first():
    """By what they hold of the curves about their own means, and titled with it."""
    w = torch.zeros(2, 8, 12)
    turn = torch.arange(8) * (math.tau / 8)
    w[0, :, 4] = 3.0 * torch.cos(turn)
    w[1, :, 10] = torch.sin(turn)
    w[:, :, 0] = 100.0  # an offset is no energy
    basis = best_triplets(w, 0, 3, 3)
    assert basis.columns.tolist() == [[3, 4, 5], [9, 10, 11], [0, 1, 2]]
    assert basis.titles == ("w3–w5 · 90.0%", "w9–w11 · 10.0%", "w0–w2 · 0.0%")
    assert basis.note == ""
    assert best_triplets(w, 1, 1, 3).columns.tolist() == [[9, 10, 11]]
    assert best_triplets(w, 0, 9, 3).note == (
        "W has 4 such triplets: showing 4 triplets"
    )
    # Those that overlap, too; and of a curve that stands still, by number.
    assert best_triplets(w, 0, 2, 1).columns.tolist() == [[2, 3, 4], [3, 4, 5]]
    assert best_triplets(w * 0.0, 0, 1, 3).columns.tolist() == [[0, 1, 2]]
