"""Nothing of a run is computed for eyes that are elsewhere."""

import pytest
import torch
from PySide6.QtWidgets import QTabWidget, QWidget

from sgviz.gui.model_facts import ABOUT, ModelFacts
from sgviz.gui.status_bar import NOT_OF_RUN, OF_RUN
from sgviz.gui.train.gaze import Gaze
from sgviz.gui.train.runs import RunRequest

pytestmark = pytest.mark.gl


def test_it_says_what_is_on_the_screen(qapp):
    tabs, page, explore = QTabWidget(), QWidget(), QWidget()
    tabs.addTab(page, "page")
    tabs.addTab(explore, "explore")
    told = []
    gaze = Gaze(page, [explore], tabs)
    gaze.changed.connect(lambda: told.append((gaze.on_page, gaze.on_explore)))
    tabs.show()
    assert (gaze.on_page, gaze.on_explore) == (True, False)
    told.clear()
    tabs.setCurrentWidget(explore)
    assert told[-1] == (False, True)
    tabs.setCurrentWidget(page)
    assert told[-1] == (True, False)
    tabs.close()


def test_samples_and_snapshots_are_made_for_whoever_looks(instrument, wait):
    before = torch.get_num_threads()
    window, desk = instrument.window, instrument.workshop.training
    window.tabs.setCurrentIndex(1)
    desk.start(RunRequest.of("tiny", 0, 20.0))
    control, worker = desk._control, desk._worker
    assert control.wants_snapshots
    assert worker.samples_wanted
    window.tabs.setCurrentIndex(0)
    assert control.wants_snapshots, "Explore follows"
    assert not worker.samples_wanted
    desk.follow(False)
    assert not control.wants_snapshots
    window.tabs.setCurrentIndex(1)
    assert control.wants_snapshots
    assert worker.samples_wanted
    desk.stop(None)
    wait(lambda: not desk.alive)
    torch.set_num_threads(before)


def test_explore_catches_up_when_it_is_seen_again(instrument, wait):
    before = torch.get_num_threads()
    window, desk = instrument.window, instrument.workshop.training
    window.tabs.setCurrentIndex(1)
    moved = []
    desk.snapshot_ready.connect(lambda: moved.append(1))
    desk.start(RunRequest.of("tiny", 0, 20.0))
    wait(lambda: len(window.train.pages.run.board.history) >= 2)
    assert len(moved) <= 1, "nobody sees Explore: the first one names the run"
    wait(lambda: moved)
    window.tabs.setCurrentIndex(0)
    assert len(moved) > 1
    desk.stop(None)
    wait(lambda: not desk.alive)
    torch.set_num_threads(before)


def test_the_status_bar_says_no_age_of_a_run_that_goes_on_unseen(
    instrument, mouse, wait
):
    """What Explore shows stays behind the run: its length is said where it is seen."""
    before = torch.get_num_threads()
    window, desk = instrument.window, instrument.workshop.training
    line = window.status._model
    window.tabs.setCurrentIndex(1)
    desk.start(RunRequest.of("tiny", 0, 20.0))
    wait(lambda: line.text().startswith(f"live run {desk.run} · StyleGAN2 32×32"))
    assert "kimg" not in line.text() and "kimg" not in line.toolTip()
    # All about it is asked: it is told of the newest network, wherever one looks.
    wait(lambda: desk._newest.kimg > 0)
    mouse.click(line, 20, 8)
    [card] = window.status.findChildren(ModelFacts)
    wait(lambda: "Trained" in card.as_text() and card.title.text() == OF_RUN)
    assert not card.text.verticalScrollBar().isVisible(), "as high as its text"
    told = dict(card._facts)["Trained"]
    wait(lambda: desk._newest.kimg > float(told.split()[0]) + 0.1)
    card.hide()
    mouse.click(line, 20, 8)
    wait(lambda: dict(card._facts)["Trained"] != told)
    desk.follow(False)
    card.hide()
    mouse.click(line, 20, 8)
    assert card.title.text() == NOT_OF_RUN
    card.hide()
    desk.follow(True)
    bar = window.tabs.tabBar()
    place = bar.tabRect(0).center()
    mouse.click(bar, place.x(), place.y())
    wait(lambda: "kimg" in line.text())
    window.tabs.setCurrentIndex(1)
    assert "kimg" not in line.text()
    window.train.pages.run.control.stop_requested.emit()
    wait(lambda: not desk.alive and instrument.settled)
    kimg = instrument.controller.model.kimg
    assert f"{kimg:.1f} kimg" in line.text(), "it is over: that is its age"
    mouse.click(line, 20, 8)
    assert card.title.text() == ABOUT
    card.hide()
    assert "of 20 kimg" in window.train.pages.run.status
    torch.set_num_threads(before)
