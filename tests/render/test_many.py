"""Very many circles: the same places as circles mapped one by one, and what is kept."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.curves import map_circles
from sgviz.frame import Scene
from sgviz.geometry.circle import random_circles, random_planes
from sgviz.geometry.stream import STRIDE, NormalStream
from sgviz.render import many as module
from sgviz.render.projecting import basis_for
from sgviz.render.stages import MARKER, SCENE
from sgviz.state import (
    Axes,
    CircleSet,
    InZ,
    ManyCircles,
    OnCircle,
    Pca,
    RandomCircle,
    State,
    Triplets,
    default_circles,
)


@pytest.fixture
def hand(make_hand: Any, sources: Any) -> Any:
    """A hand on the scene and the marker alone."""
    return make_hand(sources, stages=(SCENE, MARKER))


@pytest.fixture
def some(little: State, monkeypatch: pytest.MonkeyPatch) -> State:
    """Forty circles of 16 points, of which a picture of the first 8 comes earlier."""
    monkeypatch.setattr(module, "SAMPLE", 64)
    monkeypatch.setattr(module, "FIRST_SHOWN", 8)
    monkeypatch.setattr(module, "BLOCK", 16)
    monkeypatch.setattr(module, "CHUNK", 48)
    circles = ManyCircles(seed=3, count=40, points=16)
    return replace(little, circles=circles, projection=Triplets(0, 2, 3))


def listed(state: State) -> CircleSet:
    return CircleSet(default_circles(40, 3), 16)


@pytest.mark.parametrize("psi", [1.0, 0.5])
@pytest.mark.parametrize("centred", [True, False])
def test_they_lie_where_a_list_of_them_would(
    hand: Any, sources: Any, some: State, psi: float, centred: bool
) -> None:
    state = replace(some, psi=psi, centred=centred)
    hand.ask(state)
    scene = hand.finish()["scene"].value
    network = sources.model(state.model).generator
    curves = map_circles(network, listed(state), sources.given, psi)
    centre = curves.centre if centred else None
    expected = basis_for(curves.w, state.projection, centre).apply(curves.w)
    np.testing.assert_allclose(scene.positions, expected, atol=2e-5)
    assert scene.circles == curves.names and scene.form == "curves"
    np.testing.assert_allclose(scene.angles[7], curves.angle.numpy(), atol=1e-6)


def test_psi_and_the_centre_map_nothing_anew(
    hand: Any, some: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.ask(some)
    hand.finish()
    monkeypatch.setattr(module, "mapped_steps", None)
    for psi in (0.7, -1.0):
        hand.ask(replace(some, psi=psi, centred=psi > 0))
        assert hand.finish()["scene"].problem is None


def test_pictures_come_before_the_last_circle_is_mapped(hand: Any, some: State) -> None:
    hand.ask(some)
    shown = []
    while not hand.renderer.done:
        part = hand.renderer.advance()
        if part is not None and part.name == "scene" and isinstance(part.value, Scene):
            shown.append((part.value.positions.shape[1], part.final))
    assert shown[-1] == (40, True) and not shown[0][1]
    counts = [count for count, _ in shown]
    assert counts == sorted(set(counts)) and counts[0] < 40


def test_another_psi_goes_on_where_the_work_is(hand: Any, some: State) -> None:
    hand.ask(some)
    for _ in range(12):
        hand.renderer.advance()
    begun = hand.renderer._desk.many
    hand.ask(replace(some, psi=0.3))
    hand.finish()
    assert begun is not None and hand.renderer._desk.many is begun


def test_components_come_from_the_first_circles(hand: Any, some: State) -> None:
    hand.ask(replace(some, projection=Pca()))
    scene = hand.finish()["scene"].value
    assert scene.note == "components of the first 4 circles"
    assert scene.positions.shape == (1, 40, 16, 3) and len(scene.shares) == 3


def test_a_point_of_them_is_a_latent(hand: Any, some: State) -> None:
    hand.ask(replace(some, latent=OnCircle(RandomCircle(3, 39), 0.0)))
    parts = hand.finish()
    marker, scene = parts["marker"].value, parts["scene"].value
    np.testing.assert_allclose(marker.positions, scene.positions[:, 39, 0], atol=2e-5)


@pytest.mark.parametrize(
    ("circles", "projection", "space", "number"),
    [
        (ManyCircles(count=10_000), Triplets(0, 5, 3), None, "4,800,000"),
        (ManyCircles(count=10_000, points=4096), Axes(), None, "40,960,000"),
        (ManyCircles(count=1234), Axes(), InZ(), "1,234"),
    ],
)
def test_what_cannot_be_is_refused_with_its_number(
    hand: Any, little: State, circles: Any, projection: Any, space: Any, number: str
) -> None:
    state = replace(little, circles=circles, projection=projection)
    hand.ask(replace(state, space=space or state.space))
    problem = hand.finish()["scene"].problem
    assert problem is not None and number in problem.what and not problem.details


def test_planes_are_those_of_the_circles_one_by_one() -> None:
    start, tangent = random_planes(24, 5, 3, 4)
    for row, circle in enumerate(random_circles(24, 5, (3, 4, 5, 6))):
        assert torch.allclose(start[row], circle.start, atol=1e-12)
        assert torch.allclose(tangent[row], circle.tangent, atol=1e-12)


def test_rows_of_a_stream_are_numpys_own() -> None:
    whole = np.random.RandomState(9).randn(2 * STRIDE + 40, 3)
    stream = NormalStream(3, 9)
    for first, count in (
        (2 * STRIDE + 7, 5),
        (0, 4),
        (STRIDE - 3, 9),
        (17, 2 * STRIDE),
    ):
        rows = stream.rows(first, count)
        np.testing.assert_array_equal(rows, whole[first : first + count])
