"""A run on a folder of images: resumed, moved, with files that break, and vanished."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import FileError
from sgviz.training import images as images_module
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.events import Began, Event, Finished, LeftOut
from sgviz.training.going_on import start_or_resume
from sgviz.training.images import ImageFolder
from sgviz.training.run import run
from sgviz.training.run_folder import checkpoints_of
from sgviz.training.trainer import Trainer
from tests.training.pictures import folder_of

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty pictures of 16x16."""
    return folder_of(tmp_path / "faces", 20)


@pytest.fixture
def config(config: TrainConfig, folder: Path) -> TrainConfig:
    return replace(
        config, data=str(folder), resolution=16, channels=(8, 8, 8),
        channels_d=(8, 8, 8),
    )  # fmt: skip


def events_of(trainer: Trainer, out: object, control: Control) -> list[Event]:
    with out as folder:  # type: ignore[attr-defined]
        return list(run(trainer, folder, control))


def test_a_run_on_a_folder_names_no_place_in_what_it_makes(
    tmp_path: Path, config: TrainConfig
) -> None:
    trainer, out = start_or_resume(tmp_path / "run", config, False, CPU)
    events = events_of(trainer, out, Control())
    assert events[-1] == Finished(20, True, True, "all images were shown")
    assert native.load(out.g_ema).provenance["data"] == "faces"
    for path in (out.g_ema, *checkpoints_of(tmp_path / "run")):
        assert os.fsencode(tmp_path) not in path.read_bytes()


def test_resumed_is_the_uninterrupted_run(tmp_path: Path, config: TrainConfig) -> None:
    config = replace(config, mirror=True, kimg=0.04)
    straight = Trainer(config, CPU)
    while not straight.done:
        straight.step()
    for place, kimg in ("first", 0.012), ("second", 0.028):
        out = tmp_path / place
        trainer, folder = start_or_resume(out, replace(config, kimg=kimg), False, CPU)
        events_of(trainer, folder, Control())
        trainer, folder = start_or_resume(out, None, True, CPU, kimg=0.04)
        events_of(trainer, folder, Control())
        one, two = straight.state().tensors, trainer.state().tensors
        assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_run_tells_of_files_it_leaves_out_and_goes_on(
    tmp_path: Path, config: TrainConfig, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images_module, "CACHE_BYTES", 0)
    trainer, out = start_or_resume(tmp_path / "run", config, False, CPU)
    trainer.data = ImageFolder(folder, config, cache_bytes=0)
    (folder / "odd" / "007.png").unlink()
    events = events_of(trainer, out, Control())
    (left,) = [e for e in events if isinstance(e, LeftOut)]
    assert left.files == (("odd/007.png", "is not there"),)
    assert events[-1] == Finished(20, True, True, "all images were shown")


def test_a_run_whose_folder_vanishes_ends_saved_at_its_last_step(
    tmp_path: Path, config: TrainConfig, folder: Path
) -> None:
    trainer, out = start_or_resume(tmp_path / "run", config, False, CPU)
    trainer.data = ImageFolder(folder, config, cache_bytes=0)
    events: list[Event] = []
    with out:
        for event in run(trainer, out, Control()):
            events.append(event)
            if trainer.images == 8 and folder.exists():
                folder.rename(tmp_path / "moved")
    assert [len(e.files) for e in events if isinstance(e, LeftOut)] == [1]
    assert events[-1] == Finished(
        8, False, True, "training on faces stopped: it is gone"
    )
    with pytest.raises(FileError, match="there is no folder or zip of images faces"):
        start_or_resume(tmp_path / "run", None, True, CPU)
    # Where it is now: the rest is the uninterrupted run, bit for bit.
    moved = str(tmp_path / "moved")
    trainer, out = start_or_resume(tmp_path / "run", None, True, CPU, data=moved)
    assert events_of(trainer, out, Control())[-1].complete  # type: ignore[union-attr]
    straight = Trainer(replace(config, data=moved), CPU)
    while not straight.done:
        straight.step()
    one, two = straight.state().tensors, trainer.state().tensors
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_folder_that_holds_nothing_leaves_no_run_behind(
    tmp_path: Path, config: TrainConfig
) -> None:
    (tmp_path / "empty").mkdir()
    wrong = replace(config, data=str(tmp_path / "empty"))
    with pytest.raises(FileError, match="holds no images"):
        start_or_resume(tmp_path / "run", wrong, False, CPU)
    assert not (tmp_path / "run").exists()


def test_a_run_that_goes_on_with_other_files_says_so(
    tmp_path: Path, config: TrainConfig, folder: Path
) -> None:
    out = tmp_path / "run"
    trainer, held = start_or_resume(out, replace(config, kimg=0.008), False, CPU)
    events_of(trainer, held, Control())
    trainer, held = start_or_resume(out, None, True, CPU, kimg=0.012)
    assert not any(isinstance(e, Began) for e in events_of(trainer, held, Control()))
    first = min(path for path in folder.rglob("*") if path.is_file())
    first.with_stem("another").write_bytes(first.read_bytes())
    trainer, held = start_or_resume(out, None, True, CPU, kimg=0.016)
    (said,) = [e for e in events_of(trainer, held, Control()) if isinstance(e, Began)]
    assert said.notice.startswith("the files of faces are not those")
