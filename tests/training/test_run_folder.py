"""The run folder: what lies there, who may write, and what a crash leaves."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import to_json
from sgviz.training.depth_lab import create_lab
from sgviz.training.lock import STALE_SECONDS, UNFINISHED_SECONDS, RunLock
from sgviz.training.run_folder import (
    RunFolder,
    checkpoint_path,
    checkpoints_of,
    create,
    kept,
    make_folder,
    read_config,
    reopen,
)
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


def steps(trainer: Trainer, count: int) -> Trainer:
    for _ in range(count):
        trainer.step()
    return trainer


def tensors(trainer: Trainer) -> dict[str, torch.Tensor]:
    return trainer.state().tensors


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def numbered(*images: int) -> list[Path]:
    return [Path(f"{n:09d}.safetensors") for n in images]


def test_a_saved_run_holds_what_the_design_names(
    folder: RunFolder, trainer: Trainer
) -> None:
    path = folder.save(steps(trainer, 2))
    folder.append(trainer.step())
    assert path == folder.path / "checkpoints" / "000000008.safetensors"
    assert names(folder.path) == {
        "config.json",
        "lock",
        "log.jsonl",
        "checkpoints",
        "g_ema.safetensors",
    }
    folder.close()
    assert "lock" not in names(folder.path)
    assert read_config(folder.path) == trainer.config


@pytest.mark.parametrize("split", [1, 4, 6])
def test_a_run_resumed_from_its_folder_is_bit_equal(
    folder: RunFolder, make_trainer: MakeTrainer, split: int
) -> None:
    straight = tensors(steps(make_trainer(), 7))
    folder.save(steps(make_trainer(), split))
    folder.close()
    again = make_trainer()
    with reopen(folder.path) as reopened:
        assert reopened.resume(again) == checkpoint_path(folder.path, 4 * split)
    resumed = tensors(steps(again, 7 - split))
    assert all(torch.equal(straight[n], resumed[n]) for n in straight)


def test_both_files_of_a_save_open_as_the_averaged_generator(
    folder: RunFolder, trainer: Trainer
) -> None:
    path = folder.save(steps(trainer, 3))
    snapshot = trainer.snapshot()
    for file in (path, folder.g_ema):
        found = native.load(file)
        assert found.kimg == pytest.approx(0.012)
        assert found.config == snapshot.config
        assert found.provenance == snapshot.provenance
        assert all(
            torch.equal(snapshot.weights[n], t) for n, t in found.weights.items()
        )
        assert found.weights.keys() == snapshot.weights.keys()


def test_the_same_run_writes_the_same_bytes(
    tmp_path: Path, config: TrainConfig, make_trainer: MakeTrainer
) -> None:
    files = []
    for name in ("one", "other"):
        with create(tmp_path / name, config) as folder:
            files.append(folder.save(steps(make_trainer(), 2)).read_bytes())
    assert files[0] == files[1]


def test_old_checkpoints_go_but_every_nth(folder: RunFolder, trainer: Trainer) -> None:
    # keep_every 2 x checkpoint_kimg 0.008: the first in each 16 images stays.
    for _ in range(9):
        folder.save(steps(trainer, 1))
    found = [int(p.stem) for p in checkpoints_of(folder.path)]
    assert found == [4, 16, 32, 36]


def test_kept_is_the_newest_two_and_the_first_of_each_span() -> None:
    paths = numbered(0, 10, 20, 30, 40, 50, 60)
    assert kept(paths, 30.0) == numbered(0, 30, 50, 60)
    assert kept(numbered(5), 30.0) == numbered(5)
    assert kept([], 30.0) == []


def test_resume_takes_the_newest_checkpoint_that_can_be_read(
    folder: RunFolder, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer()
    older = folder.save(steps(trainer, 1))
    kept_state = tensors(trainer)
    newer = folder.save(steps(trainer, 1))
    newer.write_bytes(newer.read_bytes()[:-100])
    again = make_trainer()
    assert folder.resume(again) == older
    assert all(torch.equal(kept_state[n], t) for n, t in tensors(again).items())


def test_resume_says_so_where_no_checkpoint_can_be_read(
    folder: RunFolder, trainer: Trainer
) -> None:
    folder.save(steps(trainer, 1)).write_bytes(b"no")
    with pytest.raises(FileError, match="none of the 1 checkpoints can be read"):
        folder.resume(trainer)


def test_resume_before_the_first_checkpoint_starts_from_nothing(
    folder: RunFolder, trainer: Trainer
) -> None:
    assert folder.resume(trainer) is None
    assert trainer.images == 0


def test_a_checkpoint_of_another_configuration_is_refused(
    folder: RunFolder, make_trainer: MakeTrainer
) -> None:
    folder.save(steps(make_trainer(depth=3), 1))
    with pytest.raises(FileError, match="does not belong to this configuration"):
        folder.resume(make_trainer())


def test_a_generator_alone_is_no_checkpoint(
    folder: RunFolder, trainer: Trainer
) -> None:
    path = folder.save(steps(trainer, 1))
    native.save(trainer.snapshot(), path)
    with pytest.raises(FileError, match="holds a generator, not a training run"):
        folder.resume(trainer)


def test_the_log_ends_where_the_resumed_run_begins(
    folder: RunFolder, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer()
    folder.append(trainer.step())
    folder.save(trainer)
    folder.append(trainer.step())
    with folder.log.open("a") as file:
        file.write('{"images": 1')  # torn by a crash
    folder.resume(make_trainer())
    lines = [json.loads(line) for line in folder.log.read_text().splitlines()]
    assert [line["images"] for line in lines] == [4]


def test_numbers_that_are_none_are_null_in_the_log(
    folder: RunFolder, trainer: Trainer
) -> None:
    folder.append(replace(trainer.step(), loss_g=float("nan")))
    assert json.loads(folder.log.read_text())["loss_g"] is None


def test_a_run_is_not_started_over_another(
    folder: RunFolder, config: TrainConfig
) -> None:
    folder.close()
    with pytest.raises(FileError, match="holds a run already"):
        create(folder.path, config)
    assert "lock" not in names(folder.path)


def test_a_run_is_not_started_in_a_laboratory(
    tmp_path: Path, config: TrainConfig
) -> None:
    create_lab(tmp_path / "lab", (1, 2), config)
    with pytest.raises(FileError, match="lab holds a depth laboratory"):
        create(tmp_path / "lab", config)
    assert names(tmp_path / "lab") == {"lab.json"}


def test_there_must_be_a_run_to_resume(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(FileError, match="holds no run"):
            reopen(path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"batch": 0}', '{"new": 1}', "\x00", "9" * 5000]
)
def test_a_broken_configuration_is_one_sentence(folder: RunFolder, text: str) -> None:
    folder.close()
    (folder.path / "config.json").write_text(text)
    with pytest.raises(FileError) as caught:
        reopen(folder.path)
    assert "\n" not in str(caught.value)
    assert "lock" not in names(folder.path)


def test_a_second_writer_is_refused(folder: RunFolder, config: TrainConfig) -> None:
    message = f"written by process {os.getpid()}"
    with pytest.raises(FileError, match=message):
        reopen(folder.path)
    with pytest.raises(FileError, match=message):
        create(folder.path, config)
    code = (
        "import sys; from pathlib import Path\n"
        "from sgviz.training.lock import RunLock\n"
        "RunLock(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder.path)], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert message in done.stderr
    folder.close()
    reopen(folder.path).close()


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_the_lock_of_a_killed_writer_is_taken_over(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from sgviz.training.lock import RunLock\n"
        "lock = RunLock(Path(sys.argv[1])); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        with pytest.raises(FileError, match=f"process {writer.pid}"):
            RunLock(tmp_path)
        writer.send_signal(signal.SIGKILL)
    RunLock(tmp_path).release()
    assert names(tmp_path) == set()


def lock_text(**changes: object) -> str:
    owner = {"pid": os.getpid(), "began": "1", "host": socket.gethostname()}
    return json.dumps(owner | {"token": "x"} | changes)


@pytest.mark.parametrize(
    ("text", "age", "stale"),
    [
        (lock_text(), 0.0, True),  # a number given to another process since
        (lock_text(pid=2**30), 0.0, True),
        (lock_text(host="elsewhere"), 0.0, False),
        (lock_text(host="elsewhere"), STALE_SECONDS + 1, True),
        ("", 0.0, False),
        ("", UNFINISHED_SECONDS + 1, True),
        ("[" * 2000, UNFINISHED_SECONDS + 1, True),
    ],
    ids=["reused", "gone", "elsewhere", "silent", "being made", "empty", "deep"],
)
def test_a_lock_is_stale_when_its_writer_is_gone(
    tmp_path: Path, text: str, age: float, stale: bool
) -> None:
    path = tmp_path / "lock"
    path.write_text(text)
    then = time.time() - age
    os.utime(path, (then, then))
    if stale:
        RunLock(tmp_path).release()
        assert names(tmp_path) == set()
    else:
        with pytest.raises(FileError, match="being written by"):
            RunLock(tmp_path)
        assert path.read_text() == text


def test_a_lock_that_was_taken_over_is_not_released_by_its_first_owner(
    folder: RunFolder,
) -> None:
    (folder.path / "lock").write_text("another's")
    folder.close()
    assert (folder.path / "lock").read_text() == "another's"


@pytest.mark.parametrize("text", [None, "another's"])
def test_nothing_is_written_where_the_lock_is_not_ours_any_more(
    folder: RunFolder, trainer: Trainer, text: str | None
) -> None:
    lock = folder.path / "lock"
    lock.unlink()
    if text is not None:
        lock.write_text(text)
    there, stats = names(folder.path), trainer.step()
    for write in (
        lambda: folder.save(trainer),
        lambda: folder.append(stats),
        lambda: folder.change(replace(folder.config, lr_g=0.5), 4),
        lambda: folder.write_sheet(4, b"a sheet"),
    ):
        with pytest.raises(WriteError, match="lock was taken away"):
            write()
    assert names(folder.path) == there
    assert read_config(folder.path) == folder.config


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_new_folders_outlast_a_loss_of_power(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that was made is flushed into the one that lists it."""
    flushed: list[str] = []

    def flush(handle: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))

    monkeypatch.setattr(os, "fsync", flush)
    make_folder(tmp_path / "runs" / "one")
    assert set(flushed) == {str(tmp_path), str(tmp_path / "runs")}
    make_folder(tmp_path / "runs" / "one")
    assert len(flushed) == 2


def test_anothers_lock_is_not_kept_alive(folder: RunFolder) -> None:
    lock = folder.path / "lock"
    lock.write_text("another's")
    os.utime(lock, (1.0, 1.0))
    folder.touch()
    assert lock.stat().st_mtime == 1.0


def test_what_a_killed_writer_left_is_swept(
    folder: RunFolder, trainer: Trainer
) -> None:
    folder.save(trainer)
    folder.close()
    for place in (folder.path, folder.path / "checkpoints"):
        (place / ".partial-123-abc").write_bytes(b"half")
    reopen(folder.path).close()
    assert not list(folder.path.rglob(".partial-*"))


@pytest.mark.skipif(os.name != "posix", reason="a folder replaced by a file")
def test_a_folder_that_vanished_is_told_and_nothing_is_called_saved(
    folder: RunFolder, trainer: Trainer
) -> None:
    shutil.rmtree(folder.path)
    with pytest.raises(WriteError, match="run was not saved: its folder is not there"):
        folder.save(trainer)
    assert not folder.path.exists(), "a folder was made that holds no run"
    folder.path.write_text("a file now")
    with pytest.raises(WriteError, match="not there any more"):
        folder.save(trainer)
    with pytest.raises(WriteError, match="folder is not there"):
        folder.append(trainer.step())
    folder.close()
    assert folder.path.read_text() == "a file now"


def test_a_run_in_an_impossible_place_is_one_sentence(
    tmp_path: Path, config: TrainConfig
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="cannot be made"):
        create(tmp_path / "file" / "run", config)


KILL_LOOP = """
import sys, torch
from dataclasses import replace
from pathlib import Path
from sgviz.training.config_json import from_json
from sgviz.training.run_folder import create
from sgviz.training.trainer import Trainer

class Zeros:
    def batch(self, first, count):
        return torch.zeros(count, 3, 8, 8)

torch.set_num_threads(1)
config = from_json(sys.argv[2])
trainer = Trainer(config, torch.device("cpu"), Zeros())
with create(Path(sys.argv[1]), config) as folder:
    while True:
        trainer.step()
        folder.save(trainer)
        print(trainer.images, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_kill_9_while_saving_leaves_a_readable_run(
    tmp_path: Path, config: TrainConfig, make_trainer: MakeTrainer
) -> None:
    path = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", KILL_LOOP, str(path), to_json(config)],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(3)][-1]
        time.sleep(0.05)
        writer.kill()
    trainer = make_trainer()
    with reopen(path) as folder:
        assert folder.resume(trainer) is not None
    assert trainer.images >= told
    assert not list(path.rglob(".partial-*"))
    assert native.load(path / "g_ema.safetensors").kimg * 1000 >= told


def test_weights_that_are_no_numbers_never_become_a_checkpoint(
    folder: RunFolder, trainer: Trainer
) -> None:
    good = folder.save(steps(trainer, 1))
    with torch.no_grad():
        trainer.generator.get_parameter("mapping.fc0.weight")[0, 0] = torch.inf
    trainer.counters = replace(trainer.counters, images=8)
    with pytest.raises(WriteError, match="not finite"):
        folder.save(trainer)
    assert checkpoints_of(folder.path) == [good]
