"""Opening a file that anybody may have made: by content, once, and bounded."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.watch import Watch, watched

SIZE_LIMIT = 4 * 1024**3
SNIFF = 512
HEADER_LIMIT = 8 * 1024**2  # of a .safetensors file

Container = Literal["pickle", "legacy", "zip"]
# A pickle of the number that every file of torch.save once began with.
TORCH_LEGACY = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."

# What the first bytes of a file that is not ours give away, for the sentence.
_LOOKS_LIKE: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a git-LFS pointer, not the file itself"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\x89png", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"pk\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"\x93numpy", "a numpy array"),
)


@contextlib.contextmanager
def open_source(
    path: Path, limit: int = SIZE_LIMIT, watch: Watch | None = None
) -> Iterator[tuple[BinaryIO, int]]:
    """The open file and its size in bytes; only regular files are read.

    A FIFO does not block and a device is not read. Errors of the disk while the
    file is being read inside the ``with`` become a FileError too. ``watch`` hears what
    is read.

    Raises
    ------
    FileError
        Missing, unreadable, a folder, a device, empty, or larger than ``limit``.
    """
    name = shown_name(path)
    try:
        with _open(path) as file:
            size = _checked_size(os.fstat(file.fileno()), name, limit)
            yield watched(file, watch), size
    except OSError as error:
        raise FileError(_why_not_read(path, error)) from error
    except ValueError as error:
        # open() refuses a path with a NUL with a ValueError.
        if isinstance(error, FileError) or "null" not in str(error):
            raise
        raise FileError(f"{name} is no name of a file") from error


def looks_like(start: bytes) -> str | None:
    """What the first bytes of a file say it is, where that is known."""
    head = start[:SNIFF].lstrip().lower()
    for magic, what in _LOOKS_LIKE:
        if head.startswith(magic):
            return what
    return None


def foreign_container(start: bytes) -> Container | None:
    """In what another program's network may lie that begins so: content, not names.

    ``pickle``: of NVIDIA's programs; ``legacy`` and ``zip``: torch.save before and
    since its version 1.6.
    """
    if start.startswith(TORCH_LEGACY):
        return "legacy"
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "pickle"
    if start.startswith(b"PK\x03\x04") and b"/data.pkl" in start[:SNIFF]:
        return "zip"
    return None


def read_exactly(file: BinaryIO, count: int, name: str) -> bytearray:
    """The next ``count`` bytes; FileError where the file has become shorter."""
    data = bytearray(count)
    _fill(file, memoryview(data), name)
    return data


def read_numbers(file: BinaryIO, count: int, name: str) -> memoryview:
    """The same for many bytes: memory that is not written to before they come.

    To have a system give 10 MB, and set them to zero, takes 20 ms in which no other
    thread of Python can run; reading lets them.
    """
    data = np.empty(count, np.uint8).data
    _fill(file, data, name)
    return data


def _fill(file: BinaryIO, data: memoryview, name: str) -> None:
    done = 0
    while done < len(data):
        got = file.readinto(data[done:])  # type: ignore[attr-defined]
        if not got:
            raise FileError(f"{name} became shorter while it was read")
        done += got


def _open(path: Path) -> BinaryIO:
    # O_NONBLOCK: opening a FIFO with no writer would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb", buffering=0)


def _checked_size(status: os.stat_result, name: str, limit: int) -> int:
    if stat.S_ISDIR(status.st_mode):
        raise FileError(f"{name} is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(f"{name} is a device or a pipe, not a file")
    if status.st_size == 0:
        raise FileError(f"{name} is empty")
    if status.st_size > limit:
        raise FileError(
            f"{name} has {status.st_size / 1024**2:,.0f} MB; the most that is read "
            f"is {limit / 1024**2:,.0f} MB"
        )
    return status.st_size


def _why_not_read(path: Path, error: OSError) -> str:
    name = shown_name(path)
    if isinstance(error, FileNotFoundError):
        lost = "" if path.parent.is_dir() else shown_name(path.parent)
        return f"{name} is not there" + (f": there is no folder {lost}" if lost else "")
    if isinstance(error, PermissionError):
        return f"{name} cannot be read: permission denied"
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not a file"
    return f"{name} cannot be read: {printable(error.strerror or 'a disk error')}"
