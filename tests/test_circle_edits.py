from dataclasses import replace

import pytest

from sgviz import circle_edits
from sgviz.circle_edits import CircleError
from sgviz.latent_text import NESTING_LIMIT
from sgviz.state import (
    AxisPlane,
    CircleSet,
    CirclesFile,
    Latent,
    OnCircle,
    RandomCircle,
    Seed,
    State,
    ThroughLatents,
)
from sgviz.state_json import from_json, to_json


def test_the_next_random_circle_continues_the_stream() -> None:
    assert circle_edits.next_random(State(), 0) == RandomCircle(0, 6)
    assert circle_edits.next_random(State(), 9) == RandomCircle(9, 1)


def test_adding_puts_the_circle_on_the_ring_and_never_twice() -> None:
    state = circle_edits.with_circle(State(), AxisPlane(4, 5))
    assert circle_edits.circle_set(state).circles[-1] == AxisPlane(4, 5)
    assert state.ring == 6
    again = circle_edits.with_circle(replace(state, ring=0), AxisPlane(4, 5))
    assert again == state


@pytest.mark.parametrize(
    ("ring", "removed", "left"), [(3, 1, 2), (3, 3, 3), (3, 5, 3), (5, 5, 4)]
)
def test_removing_keeps_the_ring_on_its_circle(
    ring: int, removed: int, left: int
) -> None:
    state = circle_edits.without_circle(replace(State(), ring=ring), removed)
    assert len(circle_edits.circle_set(state).circles) == 5
    assert state.ring == left


def test_the_last_circle_stays() -> None:
    one = State(circles=CircleSet((AxisPlane(),)))
    assert circle_edits.without_circle(one, 0) == one
    assert circle_edits.without_circle(State(), 99) == State()


def test_what_cannot_be_says_why() -> None:
    with pytest.raises(CircleError, match="two different axes"):
        circle_edits.axis_plane(3, 3, 512)
    with pytest.raises(CircleError, match="from 0 to 63"):
        circle_edits.axis_plane(0, 64, 64)
    with pytest.raises(CircleError, match="one line"):
        circle_edits.through_a_and_b(replace(State(), latent_b=Seed(0)), 512)


def test_seed_points_and_six() -> None:
    state = circle_edits.with_points(circle_edits.with_seed(State(), 7), 4096)
    assert circle_edits.random_seed(state) == 7
    circles = circle_edits.circle_set(state)
    assert circles.circles[0] == AxisPlane(0, 1) and circles.points == 4096
    assert all(c.seed == 7 for c in circles.circles[1:] if isinstance(c, RandomCircle))
    more = circle_edits.with_circle(state, AxisPlane(8, 9))
    assert circle_edits.with_default_six(more) == state


def test_the_circles_of_a_file_give_way_to_a_set() -> None:
    file = State(circles=CirclesFile("x.dat", "a" * 64), ring=9)
    state = circle_edits.with_circle(file, AxisPlane(2, 3))
    assert len(circle_edits.circle_set(state).circles) == 7


def test_the_longest_chain_that_can_be_made_can_be_saved_and_opened() -> None:
    latent: Latent = Seed(0)
    state = State()
    for _ in range(NESTING_LIMIT):
        state = replace(State(), latent=latent, latent_b=Seed(1))
        circle = circle_edits.through_a_and_b(state, 512)
        assert isinstance(circle, ThroughLatents)
        state = circle_edits.with_circle(state, circle)
        latent = OnCircle(circle, 1.0)
    state = replace(state, latent=latent)
    assert from_json(to_json(state)) == state
