"""The slider of the layer peel under a real hand, and play."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sgviz.gui import peel_bar
from sgviz.gui.peel_bar import PeelBar, layer_words, space_at
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.state import InLayer, InW, State
from tests.gui.test_space_menu import model

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """The bar with a session that answers it as the controller does."""

    def __init__(self, qtbot: QtBot, space: Any) -> None:
        self.session = Session(State(space=space))
        self.bar = PeelBar()
        qtbot.addWidget(self.bar)
        self.edits: list[Edit] = []
        self.bar.edited.connect(self.edits.append)
        self.bar.edited.connect(self.session.apply)
        self.session.changed.connect(lambda: self.bar.set_state(self.session.state))
        self.bar.set_model(model(4))
        self.bar.resize(500, 30)
        self.bar.set_state(self.session.state)

    def at(self, value: float) -> QPoint:
        return QPoint(round(self.bar.slider.x_of(value)), 10)


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    hand = Hand(qtbot, InLayer(4))
    qtbot.waitExposed(hand.bar)
    return hand


def test_it_is_there_only_while_layers_are_seen(qtbot: QtBot) -> None:
    hand = Hand(qtbot, InW())
    assert not hand.bar.isVisible()
    hand.bar.set_state(State(space=InLayer(2)))
    assert hand.bar.isVisible()
    hand.bar.set_state(State())
    assert not hand.bar.isVisible()
    assert not hand.edits


def test_a_drag_morphs_and_rests_on_a_layer(hand: Hand) -> None:
    slider = hand.bar.slider
    QTest.mousePress(slider, LEFT, pos=hand.at(4.0))
    for value in (3.6, 2.9, 2.3):
        QTest.mouseMove(slider, hand.at(value))
    moving = [edit.state.space for edit in hand.edits]
    assert [edit.gesture for edit in hand.edits] == [Gesture.MOVING] * 3
    for space, value in zip(moving, (3.6, 2.9, 2.3), strict=True):
        assert isinstance(space, InLayer)
        assert space.layer + space.share == pytest.approx(value, abs=0.02)
    assert hand.bar._name.text() == "h2 → h3"
    assert hand.session.focus.moving
    QTest.mouseRelease(slider, LEFT, pos=hand.at(2.3))
    assert hand.session.state.space == InLayer(2)
    assert slider.value() == 2.0
    assert hand.session.stack.count() == 1
    hand.session.stack.undo()
    assert hand.session.state.space == InLayer(4)
    assert slider.value() == 4.0


def test_escape_takes_a_drag_back(hand: Hand) -> None:
    slider = hand.bar.slider
    QTest.mousePress(slider, LEFT, pos=hand.at(4.0))
    QTest.mouseMove(slider, hand.at(1.4))
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    QTest.mouseRelease(slider, LEFT, pos=hand.at(1.4))
    assert hand.session.state.space == InLayer(4)
    assert hand.session.stack.count() == 0


def test_keys_go_by_whole_layers(hand: Hand) -> None:
    slider = hand.bar.slider
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert hand.session.state.space == InLayer(3)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert hand.session.state.space == InLayer(0)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert hand.session.state.space == InLayer(1)
    QTest.mouseDClick(slider, LEFT, pos=hand.at(1.0))
    assert hand.session.state.space == InLayer(4)


def test_play_goes_from_z_to_w_in_one_step(hand: Hand, wait: Any) -> None:
    from sgviz.gui.peel_bar import FRAME_MS

    assert FRAME_MS <= 40
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peel_bar, "SECONDS_A_LAYER", 0.1)
        QTest.mouseClick(hand.bar.play_button, LEFT)
        assert hand.bar.is_playing
        assert hand.bar.play_button.accessibleName() == "Pause"
        wait(lambda: not hand.bar.is_playing)
    places = [e.state.space.layer + e.state.space.share for e in hand.edits]
    assert places == sorted(places)
    assert places[0] < 4.0
    assert hand.edits[-1].gesture is Gesture.DONE
    assert hand.session.state.space == InLayer(4)
    assert hand.bar.play_button.accessibleName() == "Play"
    # It ended where it had begun: nothing to undo.
    assert hand.session.stack.count() == 0


def test_pause_rests_on_the_nearest_layer(hand: Hand, wait: Any) -> None:
    QTest.mouseClick(hand.bar.play_button, LEFT)
    wait(lambda: len(hand.edits) >= 2)
    QTest.mouseClick(hand.bar.play_button, LEFT)
    assert not hand.bar.is_playing
    space = hand.session.state.space
    assert isinstance(space, InLayer)
    assert space.share == 0.0
    assert not hand.session.focus.moving


def test_playing_ends_with_the_view(hand: Hand) -> None:
    QTest.mouseClick(hand.bar.play_button, LEFT)
    hand.bar.set_state(State())
    assert not hand.bar.is_playing
    assert not hand.bar.isVisible()


def test_places_and_words() -> None:
    assert space_at(0.0, 4) == InLayer(0)
    assert space_at(2.25, 4) == InLayer(2, 0.25)
    assert space_at(4.0, 4) == InLayer(4)
    assert [layer_words(at, 4) for at in (0.0, 0.5, 3.0, 3.5, 4.0)] == [
        "z", "z → h1", "h3", "h3 → w", "w"
    ]  # fmt: skip
