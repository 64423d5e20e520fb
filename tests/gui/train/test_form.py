"""The form of a run, driven by mouse and keys."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QFileDialog

from sgviz.gui.train.draft import FIELDS, NO_IMAGES
from sgviz.gui.train.form import TrainForm
from sgviz.gui.train.runs import RunRequest
from sgviz.gui.train.steps import stepped
from sgviz.training.presets import PRESETS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot):
    form = TrainForm()
    qtbot.addWidget(form)
    form.resize(330, 1600)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    yield form
    form.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def open_all(form) -> None:
    for section in form.sections.values():
        section.expand()


def type_in(qtbot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_every_field_is_there_and_can_be_reached(form):
    assert set(form.rows) == set(FIELDS)
    open_all(form)
    for name, row in form.rows.items():
        assert row.isVisible() or name == "fit", name
        assert row.editor.hands
    assert form.request() == RunRequest(PRESETS["portraits"], "portraits")


def test_what_is_folded_is_not_reached_by_the_tab_key(form, qtbot):
    line = form.rows["z_dim"].editor.line
    assert not line.isVisible()
    button = form.sections["Network"].toggleButton()
    qtbot.mouseClick(button, LEFT)
    assert line.isVisible()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert not line.isVisible()


def test_an_edit_is_marked_named_and_taken_back(form, qtbot):
    open_all(form)
    row = form.rows["lr_g"]
    type_in(qtbot, row.editor.line, "0,001")
    assert form.request().config == replace(PRESETS["portraits"], lr_g=0.001)
    assert row.is_changed
    assert form.preset.currentText() == "Portraits, changed"
    assert "1 changed" in form.sections["Training"].text()
    qtbot.mouseDClick(row.label, LEFT)
    assert form.preset.currentText() == "Portraits"
    assert not row.is_changed
    assert row.editor.line.text() == "0.0025"


def test_the_dot_takes_an_edit_back_too(form, qtbot):
    row = form.rows["depth"]
    row.editor.line.setFocus()
    qtbot.keyClick(row.editor.line, Qt.Key.Key_Down)
    assert form.request().config.depth == 7
    qtbot.mouseClick(row.dot, LEFT)
    assert form.request().config.depth == 8


def test_what_cannot_be_stands_there_with_a_sentence(form, qtbot):
    open_all(form)
    row = form.rows["batch"]
    type_in(qtbot, row.editor.line, "many")
    assert row.editor.line.text() == "many"
    assert row.sentence.isVisible()
    assert form.problem == "Batch: A whole number from 1 to 256."
    type_in(qtbot, row.editor.line, "6")
    assert form.rows["mbstd_group"].sentence.isVisible()
    assert "does not split into groups of 4" in form.problem
    assert "2 to mend" in form.sections["Training"].text()
    type_in(qtbot, form.rows["mbstd_group"].editor.line, "3")
    assert form.problem == ""
    assert form.request().config.batch == 6


def test_an_empty_field_is_none_where_it_may_be(form, qtbot):
    open_all(form)
    row = form.rows["ema_rampup"]
    type_in(qtbot, row.editor.line, " ")
    assert form.problem == ""
    assert form.request().config.ema_rampup is None


def test_channels_follow_the_resolution(form, qtbot):
    open_all(form)
    combo = form.rows["resolution"].editor.combo
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert form.request().config.resolution == 128
    hands = form.rows["channels"].editor.hands
    assert [line.text() for line in hands] == ["128", "128", "128", "64", "32", "16"]
    type_in(qtbot, hands[5], "24")
    assert form.request().config.channels == (128, 128, 128, 64, 32, 24)
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert len(form.rows["channels"].editor.hands) == 5
    assert form.request().config.channels == (128, 128, 128, 64, 32)


def test_switches_and_choices(form, qtbot):
    open_all(form)
    qtbot.mouseClick(form.rows["timeline"].editor.box, LEFT)
    assert form.request().config.timeline is False
    combo = form.rows["augment"].editor.combo
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert form.request().config.augment == "adaptive"


def test_a_preset_brings_its_own_values(form, qtbot):
    form.set_value("depth", 3)
    form.set_value("seed", 5)
    form.preset.setFocus()
    qtbot.keyClick(form.preset, Qt.Key.Key_Home)
    assert form.request() == RunRequest.of("tiny", 5, PRESETS["tiny"].kimg)
    assert form.preset.currentText() == "Tiny"


def test_images_of_ones_own(form, qtbot, monkeypatch, tmp_path):
    editor = form.rows["data"].editor
    assert not editor.folder_button.isVisible()
    editor.combo.setFocus()
    qtbot.keyClick(editor.combo, Qt.Key.Key_Down)
    assert form.problem == f"Data: {NO_IMAGES}"
    chosen = str(tmp_path / "cats")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen)
    qtbot.mouseClick(editor.folder_button, LEFT)
    assert form.problem == ""
    assert form.request().config.data == chosen
    assert form.rows["fit"].isVisible()
    zipped = str(tmp_path / "cats.zip")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (zipped, ""))
    qtbot.mouseClick(editor.zip_button, LEFT)
    assert form.request().config.data == zipped
    qtbot.keyClick(editor.combo, Qt.Key.Key_Up)
    assert form.request().config.data == "portraits"
    assert not form.rows["fit"].isVisible()


def test_the_file_to_start_from(form, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("net.pt", ""))
    form.start.combo.setFocus()
    qtbot.keyClick(form.start.combo, Qt.Key.Key_Down)
    assert form.request().start_from == Path("net.pt")
    qtbot.keyClick(form.start.combo, Qt.Key.Key_Up)
    assert form.request().start_from is None


def test_the_device(form, qtbot):
    form.device.setFocus()
    qtbot.keyClick(form.device, Qt.Key.Key_Down)
    assert form.request().device == "cpu"


@pytest.mark.parametrize(
    ("name", "value", "up", "down"),
    [
        ("depth", 8, 9, 7),
        ("depth", 16, 16, 15),
        ("style_mixing", 0.9, 0.95, 0.85),
        ("lr_g", 0.0025, 0.005, 0.002),
        ("r1_gamma", 0.0, 0.01, 0.0),
        ("r1_gamma", 10.0, 20.0, 5.0),
        ("lr_g", 1.0, 1.0, 0.5),
        ("beta1", 0.95, 0.95, 0.9),
    ],
)
def test_steps_of_the_arrow_keys(name, value, up, down):
    field = FIELDS[name]
    assert stepped(value, 1, field) == pytest.approx(up)
    assert stepped(value, -1, field) == pytest.approx(down)
