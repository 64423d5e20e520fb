"""Is there a screen, and if not, one of our own: Xvfb for as long as it is needed.

``snapshot`` shows the real window; on a machine with no display this is where. Only
X11 and Wayland can be missing: Windows and macOS always have a screen.
"""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 15.0
CONNECT_SECONDS = 2.0
MARGIN = 64
X11_PORT = 6000

_DISPLAY = re.compile(r"(?:unix/?)?(?P<host>[^:/]*):(?P<number>\d{1,5})(?:\.\d+)?")


class NoScreenError(Exception):
    """No screen and none to be had; the message is one sentence that says why."""


def has_screen(environ: Mapping[str, str]) -> bool:
    """Whether a window could be shown: an X or Wayland server answers.

    A platform that was chosen by hand (``QT_QPA_PLATFORM=offscreen``, ``vnc``) is
    its own screen.
    """
    if not sys.platform.startswith("linux"):
        return True
    platform = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform and not platform.startswith(("xcb", "wayland")):
        return True
    return _wayland_answers(environ) or _x11_answers(environ.get("DISPLAY", ""))


@contextmanager
def virtual_screen(width: int, height: int) -> Iterator[str]:
    """A screen of at least so many pixels, in ``DISPLAY`` while the block runs.

    Raises
    ------
    NoScreenError
        Xvfb is not installed, or does not start.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise NoScreenError(
            "there is no display, and no Xvfb to stand in for one: install it "
            "(Debian, Ubuntu: sudo apt install xvfb libgl1-mesa-dri)"
        )
    server, display = _start(program, width + MARGIN, height + MARGIN)
    before = dict(os.environ)
    os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    os.environ.pop("WAYLAND_DISPLAY", None)
    try:
        yield display
    finally:
        os.environ.clear()
        os.environ.update(before)
        _stop(server)


def _start(
    program: str, width: int, height: int
) -> tuple["subprocess.Popen[bytes]", str]:
    """Xvfb on a free display: it says which, once it answers."""
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0"]
    command += [f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
    if shutil.which("setpriv"):
        # The screen goes with us even where we are killed and cannot clean up.
        command = ["setpriv", "--pdeathsig", "TERM", *command]
    try:
        server = subprocess.Popen(
            command,
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is ours to handle, not the screen's
        )
    except OSError as error:
        os.close(reading)
        raise NoScreenError(f"Xvfb does not start: {error.strerror}") from error
    finally:
        os.close(writing)
    number = _read_number(reading)
    if number is None:
        _stop(server)
        raise NoScreenError("Xvfb does not start: it gave no display in time")
    return server, f":{number}"


def _read_number(descriptor: int) -> int | None:
    """The display's number, a line on the pipe; None where none comes."""
    text, end = b"", time.monotonic() + START_SECONDS
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while not text.endswith(b"\n"):
            left = end - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                return None
            piece = pipe.read(16)
            if not piece:
                return None
            text += piece
    return int(text) if text.strip().isdigit() else None


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(5.0)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    folder = environ.get("XDG_RUNTIME_DIR", "/run/user/0")
    return _unix_answers(str(Path(folder) / name))


def _x11_answers(display: str) -> bool:
    found = _DISPLAY.fullmatch(display)
    if found is None:
        # Some systems name a socket's path; Qt is asked rather than second-guessed.
        return display.startswith("/")
    host, number = found["host"], int(found["number"])
    local = f"/tmp/.X11-unix/X{number}"
    if not host:
        return _unix_answers(local) or _unix_answers("\0" + local)
    return _tcp_answers(host, X11_PORT + number)


def _unix_answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True


def _tcp_answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
