"""What ``info`` says of a run folder."""

import json
from pathlib import Path

import pytest

from sgviz import cli
from sgviz.checkpoints.errors import FileError
from sgviz.training.config import TrainConfig
from sgviz.training.depth_lab import create_lab
from sgviz.training.run_folder import RunFolder, create
from sgviz.training.run_info import describe_run
from sgviz.training.timeline import Timeline
from sgviz.training.timeline_record import record_path
from sgviz.training.timeline_schedule import timeline_folder
from sgviz.training.trainer import Trainer


@pytest.fixture
def recorded(folder: RunFolder, trainer: Trainer) -> RunFolder:
    """Two checkpoints and three records, one of them torn."""
    timeline = Timeline(folder.path, trainer.config)
    for images in (0, 4, 8):
        timeline.record(images, trainer.average, last=True)
        if images:
            folder.save(trainer)
        trainer.step()
    record_path(timeline_folder(folder.path), 0).write_bytes(b"torn")
    return folder


def test_a_run_is_told_by_what_can_be_read(recorded: RunFolder) -> None:
    found = describe_run(recorded.path)
    assert found["kind"] == "run"
    assert found["folder"] == "run"
    assert found["checkpoints"] == [0.004, 0.008]
    assert (found["kimg"], found["total_kimg"]) == (0.008, 0.02)
    assert found["records"] == 1
    assert found["last_record"]["kimg"] == 0.008
    assert found["last_record"]["harmonic_1"] > 0.3
    (problem,) = found["problems"]
    assert problem.startswith("000000000.safetensors")
    assert json.loads(json.dumps(found)) == found


def test_a_run_without_anything_yet_is_told_too(folder: RunFolder) -> None:
    found = describe_run(folder.path)
    assert (found["kimg"], found["records"], found["last_record"]) == (None, 0, None)
    assert "problems" not in found


def test_a_laboratory_is_told_by_its_depths(
    tmp_path: Path,
    config: TrainConfig,
    trainer: Trainer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab = create_lab(tmp_path / "lab", (4, 1), config)
    with create(lab.members[0].path, lab.members[0].config) as first:
        trainer.step()
        first.save(trainer)
    found = describe_run(lab.path)
    assert (found["kind"], found["folder"]) == ("depth laboratory", "lab")
    assert (found["depths"], found["kimg"]) == ([1, 4], [0.004, 0.0])
    assert found["total_kimg"] == 0.02
    assert cli.main(["info", str(lab.path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["kind", "depth", "laboratory"]
    assert lines[2].split() == ["depths", "1,", "4"]


def test_a_folder_without_a_run_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no run"):
        describe_run(tmp_path)


def test_the_command_takes_a_folder(
    recorded: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["info", str(recorded.path)]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == ["kind", "run"]
    assert "last record" in out
    assert cli.main(["info", "--json", str(recorded.path)]) == 0
    assert json.loads(capsys.readouterr().out)["kimg"] == 0.008
