"""Writing a file so that its name always means a whole one, the old or the new.

A temporary file in the same folder, flushed to the disk, looked at, renamed over
the old one, and the folder flushed too: safetensors alone does not flush, and leaves
its temporary files. What a killed process left is found by :func:`sweep_orphans`.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from sgviz.checkpoints.errors import WriteError, shown_name

PARTIAL = ".partial-"

Write = Callable[[BinaryIO], None]
Verify = Callable[[Path], None]


def write_atomically(path: Path, write: Write, verify: Verify | None = None) -> None:
    """Replace ``path`` by what ``write`` puts into the open file it is given.

    ``verify`` looks at the finished file under its temporary name, and raises
    where it is not what it should be. The permissions follow the umask.

    Raises
    ------
    WriteError
        One sentence: disk full, read-only, no such folder. The old file is as it
        was, and no temporary file stays. Whatever else ``write`` or ``verify``
        raises passes through, with the same promise.
    """
    partial = path.parent / f"{PARTIAL}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        _fill(partial, write)
        if verify is not None:
            verify(partial)
        os.replace(partial, path)
        flush_folder(path.parent)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(error.errno, why_not_written(path, error)) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def write_text_atomically(path: Path, text: str) -> None:
    """Replace ``path`` by a text in UTF-8; raises as :func:`write_atomically`."""
    data = text.encode("utf-8")

    def write(file: BinaryIO) -> None:
        file.write(data)

    write_atomically(path, write)


def sweep_orphans(folder: Path) -> int:
    """Remove the temporary files of writers that are gone; returns how many.

    Only for a folder whose one writer is the caller (a run folder, locked).
    """
    swept = 0
    for orphan in folder.glob(f"{PARTIAL}*"):
        orphan.unlink(missing_ok=True)
        swept += 1
    return swept


def why_not_written(path: Path, error: OSError) -> str:
    """One sentence that says why ``path`` could not be written."""
    name = shown_name(path)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"{name} was not saved: the disk is full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{name} was not saved: its folder cannot be written"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{name} was not saved: its folder is not there"
    if error.errno == errno.ENAMETOOLONG:
        return f"{name} was not saved: its name is too long"
    if error.errno == errno.EISDIR:
        return f"{name} was not saved: a folder has that name"
    return f"{name} was not saved: {error.strerror or 'the disk reported an error'}"


def _fill(partial: Path, write: Write) -> None:
    with partial.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
        expected = file.tell()
    if partial.stat().st_size < expected:
        raise OSError(errno.EIO, "the disk kept less than was written")


def flush_folder(folder: Path) -> None:
    """Let what a folder lists outlast a loss of power; OSError."""
    # Windows cannot open a folder; there the rename alone has to do.
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
