"""Portraits on the disk: whole folders or none, and tables that read back."""

import csv
import errno
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.export.portraits_folder import write_portraits
from sgviz.models.generator import to_pixels
from sgviz.training.portraits import FACTORS, Portraits

NAMES = [factor.name for factor in FACTORS]


def write(folder: Path, count: int = 3, size: int = 16) -> None:
    write_portraits(folder, Portraits(size, seed=2), NAMES, count)


def test_pictures_and_table_are_the_data_set(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "faces"
    write(folder, count=3)
    files = sorted(p.name for p in folder.iterdir())
    assert files == ["0000.png", "0001.png", "0002.png", "factors.csv"]
    data = Portraits(16, seed=2)
    wanted = to_pixels(data.batch(0, 3)).numpy()
    for k in range(3):
        with Image.open(folder / files[k]) as picture:
            assert np.array_equal(np.asarray(picture), wanted[k])
    with (folder / "factors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == files[:3]
    read = torch.tensor([[float(row[name]) for name in NAMES] for row in rows])
    assert torch.equal(read, data.factors(0, 3))


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    heard: list[int] = []
    write_portraits(tmp_path, Portraits(512, seed=0), NAMES, 6, heard.append)
    assert len(list(tmp_path.iterdir())) == 7
    assert heard == [4, 6]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(FileError, match="is not empty"):
        write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "faces").write_text("mine")
    with pytest.raises(FileError, match="faces is a file"):
        write(tmp_path / "faces")
    with pytest.raises((FileError, WriteError), match="inner"):
        write(tmp_path / "faces" / "inner")


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    folder = tmp_path / "faces"
    if there:
        folder.mkdir()
    save = Image.Image.save

    def full(image: Image.Image, path: Path) -> None:
        if path.name == "0002.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        save(image, path)

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(WriteError, match="the disk is full"):
        write(folder)
    assert list(tmp_path.rglob("*")) == ([folder] if there else [])


def test_no_portraits_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        write(tmp_path / "faces", count=0)
    assert not list(tmp_path.iterdir())
