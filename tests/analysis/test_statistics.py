"""Circles as numbers: exact speeds, counts against chance, and what cannot be told."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.analysis.speed import exact_length, plane_of, speed_steps
from sgviz.analysis.statistics import (
    census,
    measure_curve,
    self_distances,
    statistics_of,
    statistics_steps,
    tails_of,
)
from sgviz.curves import CurveSet
from sgviz.geometry.circle import GreatCircle, sample_angles
from sgviz.geometry.curve_measures import length
from sgviz.geometry.octants import OCTANTS as ORDER
from sgviz.measured.octants import OCTANTS
from sgviz.measured.statistics import FIGURES, POOLED
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import untrained_mapping
from tests.geometry.circles import plane_circle, synthetic

POINTS = 96
ANGLE = sample_angles(POINTS)


@pytest.fixture(scope="module")
def mapping() -> MappingNetwork:
    return untrained_mapping(MappingConfig(32, 48, 4), 3)


@pytest.fixture(scope="module")
def curves(mapping: MappingNetwork) -> CurveSet:
    z = torch.stack([GreatCircle.random(32, 0, k).at(ANGLE) for k in (1, 2)])
    with torch.no_grad():
        w = mapping(z.flatten(0, 1)).reshape(2, POINTS, 48)
    return CurveSet(("one", "two"), z, w, mapping.w_avg, ANGLE)


def finished(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_a_seeded_circle_has_its_committed_figures() -> None:
    w = synthetic()
    curve = measure_curve("seeded", w, ANGLE)
    signs = census("seeded", w, w.mean(0))
    found = [curve.value(k) for k in ("length", "segment_min", "segment_max")]
    assert found == pytest.approx([37.612376545, 0.243171388, 0.497975111])
    assert curve.turning_deg == pytest.approx(1382.541067527)
    assert curve.exterior.sum() == pytest.approx(curve.turning)
    assert curve.value("unevenness") == pytest.approx(0.497975111 / 0.243171388)
    assert curve.value("harmonic_2") == pytest.approx(0.1175824, abs=5e-8)
    assert curve.participation_ratio == pytest.approx(2.509792152)
    assert curve.planarity == pytest.approx(0.867767556)
    assert curve.odd_share == pytest.approx(0.87657104770)
    assert curve.value("antipodal_min") == pytest.approx(7.815956904)
    assert curve.triplets.sum() == pytest.approx(1.0)
    best = sorted(curve.triplets.tolist(), reverse=True)
    assert curve.value("triplet_best") == best[0]
    half = int(curve.value("triplets_half"))
    assert sum(best[: half - 1]) < 0.5 <= sum(best[:half])
    counts = [53, 246, 195, 187, 149, 180, 239, 287]
    assert (signs.shares * 1536).tolist() == pytest.approx(counts)
    assert signs.value("octant_+++") == pytest.approx(53 / 1536)
    assert signs.negative_share == pytest.approx(2663 / 4608)
    assert signs.negative_share_absolute == pytest.approx(2455 / 4608)
    assert curve.problems == ()


def test_the_octants_are_in_one_order() -> None:
    assert OCTANTS == ORDER


@pytest.mark.parametrize("rho", [math.pi / 2, 1.1, 0.2, 2.5])
def test_the_speed_is_the_derivative(mapping: MappingNetwork, rho: float) -> None:
    """Against central differences through the very network, in float64.

    On great circles and on small ones, at rho from their pole.
    """
    great = GreatCircle.random(32, 0, 1)
    pole = torch.linalg.svd(torch.stack([great.start, great.tangent])).Vh[-1]

    def at(t: torch.Tensor) -> torch.Tensor:
        ring = great.start * torch.cos(t) + great.tangent * torch.sin(t)
        return great.radius * (math.sin(rho) * ring + math.cos(rho) * pole)

    t = ANGLE[:, None]
    z, along = at(t), (at(t + 1e-4) - at(t - 1e-4)) / 2e-4
    exact = MappingNetwork(mapping.config).double()
    exact.load_state_dict(mapping.state_dict())
    step = 1e-7
    with torch.no_grad():
        moved = (exact(z + step * along) - exact(z - step * along)) / (2.0 * step)
    speed = finished(speed_steps(mapping, plane_of(z.float(), ANGLE), ANGLE))
    assert torch.allclose(speed, moved.norm(dim=1), rtol=1e-5)


def test_a_circle_is_known_from_its_points() -> None:
    z = GreatCircle.random(32, 0, 1).at(ANGLE)
    found = plane_of(z + 0.5, ANGLE)
    assert torch.allclose(found.centre.float(), torch.full((32,), 0.5), atol=1e-5)
    assert torch.allclose(found.at(ANGLE)[0].float(), z + 0.5, atol=1e-5)
    point = plane_of(z[:1].expand(POINTS, -1), ANGLE)
    assert float(point.at(ANGLE)[1].norm()) < 1e-9
    three = sample_angles(3)
    plane_of(GreatCircle.random(32, 0, 1).at(three), three)
    with pytest.raises(ValueError, match="not lie on a circle"):
        plane_of(z.roll(1, 1).exp(), ANGLE)


def test_the_exact_length_is_what_polygons_tend_to(mapping: MappingNetwork) -> None:
    circle, fine = GreatCircle.random(32, 0, 1), sample_angles(20_000)
    plane = plane_of(circle.at(ANGLE), ANGLE)
    with torch.no_grad():
        polygon = float(length(mapping(circle.at(fine))))
    exact = exact_length(finished(speed_steps(mapping, plane, sample_angles(4096))))
    assert exact == pytest.approx(polygon, rel=1e-3)


def test_everything_comes_before_the_speed(curves, mapping) -> None:
    seen = [x for x in statistics_steps(curves, mapping) if x is not None]
    assert len(seen) == 1
    assert math.isnan(seen[0].circles[0].curve.exact_length)
    found = statistics_of(curves, mapping, fine=0)
    for circle in found.circles:
        curve = circle.curve
        assert len(curve.speed) == POINTS
        assert curve.exact_length > curve.length
        assert curve.exact_length == pytest.approx(curve.speed.mean() * math.tau)
    for figure in (*FIGURES, *POOLED):
        of = found.mean if figure in FIGURES else found.pooled
        assert math.isfinite(of(figure.key)), figure.key
    half = statistics_of(replace(curves, psi=0.5, w=curves.w * 0.5), mapping, fine=0)
    assert half.mean("exact_length") == pytest.approx(found.mean("exact_length") / 2)


def test_files_of_circles_have_no_speed(curves) -> None:
    found = statistics_of(replace(curves, z=None))
    assert found.problems == ()
    uneven = statistics_of(replace(curves, z=None, angle=ANGLE**2 / 7.0))
    assert "not equal steps" in uneven.problems[0]
    assert [f.key for f in found.shown()][:2] == ["length", "energy"]
    assert found.circles[0].curve.points == POINTS


def test_tails_of_normal_numbers_are_none() -> None:
    x = torch.from_numpy(np.random.RandomState(0).randn(4000, 32))
    tails = tails_of(x, "P")
    assert tails.skewness == pytest.approx(0.0, abs=0.03)
    assert tails.excess_kurtosis == pytest.approx(0.0, abs=0.05)
    assert tails.skewnesses.shape == (32,)
    assert np.abs(tails.quantiles - tails.normal).max() < 0.08


def test_distances_of_a_round_circle() -> None:
    found = self_distances("round", plane_circle(), ANGLE)
    assert found.distances.max() == pytest.approx(6.0)
    assert found.distances.shape == (POINTS, POINTS)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (torch.ones(96, 12), "all points are the same"),
        (torch.arange(24.0).reshape(2, 12), "2 points make no closed curve"),
        (torch.ones(1, 12), "one point makes no closed curve"),
    ],
)
def test_a_curve_without_a_shape_says_so(points, why) -> None:
    curve = measure_curve("flat", points, sample_angles(len(points)))
    signs = census("flat", points, torch.zeros(12))
    assert why in curve.problems[0]
    assert math.isnan(curve.participation_ratio)
    assert math.isnan(curve.value("harmonic_1"))
    assert signs.value("octant_+++") == 1.0
    assert not curve.has_shape


def test_a_point_of_a_surface_is_no_problem(curves) -> None:
    """A sphere begins and ends with one; in a file of circles something is wrong."""
    points = replace(curves, w=curves.w[:, :1].expand_as(curves.w))
    assert len(statistics_of(points).problems) == 2
    found = statistics_of(replace(points, form="surface"))
    assert found.problems == () and found.mean("length") == 0.0
    torn = points.w.clone()
    torn[0, 3] = math.nan
    assert "not finite" in statistics_of(replace(points, w=torn)).problems[0]


def test_rows_that_are_not_finite_are_left_out_of_what_can_be_counted() -> None:
    w = synthetic().clone()
    w[[3, 50], 7] = torch.nan
    curve, signs = measure_curve("torn", w, ANGLE), census("torn", w, torch.zeros(48))
    assert "2 of 96 points are not finite" in curve.problems[0]
    assert math.isnan(curve.length)
    assert math.isfinite(curve.value("segment_min"))
    assert (signs.points, int(signs.counts.sum())) == (94, 94 * 16)
    assert math.isfinite(tails_of(w, "W").skewness)


def test_two_coordinates_have_no_octants() -> None:
    signs = census("plane", torch.ones(5, 2), torch.zeros(2))
    assert math.isnan(signs.value("octant_---"))
    assert signs.negative_share == 0.0
    curve = measure_curve("plane", plane_circle(dim=12)[:, :2], ANGLE)
    assert len(curve.triplets) == 0
