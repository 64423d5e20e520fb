"""What the places of a family mean, their names, and what can be done to them."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from sgviz import families, family_edits
from sgviz.circle_edits import CircleError
from sgviz.curves import map_circles, ruled
from sgviz.families import columns_of, point_at, psi_at, row_count, seen
from sgviz.family_edits import KINDS, kind_of, with_family, with_value
from sgviz.geometry.sphere import dist, normalised
from sgviz.latents import latent_z, reader
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.naming import family_name, latent_name, point_name, row_name
from sgviz.state import (
    AxisPlane,
    CircleSet,
    CirclesFile,
    Cloud,
    Fan,
    Focus,
    Frame,
    ManyCircles,
    OnCircle,
    RandomCircle,
    Seed,
    SmallCircle,
    Sphere,
    State,
    TangentPatch,
    default_circles,
)
from sgviz.state_json import from_json, to_json
from sgviz.values.families import MAX_GRID

DIM = 24
ALL = (
    Sphere(rows=5, points=8),
    TangentPatch(rows=8),
    Fan(rows=4, points=8),
    Cloud(first=7, count=5),
    ManyCircles(seed=2, count=3, points=8),
    CircleSet((AxisPlane(0, 1), SmallCircle(Frame(), 0.4)), points=8),
)


def no_file(given):
    raise AssertionError(given)


@pytest.fixture(scope="module")
def network():
    sizes = GeneratorConfig(
        z_dim=DIM, w_dim=16, depth=2, resolution=8, channels=(4, 4), lr_multiplier=1.0
    )
    generator = Generator(sizes, seed=3)
    generator.mapping.w_avg.copy_(torch.linspace(-1, 1, 16))
    return generator


@pytest.mark.parametrize("family", ALL, ids=lambda f: f.kind)
def test_a_place_is_the_latent_that_was_mapped_there(network, family):
    curves = map_circles(network, family, no_file)
    rows, columns = row_count(family), columns_of(family)
    assert curves.w.shape[:2] == (rows, len(columns)) == curves.z.shape[:2]
    assert curves.names == tuple(row_name(family, row) for row in range(rows))
    assert (curves.form, curves.closed) == (
        families.form_of(family), families.has_closed_rows(family)
    )  # fmt: skip
    for row in (0, rows - 1):
        for column in (0, len(columns) - 2):
            point = point_at(family, row, float(columns[column]))
            z = latent_z(point.latent, DIM, no_file)[0]
            there = normalised(curves.z[row, column].double())
            assert float(dist(normalised(z.double()), there)) < 1e-6
            with torch.no_grad():
                w = network.mapping(z[None])[0]
            psi = 1.0 if point.psi is None else point.psi
            expected = network.mapping.w_avg.lerp(w, psi)
            torch.testing.assert_close(
                curves.w[row, column], expected, atol=1e-5, rtol=0
            )


def test_a_fan_at_psi_1_is_the_circle_and_at_psi_0_w_avg(network):
    fan = Fan(RandomCircle(0, 2), -1.0, 2.0, rows=7, points=16)
    curves = map_circles(network, fan, no_file, psi=0.3)
    circle = map_circles(network, CircleSet((fan.circle,), 16), no_file)
    psis = [psi_at(fan, row) for row in range(7)]
    assert psis == pytest.approx([-1, -0.5, 0, 0.5, 1, 1.5, 2]) and curves.psi == 1.0
    torch.testing.assert_close(curves.w[4], circle.w[0])
    torch.testing.assert_close(curves.w[2], curves.centre.expand(16, -1))
    torch.testing.assert_close(
        curves.w[0] + circle.w[0], 2 * curves.centre.expand(16, -1)
    )
    alone = ruled(circle.w[0], circle.centre, torch.tensor([1.0]))
    torch.testing.assert_close(alone[0], circle.w[0])


def test_a_row_of_a_sphere_is_a_circle_at_its_distance(network):
    sphere = Sphere(rows=7, points=12)
    curves = map_circles(network, sphere, no_file)
    pole = normalised(reader(DIM, no_file)(Seed(0)).double())[0]
    away = dist(normalised(curves.z.double()), pole)
    expected = torch.linspace(0, math.pi, 7, dtype=torch.float64)[:, None]
    assert float((away - expected).abs().max()) < 1e-6
    assert families.rho_of(sphere, 3) == pytest.approx(math.pi / 2)
    assert row_name(sphere, 3) == "90° about seed 0"


def test_a_cloud_is_seeds_of_the_field(network):
    curves = map_circles(network, Cloud(first=85, count=3), no_file)
    row = np.random.RandomState(86).randn(1, DIM)[0]
    cosine = torch.nn.functional.cosine_similarity(
        curves.z[0, 1].double(), torch.from_numpy(row), dim=0
    )
    assert float(cosine) == pytest.approx(1.0, abs=1e-6)
    assert point_at(Cloud(85, 3), 0, 1.0).latent == Seed(86)
    assert point_at(Cloud(85, 3), 0, 99.0).latent == Seed(87)


@pytest.mark.parametrize("family", ALL, ids=lambda f: f.kind)
def test_a_session_with_one_comes_back(family):
    state = replace(with_family(State(), family), look=State().look)
    assert from_json(to_json(state)) == state
    assert family_name(family) and row_name(family, 1)


def test_a_session_of_before_is_read():
    text = '{"version": 1, "circles": {"kind": "circle_set", "points": 24}}'
    assert from_json(text) == State(circles=CircleSet(points=24))


def test_names():
    assert family_name(Sphere()) == "sphere about seed 0"
    assert family_name(Sphere(reach=math.pi / 6)) == "cap of 30° about seed 0"
    assert family_name(TangentPatch()) == "tangent patch of ±60° at seed 0"
    assert family_name(Fan()) == "psi −1 to 2 of axes 0, 1"
    assert family_name(Cloud()) == "seeds 0 to 1,999"
    assert family_name(ManyCircles(count=10_000)) == "10,000 circles of seed 0"
    point = point_at(Fan(), 0, math.pi / 2)
    assert point_name(point) == "on axes 0, 1 at 90°, psi −1.00"
    at = point_at(TangentPatch(rows=9), 4, math.radians(15))
    assert latent_name(at.latent) == "on 15° about seed 0 at 0°"


def test_the_hand_on_a_fan_sees_its_psi():
    state = State(circles=Fan(rows=4))
    assert seen(state, Focus(circle=3)).psi == 2.0
    assert seen(state, Focus()) is state
    assert seen(State(), Focus(circle=3)).psi == 1.0
    assert families.first_row(Fan(rows=4)) == 2 and families.first_row(Sphere()) == 24


def test_colours_have_something_to_run_along():
    for family in ALL:
        levels, hues = families.levels_of(family), families.hues_of(family)
        shape = (row_count(family), len(columns_of(family)))
        if families.form_of(family) == "surface":
            assert levels.shape == shape and levels.min() >= 0 and levels.max() == 1
        else:
            assert levels is None
        assert hues is None or (hues.shape == shape and hues.max() < math.tau)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Sphere(rows=257, points=512), f"131,584 points; .* {MAX_GRID:,}"),
        (lambda: Fan(low=1.0, high=1.0), "from 1 to 1"),
        (lambda: Cloud(first=2**32 - 1, count=2), "below 2"),
        (lambda: ManyCircles(count=10_001), "10000"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(ValidationError, match=words):
        make()


def test_every_kind_begins_and_takes_its_numbers():
    for kind in KINDS:
        state = with_family(State(latent=Seed(5)), kind.begin(State(latent=Seed(5))))
        assert kind_of(state) is kind
        for field in kind.fields:
            shown = field.shown(state.circles)
            assert field.low <= shown <= field.high
            kept = with_value(state, field, shown)
            assert field.shown(kept.circles) == pytest.approx(shown)
        for field in (f for f in kind.fields if f.attribute in ("rows", "points")):
            for end in (field.low, field.high):
                with_value(state, field, end)


def test_numbers_that_do_not_go_together_are_one_sentence():
    state = State(circles=Sphere(rows=257, points=255))
    points = next(f for f in KINDS[0].fields if f.attribute == "points")
    with pytest.raises(CircleError, match=r"^257 rows of 300 points are 77,100 points"):
        with_value(state, points, 300)
    with pytest.raises(CircleError, match="no surface"):
        with_value(State(), points, 300)
    low = next(f for f in KINDS[2].fields if f.attribute == "low")
    with pytest.raises(CircleError, match="smaller psi"):
        with_value(State(circles=Fan()), low, 2.5)


def test_small_circles_about_a():
    state = family_edits.with_small_circles(State(), 60.0, 3, 64)
    added = state.circles.circles[6:]
    assert [round(math.degrees(c.radius)) for c in added] == [20, 40, 60]
    assert {c.frame for c in added} == {Frame()} and state.ring == 8
    again = family_edits.with_small_circles(state, 40.0, 2, 64)
    assert len(again.circles.circles) == 9  # they are there already
    full = State(circles=CircleSet(default_circles(1020)))
    with pytest.raises(CircleError, match=r"1,030 circles; .* 1,024"):
        family_edits.with_small_circles(full, 30.0, 10, 64)
    with pytest.raises(CircleError, match="one line"):
        family_edits.with_small_circles(State(latent_b=Seed(0)), 30.0, 1, 64)


def test_frames_need_three_directions():
    same = Frame(Seed(0), Seed(1), Seed(1))
    with pytest.raises(CircleError, match="third latent"):
        family_edits.check_frame(same, 64)
    assert family_edits.frame_of(State(latent=Seed(2))).beside == Seed(0)
    with pytest.raises(CircleError, match="three latents"):
        family_edits.with_frame(State(circles=Fan()), Frame())
    with pytest.raises(CircleError, match="made of a circle"):
        family_edits.with_fan_of(State(circles=Sphere()), AxisPlane())


def test_a_fan_is_of_the_circle_on_the_ring():
    state = State(ring=3)
    assert KINDS[2].begin(state) == Fan(state.circles.circles[3])
    assert (
        KINDS[2].begin(State(circles=CirclesFile("x", "0" * 64))).circle == AxisPlane()
    )
    after = family_edits.random_after(State(circles=Fan(RandomCircle(4, 10_000))))
    assert after == RandomCircle(4, 1)
    chained = OnCircle(SmallCircle(Frame(), 0.3), 1.0)
    assert "30°" not in latent_name(chained) and "17.2° about seed 0" in latent_name(
        chained
    )
