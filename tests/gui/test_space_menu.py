"""In which space the circles are seen: the menu, undo, sessions of before."""

import json
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from sgviz.frame import ModelInfo
from sgviz.gui.session import Session
from sgviz.gui.space_menu import SpaceButton, spread
from sgviz.state import (
    InLayer,
    InP,
    InStyle,
    InW,
    InZ,
    Look,
    SideBySide,
    Space,
    State,
)
from sgviz.state_json import StateError, from_json, to_json

ROWS = ("4x4", "8x8, and 4x4 colour", "8x8", "8x8 colour")
SPACES: tuple[Space, ...] = (
    InZ(), InLayer(3), InLayer(2, 0.25), InW(), InP(), InP(normalised=True), InStyle(2),
    SideBySide(), SideBySide((InZ(), InLayer(1), InStyle(0))),
)  # fmt: skip


def model(depth: int = 4, rows: tuple[str, ...] = ROWS) -> ModelInfo:
    size = 8 if len(rows) > 1 else 0
    return ModelInfo("net", "StyleGAN2", "cpu", size, 32, 32, depth, rows, None, None)


@pytest.fixture
def button(qtbot: QtBot) -> SpaceButton:
    button = SpaceButton()
    qtbot.addWidget(button)
    button.set_model(model())
    button.set_state(State())
    return button


def entries(button: SpaceButton) -> dict[str, Space]:
    return {action.text(): space for space, action in button._actions.items()}


def test_every_space_of_the_network_is_in_the_menu(button: SpaceButton) -> None:
    found = entries(button)
    assert list(found) == [
        "Z", "Layer by layer", "W", "P", "P_N: P, whitened",
        "4×4", "8×8 and 4×4 colour", "8×8", "8×8 colour",
        "Z | W | P | P_N", "Layers from z to w", "Styles, coarse to fine",
    ]  # fmt: skip
    assert found["Layer by layer"] == InLayer(4)
    assert found["Layers from z to w"] == SideBySide(tuple(map(InLayer, range(5))))


def test_a_network_without_synthesis_has_no_styles(button: SpaceButton) -> None:
    button.set_model(model(2, ("w",)))
    assert "4×4" not in entries(button)
    assert "Styles, coarse to fine" not in entries(button)
    assert entries(button)["Layer by layer"] == InLayer(2)


def test_a_choice_is_one_step_that_can_be_undone(button: SpaceButton) -> None:
    session = Session(State())
    button.edited.connect(session.apply)
    session.changed.connect(lambda: button.set_state(session.state))
    for text, words in (
        ("P", "in P"),
        ("8×8", "in S 8×8"),
        ("Z | W | P | P_N", "in Z | W | P | P_N"),
        ("Layer by layer", "in layers: w"),
    ):
        before = session.state
        button._actions[entries(button)[text]].trigger()
        assert session.state.space == entries(button)[text]
        assert button.text().startswith(words)
        session.stack.undo()
        assert session.state == before
        session.stack.redo()
    assert session.stack.count() == 4
    # The same entry once more changes nothing.
    button._actions[InLayer(4)].trigger()
    assert session.stack.count() == 4


def test_another_space_is_framed_anew(button: SpaceButton) -> None:
    from sgviz.state import Camera

    state = replace(State(), look=Look(camera=Camera(distance=3.0)))
    button.set_state(state)
    edits = []
    button.edited.connect(edits.append)
    button._actions[InZ()].trigger()
    assert edits[0].state == replace(
        state, space=InZ(), look=Look(camera=Camera(distance=3.0, framed=True))
    )


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_sessions_keep_the_space(space: Space, button: SpaceButton) -> None:
    state = replace(State(), space=space)
    assert from_json(to_json(state)) == state
    button.set_state(state)
    assert button.text().startswith("in ")


def test_sessions_of_before_are_in_w() -> None:
    data = json.loads(to_json(State()))
    del data["space"]
    assert from_json(json.dumps(data)).space == InW()
    data["space"] = {"kind": "layer", "layer": 3}
    assert from_json(json.dumps(data)).space == InLayer(3)


@pytest.mark.parametrize(
    "space",
    [
        {"kind": "q"},
        {"kind": "layer", "layer": -1},
        {"kind": "layer", "layer": 2, "share": 1.0},
        {"kind": "side_by_side", "spaces": [{"kind": "w"}]},
        {"kind": "side_by_side", "spaces": [{"kind": "side_by_side"}] * 2},
    ],
)
def test_a_space_that_cannot_be_is_refused(space: dict[str, object]) -> None:
    data = json.loads(to_json(State())) | {"space": space}
    with pytest.raises(StateError):
        from_json(json.dumps(data))


def test_some_of_many_are_spread_evenly() -> None:
    assert spread(5, 6) == (0, 1, 2, 3, 4)
    assert spread(9, 6) == (0, 2, 3, 5, 6, 8)
    assert spread(17, 6)[-1] == 16
