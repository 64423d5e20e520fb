"""Archives of numpy arrays (.npz), taken for what they are: a zip from anyone.

Nothing is unpacked before the list of its members is known to be short and every
size in it small enough; nothing is unpickled; names are never used as paths.
"""

import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.npy import HEADER_LIMIT, MAX_NUMBERS, read_numbers, read_text
from sgviz.checkpoints.source import read_exactly

MAX_MEMBERS = 64
LIST_LIMIT = 64 * 1024
# What packs a thousandfold is a bomb. A circle in a plane of axes, nearly all zeros,
# packs a hundredfold, but is small.
MAX_RATIO, DENSE_RATIO = 500, 20
RATIO_FREE, DENSE_LIMIT = 1 << 20, 1 << 26

_END, _END_SIZE = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)

T = TypeVar("T")


class Archive:
    """An open .npz whose list of members has been checked.

    Raises
    ------
    FileError
        One sentence: no zip, too many members, the same name twice, a bomb.
    """

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self._name = name
        _check_end(file, size, name)
        try:
            self._zip = zipfile.ZipFile(file)
        except (*_BROKEN, ValueError) as error:
            raise FileError(f"{name} is a damaged zip archive") from error
        members = self._zip.infolist()
        names = [info.filename for info in members]
        if len(set(names)) != len(names):
            raise FileError(f"{name} holds two members of the same name")
        self._members = {
            info.filename.removesuffix(".npy"): info
            for info in members
            if info.filename.endswith(".npy")
        }

    @property
    def names(self) -> frozenset[str]:
        """The names of the arrays, without .npy."""
        return frozenset(self._members)

    def numbers(
        self, key: str, limit: int = MAX_NUMBERS, lenient: bool = False
    ) -> NDArray[np.float32]:
        """An array of numbers, as float32, finite unless ``lenient``; FileError."""
        self._check(key, 8 * limit + HEADER_LIMIT)
        return self._read(
            key, lambda file, size, what: read_numbers(file, size, what, limit, lenient)
        )

    def text(self, key: str) -> str:
        """A single text; FileError."""
        self._check(key, HEADER_LIMIT + 4 * 1024 * 1024)
        return self._read(key, read_text)

    def _check(self, key: str, limit: int) -> None:
        info, what = self._members[key], f"{key} in {self._name}"
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileError(f"{what} is packed in a way that is not read")
        if info.file_size > limit:
            raise FileError(f"{what} would unpack to {info.file_size:,} bytes")
        ratio = info.file_size / max(info.compress_size, 1)
        most = DENSE_LIMIT if ratio > DENSE_RATIO else limit
        most = RATIO_FREE if ratio > MAX_RATIO else most
        if info.file_size > most:
            raise FileError(f"{what} unpacks to suspiciously many bytes: it is refused")

    def _read(self, key: str, read: Callable[[BinaryIO, int, str], T]) -> T:
        info, what = self._members[key], f"{key} in {self._name}"
        try:
            with self._zip.open(info) as member:
                value = read(member, info.file_size, what)  # type: ignore[arg-type]
                # The checksum is compared where the member ends.
                if member.read(1):
                    raise FileError(f"{what} is longer than it says")
                return value
        except _BROKEN as error:
            raise FileError(f"{what} is damaged") from error


def _check_end(file: BinaryIO, size: int, name: str) -> None:
    """FileError unless the zip ends plainly and lists few members.

    What follows a zip, a comment or a 64-bit list has no place in a file that
    numpy wrote, and could make Python's reader take in far more than we allow.
    """
    tail_size = min(size, _END_SIZE + _LOCATOR_SIZE)
    file.seek(size - tail_size)
    tail = bytes(read_exactly(file, tail_size, name))
    end = tail[-_END_SIZE:]
    if not end.startswith(_END) or len(end) < _END_SIZE:
        raise FileError(f"{name} is a zip archive that is cut off or damaged")
    if tail.startswith(_LOCATOR):
        raise FileError(f"{name} is a zip archive of a kind that is not read")
    count = int.from_bytes(end[10:12], "little")
    length = int.from_bytes(end[12:16], "little")
    start = int.from_bytes(end[16:20], "little")
    if count > MAX_MEMBERS or length > LIST_LIMIT:
        raise FileError(f"{name} is a zip archive of {count:,} files, not of circles")
    if start + length != size - _END_SIZE:
        raise FileError(f"{name} is a zip archive that is cut off or damaged")
    file.seek(0)
