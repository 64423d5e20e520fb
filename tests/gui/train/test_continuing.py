"""A run of the list is continued: to a length that can be, or nothing has happened."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from sgviz.gui.train.run_index import RunEntry
from sgviz.gui.train.runs_list import RunsList
from sgviz.training.lock import RunLock
from sgviz.training.presets import PRESETS

pytestmark = pytest.mark.gl

LEFT = Qt.MouseButton.LeftButton
SHOWN = RunEntry(Path("one"), replace(PRESETS["tiny"], kimg=20.0), images=1008)


@pytest.fixture
def runs(qtbot):
    runs = RunsList()
    qtbot.addWidget(runs)
    runs.resize(340, 500)
    runs.set_runs((SHOWN,))
    with qtbot.waitExposed(runs):
        runs.show()
    return runs


def type_length(qtbot, runs: RunsList, words: str, enter: bool = True) -> None:
    qtbot.mouseClick(runs.to_field, LEFT)
    runs.to_field.selectAll()
    qtbot.keyClicks(runs.to_field, words)
    if enter:
        qtbot.keyClick(runs.to_field, Qt.Key.Key_Return)


@pytest.mark.parametrize("words", ["0.01", "1", "abc", ""])
@pytest.mark.parametrize("enter", [True, False])
def test_a_length_that_cannot_be_continues_nothing(runs, qtbot, words, enter):
    """What stands in the field is what is asked for; where it cannot be, it is said."""
    heard = []
    runs.continue_requested.connect(lambda entry, kimg: heard.append(kimg))
    type_length(qtbot, runs, words or "\b", enter)
    qtbot.mouseClick(runs.continue_button, LEFT)
    assert heard == []
    assert runs.wrong.isVisible()
    limits = "from 1.008 (shown already) to 1,000,000 kimg."
    assert runs.wrong.text() == f"Give a number {limits}"
    assert runs.to_field.text() == words, "it is there to be mended"
    type_length(qtbot, runs, "30", enter=False)
    assert not runs.wrong.isVisible()
    qtbot.mouseClick(runs.continue_button, LEFT)
    assert heard == [30.0]


def test_a_length_that_is_typed_outlives_a_look_at_the_folder(runs, qtbot):
    """The list is read anew meanwhile; another run has its own length."""
    type_length(qtbot, runs, "35", enter=False)
    runs.set_runs((SHOWN,))
    runs.set_busy(False)
    assert runs.to_field.text() == "35"
    type_length(qtbot, runs, "0.01")
    assert runs.wrong.isVisible()
    other = replace(SHOWN, path=Path("two"))
    runs.set_runs((other, SHOWN))
    runs.list.setFocus()
    qtbot.keyClick(runs.list, Qt.Key.Key_Home)
    assert runs.chosen == other
    assert runs.to_field.text() == "20.0"
    assert not runs.wrong.isVisible()


def test_escape_takes_the_sentence_with_the_number(runs, qtbot):
    type_length(qtbot, runs, "0.01")
    assert runs.wrong.isVisible()
    qtbot.mouseClick(runs.to_field, LEFT)
    qtbot.keyClick(runs.to_field, Qt.Key.Key_Escape)
    assert runs.to_field.text() == "20.0"
    assert not runs.wrong.isVisible()


@pytest.fixture
def page(instrument):
    instrument.window.tabs.setCurrentIndex(1)
    return instrument.window.train.pages.run


def test_a_run_that_cannot_go_on_leaves_all_as_it_was(
    instrument, page, make_run, qtbot, wait
):
    """Another process writes it, say: the settings, the list and the board are back."""
    works = instrument.workshop
    page.form.show_config("tiny", replace(PRESETS["tiny"], seed=7))
    page.form.edited.emit()
    wait(lambda: not works.bench.busy)
    folder = make_run("one", kept=(8,), folder=works.training.runs)
    lines = (json.dumps({"images": k, "loss_d": 1.5}) for k in (4000, 8000))
    (folder / "log.jsonl").write_text("\n".join(lines))
    qtbot.mouseClick(page.sides.buttons["runs"], LEFT)
    wait(lambda: page.runs.chosen is not None and not works.bench.busy)
    before = (page.form.draft.values, page.estimate.words, page.whose.text())
    assert len(page.board.history) == 2
    lock = RunLock(folder)
    qtbot.mouseClick(page.runs.continue_button, LEFT)
    wait(lambda: page.card.isVisible())
    wait(lambda: not works.training.alive and not works.bench.busy)
    lock.release()
    assert page.card.text[0].isupper() or page.card.text.startswith("one ")
    assert page.sides.chosen_key() == "runs"
    assert page.runs.isVisible()
    assert len(page.board.history) == 2
    after = (page.form.draft.values, page.estimate.words, page.whose.text())
    assert after == before
    assert page.views.chosen_key() == "run"
    assert not page.form.is_running
