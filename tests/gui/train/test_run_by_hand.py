"""A run under the hand: single steps, live fields, continued, faults told honestly."""

import shutil
import threading
from dataclasses import replace

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import WriteError
from sgviz.gui.train import runs_desk
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.training.config_json import from_json
from sgviz.training.presets import PRESETS
from sgviz.training.run_folder import RunFolder
from sgviz.training.trainer import DivergedError, Trainer
from tests.gui.train.headless import headless

pytestmark = pytest.mark.gl

LEFT = Qt.MouseButton.LeftButton
# A small one: what is tested is the window.
SMALL = replace(
    PRESETS["tiny"],
    resolution=16, channels=(16, 16, 8), channels_d=(16, 16, 8), z_dim=16, w_dim=16,
    depth=2, batch=4, precision="fp32", kimg=50.0, timeline=False, samples=False,
)  # fmt: skip


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def page(instrument):
    instrument.window.tabs.setCurrentIndex(1)
    return instrument.window.train.pages.run


@pytest.fixture
def start(instrument, page, wait):
    """Begins a small run and waits until it learns."""

    def start(**values) -> None:
        config = replace(SMALL, **values)
        instrument.workshop.training.start(RunRequest(config, "tiny"))
        wait(lambda: page.run_state is RunState.RUNNING)
        wait(lambda: len(page.board.history) >= 2)

    return start


def press(qtbot, button) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)


def finish(page, wait, qtbot) -> None:
    press(qtbot, page.control.stop_button)
    wait(lambda: page.run_state is RunState.FINISHED)


def test_single_steps_of_d_of_g_and_of_both(page, start, qtbot, wait):
    """Paused, each button makes its step and no other; then the run goes on."""
    start()
    press(qtbot, page.control.pause_button)
    wait(lambda: page.run_state is RunState.PAUSED)
    count = len(page.board.history)
    log, status = page.board.log, page.status
    buttons = page.control.step_buttons
    for part in ("discriminator", "discriminator", "generator", "both"):
        press(qtbot, buttons[part])
        count += 1
        wait(lambda count=count: len(page.board.history) == count)
        # Images are counted where D sees them.
        assert (page.status != status) == (part != "generator")
        status = page.status
    assert page.run_state is RunState.PAUSED
    told = [line.partition("  ")[2] for line in log.lines if "One step" in line]
    d, g, both = (f"One step of {who}." for who in ("D", "G", "both"))
    assert told == [d, d, g, both]
    press(qtbot, page.control.pause_button)
    wait(lambda: len(page.board.history) > count)
    finish(page, wait, qtbot)


def test_live_fields_reach_the_run_and_its_log(instrument, page, start, qtbot, wait):
    start()
    page.form.sections["Training"].expand()
    line = page.form.rows["lr_g"].editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "0.001")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    told = "Learning rate, G: 0.0025 → 0.001."
    wait(lambda: any(told in each for each in page.board.log.lines))
    finish(page, wait, qtbot)
    folder = instrument.workshop.training.folder
    assert from_json((folder / "config.json").read_text()).lr_g == 0.001
    wait(lambda: not instrument.workshop.training.alive)


def test_a_stopped_run_is_continued_exactly(instrument, page, qtbot, wait):
    """From the list of runs: the weights are those of a run that never stopped."""
    request = RunRequest(replace(SMALL, kimg=0.04), "tiny")
    instrument.workshop.training.start(request)
    wait(lambda: page.run_state is RunState.FINISHED)
    wait(lambda: not instrument.workshop.training.alive)
    folder = instrument.workshop.training.folder
    press(qtbot, page.sides.buttons["runs"])
    wait(lambda: page.runs.chosen is not None and not instrument.workshop.bench.busy)
    assert page.runs.chosen.path == folder
    assert page.runs.chosen.complete
    assert page.runs.to_field.value() == pytest.approx(0.08), "twice as long"
    press(qtbot, page.runs.continue_button)
    wait(lambda: instrument.workshop.training.alive)
    wait(lambda: not instrument.workshop.training.alive)
    wait(lambda: page.run_state is RunState.FINISHED)
    assert instrument.workshop.training.folder == folder
    assert "Continued from its checkpoint." in page.board.log.lines[0]
    kimg = page.board.history.kimg
    assert kimg[0] <= 0.04 < kimg[-1], "the curves go on"
    saved = native.load(folder / "g_ema.safetensors")
    assert saved.kimg == pytest.approx(0.08)
    config = from_json((folder / "config.json").read_text())
    again = headless(config, 80)
    assert all(torch.equal(saved.weights[name], t) for name, t in again.items())


def test_a_run_is_deleted_after_a_question(instrument, page, qtbot, wait, monkeypatch):
    instrument.workshop.training.start(RunRequest(replace(SMALL, kimg=0.02), "tiny"))
    wait(lambda: page.run_state is RunState.FINISHED)
    wait(lambda: not instrument.workshop.training.alive)
    folder = instrument.workshop.training.folder
    press(qtbot, page.sides.buttons["runs"])
    wait(lambda: page.runs.chosen is not None and not instrument.workshop.bench.busy)
    press(qtbot, page.runs.delete_button)
    box = page.runs.findChild(QMessageBox, "delete_question")
    press(qtbot, box.defaultButton())
    wait(lambda: page.runs.findChild(QMessageBox, "delete_question") is None)
    assert folder.exists(), "the safe answer is the default"

    def delete():
        press(qtbot, page.runs.delete_button)
        box = page.runs.findChild(QMessageBox, "delete_question")
        press(qtbot, next(b for b in box.buttons() if b.text() == "Delete"))
        wait(lambda: page.runs.findChild(QMessageBox, "delete_question") is None)

    def held(entry, runs):
        raise OSError(f"{entry.path.name} is held by another program")

    notes = instrument.window.notifications
    with monkeypatch.context() as patch:
        patch.setattr(runs_desk, "delete_run", held)
        delete()
        wait(lambda: f"{folder.name} is held by another program" in notes.notes())
    assert notes._notes()[-1].mark == notes._theme.warning
    delete()
    wait(lambda: not folder.exists())
    wait(lambda: f"{folder.name} is deleted" in notes.notes())
    assert notes._notes()[-1].mark == notes._theme.accent
    wait(lambda: page.runs.chosen is None and not instrument.workshop.bench.busy)


def test_a_full_disk_is_said_and_forgotten_when_it_is_over(
    page, start, qtbot, wait, monkeypatch
):
    def full(self, trainer):
        raise WriteError(28, "000000100.safetensors was not saved: the disk is full")

    real = RunFolder.save
    monkeypatch.setattr(RunFolder, "save", full)
    start(checkpoint_kimg=0.02)
    wait(lambda: page.card.isVisible())
    assert "Free some space" in page.card.text
    assert page.run_state is RunState.RUNNING
    monkeypatch.setattr(RunFolder, "save", real)
    finish(page, wait, qtbot)
    assert not page.card.isVisible()
    assert page.status.startswith("Stopped at ")


def test_never_saved_where_nothing_lies(instrument, page, start, qtbot, wait):
    """The folder vanishes while the run is paused: saved before is not saved now."""
    start()
    press(qtbot, page.control.pause_button)
    wait(lambda: page.run_state is RunState.PAUSED)
    shutil.rmtree(instrument.workshop.training.folder)
    instrument.workshop.training.folder.write_text("something else has this name")
    finish(page, wait, qtbot)
    assert "Ended, not saved" in page.status
    assert page.card.isVisible()
    assert "not saved" in page.card.text
    assert instrument.window.notifications.notes() == []


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (MemoryError("no"), "Halve the batch"),
        (
            DivergedError("training stopped: a loss that is not a finite number"),
            "Lower the learning rates",
        ),
    ],
)
def test_what_ends_a_run_says_what_to_do(
    instrument, page, start, wait, monkeypatch, error, advice
):
    start()

    def fail(self, part="both"):
        raise error

    monkeypatch.setattr(Trainer, "step", fail)
    wait(lambda: page.run_state is RunState.FINISHED)
    assert advice in page.card.text
    assert page.control.start_button.isEnabled()
    saved = (instrument.workshop.training.folder / "g_ema.safetensors").exists()
    assert saved, "the checkpoint of its beginning is there in any case"
    wait(lambda: instrument.settled)


def test_what_a_run_needs_is_measured_when_asked(instrument, page, qtbot, wait):
    page.form.show_config("tiny", SMALL)
    page.form.edited.emit()
    wait(lambda: not instrument.workshop.bench.busy)
    assert "of memory." in page.estimate.words
    press(qtbot, page.estimate.button)
    assert page.estimate.button.text() == "Cancel"
    wait(lambda: "a kimg takes about" in page.estimate.words)
    page.form.set_value("seed", 9)
    assert "a kimg takes about" in page.estimate.words, "that costs nothing"
    page.form.set_value("batch", 8)
    assert "a kimg takes" not in page.estimate.words
    wait(lambda: not instrument.workshop.bench.busy)


@pytest.mark.parametrize("what", ["run", "laboratory"])
def test_what_trains_ends_the_measuring(
    instrument, page, qtbot, wait, monkeypatch, what
):
    """The cores are for what trains; no pace is said that was not measured."""
    from sgviz.gui.train import data_desk

    begun, ended = threading.Event(), threading.Event()

    def measure(config, device, cancelled):
        begun.set()
        while not cancelled():
            ended.wait(0.01)
        ended.set()

    monkeypatch.setattr(data_desk, "pace_of", measure)
    page.form.show_config("tiny", SMALL)
    page.form.edited.emit()
    wait(lambda: not instrument.workshop.bench.busy)
    press(qtbot, page.estimate.button)
    wait(begun.is_set)
    if what == "run":
        instrument.workshop.training.start(
            RunRequest(replace(SMALL, kimg=0.02), "tiny")
        )
    else:
        instrument.workshop.training.hold("It trains.")
        instrument.workshop.bench.depths.began.emit()
        assert not page.estimate.button.isEnabled()
    assert page.estimate.button.text() == "Measure"
    wait(ended.is_set)
    wait(
        lambda: (
            not (
                instrument.workshop.bench.data.busy
                or instrument.workshop.training.alive
            )
        )
    )
    assert "a kimg takes" not in page.estimate.words


def test_images_of_ones_own_are_looked_at(instrument, page, tmp_path, wait):
    from PIL import Image

    for k in range(5):
        Image.new("RGB", (40, 30), (40 * k, 90, 120)).save(tmp_path / f"{k}.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    page.form.set_value("data", str(tmp_path))
    wait(lambda: not instrument.workshop.bench.busy)
    assert page.data.words.startswith("5 images · 1 file is left out")
    assert page.data.grid.count == 5
    page.data.bad.expand()
    assert "broken.png" in page.data.names.item(0).text()
    page.form.set_value("data", str(tmp_path / "nowhere"))
    wait(lambda: not instrument.workshop.bench.busy)
    assert page.data.card.isVisible()
    assert page.form.problem == page.data.card.text
    assert page.control.why.text() == page.form.problem
    assert not page.control.start_button.isEnabled()
    (tmp_path / "nowhere").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "nowhere" / "one.png")
    page.form.set_value("seed", 5)
    wait(lambda: not instrument.workshop.bench.busy)
    assert page.form.problem == "", "mended: it is looked at again"
    assert page.control.start_button.isEnabled()


def test_a_run_is_named_everywhere_and_leaves_its_own_need_behind(
    instrument, page, start, qtbot, wait
):
    """The status bar names it from its first snapshot on; its memory is its own."""
    wait(lambda: not instrument.workshop.bench.busy)
    before = page.estimate.words
    start()
    run = instrument.workshop.training.run
    wait(lambda: instrument.controller.model.label == f"live run {run}")
    finish(page, wait, qtbot)
    wait(lambda: not instrument.workshop.bench.busy)
    assert page.estimate.words != before
