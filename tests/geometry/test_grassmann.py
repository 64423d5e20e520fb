"""Principal angles: by hand, against scipy, and of random subspaces."""

import math

import pytest
import torch
from scipy.linalg import subspace_angles

from sgviz.geometry.grassmann import (
    angles_of,
    furthest,
    geodesic_distance,
    principal_angles,
    projection_distance,
    random_subspaces,
    reference,
)


def test_a_plane_turned_about_one_axis() -> None:
    turn = 0.3
    a = torch.eye(4, dtype=torch.float64)[:, :2]
    b = a.clone()
    b[:, 1] = torch.tensor([0.0, math.cos(turn), math.sin(turn), 0.0]).double()
    angles = principal_angles(a, b)
    assert angles.tolist() == pytest.approx([0.0, turn], abs=1e-7)
    assert float(geodesic_distance(angles)) == pytest.approx(turn)
    assert float(projection_distance(angles)) == pytest.approx(math.sin(turn))
    across = principal_angles(a, torch.eye(4, dtype=torch.float64)[:, 2:])
    assert float(geodesic_distance(across)) == pytest.approx(furthest(2))


def test_they_are_those_of_scipy_and_the_distances_those_of_the_paper() -> None:
    a, b = random_subspaces(2, 30, 6, seed=3)
    angles = principal_angles(a, b)
    theirs = sorted(subspace_angles(a.numpy(), b.numpy()))
    assert angles.tolist() == pytest.approx(theirs, abs=1e-9)
    spectral = torch.linalg.matrix_norm(a @ a.T - b @ b.T, ord=2)
    assert float(projection_distance(angles)) == pytest.approx(float(spectral))


def test_a_basis_is_as_good_as_another_of_the_same_subspace() -> None:
    a, b = random_subspaces(2, 20, 4, seed=1)
    turned = a @ torch.linalg.qr(torch.randn(4, 4).double())[0]
    same, other = principal_angles(a, b), principal_angles(turned, b)
    assert torch.allclose(same, other, atol=1e-9)
    assert float(geodesic_distance(principal_angles(a, turned))) < 1e-6
    assert float(angles_of(torch.tensor([1.0 + 1e-9]))) == 0.0


def test_random_subspaces_are_nearly_at_right_angles() -> None:
    found = reference(512, 10, seed=0)
    assert found == reference(512, 10, seed=0)
    assert found != reference(512, 10, seed=1)
    bases = random_subspaces(64, 100, 5, seed=2)
    cosines = torch.linalg.svdvals(bases[:32].mT @ bases[32:])
    mean = float(cosines.square().sum(dim=1).mean())
    assert mean == pytest.approx(25 / 100, rel=0.1)
    # sum of (pi/2 - theta)^2 is about that of squared cosines, k^2 / n.
    expected = math.sqrt(10 * (math.pi / 2) ** 2 + 100 / 512)
    assert 0.9 * furthest(10) < found.geodesic[0] < expected
    assert 0.99 < found.projection[0] <= 1.0
