"""Families in the window: chosen by hand, hovered and clicked in W, undone, saved."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from sgviz.families import point_at
from sgviz.frame import ModelInfo
from sgviz.gui.family_panel import FamilyPanel
from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.latents_panel import LatentsPanel
from sgviz.gui.scene_colours import scene_colours
from sgviz.gui.session import Session
from sgviz.gui.theme import DARK, LIGHT
from sgviz.state import (
    Cloud,
    Fan,
    Frame,
    Look,
    ManyCircles,
    Pca,
    Seed,
    SmallCircle,
    Sphere,
    State,
    TangentPatch,
)

MODEL = ModelInfo("net", "StyleGAN2", "cpu", 8, 64, 32, 2, ("4x4",), 1.0, None)


class Desk:
    """The panel and a session that answers it as the controller does."""

    def __init__(self, qtbot):
        self.session = Session(State())
        self.panel = LatentsPanel()
        qtbot.addWidget(self.panel)
        self.families: FamilyPanel = self.panel.families
        self.panel.edited.connect(self.session.apply)
        self.session.changed.connect(lambda: self.panel.set_state(self.session.state))
        self.panel.set_model(MODEL)
        self.panel.resize(320, 900)
        self.panel.show()

    @property
    def circles(self):
        return self.session.state.circles

    def choose(self, title):
        index = self.families.kind.findText(title)
        self.families.kind.setCurrentIndex(index)
        self.families.kind.activated.emit(index)

    def type(self, field, text):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        field.editingFinished.emit()


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot)


def test_each_kind_can_be_chosen_and_the_list_comes_back(desk):
    six = replace(desk.circles, points=24)
    desk.panel.edited.emit(edit(desk, replace(desk.session.state, circles=six)))
    for title, kind in (
        ("Sphere", Sphere),
        ("Tangent patch", TangentPatch),
        ("Psi fan", Fan),
        ("Cloud of seeds", Cloud),
        ("Many circles", ManyCircles),
    ):
        desk.choose(title)
        assert isinstance(desk.circles, kind)
        assert not desk.panel.circles.isVisible()
        assert desk.families.kind.currentText() == title
    desk.choose("Circles")
    assert desk.circles == six and desk.panel.circles.isVisible()
    for _ in range(6):
        desk.session.stack.undo()
    assert desk.circles == six


def edit(desk, state):
    from sgviz.gui.session import Edit

    return Edit(state, "an edit")


def test_numbers_are_taken_and_refused_with_a_sentence(desk):
    desk.choose("Sphere")
    fields, wrong = desk.families.fields, desk.families.wrong
    desk.type(fields["Sphere", "reach"], "60")
    assert desk.circles.reach == pytest.approx(math.pi / 3)
    desk.type(fields["Sphere", "points"], "513")
    assert wrong.text() == "Points is a whole number from 8 to 512."
    desk.type(fields["Sphere", "points"], "500")
    desk.type(fields["Sphere", "rows"], "200")
    assert wrong.text().startswith("200 rows of 500 points are 100,000 points")
    assert desk.circles.rows == 49 and wrong.isVisible()
    desk.choose("Many circles")
    desk.type(fields["Many circles", "count"], "10001")
    assert wrong.text() == "Circles is a whole number from 1 to 10000."
    desk.type(fields["Many circles", "count"], "10000")
    assert desk.circles.count == 10_000 and not wrong.isVisible()


def test_why_it_cannot_be_is_said_by_what_was_pressed_or_typed(desk):
    families = desk.families
    desk.choose("Sphere")
    state = desk.session.state
    desk.panel.edited.emit(edit(desk, replace(state, latent=Seed(9), latent_b=Seed(9))))
    families.from_ab.click()
    assert stands_by(families.wrong, families.from_ab)
    below = families.look.mapTo(desk.panel, QPoint(0, 0))
    for text, field in (
        ("1", families.third.field),
        ("x", families.third.field),
        ("513", families.fields["Sphere", "points"]),
        ("2000", families.fields["Sphere", "rows"]),
    ):
        desk.type(field, text)
        assert stands_by(families.wrong, field)
    assert families.look.mapTo(desk.panel, QPoint(0, 0)) == below
    desk.choose("Cloud of seeds")
    assert families.wrong.isHidden()


def stands_by(sentence, widget):
    """Whether a sentence is seen right below or right above a widget."""
    corner = widget.mapTo(sentence.parentWidget(), QPoint(0, 0))
    below = sentence.y() - corner.y() - widget.height()
    above = corner.y() - sentence.y() - sentence.height()
    return sentence.isVisible() and (0 <= below < 4 or 0 <= above < 4)


def test_a_surface_stands_on_a_and_b_when_asked(desk):
    desk.choose("Sphere")
    state = desk.session.state
    desk.panel.edited.emit(edit(desk, replace(state, latent=Seed(9), latent_b=Seed(8))))
    assert desk.circles.frame == Frame()  # it stays where it is
    desk.families.from_ab.click()
    assert desk.circles.frame == Frame(Seed(9), Seed(8), Seed(2))
    assert desk.families.about.text() == "About seed 9, towards seed 8"
    desk.type(desk.families.third.field, "8")
    assert "third latent" in desk.families.wrong.text()
    desk.type(desk.families.third.field, "4")
    assert desk.circles.frame.beside == Seed(4)
    desk.panel.edited.emit(edit(desk, replace(desk.session.state, latent_b=Seed(9))))
    desk.families.from_ab.click()
    assert "one line" in desk.families.wrong.text()


def test_a_fan_takes_another_circle_and_a_look_is_chosen(desk):
    desk.choose("Psi fan")
    desk.families.random.click()
    first = desk.circles.circle
    desk.families.random.click()
    assert desk.circles.circle.k == first.k + 1
    desk.families.through.click()
    assert desk.circles.circle.a == Seed(0)
    desk.families.look.buttons["translucent"].click()
    assert desk.session.state.look.surface == "translucent"
    desk.choose("Cloud of seeds")
    assert not desk.families.look.isVisible()


def test_small_circles_are_added_to_the_list(desk):
    small = desk.panel.circles.small
    desk.type(small.radius, "40")
    desk.type(small.rings, "2")
    small.add.click()
    assert desk.circles.circles[-2:] == tuple(
        SmallCircle(Frame(), math.radians(degrees)) for degrees in (20.0, 40.0)
    )
    assert desk.session.state.ring == 7


def test_everything_says_what_it_is(desk):
    for button in desk.families.findChildren(QPushButton):
        assert button.toolTip() and button.accessibleName()


def pixel_of(view, positions, row, column):
    x, y, _ = to_pixels(
        positions[0, row, column].astype(float)[None],
        view.matrix(),
        view.logical_size(),
    )[0]
    return x, y


@pytest.mark.gl
def test_a_fan_is_hovered_clicked_undone(make_instrument, little, mouse, wait):
    fan = Fan(rows=4, points=12)
    state = replace(little, circles=fan, ring=2, projection=Pca())
    instrument = make_instrument(state)
    view, session = instrument.window.w_view.view, instrument.session
    scene = instrument.controller.scene
    assert (scene.form, scene.positions.shape) == ("surface", (1, 4, 12, 3))
    assert instrument.window.z_view.chooser.currentText() == "psi 1.00"
    view.settle()
    x, y = pixel_of(view, scene.positions, 3, 5)
    mouse.move(view, x, y)
    wait(lambda: session.focus.circle is not None)
    wait(lambda: instrument.settled)
    row = session.focus.circle
    caption = instrument.controller.pointing.shown_name()
    assert f"psi {psi_of(fan, row):.2f}".replace("-", "−") in caption
    mouse.click(view, x, y)
    taken = session.state
    expected = point_at(fan, taken.ring, session.focus.angle)
    assert (taken.latent, taken.psi) == (expected.latent, pytest.approx(expected.psi))
    wait(lambda: instrument.settled)
    session.stack.undo()
    assert session.state == state


def psi_of(fan, row):
    return fan.low + row / (fan.rows - 1) * (fan.high - fan.low)


@pytest.mark.gl
def test_a_patch_a_cloud_and_many_circles_are_shown(make_instrument, little, wait):
    instrument = make_instrument(replace(little, circles=TangentPatch(rows=8)))
    window = instrument.window
    assert "No ring here: tangent patch" in window.z_view.canvas.problem.what
    assert not len(window.z_view.canvas.angles)
    for family, words in (
        (Cloud(count=50), "50 points"),
        (ManyCircles(count=30, points=12), "30 circles × 12 points"),
        (Sphere(rows=5, points=12), "surface of 5 × 12 points"),
    ):
        state = replace(instrument.session.state, circles=family)
        instrument.session.restore(state)
        wait(lambda: instrument.settled)
        assert window.w_view._note.text().startswith(words)
        scene = instrument.controller.scene
        for look in (Look(), Look(colour="circle"), Look(colour="vivid")):
            for theme in (DARK, LIGHT):
                assert scene_colours(scene, look, theme).shape == (
                    *scene.angles.shape,
                    4,
                )
    curves = instrument.render.sources.apart().curves_of(state)
    assert curves.form == "surface" and curves.w.shape[:2] == (5, 12)
