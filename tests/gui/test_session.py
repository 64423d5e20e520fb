"""State, drags, undo: one drag is one step, an equal state is no step."""

from dataclasses import replace

import pytest

from sgviz.gui.session import Edit, Gesture, Session
from sgviz.state import Focus, Seed, State

START = State()
MOVING, DONE = Gesture.MOVING, Gesture.DONE


@pytest.fixture
def session(qapp):
    return Session(START)


@pytest.fixture
def changes(session):
    heard = []
    session.changed.connect(lambda: heard.append((session.state, session.focus)))
    return heard


def psi(value):
    return replace(START, psi=value)


def test_an_edit_is_a_step(session, changes):
    session.apply(Edit(psi(0.5), "Psi"))
    assert session.state == session.settled == psi(0.5)
    assert len(changes) == session.stack.count() == 1
    assert session.stack.undoText() == "Psi"
    session.stack.undo()
    assert session.state == session.settled == START
    session.stack.redo()
    assert session.state == psi(0.5)
    assert len(changes) == 3


def test_an_equal_state_stops_here(session, changes):
    session.apply(Edit(State(), "Nothing"))
    assert changes == []
    assert session.stack.count() == 0


def test_a_drag_is_one_step(session, changes):
    for step in range(1, 11):
        session.apply(Edit(psi(step / 10), "Psi", MOVING, 3))
        assert session.focus == Focus(moving=True, layer=3)
        assert session.settled == START
    assert session.stack.count() == 0
    session.apply(Edit(psi(0.95), "Psi"))
    assert session.focus == Focus()
    assert session.state == session.settled == psi(0.95)
    assert session.stack.count() == 1
    session.stack.undo()
    assert session.state == START


def test_a_drag_that_stands_still_says_nothing(session, changes):
    session.apply(Edit(psi(0.5), "Psi", MOVING))
    session.apply(Edit(psi(0.5), "Psi", MOVING))
    assert len(changes) == 1


def test_a_drag_back_to_its_start_is_no_step(session, changes):
    session.apply(Edit(psi(0.5), "Psi", MOVING, 1))
    session.apply(Edit(START, "Psi"))
    assert session.stack.count() == 0
    assert session.state == START
    assert not session.focus.moving, "the gesture is over all the same"
    assert len(changes) == 2


def test_a_drag_taken_back(session, changes):
    session.apply(Edit(psi(0.5), "Psi", MOVING))
    session.cancel_gesture()
    assert session.state == START
    assert session.focus == Focus()
    assert session.stack.count() == 0
    session.cancel_gesture()
    assert len(changes) == 2


def test_undo_within_a_drag(session):
    session.apply(Edit(psi(0.5), "Psi"))
    session.apply(Edit(psi(0.7), "Psi", MOVING))
    session.stack.undo()
    assert session.state == session.settled == START
    assert not session.focus.moving
    session.apply(Edit(psi(0.8), "Psi"))
    assert session.stack.count() == 1
    session.stack.undo()
    assert session.state == START


def test_an_edit_from_elsewhere_within_a_drag(session):
    """A file that opens while a slider is held: both are steps, none is lost."""
    session.apply(Edit(psi(0.5), "Psi", MOVING))
    opened = replace(session.state, latent=Seed(7))
    session.apply(Edit(opened, "Open"))
    session.apply(Edit(replace(opened, psi=0.2), "Psi", MOVING))
    session.apply(Edit(replace(opened, psi=0.1), "Psi"))
    assert session.stack.count() == 2
    session.stack.undo()
    assert session.state == opened
    session.stack.undo()
    assert session.state == START


def test_a_focus_is_never_a_step(session, changes):
    session.set_focus(Focus(circle=2, angle=0.5))
    assert session.focus == Focus(circle=2, angle=0.5)
    session.set_focus(Focus(circle=2, angle=0.5))
    assert len(changes) == 1
    assert session.stack.count() == 0


def test_a_focus_leaves_the_drag_alone(session):
    session.apply(Edit(psi(0.5), "Psi", MOVING, 4))
    session.set_focus(Focus(circle=1))
    assert session.focus == Focus(circle=1, moving=True, layer=4)
    session.apply(Edit(psi(0.5), "Psi"))
    assert session.focus == Focus(circle=1)


def test_history_has_an_end(session):
    assert session.stack.undoLimit() == 1000


def test_a_new_edit_forgets_what_was_undone(session):
    session.apply(Edit(psi(0.5), "Psi"))
    session.stack.undo()
    session.apply(Edit(psi(0.6), "Psi"))
    assert not session.stack.canRedo()
    assert session.stack.count() == 1
