"""Words of a run: what it needs, what happened, what to do."""

from dataclasses import replace

import pytest

from sgviz.frame import Problem
from sgviz.gui.train import machine
from sgviz.gui.train.data_sheet import DataLook, look_words
from sgviz.gui.train.depth_progress import LabProgress
from sgviz.gui.train.machine import (
    Need,
    bytes_words,
    free_memory,
    need_words,
    seconds_words,
    warning_words,
)
from sgviz.gui.train.run_words import (
    as_sentence,
    changes,
    end_problem,
    log_line,
    save_problem,
)
from sgviz.training.events import Changed, Finished, Losses, SaveFailed, StepStats
from sgviz.training.presets import PRESETS


def test_what_a_run_needs():
    need = Need(620_000_000, 33.0, 8_000_000_000)
    words = "Needs about 620 MB of memory; a kimg takes about 33 s here: "
    assert need_words(need, 100) == words + "100 kimg in 55 min."
    assert need_words(replace(need, seconds_per_kimg=0), 100) == (
        "Needs about 620 MB of memory."
    )
    assert warning_words(need) == ""
    assert "halve the batch" in warning_words(replace(need, free=600_000_000))
    assert "may not suffice" in warning_words(replace(need, free=700_000_000))
    assert warning_words(replace(need, free=None)) == ""


def test_what_ends_it_all_is_a_sentence(tmp_path):
    """An error's words begin with a capital; the name of a file stays as it is."""
    assert as_sentence("the run has shown 2 kimg") == "The run has shown 2 kimg."
    assert as_sentence("lab.json is not there.") == "lab.json is not there."
    progress = LabProgress(tmp_path)
    progress.take(Problem("another process trains it", "details"))
    assert progress.problem == Problem("Another process trains it.", "details")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.52, "0.5 s"), (33.2, "33 s"), (130, "2 min 10 s"), (7500, "2 h 05 min")],
)
def test_short_times(seconds, words):
    assert seconds_words(seconds) == words


def test_bytes():
    assert bytes_words(1_430_000_000) == "1.4 GB"
    assert bytes_words(4_200_000) == "4.2 MB"
    assert (free_memory() or 1) > 0


def test_nobody_knows_the_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_MEMINFO", tmp_path / "none")
    assert free_memory() is None


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("x.safetensors was not saved: the disk is full", "Free some space"),
        ("x was not saved: its folder is not there", "bring it back"),
        ("x was not saved: its folder cannot be written", "read-only"),
        ("the run x was not saved: its lock was taken away", "End one of the two"),
        ("x was not saved: something else", "tries again"),
    ],
)
def test_nothing_was_saved(reason, advice):
    words = save_problem(SaveFailed(reason, 100)).what
    assert advice in words
    assert "what was saved before is kept" in words


def end(reason: str, saved: bool) -> Finished:
    return Finished(100, complete=False, saved=saved, reason=reason)


def test_ends():
    assert end_problem(end("stopped", True)) is None
    oom = end_problem(end("training stopped: no memory for 16 images", True))
    assert "Halve the batch" in oom.what
    assert "were not saved" not in oom.what
    nan = "training stopped: 3 steps in a row had a loss that is not a finite number"
    torn = end_problem(end(nan, False))
    assert "Lower the learning rates" in torn.what
    assert "were not saved" in torn.what
    lost = end_problem(end("stopped", False), "the run x was not saved: no lock")
    assert lost.what == "Stopped. The run x was not saved: no lock."
    assert log_line(end("stopped", True)) == (
        "Ended, saved and verified: stopped.",
        False,
    )
    assert log_line(end("stopped", False)) == ("Ended, not saved: stopped.", True)
    assert log_line(Losses(StepStats(1, 1, 1, 1, 1, 1, 1), 1.0)) is None


def test_changes_are_told_field_by_field():
    before = PRESETS["tiny"]
    event = Changed(replace(before, lr_g=0.001, augment="adaptive"), 100)
    assert changes(before, event) == [
        "Learning rate, G: 0.0025 → 0.001.",
        "Augmentation: none → adaptive.",
    ]


def test_what_a_look_found():
    assert look_words(DataLook(None, 1)) == "1 image"
    look = DataLook(None, 1204, (("a.jpg", "is a web page"),), ("they are few",))
    assert look_words(look) == "1,204 images · 1 file is left out\nThey are few."
