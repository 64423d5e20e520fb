"""What the training thread says of a run that has ended."""

from pathlib import Path

import pytest

from sgviz.checkpoints.of_run import checkpoint_path
from sgviz.gui.train.run_thread import verified
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
