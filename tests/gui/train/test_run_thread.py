"""What the training thread says of a run that has ended, or cannot go on."""

from dataclasses import replace
from pathlib import Path

import pytest

from sgviz.checkpoints.of_run import checkpoint_path
from sgviz.frame import Problem
from sgviz.gui.train.run_thread import RunThread, Task, verified
from sgviz.gui.train.runs import RunRequest
from sgviz.training.control import Control
from sgviz.training.events import Finished
from sgviz.training.presets import PRESETS
from sgviz.training.run_folder import create


@pytest.mark.parametrize("gone", ["config.json", "g_ema.safetensors", "checkpoint"])
def test_saved_is_what_can_be_resumed(tmp_path: Path, gone: str) -> None:
    with create(tmp_path / "run", PRESETS["tiny"]) as folder:
        checkpoint = checkpoint_path(folder.path, 8)
        checkpoint.parent.mkdir()
        for path in (checkpoint, folder.g_ema):
            path.write_bytes(b"networks")
        ended = Finished(8, complete=False, saved=True, reason="stopped")
        assert verified(ended, folder) == ended
        lost = checkpoint if gone == "checkpoint" else folder.path / gone
        lost.unlink()
        found = verified(ended, folder)
    assert not found.saved
    assert found.reason == f"{lost.name} is not there any more"


class NoRender:
    """A render thread that has no network."""

    def wait_for_sources(self) -> None:
        return None


def test_continue_with_less_than_was_shown_is_one_sentence(qtbot, tmp_path) -> None:
    with create(tmp_path / "run", PRESETS["tiny"]) as folder:
        checkpoint = checkpoint_path(folder.path, 4000)
        checkpoint.parent.mkdir()
        checkpoint.write_bytes(b"networks")
    before = (tmp_path / "run" / "config.json").read_bytes()
    thread = RunThread(NoRender(), lambda _: None)
    heard: list[object] = []
    thread.happened.connect(heard.append)
    request = RunRequest(replace(PRESETS["tiny"], kimg=2.0), "tiny", "cpu")
    thread.begin(Task(tmp_path / "run", request, resume=True), Control())
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    assert thread.wait(10)
    why = "the run has shown 4 kimg already; give more than that"
    assert heard == [Problem(why)]
    assert (tmp_path / "run" / "config.json").read_bytes() == before
