"""Several processes: what one process would have done, and what becomes of failures."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from sgviz.training.presets import PRESETS
from sgviz.training.team import ALONE, Team
from sgviz.training.trainer import Trainer

MEMBER = Path(__file__).with_name("team_member.py")
ROOT = MEMBER.parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def start(out: Path, size: int, steps: int, what: str) -> list[subprocess.Popen[str]]:
    """The processes of a team of ``size``; one alone joins nobody."""
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    place |= {"WORLD_SIZE": str(size), "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return [
        subprocess.Popen(
            [sys.executable, str(MEMBER), str(out), str(steps), what],
            env=os.environ | place | {"RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]


def results(out: Path, size: int, steps: int, what: str = "") -> list[dict[str, Any]]:
    processes = start(out, size, steps, what)
    try:
        for process in processes:
            _, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors
    finally:
        for process in processes:
            process.kill()
    files = [Path(f"{out}.{rank}.{size}") for rank in range(size)]
    return [json.loads(file.read_text()) for file in files]


def test_two_processes_are_one_over_the_whole_batch(tmp_path: Path) -> None:
    (one,) = results(tmp_path / "o", 1, 20)
    first, second = results(tmp_path / "o", 2, 20)
    assert first["digest"] == second["digest"]
    assert first["counters"] == second["counters"]
    names = ("loss_g", "loss_d", "r1", "sign_real", "sign_fake", "path_length")
    for step, (alone, shared) in enumerate(
        zip(one["rows"], first["rows"], strict=True)
    ):
        for name in (*names, "augment_p", "images"):
            assert shared[name] == pytest.approx(alone[name], abs=1e-4), (step, name)
    assert len({row["augment_p"] for row in one["rows"]}) > 3
    assert first["w_avg"] == pytest.approx(one["w_avg"], abs=1e-4)
    assert first["path_mean"] == pytest.approx(one["path_mean"], abs=1e-4)


def test_who_follows_is_told_where_the_run_stands(tmp_path: Path) -> None:
    first, second = results(tmp_path / "o", 2, 3, "follows")
    apart, _ = results(tmp_path / "o", 2, 3)
    assert first["digest"] == second["digest"] == apart["digest"]


def test_a_number_that_is_none_in_one_process_is_skipped_by_all(tmp_path: Path) -> None:
    first, second = results(tmp_path / "o", 2, 9, "nan")
    for said in (first, second):
        assert "3 steps in a row" in said["reason"]
        assert [bool(row["skipped"]) for row in said["rows"]] == [False] * 2 + [
            True
        ] * 2
        assert said["counters"]["skipped"] == 3
    assert first["counters"] == second["counters"]


def test_a_process_that_dies_ends_the_others_with_a_sentence(tmp_path: Path) -> None:
    processes = start(tmp_path / "o", 2, 100, "dies")
    began = time.monotonic()
    _, errors = processes[0].communicate(timeout=120)
    processes[1].wait(60)
    assert time.monotonic() - began < 100
    assert processes[0].returncode == 0, errors
    said = json.loads(Path(f"{tmp_path / 'o'}.0.2").read_text())
    assert said["reason"] == (
        "training stopped: another process of the run ended, or did not answer"
    )


def test_torchrun_trains_into_one_folder(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    words += [f"--master_port={free_port()}", str(ROOT / "main.py"), "train"]
    words += ["--preset", "tiny", "--kimg", "0.04", "--device", "cpu", "--out", "run"]
    for setting in (
        "resolution=16",
        "channels=8,8,4",
        "channels_d=8,8,4",
        "samples=no",
    ):
        words += ["--set", setting]
    environ = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        words, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "all images were shown, at 0.048 kimg" in done.stdout
    assert done.stdout.count("saved 000000048.safetensors") == 1
    words = words[: words.index("train") + 1]
    words += ["--out", "run", "--resume", "--kimg", "0.08", "--device", "cpu"]
    done = subprocess.run(
        words, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "training from 0.048 to 0.08 kimg" in done.stdout
    assert (tmp_path / "run" / "checkpoints" / "000000080.safetensors").exists()


class Three(Team):
    rank, size = 1, 3


@pytest.mark.parametrize(
    ("batch", "group", "says"),
    [
        (16, 4, "a batch of 16 images does not split into 3 processes"),
        (18, 6, None),
        (18, 9, None),
        (12, 3, "the 4 images of each of 3 processes do not split into groups of 3"),
    ],
)
def test_a_batch_that_cannot_be_shared_is_refused(
    batch: int, group: int, says: str | None
) -> None:
    config = replace(PRESETS["tiny"], batch=batch, mbstd_group=group)
    ALONE.check(config)
    if says is None:
        Three().check(config)
        return
    with pytest.raises(ValueError, match=says):
        Trainer(config, torch.device("cpu"), team=Three())


def test_a_share_is_every_third_row() -> None:
    assert list(range(9))[Three().part] == [1, 4, 7]
    assert list(range(4))[ALONE.part] == [0, 1, 2, 3]
    assert ALONE.any(True)
    assert not ALONE.any(False)
    assert ALONE.tell(b"x") == b"x"
