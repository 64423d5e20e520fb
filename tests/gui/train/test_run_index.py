import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgviz.checkpoints.errors import FileError
from sgviz.gui.train.run_index import (
    delete_run,
    find_runs,
    nearest_preset,
    request_of,
)
from sgviz.training.config_json import to_json
from sgviz.training.lock import RunLock
from sgviz.training.presets import PRESETS

TINY = PRESETS["tiny"]


def never() -> bool:
    return False


def make_run(runs: Path, name: str, images: int = 2048, when: float = 1e9) -> Path:
    """A run folder as far as the list reads it."""
    path = runs / name
    (path / "checkpoints").mkdir(parents=True)
    (path / "samples").mkdir()
    (path / "config.json").write_text(to_json(TINY))
    if images:
        newest = path / "checkpoints" / f"{images:09d}.safetensors"
        newest.write_bytes(b"x" * 1000)
        os.utime(newest, (when, when))
    return path


def sheet(path: Path, colour: tuple[int, int, int]) -> None:
    picture = np.zeros((256, 256, 3), np.uint8)
    picture[:32, :32] = colour
    Image.fromarray(picture).save(path)


def test_runs_are_found_newest_first(tmp_path):
    make_run(tmp_path, "old", 1024, when=1e9)
    path = make_run(tmp_path, "new", 20_000, when=1.1e9)
    sheet(path / "samples" / "000020000.png", (200, 10, 10))
    (tmp_path / "no run").mkdir()
    (tmp_path / "a file").write_text("x")
    new, old = find_runs(tmp_path, never)
    assert (new.path.name, old.path.name) == ("new", "old")
    assert (new.kimg, new.complete, old.complete) == (20.0, True, False)
    assert new.config == TINY
    assert old.size >= 1000
    assert old.thumbnail is None
    assert new.thumbnail.shape == (64, 64, 3)
    assert new.thumbnail[32, 32].tolist() == [200, 10, 10]
    assert request_of(new).preset == "tiny"
    assert find_runs(tmp_path / "gone", never) == ()
    assert find_runs(tmp_path, lambda: True) == ()


def test_what_cannot_be_read_says_so(tmp_path):
    path = make_run(tmp_path, "torn")
    (path / "config.json").write_text('{"depth": 99}')
    make_run(tmp_path, "fresh", images=0)
    broken = make_run(tmp_path, "broken sheet", when=1.2e9)
    (broken / "samples" / "000002048.png").write_bytes(b"no picture")
    entries = {entry.path.name: entry for entry in find_runs(tmp_path, never)}
    assert "depth" in entries["torn"].problem
    assert request_of(entries["torn"]) is None
    assert entries["fresh"].images is None
    assert not entries["fresh"].problem
    assert entries["broken sheet"].thumbnail is None


def test_a_run_is_deleted_whole_and_nothing_else(tmp_path):
    runs = tmp_path / "runs"
    make_run(runs, "one")
    make_run(runs, "two")
    one, two = sorted(find_runs(runs, never), key=lambda entry: entry.path.name)
    delete_run(one, runs)
    assert [path.name for path in runs.iterdir()] == ["two"]
    with pytest.raises(FileError, match="no run of this folder"):
        delete_run(two, tmp_path)
    elsewhere = tmp_path / "elsewhere"
    make_run(elsewhere, "three")
    (runs / "link").symlink_to(elsewhere / "three")
    with pytest.raises(FileError, match="no run of this folder"):
        delete_run(replace(two, path=runs / "link"), runs)
    lock = RunLock(two.path)
    with pytest.raises(FileError, match="being written"):
        delete_run(two, runs)
    assert (two.path / "config.json").exists()
    lock.release()


def test_the_preset_that_a_run_is_most_like():
    for name, config in PRESETS.items():
        assert nearest_preset(config) == name
    wide = (8,) * 3
    low = replace(TINY, resolution=16, channels=wide, channels_d=wide)
    assert nearest_preset(low) == "tiny"
