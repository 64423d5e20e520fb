"""One run folder, one writer: a lock file with a rule for locks left behind.

The lock says who holds it: process, when that process began, host, and a token. It
is stale when its process is gone (on this host), or has not touched it for
``STALE_SECONDS`` (another host, a network drive).
"""

import contextlib
import ctypes
import json
import os
import secrets
import socket
import sys
import time
from pathlib import Path

from sgviz.checkpoints.atomic import why_not_written
from sgviz.checkpoints.errors import FileError, WriteError, printable

STALE_SECONDS = 600.0
UNFINISHED_SECONDS = 2.0
LOCK_LIMIT = 4096
PROCESS_QUERY_LIMITED_INFORMATION = 0x1000


class RunLock:
    """Holds ``folder/lock`` from construction to :meth:`release`.

    Raises
    ------
    FileError
        Another living process writes this run; the sentence names it.
    WriteError
        The folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._text = json.dumps(
            {
                "pid": os.getpid(),
                "began": _process_start(os.getpid()),
                "host": socket.gethostname(),
                "token": secrets.token_hex(8),
            }
        )
        if not self._create():
            self._take_over()

    @property
    def is_ours(self) -> bool:
        """Whether the folder is still ours: the lock may be gone, or another's."""
        return _read(self.path) == self._text

    def touch(self) -> None:
        """Say that the writer still lives; a lock that is gone is no error here."""
        with contextlib.suppress(OSError):
            if self.is_ours:  # another's would never be stale
                os.utime(self.path)

    def release(self) -> None:
        """Remove the lock if it is still ours; can be called twice."""
        with contextlib.suppress(OSError):
            if self.path.read_text("utf-8") == self._text:
                self.path.unlink()

    def _create(self) -> bool:
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        try:
            handle = os.open(self.path, flags, 0o666)
        except FileExistsError:
            return False
        except OSError as error:
            raise WriteError(error.errno, why_not_written(self.path, error)) from error
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(self._text)
        return True

    def _take_over(self) -> None:
        found = _read(self.path)
        if found is not None and not is_stale(self.path, found):
            raise FileError(_held(self.path.parent, found))
        # Two processes may both see a stale lock. A rename succeeds for one only;
        # and should the other have made a new lock meanwhile, that one goes back.
        aside = self.path.with_name(f"lock.stale-{secrets.token_hex(4)}")
        with contextlib.suppress(FileNotFoundError):
            os.rename(self.path, aside)
        moved = _read(aside)
        if moved != found:
            with contextlib.suppress(OSError):
                os.link(aside, self.path)
        aside.unlink(missing_ok=True)
        if moved != found or not self._create():
            raise FileError(_held(self.path.parent, _read(self.path)))


def is_stale(path: Path, found: str) -> bool:
    """Whether a lock with this text was left behind by a writer that is gone."""
    try:
        age = time.time() - path.stat().st_mtime
        owner = json.loads(found)
        pid, host, began = int(owner["pid"]), owner["host"], owner["began"]
    except OSError:
        return True
    except (ValueError, KeyError, TypeError, RecursionError):
        # Its writer may be between making the file and filling it.
        return age > UNFINISHED_SECONDS
    if host != socket.gethostname():
        return age > STALE_SECONDS
    return not _alive(pid) or _process_start(pid) != began


def _read(path: Path) -> str | None:
    try:
        with path.open("r", encoding="utf-8", errors="replace") as file:
            return file.read(LOCK_LIMIT)
    except OSError:
        return None


def _held(folder: Path, text: str | None) -> str:
    try:
        pid = int(json.loads(text or "")["pid"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"the run {printable(folder.name, 80)} is being written by another"
    return f"the run {printable(folder.name, 80)} is being written by process {pid}"


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        # os.kill(pid, 0) would end the process there.
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _process_start(pid: int) -> str:
    """When a process began, where the system says so; "" once it has ended.

    It tells a number that was given to a second process from the first.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    ended = not fields or fields[0] in "ZX"
    return "" if ended or len(fields) < 20 else fields[19]
