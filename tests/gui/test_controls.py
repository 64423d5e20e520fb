from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.controls import Drags, ValueRow, ValueSpec
from sgviz.gui.icons import IconButton
from sgviz.gui.number_field import NumberField, number_text, parse_number
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.theme import DARK, LIGHT, apply_theme
from sgviz.state import State

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SPEC = ValueSpec("Psi", "Truncation", -1.0, 2.0, 1.0)


class Hand:
    """A shown row and everything it said."""

    def __init__(self, qtbot: Any) -> None:
        self.row = ValueRow(QLabel("Psi"), SPEC)
        self.said: list[tuple[float, Gesture]] = []
        self.resets = self.cancels = 0
        self.row.edited.connect(lambda v, g: self.said.append((v, g)))
        self.row.reset.connect(self._reset)
        self.row.cancelled.connect(self._cancel)
        self.row.set_value(1.0, own=False)
        self.row.resize(420, 30)
        self.row.show()
        qtbot.waitExposed(self.row)

    def _reset(self) -> None:
        self.resets += 1
        self.row.set_value(1.0, own=False)

    def _cancel(self) -> None:
        self.cancels += 1
        self.row.set_value(1.0, own=False)

    def at(self, value: float) -> QPoint:
        return QPoint(round(self.row.slider.x_of(value)), 10)

    def drag(self, *values: float, keys: Any = Qt.KeyboardModifier.NoModifier) -> None:
        slider = self.row.slider
        QTest.mousePress(slider, LEFT, keys, self.at(values[0]))
        for value in values[1:]:
            move(slider, self.at(value), keys)
        QTest.mouseRelease(slider, LEFT, keys, self.at(values[-1]))

    @property
    def done(self) -> list[float]:
        return [value for value, gesture in self.said if gesture is Gesture.DONE]


def move(widget: QWidget, where: QPoint, keys: Any) -> None:
    """A mouse move with the left button down and keys held (QTest knows neither)."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    there = QPointF(where)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        there,
        QPointF(widget.mapToGlobal(where)),
        Qt.MouseButton.NoButton,
        LEFT,
        keys,
    )
    QApplication.sendEvent(widget, event)


def wheel(widget: QWidget, notches: int) -> QWheelEvent:
    middle = widget.rect().center()
    event = QWheelEvent(
        QPointF(middle),
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


@pytest.fixture
def hand(qtbot: Any) -> Iterator[Hand]:
    hand = Hand(qtbot)
    yield hand
    shiboken6.delete(hand.row)


def test_a_drag_moves_and_is_done_once(hand: Hand) -> None:
    hand.drag(1.0, 0.8, 0.5, 0.2, 0.0)
    gestures = [gesture for _, gesture in hand.said]
    assert gestures == [Gesture.MOVING] * 4 + [Gesture.DONE]
    assert hand.done == [pytest.approx(0.0, abs=0.02)]
    values = [value for value, _ in hand.said]
    assert values == sorted(values, reverse=True)


def test_a_press_beside_the_handle_takes_it_there(hand: Hand) -> None:
    hand.drag(-0.5)
    assert hand.done == [pytest.approx(-0.5, abs=0.02)]


def test_a_press_on_the_handle_changes_nothing(hand: Hand) -> None:
    hand.drag(1.0)
    assert hand.said == []


def test_shift_is_ten_times_slower_and_control_snaps(hand: Hand) -> None:
    hand.drag(1.0, 0.0, keys=SHIFT)
    assert hand.done == [pytest.approx(0.9, abs=0.01)]
    hand.row.set_value(1.0, own=False)
    hand.said.clear()
    hand.drag(1.0, 0.58, keys=CONTROL)
    assert hand.done == [0.5]


def test_a_double_click_resets(hand: Hand) -> None:
    hand.row.set_value(0.3, own=True)
    QTest.mouseDClick(hand.row.slider, LEFT, pos=hand.at(0.3))
    assert hand.resets == 1 and hand.said == []


def test_escape_takes_a_drag_back(hand: Hand) -> None:
    slider = hand.row.slider
    QTest.mousePress(slider, LEFT, pos=hand.at(1.0))
    move(slider, hand.at(0.2), Qt.KeyboardModifier.NoModifier)
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    QTest.mouseRelease(slider, LEFT, pos=hand.at(0.2))
    assert hand.cancels == 1 and hand.done == []


def test_a_panel_that_hides_ends_the_drag(hand: Hand) -> None:
    QTest.mousePress(hand.row.slider, LEFT, pos=hand.at(1.0))
    move(hand.row.slider, hand.at(0.2), Qt.KeyboardModifier.NoModifier)
    hand.row.hide()
    assert len(hand.done) == 1


def test_the_wheel_turns_only_what_has_the_focus(qtbot: Any) -> None:
    scroll = QScrollArea(widgetResizable=True)
    inside = QWidget()
    column = QVBoxLayout(inside)
    rows = [ValueRow(QLabel(str(i)), SPEC) for i in range(40)]
    for row in rows:
        row.set_value(1.0, own=False)
        column.addWidget(row)
    scroll.setWidget(inside)
    scroll.resize(300, 200)
    qtbot.addWidget(scroll)
    scroll.show()
    scroll.activateWindow()
    qtbot.waitExposed(scroll)
    said: list[object] = []
    rows[0].edited.connect(lambda *edit: said.append(edit))
    scroll.setFocus()
    assert not wheel(rows[0].slider, -1).isAccepted()
    assert not wheel(rows[0].field, -1).isAccepted()
    assert said == []
    rows[0].slider.setFocus()
    qtbot.waitUntil(rows[0].slider.hasFocus)
    wheel(rows[0].slider, -2)
    assert said == [(0.9, Gesture.DONE)]


def test_keys_step_and_a_held_key_is_one_gesture(hand: Hand) -> None:
    slider = hand.row.slider
    QTest.keyClick(slider, Qt.Key.Key_Left)
    QTest.keyClick(slider, Qt.Key.Key_Left, SHIFT)
    QTest.keyClick(slider, Qt.Key.Key_Right, CONTROL)
    assert hand.said == [
        (0.95, Gesture.DONE),
        (0.94, Gesture.DONE),
        (1.19, Gesture.DONE),
    ]
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert hand.done[-1] == -1.0 and len(hand.said) == 4
    QTest.keyClick(slider, Qt.Key.Key_Backspace)
    assert hand.resets == 1


def typed(field: NumberField, text: str) -> None:
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value"), [("0.35", 0.35), ("-0,5", -0.5), ("2", 2.0), ("1e-1", 0.1)]
)
def test_a_value_is_typed(hand: Hand, qtbot: Any, text: str, value: float) -> None:
    hand.row.activateWindow()
    typed(hand.row.field, text)
    assert hand.said == [(value, Gesture.DONE)]
    assert hand.row.slider.value() == value


@pytest.mark.parametrize("text", ["x", "2.5", "nan", "inf", "", "1 2"])
def test_what_cannot_be_is_refused_and_stays_to_be_mended(
    hand: Hand, text: str
) -> None:
    refused: list[str] = []
    field = hand.row.field
    field.refused.connect(refused.append)
    QTest.mouseClick(field, LEFT)
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hand.said == [] and set(refused) == {"Psi is a number from −1.00 to 2.00."}
    assert field.text() == text
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1.00" and hand.said == []


def test_a_field_is_scrubbed_by_dragging(hand: Hand) -> None:
    field = hand.row.field
    QTest.mousePress(field, LEFT, pos=QPoint(20, 10))
    for x in (22, 30, 40):
        move(field, QPoint(x, 10), Qt.KeyboardModifier.NoModifier)
    QTest.mouseRelease(field, LEFT, pos=QPoint(40, 10))
    assert [g for _, g in hand.said] == [Gesture.MOVING] * 2 + [Gesture.DONE]
    assert hand.done == [pytest.approx(1.5)] and not field.hasFocus()


def test_what_is_being_typed_is_left_alone(hand: Hand) -> None:
    field = hand.row.field
    QTest.mouseClick(field, LEFT)
    QTest.keyClicks(field, "0.1")
    hand.row.set_value(1.0, own=False)
    assert field.text() == "0.1"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hand.done == [0.1]
    QTest.keyClicks(field, "7")
    hand.row.set_value(0.7, own=True)
    assert field.text() == "0.70"


def test_values_are_copied_and_pasted(hand: Hand) -> None:
    hand.row.set_value(-0.25, own=True)
    reset, copy, paste = hand.row.menu().actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "-0.25"
    QGuiApplication.clipboard().setText("1.5")
    paste.trigger()
    assert hand.done == [1.5]
    for wrong in ("9", "hello", ""):
        QGuiApplication.clipboard().setText(wrong)
        paste.trigger()
    assert hand.done == [1.5]
    reset.trigger()
    assert hand.resets == 1


def test_the_dot_resets(hand: Hand) -> None:
    assert not hand.row.dot.isEnabled()
    hand.row.set_value(0.4, own=True)
    QTest.mouseClick(hand.row.dot, LEFT)
    assert hand.resets == 1 and not hand.row.dot.isEnabled()


def test_numbers_as_text_and_back() -> None:
    assert number_text(-0.5, 2) == "−0.50"
    assert number_text(0.123, 2) == "0.123"
    assert number_text(96.0, 0) == "96"
    assert parse_number("−0,5", 2) == -0.5
    assert parse_number("96", 0) == 96.0
    assert [parse_number(t, 0) for t in ("9.5", "", "x", "1e3")] == [None] * 4
    assert parse_number("9" * 5000, 0) is None


def test_a_cancelled_drag_gives_the_state_of_before() -> None:
    edits: list[Edit] = []
    drags = Drags(edits.append)
    one, two, three = (State(psi=x) for x in (1.0, 0.5, 0.2))
    drags.edit(one, two, "Psi", Gesture.MOVING, 0)
    drags.edit(two, three, "Psi", Gesture.MOVING, 0)
    drags.cancel("Psi")
    drags.cancel("Psi")
    assert [e.state for e in edits] == [two, three, one]
    assert edits[-1].gesture is Gesture.DONE


def test_segments_choose_by_mouse_and_keys(qtbot: Any) -> None:
    segments = Segments((("a", "A", "first"), ("b", "B", "second")))
    qtbot.addWidget(segments)
    segments.show()
    chosen: list[str] = []
    segments.chosen.connect(chosen.append)
    QTest.mouseClick(segments.buttons["b"], LEFT)
    QTest.mouseClick(segments.buttons["b"], LEFT)
    assert chosen == ["b"]
    segments.set_chosen("a")
    assert chosen == ["b"] and segments.chosen_key() == "a"
    segments.activateWindow()
    segments.buttons["a"].setFocus()
    qtbot.waitUntil(segments.buttons["a"].hasFocus)
    QTest.keyClick(segments.buttons["a"], Qt.Key.Key_Right)
    assert chosen == ["b", "b"]


def test_an_unfocused_combo_keeps_still(qtbot: Any) -> None:
    combo = QuietCombo("Cutoff", "tip")
    combo.addItems(["a", "b"])
    qtbot.addWidget(combo)
    combo.show()
    combo.clearFocus()
    assert not wheel(combo, -1).isAccepted() and combo.currentIndex() == 0


def test_a_new_theme_reaches_what_has_a_colour_of_its_own(
    hand: Hand, qapp: QApplication
) -> None:
    before = (qapp.palette(), qapp.styleSheet())
    button = IconButton("restore", "Reset", "Reset", hand.row)
    try:
        for theme in (DARK, LIGHT, DARK):
            apply_theme(qapp, theme)
            role = QPalette.ColorRole.Text
            hand.row.set_value(1.0, own=False)
            assert hand.row.field.palette().color(role).name() == theme.muted
            hand.row.set_value(0.5, own=True)
            assert hand.row.field.palette().color(role).name() == theme.text
            picture = button.icon().pixmap(32, 32).toImage()
            inks = {
                picture.pixelColor(x, y).name()
                for x in range(32)
                for y in range(32)
                if picture.pixelColor(x, y).alpha() == 255
            }
            assert theme.text in inks
    finally:
        qapp.setStyleSheet(before[1])
        qapp.setPalette(before[0])


@pytest.mark.parametrize("part", ["slider", "field", "label"])
def test_the_right_button_opens_the_menu(hand: Hand, qtbot: Any, part: str) -> None:
    widget: QWidget = getattr(hand.row, part)
    where = widget.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, where, widget.mapToGlobal(where))
    QApplication.sendEvent(widget, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [a.text() for a in menu.actions()] == [
        "Reset Psi",
        "Copy value",
        "Paste value",
    ]
    menu.close()
    assert hand.said == []
