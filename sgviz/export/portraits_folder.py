"""A data set as a folder: numbered PNGs, and a table of what was random about them.

The folder appears whole or not at all: it is made under another name beside its
place, and moved there when the last file is in it.
"""

import csv
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PIL import Image
from torch import Tensor

from sgviz.checkpoints.errors import FileError, WriteError, shown_name
from sgviz.models.generator import to_pixels

TABLE = "factors.csv"
CHUNK_PIXELS = 1 << 20


class NumberedImages(Protocol):
    """A data set whose images are numbered and known by their factors."""

    @property
    def size(self) -> int:
        """Width and height of an image."""
        ...

    def factors(self, first_index: int, count: int) -> Tensor:
        """What is random about some images, [count, F]."""
        ...

    def batch(self, first_index: int, count: int) -> Tensor:
        """Some images, [count, 3, size, size] in [-1, 1]."""
        ...


def write_portraits(
    folder: Path,
    images: NumberedImages,
    names: Sequence[str],
    count: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write images 0 ... ``count`` - 1 as 0000.png ..., and factors.csv.

    The table has a row an image: its file, then its factors under their ``names``,
    with the nine digits that give a float32 back. ``progress`` hears how many
    images are done.

    Raises
    ------
    FileError
        There is something at ``folder`` already, other than an empty folder.
    WriteError
        One sentence: no room, no permission. No part of the folder stays.
    ValueError
        ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"the number of portraits is at least 1, not {count}")
    folder = folder.absolute()
    _check_place(folder)
    # An empty folder that is there is filled, as it may be a mount or somebody's cwd.
    around = folder if folder.is_dir() else folder.parent
    partial = around / f".partial-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        partial.mkdir(parents=True)
        _fill(partial, images, names, count, progress)
        _move(partial, folder)
    except OSError as error:
        raise WriteError(error.errno, _why(folder, error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check_place(folder: Path) -> None:
    """FileError unless a folder can be made here as far as one can see."""
    name = shown_name(folder)
    try:
        if folder.is_dir():
            if any(folder.iterdir()):
                raise FileError(f"{name} is not empty: choose a new folder")
        elif os.path.lexists(folder):
            raise FileError(f"{name} is a file: choose a new folder")
    except OSError as error:
        raise FileError(f"{name} cannot be looked into: {error.strerror}") from error


def _fill(
    partial: Path,
    images: NumberedImages,
    names: Sequence[str],
    count: int,
    progress: Callable[[int], None] | None,
) -> None:
    """Write the pictures and the table into a folder that nobody else knows."""
    digits = max(4, len(str(count - 1)))
    step = max(1, CHUNK_PIXELS // images.size**2)
    with (partial / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", *names])
        for first in range(0, count, step):
            number = min(step, count - first)
            pixels = to_pixels(images.batch(first, number)).numpy()
            rows = images.factors(first, number).tolist()
            for k in range(number):
                name = f"{first + k:0{digits}d}.png"
                Image.fromarray(pixels[k]).save(partial / name)
                table.writerow([name, *(f"{value:.9g}" for value in rows[k])])
            if progress is not None:
                progress(first + number)


def _move(partial: Path, folder: Path) -> None:
    """Give the finished folder its name; file by file if the folder is there."""
    if not folder.exists():
        partial.rename(folder)
        return
    moved: list[Path] = []
    try:
        for file in sorted(partial.iterdir()):
            moved.append(file.rename(folder / file.name))
    except OSError:
        for file in moved:
            file.unlink(missing_ok=True)
        raise


def _why(folder: Path, error: OSError) -> str:
    """One sentence that says why the folder could not be written."""
    name = shown_name(folder)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"{name} was not written: the disk is full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{name} was not written: its place cannot be written to"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{name} was not written: a file is in the way of its folder"
    return f"{name} was not written: {error.strerror or 'the disk reported an error'}"
