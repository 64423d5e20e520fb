"""A file's name means a whole file, the old or the new: whatever happens meanwhile."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from sgviz.checkpoints import atomic
from sgviz.checkpoints.atomic import (
    sweep_orphans,
    write_atomically,
    write_text_atomically,
)
from sgviz.checkpoints.errors import WriteError

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


def new(file: BinaryIO) -> None:
    file.write(b"new")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


def assert_untouched(path: Path) -> None:
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_a_file_is_replaced_and_nothing_else_stays(path: Path) -> None:
    write_atomically(path, new)
    assert path.read_bytes() == b"new"
    write_text_atomically(path, "ä")
    assert path.read_text("utf-8") == "ä"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), MemoryError()])
def test_whatever_the_writer_raises_leaves_the_old_file(
    path: Path, error: BaseException
) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise error

    with pytest.raises(type(error)):
        write_atomically(path, fail)
    assert_untouched(path)


def test_a_file_that_fails_its_check_is_not_kept(path: Path) -> None:
    def reject(partial: Path) -> None:
        assert partial.read_bytes() == b"new"
        raise ValueError("not what it should be")

    with pytest.raises(ValueError, match="should be"):
        write_atomically(path, new, reject)
    assert_untouched(path)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "file was not saved: the disk is full"),
        (errno.EROFS, "file was not saved: its folder cannot be written"),
        (errno.EACCES, "file was not saved: its folder cannot be written"),
        (errno.EIO, "file was not saved: Input/output error"),
    ],
)
@pytest.mark.parametrize("where", ["write", "fsync", "replace"])
def test_an_error_of_the_disk_is_one_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str, where: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    if where != "write":
        monkeypatch.setattr(os, where, fail)
    with pytest.raises(WriteError) as caught:
        write_atomically(path, fail if where == "write" else new)
    monkeypatch.undo()
    assert str(caught.value) == sentence
    assert caught.value.errno == code
    assert_untouched(path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="its folder is not there"):
        write_atomically(tmp_path / "no" / "file", new)
    (tmp_path / "plain").write_bytes(b"")
    with pytest.raises(WriteError, match="its folder is not there"):
        write_atomically(tmp_path / "plain" / "file", new)


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(WriteError, match="file was not saved"):
        write_atomically(tmp_path / "file", new)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_longest_name_a_disk_takes_can_be_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), new)
    with pytest.raises(WriteError, match="name is too long"):
        write_atomically(tmp_path / ("n" * 256), new)


@POSIX
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_permissions_follow_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "file", new)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


@POSIX
def test_the_file_is_flushed_before_its_rename_and_the_folder_after(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def flush(handle: int) -> None:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("folder" if folder else "file")
        fsync(handle)

    def rename(old: Path, new: Path) -> None:
        done.append("rename")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", rename)
    write_atomically(path, new)
    assert done == ["file", "rename", "folder"]


CRASH = """
import os, sys
from pathlib import Path
from sgviz.checkpoints.atomic import write_atomically
point = sys.argv[2]
def write(file):
    file.write(b"new")
    if point == "write": os._exit(9)
def verify(partial):
    if point == "verify": os._exit(9)
if point == "replace":
    os.replace = lambda *_: os._exit(9)
if point == "after":
    replace = os.replace
    os.replace = lambda *names: (replace(*names), os._exit(9))
write_atomically(Path(sys.argv[1]), write, verify)
"""


@pytest.mark.parametrize("point", ["write", "verify", "replace", "after"])
def test_a_process_that_dies_at_any_point_leaves_a_whole_file(
    path: Path, point: str
) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, str(path), point], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == (b"new" if point == "after" else b"old")
    orphans = 0 if point == "after" else 1
    assert sweep_orphans(path.parent) == orphans
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_the_sweep_takes_nothing_else(path: Path) -> None:
    (path.parent / f"{atomic.PARTIAL}1-a").write_bytes(b"")
    (path.parent / "x.partial").write_bytes(b"")
    assert sweep_orphans(path.parent) == 1
    assert sorted(p.name for p in path.parent.iterdir()) == ["file", "x.partial"]
