import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from sgviz.frame import ModelInfo
from sgviz.gui.latents_panel import LatentsPanel
from sgviz.gui.number_field import NumberField
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.gui.theme import DARK, LIGHT
from sgviz.state import (
    AxisPlane,
    CircleSet,
    CirclesFile,
    Given,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    State,
    ThroughLatents,
    default_circles,
)

LEFT = Qt.MouseButton.LeftButton
ROWS = ("4x4", "8x8, and 4x4 colour", "8x8", "8x8 colour")
MODEL = ModelInfo(
    "net", "StyleGAN2", "cpu", 8, 64, 32, 2, ROWS, 1.0, None, noise=(0.1,)
)


class Desk:
    """The panel, a session that answers it as the controller does, and the edits."""

    def __init__(self, qtbot: Any) -> None:
        self.session = Session(State())
        self.panel = LatentsPanel()
        self.circles = self.panel.circles
        self.edits: list[Edit] = []
        self.panel.edited.connect(self.edits.append)
        self.panel.edited.connect(self.session.apply)
        self.session.changed.connect(lambda: self.panel.set_state(self.session.state))
        self.panel.set_model(MODEL)
        self.panel.resize(320, 760)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.panel.activateWindow()

    @property
    def state(self) -> State:
        return self.session.state

    @property
    def set(self) -> CircleSet:
        assert isinstance(self.state.circles, CircleSet)
        return self.state.circles

    def type(self, field: NumberField, text: str) -> None:
        QTest.mouseClick(field, LEFT)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def press(self, name: str) -> None:
        buttons = self.panel.findChildren(QAbstractButton)
        found = [b for b in buttons if b.accessibleName() == name]
        assert len(found) == 1, name
        QTest.mouseClick(found[0], LEFT)

    def pick(self, letter: str, action: str, clipboard: str | None = None) -> None:
        field = self.panel.latent_a if letter == "A" else self.panel.latent_b
        if clipboard is not None:
            QGuiApplication.clipboard().setText(clipboard)
        actions = {a.text(): a for a in field.menu().actions()}
        actions[action].trigger()


PASTE = "Paste JSON, numbers or a seed"


@pytest.fixture
def desk(qtbot: Any) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    shiboken6.delete(desk.panel)


def test_a_seed_is_typed_stepped_and_rolled(desk: Desk) -> None:
    desk.type(desk.panel.latent_a.seed, "85")
    assert desk.state.latent == Seed(85)
    desk.press("Next seed of A")
    desk.press("Next seed of A")
    desk.press("Previous seed of A")
    assert desk.state.latent == Seed(86)
    desk.press("Random seed of B")
    assert isinstance(desk.state.latent_b, Seed)
    assert all(edit.gesture is Gesture.DONE for edit in desk.edits)


@pytest.mark.parametrize("text", ["-1", "4294967296", "abc", "1.5"])
def test_a_wrong_seed_is_refused_and_nothing_is_lost(desk: Desk, text: str) -> None:
    field = desk.panel.latent_a
    desk.type(field.seed, text)
    assert desk.edits == [] and field.seed.text() == text
    assert field.wrong.isVisible() and "4294967295" in field.wrong.text()
    desk.press("Next seed of A")
    assert desk.state.latent == Seed(1) and field.wrong.isHidden()
    assert field.seed.text() == "1"


def test_what_is_no_seed_says_what_it_is(desk: Desk) -> None:
    latent = OnCircle(RandomCircle(0, 3), math.radians(120))
    given = Given("/somewhere/x.npz", "a" * 64, 5)
    desk.session.restore(State(latent=latent, latent_b=given))
    a, b = desk.panel.latent_a, desk.panel.latent_b
    assert (a.seed.blank, b.seed.blank) == (
        "on random 3 (seed 0) at 120°",
        "row 5 of x.npz",
    )
    assert a.seed.text() == "" and a.seed.placeholderText().endswith("120°")
    desk.press("Next seed of A")
    assert desk.state.latent == Seed(1) and a.seed.blank == ""


def test_nothing_moves_for_a_point_nor_for_a_sentence(desk: Desk) -> None:
    below = (desk.panel.latent_b, desk.panel.psi, desk.circles.list, desk.circles.seed)
    places = [widget.mapTo(desk.panel, QPoint(0, 0)) for widget in below]
    latent = OnCircle(RandomCircle(0, 3), math.radians(120))
    desk.session.restore(State(latent=latent, latent_b=latent))
    desk.type(desk.panel.latent_a.seed, "abc")
    desk.press("+ A to B")
    QTest.qWait(1)
    assert desk.panel.latent_a.wrong.isVisible() and desk.circles.wrong.isVisible()
    assert [widget.mapTo(desk.panel, QPoint(0, 0)) for widget in below] == places


def test_why_there_is_no_circle_is_said_by_the_button(desk: Desk) -> None:
    desk.session.restore(State(latent_b=Seed(0)))
    for _ in range(2):
        desk.press("+ A to B")
        wrong, button = desk.circles.wrong, desk.circles.through
        ground = wrong.parentWidget()
        top = button.mapTo(ground, QPoint(0, 0)).y()
        away = wrong.y() - top - button.height()
        assert wrong.isVisible() and (0 <= away < 4 or wrong.y() < top)
        assert ground.visibleRegion().boundingRect().contains(wrong.geometry())
        desk.panel.resize(300, button.mapTo(desk.panel, QPoint(0, 0)).y() + 24)
    QTest.mouseClick(wrong, LEFT)
    assert wrong.isHidden()


def test_swap(desk: Desk) -> None:
    desk.press("Swap A and B")
    assert (desk.state.latent, desk.state.latent_b) == (Seed(1), Seed(0))


def test_a_latent_goes_through_the_clipboard(desk: Desk) -> None:
    latent = OnCircle(AxisPlane(0, 1), 0.5)
    desk.session.restore(State(latent=latent))
    desk.pick("A", "Copy as JSON")
    desk.pick("B", PASTE)
    assert desk.state.latent_b == latent
    assert json.loads(QGuiApplication.clipboard().text())["kind"] == "on_circle"


def test_the_numbers_of_a_seed_go_through_the_clipboard(desk: Desk) -> None:
    desk.pick("B", "Copy the numbers")
    desk.pick("A", PASTE)
    latent = desk.state.latent
    assert isinstance(latent, Pasted)
    z = np.random.RandomState(1).randn(1, 64)[0]
    np.testing.assert_array_equal(np.array(latent.numbers), z)
    assert desk.panel.latent_a.seed.blank == "pasted"


@pytest.mark.parametrize("text", ["", "hello", "1, 2, 3", '{"kind": "nothing"}'])
def test_a_wrong_paste_says_why_and_nothing_is_lost(desk: Desk, text: str) -> None:
    QGuiApplication.clipboard().clear()
    desk.pick("A", PASTE, text)
    wrong = desk.panel.latent_a.wrong
    assert desk.edits == [] and wrong.isVisible() and wrong.text().endswith(".")


def test_psi_is_dragged_and_cutoff_chosen(desk: Desk) -> None:
    slider = desk.panel.psi.slider
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(1.0)), 10))
    for psi in (0.9, 0.7, 0.5):
        QTest.mouseMove(slider, QPoint(round(slider.x_of(psi)), 10))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(slider.x_of(0.5)), 10))
    gestures = [edit.gesture for edit in desk.edits]
    assert gestures == [Gesture.MOVING] * 3 + [Gesture.DONE]
    assert desk.state.psi == pytest.approx(0.5, abs=0.03)
    assert desk.session.stack.count() == 1
    QTest.mouseDClick(slider, LEFT, pos=QPoint(round(slider.x_of(0.5)), 10))
    assert desk.state.psi == 1.0
    combo = desk.panel.cutoff
    assert [combo.itemText(i) for i in range(combo.count())] == [
        "every row",
        "no row",
        "first 1 of 4: to 4×4",
        "first 2 of 4: to 8×8",
        "first 3 of 4: to 8×8",
    ]
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert desk.state.cutoff == 1


def test_a_cutoff_of_a_deeper_network_is_kept(desk: Desk) -> None:
    desk.session.restore(State(cutoff=9))
    assert desk.panel.cutoff.currentText() == "every row (cutoff 9)"
    desk.session.restore(State())
    assert desk.panel.cutoff.currentText() == "every row"
    assert desk.panel.cutoff.count() == 5 and desk.edits == []


def test_noise_and_its_seed(desk: Desk) -> None:
    assert desk.panel.noise_seed.isHidden()
    QTest.mouseClick(desk.panel.noise.buttons["random"], LEFT)
    assert desk.state.noise == "random" and desk.panel.noise_seed.isVisible()
    desk.type(desk.panel.noise_seed.field, "7")
    assert desk.state.noise_seed == 7


def test_circles_are_added_and_put_on_the_ring(desk: Desk) -> None:
    desk.press("+ Random")
    assert desk.set.circles[-1] == RandomCircle(0, 6) and desk.state.ring == 6
    desk.press("+ A to B")
    assert desk.set.circles[-1] == ThroughLatents(Seed(0), Seed(1))
    desk.type(desk.circles.axis_i, "62")
    desk.type(desk.circles.axis_j, "63")
    assert desk.edits[-1].text == "Add circle"
    desk.press("+ Axes")
    assert desk.set.circles[-1] == AxisPlane(62, 63)
    names = [desk.circles.list.item(i).text() for i in range(9)]
    assert names[0] == "axes 0, 1"
    assert names[5:] == [
        "random 5 (seed 0)",
        "random 6 (seed 0)",
        "seed 0 to seed 1",
        "axes 62, 63",
    ]
    assert desk.circles.list.currentRow() == desk.state.ring == 8
    assert desk.session.stack.count() == 3


def test_the_selected_circle_is_on_the_ring(desk: Desk) -> None:
    box = desk.circles.list.visualItemRect(desk.circles.list.item(3))
    QTest.mouseClick(desk.circles.list.viewport(), LEFT, pos=box.center())
    assert desk.state.ring == 3
    QTest.keyClick(desk.circles.list, Qt.Key.Key_Down)
    assert desk.state.ring == 4
    desk.session.stack.undo()
    assert desk.circles.list.currentRow() == 3


def test_circles_are_removed_but_the_last(desk: Desk) -> None:
    for _ in range(7):
        desk.press("Remove circle")
    assert desk.set.circles == (RandomCircle(0, 5),)
    assert not desk.circles.remove.isEnabled()
    desk.press("Default six")
    assert desk.set.circles == default_circles() and desk.state.ring == 0


def test_circles_that_cannot_be_say_why(desk: Desk) -> None:
    wrong = desk.circles.wrong
    desk.type(desk.circles.axis_i, "1")
    desk.press("+ Axes")
    assert "two different axes" in wrong.text() and wrong.isVisible()
    QTest.mouseClick(desk.circles.axis_j, LEFT)
    QTest.keyClicks(desk.circles.axis_j, "64")
    desk.press("+ Axes")
    assert "from 0 to 63" in wrong.text() and desk.circles.axis_j.text() == "64"
    desk.session.restore(replace(State(), latent_b=Seed(0)))
    QTest.keyClick(desk.circles.axis_j, Qt.Key.Key_Escape)
    desk.press("+ A to B")
    assert "one line" in wrong.text()
    assert desk.edits == []
    desk.press("+ Random")
    assert wrong.isHidden() and len(desk.set.circles) == 7


def test_seed_of_the_random_circles(desk: Desk) -> None:
    desk.type(desk.circles.seed.field, "11")
    assert desk.set.circles == default_circles(6, 11)
    desk.press("+ Random")
    assert desk.set.circles[-1] == RandomCircle(11, 6)


def test_points_typed_and_from_the_presets(desk: Desk) -> None:
    desk.type(desk.circles.points, "1000")
    assert desk.set.points == 1000
    for wrong in ("7", "4097", "x"):
        desk.type(desk.circles.points, wrong)
    assert desk.set.points == 1000 and "from 8 to 4096" in desk.circles.wrong.text()
    presets = {a.text(): a for a in desk.circles.presets.actions()}
    presets["4096"].trigger()
    assert desk.set.points == 4096 and desk.circles.points.text() == "4096"
    assert list(map(int, presets)) == [24, 48, 96, 192, 360, 720, 1440, 4096]


def test_a_file_of_circles_is_in_the_place_of_the_list(desk: Desk) -> None:
    desk.session.restore(State(circles=CirclesFile("/a/random-2.dat", "a" * 64)))
    assert not desk.circles.list.isVisible()
    assert desk.circles.file.name.text() == "random-2.dat"
    desk.press("Back to the default circles")
    assert desk.state.circles == CircleSet() and desk.circles.list.isVisible()


def test_nothing_is_said_when_a_state_is_shown(desk: Desk) -> None:
    for state in (
        State(latent=Pasted((1.0,)), psi=0.3, cutoff=2, noise="random", ring=5),
        State(circles=CircleSet((AxisPlane(4, 5),), 8), ring=7),
        State(circles=CirclesFile("x.csv", "b" * 64)),
        State(),
    ):
        desk.panel.set_state(state)
        desk.panel.set_model(MODEL)
        desk.panel.set_theme(LIGHT)
        desk.panel.set_theme(DARK)
    assert desk.edits == []


def test_the_panel_is_narrow_enough_for_a_dock(desk: Desk) -> None:
    content = desk.panel.circles.parentWidget()
    assert content is not None and content.minimumSizeHint().width() <= 240


def test_every_widget_has_a_name_and_a_tip(desk: Desk) -> None:
    kinds = (
        QAbstractButton,
        QAbstractItemView,
        QAbstractSlider,
        QComboBox,
        QLineEdit,
    )
    widgets = [w for k in kinds for w in desk.panel.findChildren(k)]
    interactive = [w for w in widgets if not isinstance(w, QScrollBar)]
    assert len(interactive) > 25
    assert [
        _who(w) for w in interactive if not (w.toolTip() and w.accessibleName())
    ] == []


def _who(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def test_a_class_is_chosen_where_there_are_any(desk: Desk) -> None:
    row = desk.panel.label
    assert not row.isVisible()
    desk.panel.set_model(replace(MODEL, c_dim=10))
    assert row.isVisible() and row.field.text() == "0"
    desk.type(row.field, "7")
    assert desk.state.class_index == 7 and len(desk.edits) == 1
    desk.session.stack.undo()
    assert desk.state.class_index is None and row.field.text() == "0"
    desk.press("Random Class")
    assert desk.state.class_index in range(10)
    desk.type(row.field, "10")  # there is none: nothing happens
    assert desk.state.class_index in range(10)


def test_a_class_of_another_network_is_the_last_of_this_one(desk: Desk) -> None:
    desk.panel.set_model(replace(MODEL, c_dim=10))
    desk.type(desk.panel.label.field, "9")
    desk.panel.set_model(replace(MODEL, c_dim=3))
    assert desk.panel.label.field.text() == "2"
    assert desk.state.class_index == 9 and len(desk.edits) == 1
    desk.panel.set_model(MODEL)
    assert not desk.panel.label.isVisible()
    desk.panel.set_model(replace(MODEL, c_dim=10))
    assert desk.panel.label.field.text() == "9"
