"""The sliders that move and turn a picture, shown where a network can do that."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sgviz.frame import ModelInfo
from sgviz.gui.latents_panel import LatentsPanel
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.gui.styles_panel import StylesPanel
from sgviz.state import Placement, State

INFO = ModelInfo(
    "net",
    "StyleGAN2",
    "cpu",
    8,
    16,
    16,
    2,
    ("4x4", "8x8, and 4x4 colour", "8x8", "8x8 colour"),
    None,
    None,
    noise=(0.1, 0.1, 0.1),
)
MOVABLE = replace(INFO, family="StyleGAN3-T", noise=(), can_move=True)


@pytest.fixture
def desk(qtbot):
    session, panel = Session(State()), StylesPanel()
    panel.edited.connect(session.apply)
    session.changed.connect(lambda: panel.set_state(session.state))
    panel.set_model(MOVABLE)
    panel.resize(420, 600)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return session, panel


def test_shown_where_a_network_can_move(desk):
    _, panel = desk
    assert panel.placement.isVisible()
    panel.set_model(INFO)
    assert not panel.placement.isVisible()
    assert panel.kinds.buttons["noise"].isVisible()


def test_a_drag_is_one_step_and_escape_takes_it_back(desk):
    session, panel = desk
    edits: list[Edit] = []
    panel.edited.connect(edits.append)
    slider = panel.placement.rows["right"].slider
    y = slider.height() // 2
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(slider, left, pos=slider.rect().center())
    for step in range(1, 20):
        QTest.mouseMove(slider, slider.rect().center() + type(slider.pos())(step, 0))
    assert edits and edits[-1].gesture is Gesture.MOVING
    QTest.mouseRelease(slider, left, pos=type(slider.pos())(slider.width() - 12, y))
    assert session.state.placement.right > 0
    assert session.stack.count() == 1 and session.stack.undoText() == "Right"
    session.stack.undo()
    assert session.state.placement == Placement()


def test_degrees_and_percent(desk):
    session, panel = desk
    rows = panel.placement.rows
    rows["turn"].edited.emit(90.0, Gesture.DONE)
    rows["down"].edited.emit(-25.0, Gesture.DONE)
    assert session.state.placement.turn == pytest.approx(math.pi / 2)
    assert session.state.placement.down == -0.25
    assert rows["down"].slider.value() == pytest.approx(-25.0)
    rows["turn"].reset.emit()
    assert session.state.placement == Placement(down=-0.25)
    assert rows["down"].dot.isEnabled() and not rows["turn"].dot.isEnabled()


def test_networks_without_noise_offer_none(desk, qtbot):
    _, panel = desk
    assert not panel.kinds.buttons["noise"].isVisible()
    panel.set_model(INFO)
    panel.choose_kind("noise")
    panel.set_model(MOVABLE)
    assert panel.kinds.chosen_key() == "psi"
    latents = LatentsPanel()
    qtbot.addWidget(latents)
    for info, there in ((MOVABLE, False), (INFO, True)):
        latents.set_model(info)
        assert latents.noise.isVisibleTo(latents) == there


def test_every_row_that_has_noise_can_be_edited(desk):
    """Of StyleGAN1 the last one has some too, of StyleGAN2 it has none."""
    _, panel = desk
    for noisy in (3, 4):
        panel.set_model(replace(INFO, noise=(0.1,) * noisy))
        panel.choose_kind("noise")
        assert [row.isEnabled() for row in panel.rows] == [True] * 3 + [noisy == 4]
