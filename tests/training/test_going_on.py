"""What a run that goes on may be given, and what becomes of one that vanished."""

import shutil
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints.errors import FileError
from sgviz.terminal import Bar, TrainReport
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.depth_lab import create_lab, read_lab, run_lab
from sgviz.training.events import Event, Finished, Losses, Saved, SaveFailed
from sgviz.training.going_on import go_on, start_or_resume
from sgviz.training.run import run
from sgviz.training.run_folder import RunFolder
from sgviz.training.trainer import Trainer

CPU = torch.device("cpu")


@pytest.fixture
def shown(trainer: Trainer, folder: RunFolder) -> Path:
    """A run of 20 images that was trained to its end."""
    list(run(trainer, folder, Control()))
    folder.close()
    return folder.path


def test_a_total_below_what_was_shown_is_refused(shown: Path, trainer: Trainer) -> None:
    before = (shown / "config.json").read_bytes()
    with pytest.raises(FileError) as told:
        start_or_resume(shown, None, True, CPU, kimg=0.012, images=trainer.data)
    assert str(told.value) == (
        "the run has shown 0.02 kimg already; give more than that"
    )
    assert (shown / "config.json").read_bytes() == before
    assert not (shown / "lock").exists()
    resumed, folder = start_or_resume(
        shown, None, True, CPU, kimg=0.024, images=trainer.data
    )
    folder.close()
    assert (resumed.images, resumed.config.kimg) == (20, 0.024)


def test_the_total_it_had_is_no_error_though_the_last_batch_went_beyond(
    shown: Path,
) -> None:
    path = shown / "config.json"
    path.write_text(path.read_text().replace('"kimg": 0.02', '"kimg": 0.018'))
    folder, config = go_on(shown, 0.018, None)
    folder.close()
    assert config.kimg == 0.018


def test_a_laboratory_is_not_made_shorter_than_it_is(
    tmp_path: Path, config: TrainConfig, trainer: Trainer
) -> None:
    lab = create_lab(tmp_path / "lab", (1, 2), config)
    list(run_lab(lab, Control(), CPU, trainer.data))
    before = (lab.path / "lab.json").read_bytes()
    with pytest.raises(FileError, match=r"depth 1 has shown 0\.02 kimg already"):
        list(run_lab(read_lab(lab.path, 0.008), Control(), CPU, trainer.data))
    assert (lab.path / "lab.json").read_bytes() == before


@pytest.mark.parametrize(
    ("had", "given", "kind"),
    [
        ("portraits", "pictures.zip", "portraits"),
        ("pictures", "portraits", "images of a folder or a zip"),
        ("pictures", "moved/pictures.zip", None),
        ("portraits", "portraits", None),
    ],
)
def test_the_data_stay_of_one_kind(
    folder: RunFolder, had: str, given: str, kind: str | None
) -> None:
    folder.close()
    path = folder.path / "config.json"
    path.write_text(path.read_text().replace('"portraits"', f'"{had}"'))
    before = path.read_bytes()
    if kind is None:
        again, config = go_on(folder.path, None, given)
        again.close()
        assert config.data == given
    else:
        with pytest.raises(FileError, match=f"learns from {kind}: other data"):
            go_on(folder.path, None, given)
    assert path.read_bytes() == before
    assert not (folder.path / "lock").exists()


@pytest.mark.parametrize("last", [False, True])
def test_a_run_that_vanished_is_not_called_saved(
    trainer: Trainer, folder: RunFolder, last: bool
) -> None:
    """Its folder goes at the first losses, or after the last save."""
    said: list[str] = []
    events: list[Event] = []
    with Bar("training") as bar:
        report = TrainReport(bar, said.append, said.append)
        for event in run(trainer, folder, Control()):
            late = isinstance(event, Saved) and event.images == 20
            if (late if last else isinstance(event, Losses)) and folder.path.exists():
                shutil.rmtree(folder.path)
            events.append(event)
            report.show(event)
    assert any(isinstance(event, SaveFailed) for event in events) is not last
    assert isinstance(events[-1], Finished)
    assert not events[-1].saved
    assert said[-1].endswith("at 0.02 kimg; this state is not saved")
    assert not folder.path.exists(), "a folder was made again that holds no run"
