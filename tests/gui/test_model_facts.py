"""The card about the network on the screen, opened and left with the mouse."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sgviz.frame import ModelInfo
from sgviz.gui.model_facts import NONE_YET, ModelFacts
from sgviz.gui.status_bar import StatusBar

LEFT = Qt.MouseButton.LeftButton
FACTS = (("Network", "a & b"), ("z", "8 numbers"), ("Note", "<b>bold</b> &amp; x"))
INFO = ModelInfo(
    "a", "StyleGAN2", "CPU", 16, 8, 8, 2, ("4x4", "8x8"), None, None, facts=FACTS
)


@pytest.fixture
def bar(qtbot):
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(600, 24)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def card_of(bar) -> ModelFacts:
    found = bar.findChildren(ModelFacts)
    assert len(found) == 1
    return found[0]


def test_a_click_on_the_name_opens_it_and_one_beside_closes_it(bar):
    bar.set_model(INFO)
    QTest.mouseClick(bar._model, LEFT)
    card = card_of(bar)
    assert card.isVisible() and QApplication.activePopupWidget() is card
    # Characters, not markup.
    assert "<b>bold</b> &amp; x" in card.text.toPlainText()
    assert card.as_text().splitlines()[1] == "z        8 numbers"
    QTest.mouseClick(card, LEFT, pos=QPoint(-30, -30))
    assert not card.isVisible()
    QTest.mouseClick(bar._model, LEFT)
    assert card.isVisible() and card_of(bar) is card
    QTest.keyClick(card.text, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_copy_and_selection(bar):
    bar.set_model(INFO)
    QTest.mouseClick(bar._model, LEFT)
    card = card_of(bar)
    QTest.mouseClick(card.copy_button, LEFT)
    assert QApplication.clipboard().text() == card.as_text()
    assert card.copy_button.text() == "Copied"
    QTest.keyClick(card.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "8 numbers" in card.text.textCursor().selectedText()
    # Words that are being selected are not taken away.
    bar.set_model(replace(INFO, facts=(("Network", "next"),)))
    assert "8 numbers" in card.text.toPlainText()
    card.hide()
    assert card.copy_button.text() == "Copy"
    bar.show_facts()
    assert "next" in card.text.toPlainText()
    card.hide()


def test_nothing_of_it_can_be_typed_over(bar):
    bar.set_model(INFO)
    bar.show_facts()
    card = card_of(bar)
    before = card.text.toPlainText()
    QTest.keyClicks(card.text, "abc")
    assert card.text.toPlainText() == before
    card.hide()


def test_before_there_is_a_network(bar):
    QTest.mouseClick(bar._model, LEFT)
    card = card_of(bar)
    assert card.text.toPlainText() == NONE_YET
    assert not card.copy_button.isVisible()
    bar.set_model(INFO)
    assert "8 numbers" in card.text.toPlainText() and card.copy_button.isVisible()
    card.hide()


def test_a_long_name_is_cut_and_the_window_can_stay_small(bar):
    bar.set_model(replace(INFO, label="x" * 400, facts=(("Note", "y" * 5000),)))
    assert bar.minimumSizeHint().width() < 600
    assert bar._model.width() <= 600 and "x" * 400 in bar._model.text()
    bar.show_facts()
    card = card_of(bar)
    screen = bar.screen().availableGeometry()
    assert screen.contains(card.geometry())
    assert card.text.document().idealWidth() <= card.width()
    card.hide()


@pytest.mark.gl
def test_in_the_window(instrument, mouse):
    status = instrument.window.status
    name = status._model
    mouse.click(name, 20, name.height() / 2)
    card = card_of(status)
    assert card.isVisible()
    said = dict(status._facts)
    assert said["Network"] == "little.safetensors" and said["Made by"] == "a test"
    assert said["z"] == said["w"] == "24 numbers" and said["Classes"] == "none"
    assert card.geometry().bottom() <= name.mapToGlobal(QPoint(0, 0)).y()
    card.hide()
    actions = instrument.window.findChildren(QAction)
    [action] = [a for a in actions if a.text() == "About this &network"]
    action.trigger()
    assert card.isVisible()
    card.hide()
