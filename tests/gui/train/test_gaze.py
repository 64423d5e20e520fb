"""Nothing of a run is computed for eyes that are elsewhere."""

import pytest
import torch
from PySide6.QtWidgets import QTabWidget, QWidget

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
    assert not moved, "nobody sees Explore"
    window.tabs.setCurrentIndex(0)
    assert moved
    desk.stop(None)
    wait(lambda: not desk.alive)
    torch.set_num_threads(before)
