"""What a file is, by its content and never by its name.

The file is opened once: what is looked at, checked and hashed are the same bytes.
A model is checked to the last byte of its header, circles to the last number.
torch is imported only for the kinds that need it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.picture import MAGIC as PNG
from sgviz.checkpoints.picture import read_open as read_picture
from sgviz.checkpoints.source import (
    HEADER_LIMIT,
    SNIFF,
    foreign_container,
    looks_like,
    open_source,
    read_exactly,
)
from sgviz.checkpoints.watch import Watch
from sgviz.state import State
from sgviz.state_json import JSON_LIMIT, StateError, from_json

Kind = Literal["model", "circles", "session", "picture"]

READ = (
    "sgviz opens networks (.safetensors .pkl .pt .pth), circles (.npz .dat .csv .ply), "
    "sessions (.json) and pictures (.png)"
)
CHUNK = 1 << 20
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Opened:
    """What a file turned out to be.

    ``state`` is that of a session or a picture; ``notice`` is one sentence that a
    person should read, or empty.
    """

    kind: Kind
    path: Path
    sha256: str
    state: State | None = None
    notice: str = ""


def open_file(path: Path | str, watch: Watch | None = None) -> Opened:
    """Look at a file, check it, and say what it is; ``watch`` hears what is read.

    Raises
    ------
    FileError
        One sentence: unreadable, damaged, or nothing that sgviz opens.
    """
    path = Path(path)
    name = shown_name(path)
    with open_source(path, watch=watch) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        kind = kind_of(start, size)
        if kind is None:
            raise FileError(f"{name} {what_it_is(start)}; {READ}")
        state, notice = None, ""
        if kind == "model":
            notice = check_model(file, size, name)
        elif kind == "circles":
            notice = _circles_notice(file, size, name, start)
        elif kind == "session":
            state = read_session(file, size, name)
        else:
            state = read_picture(file, size, name)
            if state is None:
                raise FileError(f"{name} is a picture that carries no state of sgviz")
        return Opened(kind, path, _hash(file), state, notice)


def hash_file(path: Path, watch: Watch | None = None) -> str:
    """The sha256 of a file, in hexadecimal; FileError where it cannot be read."""
    with open_source(path, watch=watch) as (file, _):
        return _hash(file)


def kind_of(start: bytes, size: int) -> Kind | None:
    """What a file of ``size`` bytes that begins with ``start`` claims to be."""
    if start.startswith(PNG):
        return "picture"
    length = int.from_bytes(start[:8], "little")
    if start[8:9] == b"{" and length <= size - 8:
        return "model"
    if start[8:10] == b'{"' and length <= HEADER_LIMIT:
        return "model"  # cut off within its header
    if foreign_container(start) is not None:
        return "model"
    if start.removeprefix(BOM).lstrip().startswith((b"{", b"[")):
        return "session"
    from sgviz.checkpoints.circles_file import circles_format

    return None if circles_format(start, size) is None else "circles"


def what_it_is(start: bytes) -> str:
    """What a file is that sgviz does not open, from its first bytes."""
    what = looks_like(start)
    if what is not None:
        return f"is {what}"
    if b"\0" not in start and start.isascii():
        return "is a text that says nothing to sgviz"
    return "is not a file that sgviz knows"


def check_model(file: BinaryIO, size: int, name: str) -> str:
    """A sentence to be said about the network in an open file, mostly none.

    Raises
    ------
    FileError
        By all but its numbers, it is no whole network that sgviz knows.
    """
    file.seek(0)
    start = bytes(read_exactly(file, min(size, SNIFF), name))
    if foreign_container(start) is not None:
        from sgviz.checkpoints.open_model import look_at

        return look_at(file, size, name).notice
    from sgviz.checkpoints.container import read_header
    from sgviz.checkpoints.native import (
        EMA,
        check_names,
        expected_shapes,
        read_metadata,
    )

    file.seek(0)
    header = read_header(file, size, name)
    config, _, _ = read_metadata(header, name)
    prefix = EMA if any(key.startswith(EMA) for key in header.entries) else ""
    check_names(header, expected_shapes(config), prefix, name)
    return ""


def read_session(file: BinaryIO, size: int, name: str) -> State:
    """The State in an open session file; FileError."""
    if size > 4 * JSON_LIMIT:
        raise FileError(f"{name} is too large to be a session")
    file.seek(0)
    try:
        text = read_exactly(file, size, name).decode("utf-8-sig")
        return from_json(text)
    except StateError as error:
        why = printable(str(error), 200)
        raise FileError(f"{name} cannot be opened: {why}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{name} is not a session: it is no text") from error


def _circles_notice(file: BinaryIO, size: int, name: str, start: bytes) -> str:
    from sgviz.checkpoints.circles_file import circles_format, read_open, what_lacks

    found = circles_format(start, size)
    if found is None:
        return ""
    curves = read_open(file, size, name, found, lenient=True)
    return "; ".join(filter(None, (curves.note, what_lacks(curves))))


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
