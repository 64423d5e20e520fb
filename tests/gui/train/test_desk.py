"""A run begun in the window is seen, followed, stopped, and the same as headless."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from PySide6.QtCore import QTimer

from sgviz.checkpoints import native
from sgviz.gui.session import Edit
from sgviz.gui.train.desk import new_name
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.state import Live
from sgviz.training.config_json import from_json
from sgviz.training.presets import PRESETS
from tests.gui.train.headless import headless

pytestmark = pytest.mark.gl

TINY = PRESETS["tiny"]


@pytest.fixture(autouse=True)
def threads():
    """The window leaves a core free: the number of threads is given back."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def click(mouse, button) -> None:
    mouse.click(button, button.width() / 2, button.height() / 2)


@pytest.fixture
def start(instrument, mouse, wait):
    """Clicks Start with the tiny preset, on the Train tab."""

    def start(seed=3, kimg=20.0):
        window = instrument.window
        window.tabs.setCurrentIndex(1)
        wait(lambda: window.train.pages.run.control.start_button.isVisible())
        form = window.train.pages.run.form
        form.show_request(RunRequest.of("tiny", seed, kimg))
        click(mouse, window.train.pages.run.control.start_button)

    return start


def test_the_road_of_a_run(instrument, start, mouse, wait):
    """Start; curves and image change twice; a style is undone; Stop; bit-equal."""
    window, session = instrument.window, instrument.session
    before = session.state
    start(seed=3)
    assert window.train.pages.run.run_state is RunState.STARTING
    assert session.state == before, "it has not begun yet"
    wait(lambda: isinstance(session.state.model, Live))
    assert window.train.pages.run.run_state is RunState.RUNNING
    assert session.stack.undoText() == "Follow the run"
    assert session.stack.count() == 1
    images, scenes = [], []
    instrument.controller.image_shown.connect(
        lambda: images.append(instrument.controller.image.pixels)
    )
    window.tabs.setCurrentIndex(0)
    live = session.state.model

    def watch() -> bool:
        scene = instrument.controller.scene
        if scene is not None and (not scenes or scene is not scenes[-1]):
            scenes.append(scene)
        return count_changes(images) >= 3 and count_changes(positions(scenes)) >= 3

    wait(watch, "image and curves did not change")
    assert window.notifications.notes() == []
    styles = session.state.styles.edited("psi", (1,), 0.3)
    session.apply(Edit(replace(session.state, styles=styles), "Style"))
    assert session.state.styles != before.styles
    session.stack.undo()
    assert session.state.styles == before.styles
    assert session.state.model == live, "the run goes on"
    assert window.train.pages.run.run_state is RunState.RUNNING
    window.tabs.setCurrentIndex(1)
    wait(lambda: len(window.train.pages.run.board.history) >= 2)
    assert window.train.pages.run.board.samples.isVisible()
    click(mouse, window.train.pages.run.control.stop_button)
    wait(lambda: window.train.pages.run.run_state is RunState.FINISHED)
    assert window.train.pages.run.status.startswith("Stopped at ")
    assert window.train.pages.run.status.endswith(" of 20 kimg, saved")
    folder = instrument.workshop.training.folder
    wait(lambda: not instrument.workshop.training.alive)
    saved = native.load(folder / "g_ema.safetensors")
    config = from_json((folder / "config.json").read_text())
    assert (config.seed, config.resolution) == (3, TINY.resolution)
    assert config.threads is not None, "bits are the same for so many threads"
    assert saved.kimg > 0
    again = headless(config, round(1000 * saved.kimg))
    assert saved.weights.keys() == again.keys()
    for name, tensor in again.items():
        assert torch.equal(saved.weights[name], tensor), name
    wait(lambda: instrument.settled)
    shown = instrument.render.sources.model(live).generator.state_dict()
    assert all(torch.equal(shown[name], t) for name, t in again.items())


def positions(scenes) -> list[np.ndarray]:
    return [scene.positions for scene in scenes]


def count_changes(arrays) -> int:
    return sum(not np.array_equal(a, b) for a, b in pairwise(arrays))


def test_a_run_ends_by_itself(instrument, start, wait):
    """0.1 kimg are seven steps; what is saved opens like any network."""
    start(kimg=0.1)
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.FINISHED)
    assert "Finished and saved" in train.status
    folder = instrument.workshop.training.folder
    saved = native.load(folder / "g_ema.safetensors")
    assert saved.kimg == pytest.approx(0.112)
    assert train.board.history.kimg[-1] == pytest.approx(0.112)
    wait(lambda: not instrument.workshop.training.alive)
    assert not (folder / "lock").exists()
    assert train.control.start_button.isEnabled()
    assert train.board.real.count == 16
    wait(lambda: instrument.settled)
    assert "0.1 kimg" in instrument.window.status._model.text()


def test_nothing_moves_when_it_is_over(instrument, start, paints, wait):
    """The Train tab after a run: no paint, no timer, no work."""
    start(kimg=0.1)
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.FINISHED and instrument.settled)
    notes = instrument.window.notifications
    assert len(notes.notes()) == 1, "where the run lies"
    for note in notes._notes():
        note.deleteLater()
    rest(wait, 0.8)
    instrument.window.setFocus()
    rest(wait, 0.2)
    counter = paints(instrument.window)
    rest(wait, 2.0)
    assert counter.seen == {}
    timers = [t for t in instrument.window.findChildren(QTimer) if t.isActive()]
    assert timers == []


def rest(wait, seconds: float) -> None:
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


def test_pause_and_go_on(instrument, start, mouse, wait):
    start()
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.RUNNING and len(train.board.history) > 0)
    click(mouse, train.control.pause_button)
    wait(lambda: train.run_state is RunState.PAUSED)
    count = len(train.board.history)
    rest(wait, 0.4)
    assert len(train.board.history) == count
    click(mouse, train.control.pause_button)
    wait(lambda: len(train.board.history) > count)
    assert train.run_state is RunState.RUNNING
    click(mouse, train.control.pause_button)
    wait(lambda: train.run_state is RunState.PAUSED)
    click(mouse, train.control.stop_button)
    wait(lambda: train.run_state is RunState.FINISHED)


def test_undo_leaves_the_run_and_redo_comes_back(instrument, start, mouse, wait):
    """The run goes on; the switch says whether Explore looks at it."""
    session, train = instrument.session, instrument.window.train.pages.run
    before = session.state
    start()
    wait(lambda: train.run_state is RunState.RUNNING)
    assert train.control.follow_switch.isChecked()
    session.stack.undo()
    assert session.state == before
    assert not train.control.follow_switch.isChecked()
    assert instrument.workshop.training.alive
    session.stack.redo()
    assert isinstance(session.state.model, Live)
    assert train.control.follow_switch.isChecked()
    click(mouse, train.control.stop_button)
    wait(lambda: train.run_state is RunState.FINISHED)


def test_undo_leaves_one_run_alone(instrument, start, mouse, wait):
    """The next Start is followed again, unless the hand has said otherwise."""
    session, train = instrument.session, instrument.window.train.pages.run
    switch = train.control.follow_switch

    def stop() -> None:
        click(mouse, train.control.stop_button)
        wait(lambda: train.run_state is RunState.FINISHED)
        wait(lambda: not instrument.workshop.training.alive)

    start()
    wait(lambda: train.run_state is RunState.RUNNING)
    session.stack.undo()
    assert not switch.isChecked()
    stop()
    start()
    assert switch.isChecked()
    wait(lambda: train.run_state is RunState.RUNNING)
    assert switch.isChecked()
    assert session.state.model == Live(instrument.workshop.training.run)
    click(mouse, switch)
    assert not switch.isChecked()
    stop()
    before = session.state
    start()
    assert not switch.isChecked()
    assert session.state == before
    wait(lambda: train.run_state is RunState.RUNNING)
    stop()


def test_explore_stays_where_it_is_without_the_switch(instrument, start, wait):
    """Off: the network on the screen stands still. On: the newest one is there."""
    train, training = instrument.window.train.pages.run, instrument.workshop.training
    start()
    sources = instrument.render.sources
    wait(lambda: train.run_state is RunState.RUNNING)
    live = instrument.session.state.model

    def kimg() -> float:
        kept = sources._shelf._live
        return kept[live.run][1].kimg if live.run in kept else -1.0

    wait(lambda: kimg() > 0)
    train.control.follow_switch.setChecked(False)
    stays = kimg()
    newest = training._newest
    wait(lambda: training._newest is not newest)
    newest = training._newest
    wait(lambda: training._newest is not newest)
    assert kimg() - stays <= 0.1, "but for one that was on its way"
    stays = kimg()
    train.control.follow_switch.setChecked(True)
    assert kimg() > stays
    training.stop(None)
    wait(lambda: train.run_state is RunState.FINISHED)


def test_a_run_that_is_not_followed(instrument, start, mouse, wait):
    """Start with the switch off: Explore keeps its network, until it is turned on."""
    session, train = instrument.session, instrument.window.train.pages.run
    before = session.state
    train.control.follow_switch.setChecked(False)
    start()
    wait(lambda: train.run_state is RunState.RUNNING)
    assert session.state == before
    assert session.stack.count() == 0
    train.control.follow_switch.setChecked(True)
    assert isinstance(session.state.model, Live)
    click(mouse, train.control.stop_button)
    wait(lambda: train.run_state is RunState.FINISHED)


def test_names_of_runs_that_begin_in_the_same_second(tmp_path):
    names = []
    for _ in range(5):
        names.append(new_name(tmp_path, "tiny"))
        (tmp_path / names[-1]).mkdir()
        Live(names[-1])
    assert len(set(names)) == 5


def test_a_second_start_is_not_heard(instrument, start, wait):
    start()
    run = instrument.workshop.training.folder
    instrument.workshop.training.start(RunRequest.of("tiny", 9, 1.0))
    assert instrument.workshop.training.folder == run
    instrument.workshop.training.stop(None)
    wait(lambda: instrument.window.train.pages.run.run_state is RunState.FINISHED)


def test_stopped_before_it_began(make_instrument, wait):
    """Torch is still being imported: nothing is trained, and the tab says so."""
    instrument = make_instrument(shown=False)
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 1.0))
    instrument.workshop.training.stop(0.0)
    instrument.render.stop(0.0)
    wait(lambda: not instrument.workshop.training.alive)
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.FINISHED)
    assert "stopped before it had begun" in train.card.text
    assert not instrument.workshop.training.folder.exists()


def test_a_folder_that_cannot_be_written(instrument, start, wait, monkeypatch):
    """One sentence in the tab; the window goes on, and a run can be started."""
    from sgviz.checkpoints.errors import WriteError
    from sgviz.training import going_on

    def full(*_):
        raise WriteError(28, "config.json was not saved: no space is left")

    monkeypatch.setattr(going_on, "create", full)
    before = instrument.session.state
    start()
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.IDLE)
    assert instrument.session.state == before, "Explore stays where it was"
    assert instrument.session.stack.count() == 0
    assert train.card.text == "config.json was not saved: no space is left."
    assert train.control.start_button.isEnabled()
    wait(lambda: instrument.settled)
    assert instrument.controller.image is not None


def test_an_error_of_the_program_ends_the_run_alone(
    instrument, start, wait, monkeypatch, caplog
):
    from sgviz.training.trainer import Trainer

    def torn(_):
        raise RuntimeError("torn")

    monkeypatch.setattr(Trainer, "step", torn)
    start()
    train = instrument.window.train.pages.run
    wait(lambda: train.run_state is RunState.IDLE)
    assert "torn" in train.card.text
    assert not instrument.workshop.training.alive
    monkeypatch.undo()
    start(seed=4, kimg=0.1)
    wait(lambda: train.run_state is RunState.FINISHED)


def test_previews_do_not_change_a_run(instrument, start, wait):
    """A slider storm while it trains: the weights are those of a run left alone."""
    start(seed=5, kimg=0.1)
    session, train = instrument.session, instrument.window.train.pages.run
    step = 0
    while train.run_state is not RunState.FINISHED:
        step += 1
        styles = session.state.styles.edited("psi", (step % 4,), (step % 20) / 10)
        session.apply(Edit(replace(session.state, styles=styles), "Style"))
        rest(wait, 0.02)
    assert step > 5
    folder = instrument.workshop.training.folder
    saved = native.load(folder / "g_ema.safetensors")
    config = from_json((folder / "config.json").read_text())
    again = headless(config, round(1000 * saved.kimg))
    assert all(torch.equal(saved.weights[name], t) for name, t in again.items())
