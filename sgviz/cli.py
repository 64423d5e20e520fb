"""The command line: arguments first; then, and only then, torch or Qt.

Exit codes: 0 done, 1 the work failed, 2 wrong use or bad input, 130 Ctrl-C, 143
SIGTERM. An error is one line on stderr; ``--debug`` (or SGVIZ_DEBUG=1) shows where it
came from. Nothing outside the standard library is imported here: ``--help`` is quick.
"""

import os
import signal
import sys
import threading
import traceback
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from sgviz.arguments import parse

DONE, FAILED, WRONG_USE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


class Terminated(BaseException):
    """SIGTERM came: what is open gets closed, and the process ends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (the arguments after the program's name); the exit code."""
    _soften_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        with _sigterm_raises():
            return _run(parse(words))
    except SystemExit as end:  # argparse, after --help and --version
        return int(end.code or DONE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except Exception as error:
        # The last resort of the command line: nobody is shown a traceback unasked.
        if "--debug" in words or os.environ.get("SGVIZ_DEBUG"):
            traceback.print_exc()
        return _complain(error)
    finally:
        _flush()


def say(text: str) -> None:
    """Print a line; that nobody reads it any more is no failure of the work."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _drop_stdout()


def note(text: str) -> None:
    """Print a line for a person, on stderr."""
    if sys.stderr is not None:
        print(f"sgviz: {' '.join(text.split())}", file=sys.stderr, flush=True)


def _run(args: Namespace) -> int:
    # Else pydantic looks into every installed package for plugins, at each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from sgviz import commands

    return commands.COMMANDS[args.command](args, say, note)


def _complain(error: Exception) -> int:
    """One line on stderr; the exit code. A ValueError is the user's, as is its text."""
    if isinstance(error, ValueError):
        note(str(error))
        return WRONG_USE
    if isinstance(error, OSError | MemoryError):
        note(_os_sentence(error))
        return FAILED
    note(f"{type(error).__name__}: {error} (--debug shows where)")
    return FAILED


def _os_sentence(error: OSError | MemoryError) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{Path(os.fsdecode(error.filename)).name}: {error.strerror}"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "there is not enough memory for this"


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """SIGTERM unwinds the stack as Ctrl-C does, so that files and screens close."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _soften_streams() -> None:
    """A locale that cannot write a character gets an escape, not an exception."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flush() -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        _drop_stdout()


def _drop_stdout() -> None:
    """Let what is written from now on vanish, so that Python's own flush succeeds."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
