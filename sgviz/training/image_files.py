"""The files of a data set: a folder with all below it, or a zip read in place.

Names are sorted, so that no order of a file system decides anything; what is hidden
is passed over. Nothing of a zip is ever extracted: a name in it is a text, not a
place. Which files are pictures is said by their first bytes; a file that is called
like a picture and is none is kept in the list, so that it can be named.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.source import looks_like, open_source
from sgviz.training.decoding import HEAD, PictureError, kind_of
from sgviz.training.zip_end import directory_size

EXTENSIONS = frozenset(
    ".png .apng .jpg .jpeg .jpe .jfif .mpo .webp .bmp .dib .tif .tiff .gif".split()
)
MAX_FILES = 1_000_000
FILE_LIMIT = 256 * 1024**2
ZIP_LIMIT = 1024**4
DIRECTORY_LIMIT = 64 * 1024**2
ENCRYPTED = 0x1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_METHODS = {9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ"}
# What a damaged archive makes zipfile raise.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)

Cancelled = Callable[[], bool]
OpenFile = AbstractContextManager[tuple[BinaryIO, int]]


class ListingCancelledError(Exception):
    """Whoever asked for a list does not want it any more."""


class ImageFiles(Protocol):
    """Files by name, sorted; ``path`` is where they are."""

    path: Path
    names: list[str]

    def open(self, name: str) -> OpenFile:
        """An open, seekable file and its size; PictureError, also in the ``with``."""
        ...

    def size(self, name: str) -> int:
        """Its bytes, -1 where that cannot be said."""
        ...


def list_files(path: Path, cancelled: Cancelled = bool) -> ImageFiles:
    """What can be pictures in a folder or a zip; nothing is decoded.

    Raises
    ------
    FileError
        One sentence: it is not there, cannot be read, or is something else.
    ListingCancelledError
        ``cancelled`` returned true.
    """
    name = shown_name(path)
    if not os.path.lexists(path):
        where = printable(str(path.absolute().parent), 200)
        raise FileError(f"there is no folder or zip of images {name} in {where}")
    if path.is_dir():
        return FolderFiles(path, cancelled)
    with open_source(path, ZIP_LIMIT) as (file, size):
        head = file.read(HEAD)
        what = looks_like(head) or ("a picture" if kind_of(head) else "something else")
        directory = directory_size(file, size)
    if directory is None:
        raise FileError(f"{name} is {what}, not a folder or a zip of images")
    if directory > DIRECTORY_LIMIT:
        raise FileError(f"{name} lists more files than are read")
    return ZipFiles(path, cancelled)


class FolderFiles:
    """The files below a folder. Links are followed, each folder once."""

    def __init__(self, path: Path, cancelled: Cancelled = bool) -> None:
        """FileError where the folder cannot be read, ListingCancelledError."""
        self.path = path
        self._unreadable: dict[str, str] = {}
        names = []
        for name in self._walk(cancelled):
            if _called_a_picture(name) or self._is_picture(name):
                names.append(name)
        self.names = sorted([*names, *self._unreadable])

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """An open, seekable file and its size; PictureError, also in the ``with``."""
        if name in self._unreadable:
            raise PictureError(self._unreadable[name])
        path = self.path / name
        try:
            with open_source(path, FILE_LIMIT) as (file, size):
                yield cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, file))), size
        except PictureError:
            raise
        except FileError as error:
            # It says the name first, which whoever reads this says himself.
            raise PictureError(_without_name(str(error), path)) from error

    def size(self, name: str) -> int:
        """Its bytes, -1 where that cannot be said."""
        try:
            return os.stat(self.path / name).st_size
        except OSError:
            return -1

    def _walk(self, cancelled: Cancelled) -> Iterator[str]:
        """Names of regular files; folders that cannot be read are noted."""
        waiting, seen = [""], set()
        count = 0
        while waiting:
            folder = waiting.pop()
            try:
                place = os.stat(self.path / folder)
                if (place.st_dev, place.st_ino) in seen:
                    continue
                seen.add((place.st_dev, place.st_ino))
                found = sorted(os.scandir(self.path / folder), key=lambda e: e.name)
            except OSError as error:
                self._note_folder(folder, error)
                continue
            for entry in found:
                if entry.name.startswith("."):
                    continue
                name = f"{folder}/{entry.name}" if folder else entry.name
                if _is_folder(entry):
                    waiting.append(name)
                elif _is_file(entry) or _called_a_picture(name):
                    yield name
                    count += 1
                if cancelled():
                    raise ListingCancelledError
                if count > MAX_FILES:
                    raise FileError(
                        f"{shown_name(self.path)} has more than {MAX_FILES:,} files"
                    )

    def _note_folder(self, folder: str, error: OSError) -> None:
        why = printable(error.strerror or "a disk error").lower()
        if not folder:
            raise FileError(
                f"the folder {shown_name(self.path)} cannot be read: {why}"
            ) from error
        self._unreadable[folder] = f"is a folder that cannot be read: {why}"

    def _is_picture(self, name: str) -> bool:
        try:
            with self.open(name) as (file, _size):
                return kind_of(file.read(HEAD)) is not None
        except PictureError:
            return False


class ZipFiles:
    """The members of a zip, read in place.

    Only stored and deflated members are read, at most ``FILE_LIMIT`` bytes of each,
    whatever they unpack to.
    """

    def __init__(self, path: Path, cancelled: Cancelled = bool) -> None:
        """FileError where it is no whole zip, ListingCancelledError."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (*_DAMAGE, ValueError) as error:
            raise FileError(f"{shown_name(path)} is a damaged zip archive") from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._refused: dict[str, str] = {}
        for member in self._zip.infolist():
            if cancelled():
                raise ListingCancelledError
            self._take(member)
        self.names = sorted(self._members)

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """An open, seekable file and its size; PictureError, also in the ``with``."""
        if name in self._refused:
            raise PictureError(self._refused[name])
        member = self._members[name]
        try:
            with self._zip.open(member) as file:
                yield cast(BinaryIO, file), member.file_size
        except PictureError:
            raise
        except _DAMAGE as error:
            raise PictureError("is damaged in the archive") from error

    def size(self, name: str) -> int:
        """The bytes that the member unpacks to."""
        return self._members[name].file_size

    def _take(self, member: zipfile.ZipInfo) -> None:
        name = member.filename.replace("\\", "/")
        parts = PurePosixPath(name).parts
        hidden = any(p.startswith(".") and p != ".." for p in parts)
        if member.is_dir() or hidden or "__MACOSX" in parts:
            return
        why = _why_refused(member, name, name in self._members)
        if why:
            self._refuse(name, member, why)
            return
        self._members[name] = member
        if not _called_a_picture(name) and not self._is_picture(name):
            del self._members[name]

    def _refuse(self, name: str, member: zipfile.ZipInfo, why: str) -> None:
        if not _called_a_picture(name):
            return
        if name in self._members:
            name = f"{name} ({member.header_offset})"
        self._members[name] = member
        self._refused[name] = why

    def _is_picture(self, name: str) -> bool:
        try:
            with self.open(name) as (file, _size):
                return kind_of(file.read(HEAD)) is not None
        except PictureError:
            return False


def _why_refused(member: zipfile.ZipInfo, name: str, twice: bool) -> str:
    """Why a member of a zip is not even opened; "" where nothing speaks against it."""
    mode = member.external_attr >> 16
    if ".." in name.split("/") or name.startswith("/") or name[1:2] == ":":
        return "has a name that leads out of the archive"
    if twice:
        return "is in the archive twice"
    if member.flag_bits & ENCRYPTED:
        return "is encrypted"
    if stat.S_ISLNK(mode):
        return "is a link, which a zip has no place for"
    if member.compress_type not in PACKED:
        kind = _METHODS.get(member.compress_type, "an unknown method")
        return f"is packed with {kind}; stored and deflated members are read"
    if member.file_size > FILE_LIMIT:
        size, most = member.file_size / 1024**2, FILE_LIMIT // 1024**2
        return f"unpacks to {size:,.0f} MB; the most that is read is {most} MB"
    if member.file_size == 0:
        return "is empty"
    return ""


def _called_a_picture(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in EXTENSIONS


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether a folder is here or at the end of a link; no error of the disk."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _without_name(sentence: str, path: Path) -> str:
    return sentence.removeprefix(f"{shown_name(path)} ")
