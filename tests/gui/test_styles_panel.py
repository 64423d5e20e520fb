from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from sgviz.frame import ModelInfo
from sgviz.gui.controls import ValueRow
from sgviz.gui.session import Edit, Gesture, Session
from sgviz.gui.styles_panel import StylesPanel
from sgviz.gui.theme import DARK, LIGHT
from sgviz.state import State, Styles
from sgviz.style_rows import fit_styles

LEFT = Qt.MouseButton.LeftButton


def row_names(resolution: int) -> tuple[str, ...]:
    names, size = ["4x4"], 8
    while size <= resolution:
        names += [f"{size}x{size}, and {size // 2}x{size // 2} colour"]
        names += [f"{size}x{size}"]
        size *= 2
    return (*names, f"{resolution}x{resolution} colour")


def model(resolution: int = 64) -> ModelInfo:
    rows = row_names(resolution)
    return ModelInfo(
        "net",
        "StyleGAN2",
        "cpu",
        resolution,
        512,
        512,
        8,
        rows,
        60.0,
        None,
        noise=(0.1,) * (len(rows) - 1),
    )


class Desk:
    """The panel, a session that answers it as the controller does, and the edits."""

    def __init__(self, qtbot: Any, resolution: int = 64) -> None:
        self.session = Session(State())
        self.panel = StylesPanel()
        self.edits: list[Edit] = []
        self.panel.edited.connect(self.edits.append)
        self.panel.edited.connect(self.session.apply)
        self.session.changed.connect(lambda: self.panel.set_state(self.session.state))
        self.panel.set_model(model(resolution))
        self.panel.resize(420, 700)
        self.panel.show()
        qtbot.waitExposed(self.panel)

    @property
    def styles(self) -> Styles:
        return self.session.state.styles

    def drag(self, row: ValueRow, *values: float) -> None:
        slider = row.slider
        places = [QPoint(round(slider.x_of(value)), 10) for value in values]
        QTest.mousePress(slider, LEFT, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(slider, place)
        QTest.mouseRelease(slider, LEFT, pos=places[-1])


@pytest.fixture
def desk(qtbot: Any) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    shiboken6.delete(desk.panel)


def test_a_row_per_row_of_ws(desk: Desk) -> None:
    assert len(desk.panel.rows) == 10
    desk.panel.set_model(model(1024))
    assert len(desk.panel.rows) == 18


def test_a_drag_is_one_step_of_one_layer(desk: Desk) -> None:
    desk.drag(desk.panel.rows[3], 1.0, 0.8, 0.5, 0.2, 0.0)
    gestures = [edit.gesture for edit in desk.edits]
    assert gestures[-1] is Gesture.DONE and len(gestures) >= 4
    assert set(gestures[:-1]) == {Gesture.MOVING}
    assert {edit.layer for edit in desk.edits} == {3}
    assert desk.styles.psi == ((3, pytest.approx(0.0, abs=0.02)),)
    assert desk.session.stack.count() == 1
    desk.session.stack.undo()
    assert desk.styles == Styles() and not desk.panel.rows[3].dot.isEnabled()


def test_an_untouched_row_follows_psi_and_cutoff(desk: Desk) -> None:
    desk.session.restore(State(psi=0.5, cutoff=4))
    shown = [row.slider.value() for row in desk.panel.rows]
    assert shown == [0.5] * 4 + [1.0] * 6
    assert [row.field.text() for row in desk.panel.rows][:1] == ["0.50"]
    assert tuple(shown) == fit_styles(desk.session.state, 10).psi


def test_a_double_click_removes_the_entry(desk: Desk) -> None:
    desk.session.restore(State(styles=Styles(psi=((2, 0.3), (5, 0.1)))))
    slider = desk.panel.rows[2].slider
    where = QPoint(round(slider.x_of(0.3)), 10)
    QTest.mouseDClick(slider, LEFT, pos=where)
    assert desk.styles.psi == ((5, 0.1),)
    assert [e.gesture for e in desk.edits] == [Gesture.DONE]
    QTest.mouseDClick(slider, LEFT, pos=QPoint(round(slider.x_of(1.0)), 10))
    assert len(desk.edits) == 1


def test_a_group_handle_sets_its_rows(desk: Desk) -> None:
    panel = desk.panel
    panel.choose_kind("mix")
    desk.drag(panel.groups["middle"], 0.0, 0.3, 0.5)
    layers = [layer for layer, _ in desk.styles.mix]
    assert layers == [3, 4, 5, 6] and len({v for _, v in desk.styles.mix}) == 1
    assert {edit.layer for edit in desk.edits} == {3}
    assert desk.session.stack.count() == 1
    QTest.mouseClick(panel.groups["middle"].dot, LEFT)
    assert desk.styles == Styles()


def test_a_group_shows_the_mean_of_mixed_rows(desk: Desk) -> None:
    desk.session.restore(State(styles=Styles(psi=((0, 0.5), (1, 0.0)))))
    group = desk.panel.groups["coarse"]
    assert group.slider.value() == pytest.approx(0.5)
    assert group.field.text() == "≈0.50"
    assert desk.panel.groups["fine"].field.text() == "1.00"


def test_the_last_row_has_no_noise(desk: Desk) -> None:
    panel = desk.panel
    QTest.mouseClick(panel.kinds.buttons["noise"], LEFT)
    assert [row.isEnabled() for row in panel.rows] == [True] * 9 + [False]
    assert panel.rows[9].field.text() == "–"
    desk.drag(panel.groups["all"], 1.0, 1.5, 2.0)
    assert [layer for layer, _ in desk.styles.noise] == list(range(9))
    panel.choose_kind("psi")
    assert panel.rows[9].isEnabled() and panel.rows[9].field.text() == "1.00"


def test_a_value_is_typed(desk: Desk) -> None:
    field = desk.panel.rows[7].field
    desk.panel.activateWindow()
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, "0.35")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.styles.psi == ((7, 0.35),)
    assert [(e.gesture, e.layer) for e in desk.edits] == [(Gesture.DONE, 7)]


def test_escape_brings_the_styles_of_before_back(desk: Desk) -> None:
    slider = desk.panel.rows[0].slider
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(1.0)), 10))
    QTest.mouseMove(slider, QPoint(round(slider.x_of(0.0)), 10))
    assert desk.styles != Styles()
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    QTest.mouseRelease(slider, LEFT)
    assert desk.styles == Styles() and desk.session.stack.count() == 0
    assert not desk.session.focus.moving


def test_reset_all_and_what_it_counts(desk: Desk) -> None:
    styles = Styles(psi=((2, 0.3),), mix=((1, 1.0),), noise=((0, 0.0), (40, 2.0)))
    desk.session.restore(State(styles=styles))
    assert desk.panel.count.text() == "3 edited"
    QTest.mouseClick(desk.panel.reset_all, LEFT)
    assert desk.styles == Styles() and desk.panel.count.text() == ""
    assert not desk.panel.reset_all.isEnabled()
    assert desk.edits[-1].text == "Reset all styles"


def test_nothing_is_said_when_a_state_is_shown(desk: Desk) -> None:
    for kind in ("psi", "mix", "noise"):
        desk.panel.choose_kind(kind)
        desk.panel.set_state(State(psi=0.3, styles=Styles(mix=((0, 0.5),))))
        desk.panel.set_model(model(1024))
        desk.panel.set_theme(LIGHT)
        desk.panel.set_theme(DARK)
    assert desk.edits == []


def test_without_a_network_there_are_no_rows(qtbot: Any) -> None:
    panel = StylesPanel()
    qtbot.addWidget(panel)
    edits: list[Edit] = []
    panel.edited.connect(edits.append)
    panel.show()
    assert panel.rows == [] and not panel.groups["all"].isEnabled()
    QTest.mouseClick(panel.groups["all"].slider, LEFT)
    assert edits == []


def test_the_panel_is_narrow_enough_for_a_dock(desk: Desk) -> None:
    assert desk.panel.minimumSizeHint().width() <= 260


def test_every_widget_has_a_name_and_a_tip(desk: Desk) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QLineEdit, QComboBox)
    widgets = [w for k in kinds for w in desk.panel.findChildren(k)]
    interactive = [w for w in widgets if not isinstance(w, QScrollBar)]
    assert len(interactive) > 40
    assert [
        _who(w) for w in interactive if not (w.toolTip() and w.accessibleName())
    ] == []


def _who(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r}"


def test_noise_that_was_not_learned_is_said(desk: Desk) -> None:
    def notes() -> list[str]:
        labels = desk.panel.findChildren(QLabel)
        return [x.text() for x in labels if x.isVisibleTo(desk.panel)]

    desk.panel.set_model(replace(model(64), noise=(0.0, -0.0004)))
    assert not any("without noise" in text for text in notes())
    desk.panel.choose_kind("noise")
    assert any("without noise" in text for text in notes())
    desk.panel.set_model(replace(model(64), noise=(0.0, 0.2)))
    assert not any("without noise" in text for text in notes())
