"""The members of a zip as torch writes it: stored, few, and each in its place.

APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12, 4.3.16. Python's zipfile would take in
a list of any length before it could be asked how long it is.
"""

import struct
from typing import BinaryIO

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.window import Blob, Window

MAX_MEMBERS = 10_000
LIST_LIMIT = 4 * 1024**2
END_SIZE, ENTRY_SIZE, LOCAL_SIZE, WIDE_SIZE = 22, 46, 30, 76
ENCRYPTED = 1


def members_of(file: BinaryIO, size: int) -> dict[str, Blob]:
    """Where the bytes of each member lie.

    Raises
    ------
    ModelFileError
        No plain zip, too many members, one of them packed, twice or oddly named.
    """
    count, start, length = _end(file, size)
    window = Window(file, start, start + length)
    members: dict[str, Blob] = {}
    for _ in range(count):
        name, blob = _member(window, file, start)
        if name in members:
            raise ModelFileError("it holds two members of the same name")
        members[name] = blob
    if window.left:
        raise ModelFileError("it is a damaged zip archive")
    return members


def _end(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """How many members, where their list starts, and its length."""
    if size < END_SIZE:
        raise ModelFileError("it is a zip archive that is cut off or damaged")
    end = Window(file, size - END_SIZE, size).take(END_SIZE)
    fields = struct.unpack("<4s4H2IH", end)
    sign, disk, first, here, count, length, start, comment = fields
    if sign != b"PK\x05\x06" or comment or disk or first or here != count:
        raise ModelFileError("it is a zip archive that is cut off or damaged")
    if count > MAX_MEMBERS or length > LIST_LIMIT:
        raise ModelFileError(f"it is a zip archive of {count:,} members", "limit")
    # torch writes the 64-bit record between list and end, whether needed or not.
    between = size - END_SIZE - start - length
    if between not in (0, WIDE_SIZE):
        raise ModelFileError("it is a zip archive that is cut off or damaged")
    return count, start, length


def _member(window: Window, file: BinaryIO, list_start: int) -> tuple[str, Blob]:
    """The next member of the list."""
    entry = struct.unpack("<4s6H3I5H2I", window.take(ENTRY_SIZE))
    sign, flags, method, packed, size = entry[0], entry[3], entry[4], entry[8], entry[9]
    name_length, extra, comment, local = entry[10], entry[11], entry[12], entry[16]
    name = window.take(name_length)
    window.skip(extra + comment)
    if sign != b"PK\x01\x02":
        raise ModelFileError("it is a damaged zip archive")
    if method or packed != size or flags & ENCRYPTED:
        raise ModelFileError("it is a zip archive with packed members", "forbidden")
    head = Window(file, local, list_start, 256).take(LOCAL_SIZE)
    if not head.startswith(b"PK\x03\x04"):
        raise ModelFileError("it is a damaged zip archive")
    here_name, here_extra = struct.unpack("<2H", head[26:30])
    place = local + LOCAL_SIZE + here_name + here_extra
    if here_name != name_length or place + size > list_start:
        raise ModelFileError("it is a damaged zip archive")
    return _checked_name(name), Blob(place, size)


def _checked_name(raw: bytes) -> str:
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelFileError("it has a member with an unreadable name") from error
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or "\0" in name:
        raise ModelFileError("it has a member with a path for a name", "forbidden")
    return name
